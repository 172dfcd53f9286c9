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
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from hilos import lesson, ports
from hilos.lesson import Narrator, Options, Serving, Tally, grouped, repeat, source, together
from hilos.lesson.atomicity import OPERATIONS, effects_lost

_ = lesson.translator("race_conditions")

SHORT = 1e-6
"""Segundos entre cesiones: el intérprete pide ceder el turno en cuanto puede."""


# --- El contador compartido ---------------------------------------------------------------------------------------


class Counter:
    """Un número que comparten los hilos. Invariante: vale lo que se ha sumado en total."""

    def __init__(self) -> None:
        self.value = 0
        self.lock = threading.Lock()


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


def add_meeting(counter: Counter, both_have_read: threading.Barrier) -> None:
    """Un entrelazado forzado: nadie escribe hasta que los dos han leído. No es azar, falla siempre."""
    read = counter.value
    both_have_read.wait()
    counter.value = read + 1


# --- El banco: comprobar y actuar ---------------------------------------------------------------------------------


class Account:
    """Una cuenta. Invariante: el saldo nunca es negativo."""

    def __init__(self, balance: int = 100) -> None:
        self.balance = balance
        self.lock = threading.Lock()


def authorised(amount: int) -> bool:
    """Lo que un cajero hace entre mirar el saldo y dar el dinero."""
    return amount > 0


def withdraw(account: Account, amount: int = 80) -> None:
    """Comprueba y después actúa: entre lo uno y lo otro puede haber pasado otro hilo."""
    if account.balance >= amount and authorised(amount):
        account.balance -= amount


class Bank:
    """Dos cuentas. Invariante: el dinero total no cambia."""

    def __init__(self) -> None:
        self.balances = [100, 100]
        self.lock = threading.Lock()


def rounded(amount: int) -> int:
    """El redondeo a céntimos de un banco de verdad."""
    return amount


def transfer(bank: Bank, origin: int = 0, target: int = 1, amount: int = 10) -> None:
    """Mueve dinero: lee los dos saldos, calcula y escribe los dos."""
    left = rounded(bank.balances[origin] - amount)
    gained = rounded(bank.balances[target] + amount)
    bank.balances[origin] = left
    bank.balances[target] = gained


# --- Inicialización perezosa, diccionarios, recorridos, lecturas a medias ------------------------------------------


class Lazy:
    """Algo caro que se crea la primera vez que se pide. Invariante: se crea una sola vez."""

    def __init__(self) -> None:
        self.instance: object | None = None
        self.created = 0
        self.lock = threading.Lock()


def build(lazy: Lazy) -> object:
    """La construcción: cuenta cuántas veces ocurre."""
    lazy.created += 1
    return object()


def get_instance(lazy: Lazy) -> object | None:
    """El «singleton» de los tutoriales."""
    if lazy.instance is None:
        lazy.instance = build(lazy)
    return lazy.instance


class Cache:
    """Resultados por clave. Invariante: cada clave se calcula una sola vez."""

    def __init__(self) -> None:
        self.results: dict[int, int] = {}
        self.computed: list[int] = []


def compute(cache: Cache, key: int) -> int:
    """El cálculo caro que la caché quería ahorrar; deja constancia de que se ha hecho."""
    cache.computed.append(key)
    return key * key


def look_up(cache: Cache, keys: int = 1) -> None:
    """`if clave not in caché`: cada operación del diccionario es atómica, las dos juntas no."""
    for key in range(keys):
        if key not in cache.results:
            cache.results[key] = compute(cache, key)


def count_word(counts: dict[str, int], word: str = "hilo", times: int = 1) -> None:
    """El contador de palabras más escrito del mundo."""
    for _turn in range(times):
        counts[word] = counts.get(word, 0) + 1


def register(sessions: dict[int, str], start: int, times: int) -> None:
    """Añade y quita sesiones mientras otros las recorren."""
    for number in range(start, start + times):
        sessions[number] = "activa"
        successor(number)
        del sessions[number]


def walk(sessions: dict[int, str], times: int) -> int:
    """Recorre las sesiones; devuelve cuántos recorridos se rompieron."""
    broken = 0
    for _turn in range(times):
        try:
            for number in sessions:
                successor(number)
        except RuntimeError:  # dictionary changed size during iteration
            broken += 1
    return broken


@dataclass(frozen=True, slots=True)
class Position:
    """Un punto de la diagonal, inmutable: x == y."""

    x: int
    y: int


class Robot:
    """Una posición en dos piezas, y la misma en una. Invariante: x == y."""

    def __init__(self) -> None:
        self.x = self.y = 0
        self.position = Position(0, 0)


