"""Condiciones de carrera: qué son, por qué no las ves y cómo se demuestran.

    python3 advanced/race_conditions/01_race_conditions.py          métricas en el puerto 8000
    python3 advanced/race_conditions/01_race_conditions.py --once   una pasada y termina

**Qué es.** Hay una *condición de carrera* cuando el resultado depende de en qué orden se entrelazan los hilos. Hacen
falta tres cosas a la vez: un dato compartido, al menos un hilo que lo modifica y ningún orden impuesto entre los
accesos. El trozo de código que no puede compartirse a medias se llama *sección crítica*, y lo que siempre debe ser
cierto fuera de ella, *invariante*: «el contador vale lo que se ha sumado», «en el banco no aparece ni desaparece
dinero», «solo hay una configuración».

**Cuatro formas de la misma enfermedad.**

- *Lectura, cálculo, escritura* (`x += 1`): dos hilos leen el mismo valor y uno pisa lo que escribió el otro. Es la
  actualización perdida (*lost update*).
- *Comprobar y actuar* (`if saldo >= 80: saldo -= 80`): lo comprobado deja de ser cierto antes de actuar. También lo es
  la inicialización perezosa (`if config is None: config = Config()`) y `if clave not in d: d[clave] = ...`.
- *Recorrer lo que otro modifica*: el recorrido falla o se salta elementos.
- *Lectura a medias* (*torn read*): un dato de dos piezas se lee entre una escritura y la otra.

**La GIL no te protege.** El intérprete ejecuta el bytecode de un solo hilo cada vez, pero una línea son varias
instrucciones y puede ceder el turno entre dos de ellas. Desde Python 3.10 solo lo cede al entrar en una función, al
volver de una llamada y al saltar hacia atrás en un bucle. Por eso `contador += 1` con un entero ya casi nunca falla,
y por eso tantos cursos enseñan hoy una carrera que no se ve. El lenguaje sigue sin prometer nada: cambia el tipo, la
versión o el intérprete (uno sin GIL, por ejemplo) y el mismo código pierde datos. En este archivo la ventana se abre
como se abre en la vida real: con una llamada entre la lectura y la escritura.

**Probar no basta.** Mil ejecuciones sin fallo dicen que has tenido suerte. Que ningún entrelazado falla se *demuestra*
recorriéndolos todos, y eso hace el explorador (`hilos.explore`) con las mismas funciones que aquí ejecutan hilos de
verdad.

English abstract: a race condition is a result that depends on how threads interleave. This lesson shows lost updates,
check-then-act, lazy initialisation, mutation while iterating and torn reads on real threads, says honestly which of
them this interpreter hides and why, counts them through invariants, lets the explorer find and print the very
interleaving that breaks each one, and measures four cures. Metrics on port 8000.
"""

import dis
import platform
import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

from hilos import lesson, ports
from hilos.lesson import (
    Experiment,
    Narrator,
    Options,
    Serving,
    Tally,
    elsewhere,
    grouped,
    repeat,
    source,
    together,
    trying,
)
from hilos.lesson.atomicity import OPERATIONS, effects_lost

_ = lesson.translator("race_conditions")

SHORT = 1e-6
"""Segundos entre cesiones: el intérprete pide ceder el turno en cuanto puede."""


# --- El contador compartido ---------------------------------------------------------------------------------------
# Cada función hace lo suyo `times` veces (o con tantos objetos): muchas con hilos de verdad, una con el explorador.


class Counter:
    """Un número que comparten los hilos. Invariante: vale lo que se ha sumado en total."""

    def __init__(self, size: int = 1) -> None:
        self.value = 0
        self.lock = threading.Lock()


def missing(counter: Counter, times: int = 1) -> int:
    """Sumas perdidas por dos hilos."""
    return abs(2 * times - counter.value)


def successor(number: int) -> int:
    """El cálculo entre la lectura y la escritura: aquí es trivial, en tu programa redondea, valida o consulta."""
    return number + 1


def add_in_one_line(counter: Counter, times: int = 1) -> None:
    """Parece un paso y son tres: leer, sumar, escribir."""
    for _turn in range(times):
        counter.value += 1


def add_with_call(counter: Counter, times: int = 1) -> None:
    """Los mismos tres pasos con una llamada en medio, como en casi todo el código real."""
    for _turn in range(times):
        counter.value = successor(counter.value)


def add_handing_over(counter: Counter, times: int = 1) -> None:
    """Lo mismo, cediendo el turno justo entre leer y escribir: la ventana abierta de par en par."""
    for _turn in range(times):
        read = counter.value
        time.sleep(0)
        counter.value = read + 1


def add_in_window(counter: Counter, times: int, seconds: float, locked: bool = False) -> None:
    """Lo mismo, con una ventana entre leer y escribir que dura lo que se quiera; con el lock, si se pide."""
    for _turn in range(times):
        with counter.lock if locked else nullcontext():
            read = counter.value
            trying.spin(seconds)
            counter.value = read + 1


def add_meeting(counter: Counter, both_have_read: threading.Barrier) -> None:
    """Un entrelazado forzado: nadie escribe hasta que los dos han leído. No es azar, falla siempre."""
    read = counter.value
    both_have_read.wait()
    counter.value = read + 1