def move(robot: Robot, times: int = 1) -> None:
    """Escribe las dos piezas, una después de otra."""
    for step in range(1, times + 1):
        robot.x = successor(step)
        robot.y = successor(step)


def read_torn(robot: Robot, times: int = 1) -> int:
    """Lee las dos piezas; devuelve cuántas veces no casaban."""
    return sum(robot.x != robot.y for _turn in range(times))


def move_at_once(robot: Robot, times: int = 1) -> None:
    """Construye la posición entera a solas y la publica con una sola escritura."""
    for step in range(1, times + 1):
        robot.position = Position(successor(step), successor(step))


def read_whole(robot: Robot, times: int = 1) -> int:
    """Toma la posición una vez y mira esa; devuelve cuántas veces no casaba."""
    torn = 0
    for _turn in range(times):
        seen = robot.position
        torn += seen.x != seen.y
    return torn


# --- Prevención ---------------------------------------------------------------------------------------------------


def add_locked(counter: Counter, times: int = 1) -> None:
    """El candado alrededor de la lectura, el cálculo y la escritura: los tres son un solo paso."""
    for _turn in range(times):
        with counter.lock:
            counter.value = successor(counter.value)


def add_half_locked(counter: Counter, times: int = 1) -> None:
    """El arreglo que no arregla: el candado solo protege la escritura, y lo leído ya es viejo."""
    for _turn in range(times):
        new = successor(counter.value)
        with counter.lock:
            counter.value = new


def withdraw_locked(account: Account, amount: int = 80) -> None:
    """Comprobar y actuar bajo el mismo candado."""
    with account.lock:
        if account.balance >= amount and authorised(amount):
            account.balance -= amount


def transfer_locked(bank: Bank, origin: int = 0, target: int = 1, amount: int = 10) -> None:
    """La transferencia entera bajo un candado."""
    with bank.lock:
        transfer(bank, origin, target, amount)


def get_instance_locked(lazy: Lazy) -> object | None:
    """Se mira y se crea bajo el candado: quien llega segundo ya la encuentra hecha."""
    with lazy.lock:
        if lazy.instance is None:
            lazy.instance = build(lazy)
        return lazy.instance


def add_apart(counter: Counter, times: int = 1) -> None:
    """Cada hilo acumula en una variable suya; solo se comparte, una vez, el resultado."""
    mine = 0
    for _turn in range(times):
        mine = successor(mine)
    with counter.lock:
        counter.value += mine


def add_by_messages(threads: int, times: int) -> int:
    """Los hilos no tocan el contador: envían mensajes, y un único dueño suma."""
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
                total = total + message
        return total

    return int(together(own, *[send] * threads).results[0])


def waits(counter: Counter, times: int) -> list[float]:
    """Suma bajo el candado y devuelve, en segundos, cuánto esperó cada vez para entrar."""
    waited = []
    for _turn in range(times):
        asked = time.perf_counter()
        with counter.lock:
            waited.append(time.perf_counter() - asked)
            counter.value = successor(counter.value)
    return waited


# --- Experimentos: cada uno devuelve el daño; 0 quiere decir que el invariante se cumple ----------------------------


def lost_updates(add: Callable[[Counter, int], None], times: int, threads: int = 2) -> int:
    """Sumas perdidas."""
    counter = Counter()
    together(*[partial(add, counter, times)] * threads)
    return abs(threads * times - counter.value)


def overdrawn(take: Callable[[Account], None], accounts: int) -> int:
    """Cuentas en números rojos después de que dos cajeros las recorran a la vez."""
    all_accounts = [Account() for _n in range(accounts)]
    together(*[lambda: [take(account) for account in all_accounts]] * 2)
    return sum(account.balance < 0 for account in all_accounts)


def money_changed(move_money: Callable[[Bank, int, int], None], times: int) -> int:
    """Euros que han aparecido o desaparecido: un hilo mueve dinero en un sentido y otro en el contrario."""
    bank = Bank()
    together(
        lambda: [move_money(bank, 0, 1) for _n in range(times)],
        lambda: [move_money(bank, 1, 0) for _n in range(times)],
    )
    return abs(sum(bank.balances) - 200)


def built_twice(get: Callable[[Lazy], object], instances: int) -> int:
    """Objetos «únicos» que se crearon más de una vez."""
    lazies = [Lazy() for _n in range(instances)]
    together(*[lambda: [get(lazy) for lazy in lazies]] * 2)
    return sum(lazy.created > 1 for lazy in lazies)


def computed_twice(keys: int) -> int:
    """Cálculos que la caché no ahorró."""
    cache = Cache()
    together(*[partial(look_up, cache, keys)] * 2)
    return len(cache.computed) - keys