def lost_in_plain_threads(threads: int, times: int) -> int:
    """Sumas que pierde `counter.value += 1`. Se ejecuta también en otro Python, que no necesita nada instalado."""
    counter = Counter()
    crew = [threading.Thread(target=add_in_one_line, args=(counter, times)) for _n in range(threads)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    return threads * times - counter.value


# --- El banco: comprobar y actuar; leer, calcular y escribir ---------------------------------------------------------


class Branch:
    """Cuentas con 100 euros cada una. Invariante: ningún saldo es negativo."""

    def __init__(self, accounts: int = 1) -> None:
        self.balances = [100] * accounts
        self.lock = threading.Lock()


def overdrawn(branch: Branch, accounts: int = 1) -> int:
    """Cuentas en números rojos."""
    return sum(balance < 0 for balance in branch.balances)


def authorised(amount: int) -> bool:
    """Lo que un cajero hace entre mirar el saldo y dar el dinero."""
    return amount > 0


def withdraw(branch: Branch, accounts: int = 1) -> None:
    """Saca 80 euros de cada cuenta. Comprueba y después actúa: en medio puede haber pasado otro hilo."""
    for number in range(accounts):
        if branch.balances[number] >= 80 and authorised(80):
            branch.balances[number] -= 80


def withdraw_locked(branch: Branch, accounts: int = 1) -> None:
    """Comprobar y actuar bajo el mismo lock."""
    for number in range(accounts):
        with branch.lock:
            if branch.balances[number] >= 80 and authorised(80):
                branch.balances[number] -= 80


class Bank:
    """Dos cuentas. Invariante: el dinero total no cambia."""

    def __init__(self, size: int = 1) -> None:
        self.balances = [100, 100]
        self.lock = threading.Lock()


def money_changed(bank: Bank, times: int = 1) -> int:
    """Euros que han aparecido o desaparecido."""
    return abs(sum(bank.balances) - 200)


def rounded(amount: int) -> int:
    """El redondeo a céntimos de un banco de verdad."""
    return amount


def move_money(bank: Bank, origin: int, target: int) -> None:
    """Mueve un euro: lee los dos saldos, calcula y escribe los dos."""
    left, gained = rounded(bank.balances[origin] - 1), rounded(bank.balances[target] + 1)
    bank.balances[origin] = left
    bank.balances[target] = gained


def transfer(bank: Bank, times: int = 1) -> None:
    """De la primera cuenta a la segunda."""
    for _turn in range(times):
        move_money(bank, 0, 1)


def transfer_back(bank: Bank, times: int = 1) -> None:
    """De la segunda a la primera."""
    for _turn in range(times):
        move_money(bank, 1, 0)


# --- Inicialización perezosa, diccionarios, recorridos, lecturas a medias ------------------------------------------


class Services:
    """Cosas caras que se crean la primera vez que se piden. Invariante: cada una se crea una sola vez."""

    def __init__(self, size: int = 1) -> None:
        self.instances: list[object] = [None] * size
        self.created = [0] * size
        self.lock = threading.Lock()


def built_again(services: Services, size: int = 1) -> int:
    """Las que se crearon más de una vez."""
    return sum(times > 1 for times in services.created)


def build(services: Services, number: int) -> object:
    """La construcción: cuenta cuántas veces ocurre."""
    services.created[number] += 1
    return object()


def get_instances(services: Services, size: int = 1) -> None:
    """El «singleton» de los tutoriales."""
    for number in range(size):
        if services.instances[number] is None:
            services.instances[number] = build(services, number)


def get_instances_locked(services: Services, size: int = 1) -> None:
    """Se mira y se crea bajo el lock: quien llega segundo ya la encuentra hecha."""
    for number in range(size):
        with services.lock:
            if services.instances[number] is None:
                services.instances[number] = build(services, number)


class Cache:
    """Resultados por clave. Invariante: cada clave se calcula una sola vez."""

    def __init__(self, size: int = 1) -> None:
        self.results: dict[int, int] = {}
        self.computed: list[int] = []


def computed_again(cache: Cache, keys: int = 1) -> int:
    """Cálculos que la caché no ahorró."""
    return len(cache.computed) - keys


def compute(cache: Cache, key: int) -> int:
    """El cálculo caro; deja constancia de que se ha hecho."""
    cache.computed.append(key)
    return key * key


def look_up(cache: Cache, keys: int = 1) -> None:
    """`if clave not in caché`: cada operación del diccionario es atómica, las dos juntas no."""
    for key in range(keys):
        if key not in cache.results:
            cache.results[key] = compute(cache, key)


def no_words(size: int = 1) -> dict[str, int]:
    """Un recuento vacío. Invariante: las palabras contadas son las que había."""
    return {}


def words_missing(counts: dict[str, int], times: int = 1) -> int:
    """Palabras sin contar."""
    return 2 * times - counts["hilo"]


def count_word(counts: dict[str, int], times: int = 1) -> None:
    """El contador de palabras más escrito del mundo."""
    for _turn in range(times):
        counts["hilo"] = counts.get("hilo", 0) + 1


class Sessions:
    """Sesiones abiertas. Invariante: recorrerlas nunca se rompe."""

    def __init__(self, size: int = 1) -> None:
        self.open = dict.fromkeys(range(2 if size == 1 else 50), "activa")
        self.broken = 0


def walks_broken(sessions: Sessions, times: int = 1) -> int:
    """Recorridos rotos."""
    return sessions.broken


def register(sessions: Sessions, times: int = 1) -> None:
    """Abre y cierra sesiones mientras otros las recorren."""
    for number in range(1000, 1000 + times):
        sessions.open[number] = "activa"
        successor(number)
        del sessions.open[number]


def walk(sessions: Sessions, times: int = 1) -> None:
    """Recorre las sesiones y anota las veces que no pudo acabar."""
    for _turn in range(times):
        try:
            for number in sessions.open:
                successor(number)
        except RuntimeError:  # dictionary changed size during iteration
            sessions.broken += 1


class Robot:
    """Una posición en dos piezas, y la misma en una. Invariante: quien la lee ve x == y."""

    def __init__(self, size: int = 1) -> None:
        self.x = self.y = 0
        self.position = (0, 0)
        self.torn = 0


def torn_reads(robot: Robot, times: int = 1) -> int:
    """Lecturas a medias."""
    return robot.torn


def move(robot: Robot, times: int = 1) -> None:
    """Escribe las dos piezas, una después de otra."""
    for step in range(1, times + 1):
        robot.x = successor(step)
        robot.y = successor(step)


def look(robot: Robot, times: int = 1) -> None:
    """Lee las dos piezas y anota las veces que no casaban."""
    for _turn in range(times):
        robot.torn += robot.x != robot.y


def move_at_once(robot: Robot, times: int = 1) -> None:
    """Construye a solas un valor inmutable y lo publica con una sola escritura."""
    for step in range(1, times + 1):
        robot.position = (successor(step), successor(step))


def look_once(robot: Robot, times: int = 1) -> None:
    """Toma la posición una vez y mira esa."""
    for _turn in range(times):
        x, y = robot.position
        robot.torn += x != y


# --- Prevención ---------------------------------------------------------------------------------------------------


def add_locked(counter: Counter, times: int = 1) -> None:
    """El lock alrededor de la lectura, el cálculo y la escritura: los tres son un solo paso."""
    for _turn in range(times):
        with counter.lock:
            counter.value = successor(counter.value)


def add_half_locked(counter: Counter, times: int = 1) -> None:
    """El arreglo que no arregla: el lock solo protege la escritura, y lo leído ya es viejo."""
    for _turn in range(times):
        new = successor(counter.value)
        with counter.lock:
            counter.value = new


def add_apart(counter: Counter, times: int = 1) -> None:
    """Cada hilo acumula en una variable suya; solo se comparte, una vez, el resultado."""
    mine = 0
    for _turn in range(times):
        mine = successor(mine)
    with counter.lock:
        counter.value += mine


def add_by_messages(threads: int, times: int) -> int:
    """Los hilos no tocan el contador: envían mensajes, y un único dueño suma. Devuelve cuánto."""
    inbox: queue.Queue[int | None] = queue.Queue()

    def send() -> None:
        for _turn in range(times):
            inbox.put(1)
        inbox.put(None)

    def own() -> int:
        total, open_senders = 0, threads
        while open_senders:
            message = inbox.get()
            if message is None:
                open_senders -= 1
            else:
                total += message
        return total

    return int(together(own, *[send] * threads).results[0])


def waits(counter: Counter, times: int) -> list[float]:
    """Suma bajo el lock y devuelve, en segundos, cuánto esperó cada vez para entrar."""
    waited = []
    for _turn in range(times):
        asked = time.perf_counter()
        with counter.lock:
            waited.append(time.perf_counter() - asked)
            counter.value = successor(counter.value)
    return waited


# --- Los experimentos: de estas tablas salen las repeticiones con hilos de verdad y lo que recorre el explorador ------

PHENOMENA = {
    "lost_update": (Experiment(Counter, (add_with_call, add_with_call), missing), 10_000),
    "check_then_act": (Experiment(Branch, (withdraw, withdraw), overdrawn), 10_000),
    "money_not_conserved": (Experiment(Bank, (transfer, transfer_back), money_changed), 10_000),
    "lazy_initialisation": (Experiment(Services, (get_instances, get_instances), built_again), 10_000),
    "dict_check_then_act": (Experiment(Cache, (look_up, look_up), computed_again), 10_000),
    "dict_read_modify_write": (Experiment(no_words, (count_word, count_word), words_missing), 20_000),
    "mutation_while_iterating": (Experiment(Sessions, (register, walk), walks_broken), 5_000),
    "torn_read": (Experiment(Robot, (move, look), torn_reads), 50_000),
}
"""Por `type` de `race_conditions_detected_total`: el experimento y su tamaño con hilos de verdad."""

HONEST = Experiment(Counter, (add_in_one_line, add_in_one_line), missing)
HALF_CURED = Experiment(Counter, (add_half_locked, add_half_locked), missing)
CURES = {
    "Lock": Experiment(Counter, (add_locked, add_locked), missing),
    "withdraw_locked": Experiment(Branch, (withdraw_locked, withdraw_locked), overdrawn),
    "get_instances_locked": Experiment(Services, (get_instances_locked, get_instances_locked), built_again),
    "add_apart": Experiment(Counter, (add_apart, add_apart), missing),
    "move_at_once": Experiment(Robot, (move_at_once, look_once), torn_reads),
}


def measure(serving: Serving, kind: str, runs: int) -> Tally:
    """Repite un fenómeno y lleva lo que detecta a las métricas: detectar es comprobar el invariante y contar."""
    experiment, size = PHENOMENA[kind]
    tally = repeat(runs, partial(experiment.run, size), lesson.chosen_interval(SHORT))
    serving.metrics.counter("race_conditions_detected_total").labels(kind).inc(tally.wrong)
    for seconds in tally.durations:
        serving.metrics.histogram("concurrent_operation_duration_seconds").labels(kind).observe(seconds)
    return tally


# --- La lección, en el orden en que se cuenta ---------------------------------------------------------------------


def has_gil() -> bool:
    """Si este intérprete ejecuta los hilos de uno en uno."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


def hand_over_points(function: Callable[..., None]) -> list[str]:
    """Instrucciones, entre la lectura y la escritura del atributo, en las que este intérprete puede ceder el turno."""
    names = [instruction.opname for instruction in dis.get_instructions(function)]
    between = names[names.index("LOAD_ATTR") : names.index("STORE_ATTR")]
    return [name for name in between if name == "CALL" or name.startswith(("RESUME", "JUMP_BACKWARD"))]


def three_steps(tell: Narrator) -> None:
    """Por qué `+=` son tres pasos, con el bytecode de este Python."""
    tell.section(_("`+= 1` son tres pasos"))
    meanings = {
        "LOAD_ATTR": _("lee el valor: cada hilo se lleva una copia"),
        "BINARY_OP": _("suma, en la copia"),
        "STORE_ATTR": _("escribe: pisa lo que hubiera"),
    }
    steps = [each for each in dis.get_instructions(add_in_one_line) if each.opname in meanings]
    tell.say(_("Esto es `counter.value += 1` en Python {version}:").format(version=platform.python_version()))
    tell.table(
        [_("instrucción"), _("qué hace")],
        [(f"{each.opname} {each.argrepr}", meanings[each.opname]) for each in steps],
    )
    if not has_gil():
        tell.note(_("Este Python no tiene GIL: los hilos corren a la vez y se entrelazan en cualquier instrucción."))
        return
    tell.say(
        _(
            "Un hilo puede perder el turno entre dos de ellas, pero no en cualquier sitio: este intérprete solo mira "
            "si debe cederlo al entrar en una función, en una llamada y al saltar hacia atrás. Entre la lectura y la "
            "escritura de `counter.value += 1` hay {plain} sitios así; en `counter.value = successor(counter.value)`, "
            "{call}: {names}, y además la entrada en la función llamada."
        ).format(
            plain=len(hand_over_points(add_in_one_line)),
            call=len(hand_over_points(add_with_call)),
            names=", ".join(hand_over_points(add_with_call)),
        )
    )


def shared_counter(tell: Narrator, options: Options, serving: Serving) -> None:
    """Actualizaciones perdidas según lo que hay en la ventana y cada cuánto cede el intérprete."""
    tell.section(_("El contador compartido"))
    runs = 5 if options.fast else 20
    tell.say(
        _(
            "Dos hilos suman a la vez. Cada casilla dice en cuántas de {runs} ejecuciones se perdió alguna suma y "
            "cuántas se perdieron, según cada cuánto pide el intérprete ceder el turno (5 ms si no lo cambias)."
        ).format(runs=runs)
    )
    variants = (
        ("counter.value += 1", add_in_one_line, 50_000),
        ("counter.value = successor(counter.value)", add_with_call, 50_000),
        (_("leer; sleep(0); escribir"), add_handing_over, 200),
    )
    intervals = (0.005, 0.0001, SHORT)
    rows, unseen = [], 0
    with tell.progress(_("Sumando"), len(variants) * len(intervals)) as progress:
        for text, add, times in variants:
            row = [text]
            for interval in intervals:
                tally = repeat(runs, partial(Experiment(Counter, (add, add), missing).run, times), interval)
                row.append(f"{tally.wrong}/{runs}  {grouped(sum(tally.damage))}")
                unseen += add is add_in_one_line and not tally.wrong
                progress.advance()
            rows.append(row)
    tell.table([_("lo que hace cada hilo"), "5 ms", "0.1 ms", "1 µs"], rows)
    if unseen == len(intervals):
        tell.note(
            _(
                "`counter.value += 1` no ha perdido nada, y no es que sea correcto: en {version} no hay punto de "
                "cesión en su ventana. Python 3.9 y los anteriores sí perdían con este mismo código, y un Python sin "
                "GIL pierde hoy. El lenguaje no promete nada: no escribas lo que hoy funciona por suerte."
            ).format(version=f"{platform.python_implementation()} {platform.python_version()}")
        )
    else:
        tell.note(_("En este intérprete hasta `counter.value += 1` pierde sumas."))
    if other := elsewhere.find_free_threaded():
        plain = [Counter, add_in_one_line, lost_in_plain_threads]
        lost = elsewhere.call(plain, 2, 200_000, python=other)
        tell.say(
            _("El mismo `+= 1`, en el Python sin GIL de este equipo ({python}): {lost} de 400 000 perdidas.").format(
                python=other, lost=grouped(int(str(lost)))
            )
        )
    counter, meeting = Counter(), threading.Barrier(2)
    together(*[partial(add_meeting, counter, meeting)] * 2)
    tell.result(
        False,
        _(
            "Con una barrera que obliga a leer a los dos antes de que escriba ninguno no hay azar: dos sumas de 1 dan "
            "{value}."
        ).format(value=counter.value),
    )
    measure(serving, "lost_update", runs)


def bank_and_friends(tell: Narrator, options: Options, serving: Serving) -> None:
    """El banco y las demás formas: cada una con su invariante, contado."""
    tell.section(_("El banco, y otras formas de lo mismo"))
    tell.code(source(withdraw))
    tell.say(
        _(
            "Dos cajeros, 100 euros, dos retiradas de 80: los dos comprueban antes de que ninguno reste. El patrón se "
            "llama comprobar y actuar, y tiene muchas caras. Cada fila repite un experimento con dos hilos y "
            "comprueba el invariante al terminar:"
        )
    )
    invariants = {
        "check_then_act": _("ningún saldo es negativo"),
        "money_not_conserved": _("el dinero total no cambia"),
        "lazy_initialisation": _("el objeto único se crea una vez"),
        "dict_check_then_act": _("cada clave se calcula una vez"),
        "dict_read_modify_write": _("d[k] = d.get(k, 0) + 1 las cuenta todas"),
        "mutation_while_iterating": _("el recorrido no se rompe"),
        "torn_read": _("las dos mitades del dato casan"),
    }
    runs, rows = 5 if options.fast else 20, []
    with tell.progress(_("Buscando invariantes rotos"), len(invariants)) as progress:
        for kind, invariant in invariants.items():
            tally = measure(serving, kind, runs)
            while not tally.wrong and tally.runs < 20 * runs:  # con la máquina ocupada hay que insistir
                tally += measure(serving, kind, runs)
            rows.append((kind, invariant, f"{tally.wrong}/{tally.runs}", f"{tally.seconds / tally.runs * 1e3:.1f} ms"))
            progress.advance()
    tell.table(["type", _("invariante"), _("roto"), _("cada vez")], rows)
    tell.say(
        _(
            "Ninguna fila avisó de nada: ni excepción ni mensaje, salvo el recorrido. Por eso detectar una carrera es "
            "escribir el invariante, comprobarlo y contar: eso suma race_conditions_detected_total."
        )
    )


def what_is_atomic(tell: Narrator, options: Options) -> None:
    """Qué es atómico en este intérprete: probado, no afirmado."""
    tell.section(_("Qué es atómico aquí"))
    runs = 10 if options.fast else 30
    rows = []
    with tell.progress(_("Poniendo a prueba cada operación"), len(OPERATIONS)) as progress:
        for operation in OPERATIONS:
            tally = repeat(runs, partial(effects_lost, operation, 20_000), lesson.chosen_interval(SHORT))
            verdict = _("falla") if tally.wrong else _("no se ha visto fallar")
            rows.append((operation.text, f"{tally.wrong}/{runs}", verdict))
            progress.advance()
    tell.table([_("operación"), _("perdió algo"), _("veredicto")], rows)
    tell.say(
        _(
            "Una operación de un tipo integrado escrita en C es un solo paso para los demás hilos. Dos seguidas, no. Y "
            "`+=` con un tipo tuyo llama a tu `__add__`: la misma línea que con un entero no fallaba, falla."
        )
    )


def every_interleaving(tell: Narrator) -> None:
    """El explorador: encuentra el entrelazado que falla, o demuestra que no hay ninguno."""
    tell.section(_("Todos los entrelazados"))
    tell.say(
        _(
            "Repetir es confiar en la suerte. El explorador toma estas mismas funciones, decide él qué hilo da cada "
            "paso y recorre todos los órdenes. Esto encuentra en `counter.value += 1`, que más arriba parecía sano:"
        )
    )
    if not has_gil():
        tell.note(_("Aquí no: el explorador usa greenlet, que volvería a encender el GIL de este Python."))
        return
    from hilos.explore import explore  # aquí, y no arriba, por lo mismo

    rows, proof = [], ""
    diseases = [HONEST, HALF_CURED, *(experiment for experiment, _size in PHENOMENA.values())]
    for experiment in [*diseases, *CURES.values()]:
        report = explore(setup=experiment.setup, workers=experiment.workers, invariant=experiment.invariant)
        if experiment is HONEST:
            tell.verbatim(str(report))
        if experiment is CURES["withdraw_locked"]:
            proof = str(report)
        verdict = _("demostrado: ninguno falla") if report.proved else _("falla el nº {n}").format(n=report.executions)
        rows.append((" | ".join(worker.__name__ for worker in experiment.workers), verdict, report.executions))
    tell.table([_("los dos hilos"), _("veredicto"), _("órdenes probados")], rows)
    tell.say(
        _(
            "Los órdenes que solo se distinguen en pasos que no se estorban cuentan como uno: por eso son tan pocos. "
            "`add_half_locked` es el arreglo que casi todo el mundo escribe primero: el lock no protege la lectura."
        )
    )
    tell.say(_("Una demostración dice qué ha demostrado. Esta es la del banco con su lock:"))
    tell.verbatim(proof)


def prevention(tell: Narrator, options: Options, serving: Serving) -> None:
    """Las curas, medidas: correctas o no, y a qué precio."""
    tell.section(_("Prevenir"))
    tell.code(source(add_locked))
    runs, times = (5, 20_000) if options.fast else (15, 20_000)
    cures: tuple[tuple[str, Callable[[], int]], ...] = (
        (_("nada"), partial(PHENOMENA["lost_update"][0].run, times)),
        (_("Lock solo al escribir (mal)"), partial(HALF_CURED.run, times)),
        ("Lock", partial(CURES["Lock"].run, times)),
        (_("Queue: un dueño y mensajes"), lambda: 2 * times - add_by_messages(2, times)),
        (_("cada hilo acumula lo suyo"), partial(CURES["add_apart"].run, times)),
        (_("dos campos sueltos"), partial(PHENOMENA["torn_read"][0].run, times)),
        (_("un valor inmutable"), partial(CURES["move_at_once"].run, times)),
    )
    rows = []
    with tell.progress(_("Midiendo las curas"), len(cures)) as progress:
        for name, experiment in cures:
            tally = repeat(runs, experiment, lesson.chosen_interval(SHORT))
            rows.append(
                (name, f"{tally.wrong}/{runs}", f"{grouped(round(tally.seconds / runs / (2 * times) * 1e9))} ns")
            )
            progress.advance()
    tell.table([_("cura"), _("mal"), _("por operación")], rows)
    tell.points(
        [
            _("Lock: lo general. Envuelve la lectura y la escritura; proteger solo la escritura no arregla nada."),
            _("Queue: el dato tiene un solo dueño y los demás le escriben. Cuesta más por mensaje y nada comparte."),
            _("Acumular aparte: lo más rápido, si el resultado solo importa al final."),
            _("Inmutables: construye el valor nuevo a solas y publícalo con una sola escritura."),
        ]
    )
    observe_waits(serving, times // 10)


def observe_waits(serving: Serving, times: int) -> None:
    """Dos hilos se disputan un lock; cuánto espera cada vez va a `lock_wait_time_seconds`."""
    counter = Counter()
    histogram = serving.metrics.histogram("lock_wait_time_seconds").labels(_("contador"))
    for waited in together(*[partial(waits, counter, times)] * 2).results:
        for seconds in waited:
            histogram.observe(seconds)


def your_experiment(tell: Narrator, options: Options, serving: Serving, asked: trying.Trying) -> None:
    """Lo que el lector ha elegido, una y otra vez: cuánto se pierde, y cuánto cuesta no perder nada."""
    tell.section(_("Tu experimento"))
    tell.say(
        _(
            "{threads} hilos suman {times} veces cada uno. Entre leer y escribir pasan {us:g} µs; el intérprete pide "
            "ceder el turno cada {ms:g} ms."
        ).format(
            threads=asked.threads,
            times=grouped(asked.iterations),
            us=asked.hold * 1e6,
            ms=round(sys.getswitchinterval() * 1e3, 6),
        )
    )
    right = asked.threads * asked.iterations
    for _number in trying.rounds(tell, options):
        counts = []
        for locked in (False, True):
            counter = Counter()
            run = together(
                *[partial(add_in_window, counter, asked.iterations, asked.hold, locked)] * asked.threads,
                limit=asked.limit,
            )
            counts.append((right - counter.value, run.seconds))
        (lost, seconds), (kept, locked_seconds) = counts
        serving.metrics.counter("race_conditions_detected_total").labels("lost_update").inc(lost > 0)
        serving.metrics.histogram("concurrent_operation_duration_seconds").labels("lost_update").observe(seconds)
        tell.say(
            _(
                "Sin lock: {lost} de {right} sumas perdidas, {rate} por segundo. Con lock: {kept}, y tarda {times:.1f} "
                "veces lo mismo."
            ).format(
                lost=grouped(lost),
                right=grouped(right),
                rate=grouped(round(lost / seconds)),
                kept=grouped(kept),
                times=locked_seconds / seconds,
            )
        )


def teach(tell: Narrator, options: Options, serving: Serving) -> None:
    """La lección entera, o el experimento que ha elegido el lector."""
    tell.title(
        _("Condiciones de carrera"),
        _("El resultado depende del orden en que se entrelazan los hilos. Aquí ocurre, se cuenta y se cura."),
    )
    if asked := trying.chosen(options):
        your_experiment(tell, options, serving, asked)
        return
    three_steps(tell)
    shared_counter(tell, options, serving)
    bank_and_friends(tell, options, serving)
    what_is_atomic(tell, options)
    every_interleaving(tell)
    prevention(tell, options, serving)
    tell.next_step(_("Cómo se usan los locks, y lo que cuestan:"), "python3 advanced/locks/02_locks_mutex.py")


def keep_going(serving: Serving) -> None:
    """Una ronda de más o menos un segundo: todos los fenómenos otra vez, y la cura, que nunca falla."""
    broken = sum(measure(serving, kind, 5).wrong for kind in PHENOMENA)
    serving.metrics.gauge("corrupted_data_instances").set(broken)
    observe_waits(serving, 500)
    serving.stopping.wait(0.3)


def main() -> int:
    """Ejecuta la lección."""
    return lesson.serve(
        teach,
        keep_going,
        service=ports.RACES,
        configure=trying.options,
        description=_("Condiciones de carrera: cómo ocurren, cómo se detectan y cómo se evitan."),
    )


if __name__ == "__main__":
    raise SystemExit(main())