def words_lost(times: int) -> int:
    """Palabras sin contar."""
    counts: dict[str, int] = {}
    together(*[partial(count_word, counts, "hilo", times)] * 2)
    return 2 * times - counts["hilo"]


def walks_broken(times: int) -> int:
    """Recorridos rotos por otro hilo."""
    sessions = dict.fromkeys(range(50), "activa")
    return int(together(partial(walk, sessions, times), partial(register, sessions, 50, times)).results[0])


def torn_reads(write: Callable[[Robot, int], None], read: Callable[[Robot, int], int], times: int) -> int:
    """Lecturas a medias."""
    robot = Robot()
    return int(together(partial(read, robot, times), partial(write, robot, times)).results[0])


PHENOMENA: dict[str, tuple[Callable[[int], int], int]] = {
    "lost_update": (partial(lost_updates, add_with_call), 10_000),
    "check_then_act": (partial(overdrawn, withdraw), 5_000),
    "money_not_conserved": (partial(money_changed, transfer), 10_000),
    "lazy_initialisation": (partial(built_twice, get_instance), 5_000),
    "dict_check_then_act": (computed_twice, 10_000),
    "dict_read_modify_write": (words_lost, 20_000),
    "mutation_while_iterating": (walks_broken, 5_000),
    "torn_read": (partial(torn_reads, move, read_torn), 50_000),
}
"""Por `type` de `race_conditions_detected_total`: el experimento, que devuelve el daño, y su tamaño."""


def measure(serving: Serving, kind: str, runs: int) -> Tally:
    """Repite un fenómeno y lleva lo que detecta a las métricas: detectar es comprobar el invariante y contar."""
    experiment, size = PHENOMENA[kind]
    tally = repeat(runs, partial(experiment, size), SHORT)
    serving.metrics.counter("race_conditions_detected_total").labels(kind).inc(tally.wrong)
    for seconds in tally.durations:
        serving.metrics.histogram("concurrent_operation_duration_seconds").labels(kind).observe(seconds)
    return tally


# --- La lección, en el orden en que se cuenta ---------------------------------------------------------------------


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
                tally = repeat(runs, partial(lost_updates, add, times), interval)
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
            rows.append((kind, invariant, f"{tally.wrong}/{runs}", f"{tally.seconds / runs * 1e3:.1f} ms"))
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
            tally = repeat(runs, partial(effects_lost, operation, 20_000), SHORT)
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


def prevention(tell: Narrator, options: Options, serving: Serving) -> None:
    """Las curas, medidas: correctas o no, y a qué precio."""
    tell.section(_("Prevenir"))
    tell.code(source(add_locked))
    runs, times = (3, 5_000) if options.fast else (10, 20_000)
    cures: tuple[tuple[str, Callable[[], int]], ...] = (
        (_("nada"), partial(lost_updates, add_with_call, times)),
        (_("Lock solo al escribir (mal)"), partial(lost_updates, add_half_locked, times)),
        ("Lock", partial(lost_updates, add_locked, times)),
        (_("Queue: un dueño y mensajes"), lambda: 2 * times - add_by_messages(2, times)),
        (_("cada hilo acumula lo suyo"), partial(lost_updates, add_apart, times)),
        (_("dos campos sueltos"), partial(torn_reads, move, read_torn, times)),
        (_("un valor inmutable"), partial(torn_reads, move_at_once, read_whole, times)),
    )
    rows = []
    with tell.progress(_("Midiendo las curas"), len(cures)) as progress:
        for name, experiment in cures:
            tally = repeat(runs, experiment, SHORT)
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
    """Dos hilos se disputan un candado; cuánto espera cada vez va a `lock_wait_time_seconds`."""
    counter = Counter()
    histogram = serving.metrics.histogram("lock_wait_time_seconds").labels(_("contador"))
    for waited in together(*[partial(waits, counter, times)] * 2).results:
        for seconds in waited:
            histogram.observe(seconds)


def teach(tell: Narrator, options: Options, serving: Serving) -> None:
    """La lección entera."""
    tell.title(
        _("Condiciones de carrera"),
        _("El resultado depende del orden en que se entrelazan los hilos. Aquí ocurre, se cuenta y se cura."),
    )
    three_steps(tell)
    shared_counter(tell, options, serving)
    bank_and_friends(tell, options, serving)
    what_is_atomic(tell, options)
    prevention(tell, options, serving)
    tell.next_step(_("Cómo se usan los candados, y lo que cuestan:"), "python3 advanced/locks/02_locks_mutex.py")


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
        description=_("Condiciones de carrera: cómo ocurren, cómo se detectan y cómo se evitan."),
    )


if __name__ == "__main__":
    raise SystemExit(main())
