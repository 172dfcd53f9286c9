"""Hilos: qué son, cuándo aceleran un programa y cuándo no.

Un *proceso* es un programa en marcha con su memoria.  Un *hilo* (thread) es una línea de ejecución dentro de un
proceso: todos los hilos de un proceso ven las mismas variables.  El sistema operativo reparte los núcleos entre los
hilos y los cambia cuando quiere.

- Concurrencia: varias tareas empezadas y sin acabar a la vez.  Paralelismo: varias avanzando en el mismo instante.
- Trabajo de espera (I/O-bound): el tiempo se va en aguardar a la red, al disco, a otro programa.
- Trabajo de cálculo (CPU-bound): el tiempo se va en ejecutar instrucciones.

CPython protege sus propias estructuras con el GIL (Global Interpreter Lock): solo el hilo que lo tiene ejecuta código
Python.  Un hilo lo suelta cuando espera (una lectura, un `sleep`, un `join`), cuando una función en C lo suelta por él
(comprimir, resumir, NumPy), o cuando otro lo pide y pasa el *intervalo de cambio*, 5 ms.  De ahí la regla que esta
lección mide:

    espera    los hilos ganan casi todo lo que cabe ganar: mientras uno espera, otro trabaja;
    cálculo   los hilos no ganan nada con el GIL: se turnan.  Hacen falta procesos (lección 02)
              o un Python sin GIL (python3.13t y posteriores).

El GIL protege al intérprete, no a tu programa: lo que pasa cuando dos hilos tocan el mismo dato está en
advanced/race_conditions.  Todo número que verás se mide aquí y ahora; `--fast` mide menos y acaba antes.

Se lee de arriba abajo.  Cada función con hilos es biblioteca estándar y nada más, recibe sus tamaños, no imprime y
devuelve un valor; las funciones `teach_*` la llaman y cuentan lo que ha salido.

English abstract: threads from the standard library, measured as you run it: life cycle, daemon threads and what they
lose, exceptions, results, pools, thread-local data; I/O-bound work against a real local server (sequential, threads,
asyncio, and the ideal), CPU-bound work under the GIL, the switch interval, and the same function on a free-threaded
build where there is one.  Walk-through: docs/en/lessons/threading_basics.md.
"""

import asyncio
import hashlib
import http.client
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from hilos import lesson
from hilos.lesson import elsewhere
from hilos.lesson.delayed_server import DelayedServer
from hilos.lesson.stopwatch import Timed, timed, usable_cores

_ = lesson.translator("threading_basics")


# --- 1. La vida de un hilo -------------------------------------------------------------------------------------------


def lifelines(names, pause, join_at_once=False):
    """Cada hilo anota cuándo empieza y cuándo acaba, en segundos; con `join_at_once`, se le espera antes de seguir."""
    begun = time.perf_counter()
    lines = []

    def live(name, pause):
        start = time.perf_counter() - begun
        time.sleep(pause)  # aquí el hilo espera, y suelta el GIL
        lines.append((name, threading.current_thread().name, start, time.perf_counter() - begun))

    threads = [threading.Thread(target=live, args=(name,), kwargs={"pause": pause}, name=name) for name in names]
    for thread in threads:
        thread.start()  # `start`, no `run`: `run` llamaría a la función en este mismo hilo
        if join_at_once:
            thread.join()  # un error frecuente: así nunca hay dos hilos a la vez
    for thread in threads:
        thread.join()
    return sorted(lines, key=lambda line: names.index(line[0]))


def who_runs(call_it):
    """En qué hilo se ejecuta la función con `target=work()`, que la llama ya, y con `target=work`, que la entrega."""
    ran_in = []

    def work():
        ran_in.append(threading.current_thread().name)

    thread = threading.Thread(target=work() if call_it else work, name="hilo-nuevo")
    thread.start()
    thread.join()
    return ran_in[0]


def teach_life(tell, options):
    tell.section(_("Crear, arrancar, esperar"))
    tell.say(
        _(
            "Un hilo se crea con threading.Thread(target=función, args=..., name=...), empieza con start() y se le "
            "espera con join(). Tres hilos que esperan {pause:.1f} s cada uno:"
        ).format(pause=0.2)
    )
    names = ["ana", "benito", "carla"]
    for at_once in (False, True):
        lines = lifelines(names, 0.2, at_once)
        tell.table(
            [_("hilo"), _("empieza (s)"), _("acaba (s)")],
            [(name, f"{start:.2f}", f"{end:.2f}") for name, _thread, start, end in lines],
            title=_("start(); join() en el mismo bucle") if at_once else _("start() a todos y luego join() a todos"),
        )
        tell.result(not at_once, _("En total, {total:.2f} s.").format(total=max(line[3] for line in lines)))
    tell.where(lifelines)
    tell.say(
        _(
            "Otro tropiezo: target=work() llama a la función al momento y entrega su resultado, None. Se ejecutó en "
            "«{called}»; con target=work, en «{given}»."
        ).format(called=who_runs(True), given=who_runs(False))
    )


# --- 2. Hilos daemon -------------------------------------------------------------------------------------------------


def keep_a_diary(path, lines, pause, daemon):
    """Un programa entero: su hilo escribe un diario y el principal acaba sin esperarlo."""

    def write():
        with Path(path).open("w", encoding="utf-8") as diary:
            for number in range(lines):
                time.sleep(pause)
                diary.write(f"línea {number}\n")
            diary.write("fin\n")

    threading.Thread(target=write, name="diario", daemon=daemon).start()
    return lines


def teach_daemon(tell, options):
    tell.section(_("Hilos daemon, y lo que se pierde con ellos"))
    tell.say(
        _(
            "Un programa no acaba hasta que acaban sus hilos, salvo los daemon: a esos se les abandona donde estén, "
            "sin finally, sin cerrar ficheros. Un hilo escribe {lines} líneas y «fin» en un fichero y el principal "
            "termina enseguida:"
        ).format(lines=5)
    )
    kept = {}
    with tempfile.TemporaryDirectory() as folder:
        for daemon in (False, True):
            path = Path(folder) / "diario.txt"
            path.unlink(missing_ok=True)
            elsewhere.call([keep_a_diary], str(path), 5, 0.05, daemon)
            kept[daemon] = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    tell.table(
        ["daemon", _("líneas en el fichero"), _("¿llegó a «fin»?")],
        [(daemon, len(lines), _("sí") if "fin" in lines else _("no")) for daemon, lines in kept.items()],
    )
    tell.where(keep_a_diary)
    tell.note(_("Usa daemon para lo que puede perderse. Para lo demás, un Event que pida acabar y un join()."))


# --- 3. Excepciones --------------------------------------------------------------------------------------------------


def failures_of(works):
    """Ejecuta cada función en su hilo; devuelve lo que recibió `threading.excepthook`: hilo, excepción y mensaje."""
    seen = []
    before = threading.excepthook
    threading.excepthook = lambda args: seen.append((args.thread.name, args.exc_type.__name__, str(args.exc_value)))
    try:
        threads = [threading.Thread(target=work, name=f"hilo-{number}") for number, work in enumerate(works, start=1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()  # vuelve sin más, aunque el hilo haya muerto de una excepción
    finally:
        threading.excepthook = before
    return seen


def failure_in_a_future(work):
    """La misma función en un pool: la excepción espera en el Future hasta que alguien pide el resultado."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        future: Future = pool.submit(work)
    try:
        future.result()
    except Exception as error:  # noqa: BLE001  cualquiera: es lo que se enseña
        return type(error).__name__, str(error)
    return None


def divide_by_zero():
    return 1 / 0


def teach_exceptions(tell, options):
    tell.section(_("Una excepción en un hilo"))
    seen = failures_of([divide_by_zero, lambda: None])
    tell.say(
        _(
            "De dos hilos, uno dividió entre cero. join() no se entera y el programa sigue: la excepción va a "
            "threading.excepthook, que sin más la imprime. Aquí recibió:"
        )
    )
    tell.table([_("hilo"), _("excepción"), _("mensaje")], seen)
    kind, message = failure_in_a_future(divide_by_zero)
    tell.result(
        True,
        _("En un pool no se pierde: future.result() la vuelve a lanzar ({kind}: {message}).").format(
            kind=kind, message=message
        ),
    )
    tell.where(failures_of)


# --- 4. Resultados ---------------------------------------------------------------------------------------------------


def results_in_slots(function, items):
    """Sin pool: cada hilo deja su resultado en su propio sitio de una lista, y nadie más lo toca."""
    results = [None] * len(items)

    def work(place, item):
        results[place] = function(item)

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(items)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def results_from_pool(function, items, workers):
    """Con pool: `map` los da en el orden de `items`; `as_completed`, en el orden en que acaban."""
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="obrero") as pool:
        in_order = list(pool.map(function, items))
        futures = {pool.submit(function, item): item for item in items}
        as_they_end = [futures[future] for future in as_completed(futures)]
    return in_order, as_they_end


def nap(seconds):
    time.sleep(seconds)
    return seconds


def teach_results(tell, options):
    tell.section(_("Traer un resultado: listas con dueño y ThreadPoolExecutor"))
    naps = [0.15, 0.05, 0.10]
    in_order, as_they_end = results_from_pool(nap, naps, workers=3)
    tell.say(
        _(
            "Un hilo no devuelve nada: o deja el resultado en un sitio que solo toca él, o se usa un pool, que además "
            "reutiliza sus hilos. Tres siestas de {naps} segundos:"
        ).format(naps=naps)
    )
    tell.table(
        [_("forma"), _("orden de los resultados")],
        [
            (_("un hilo y un sitio para cada uno"), results_in_slots(nap, naps)),
            ("ThreadPoolExecutor.map", in_order),
            ("as_completed", as_they_end),
        ],
    )
    tell.where(results_from_pool)


# --- 5. threading.local ----------------------------------------------------------------------------------------------


def own_and_shared(names):
    """Cada hilo apunta su nombre en un objeto compartido y en un `threading.local`, y luego lee los dos."""
    shared = type("Shared", (), {})()
    own = threading.local()
    everyone_wrote = threading.Barrier(len(names))
    read = {}

    def work(name):
        shared.user = own.user = name
        everyone_wrote.wait()
        read[name] = (own.user, shared.user)

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return read


def leftovers_in_a_pool(user):
    """Un pool de un hilo: la segunda tarea lee lo que la primera dejó en el `threading.local`."""
    own = threading.local()

    def first():
        own.user = user

    def second():
        return getattr(own, "user", None)

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(first).result()
        return pool.submit(second).result()


def teach_local(tell, options):
    tell.section(_("Un dato para cada hilo: threading.local"))
    read = own_and_shared(["ana", "benito", "carla"])
    tell.table(
        [_("hilo"), _("lee en threading.local"), _("lee en el objeto compartido")],
        [(name, own, shared) for name, (own, shared) in sorted(read.items())],
    )
    tell.say(_("Todos leen del objeto compartido lo último que alguien escribió; del local, lo suyo."))
    tell.note(
        _(
            "En un pool los hilos se reutilizan: una tarea posterior encontró el «{user}» de otra. Limpia el local al "
            "acabar, o pasa el dato como argumento."
        ).format(user=leftovers_in_a_pool("ana"))
    )
    tell.where(own_and_shared)


# --- 6. Trabajo de espera --------------------------------------------------------------------------------------------


def fetch(port):
    """Una petición HTTP de verdad; el hilo espera la respuesta sin el GIL."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


def fetch_one_by_one(port, requests):
    return [fetch(port) for _number in range(requests)]


def fetch_with_threads(port, requests, workers):
    with ThreadPoolExecutor(max_workers=workers) as pool:
        return list(pool.map(fetch, [port] * requests))


def fetch_with_asyncio(port, requests):
    """Un solo hilo: el bucle de eventos atiende a la conexión que tenga algo que leer."""

    async def fetch_one():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        reply = await reader.read()
        writer.close()
        return int(reply.split()[1])

    async def fetch_all():
        return await asyncio.gather(*(fetch_one() for _number in range(requests)))

    return asyncio.run(fetch_all())


def teach_waiting(tell, options):
    tell.section(_("Trabajo de espera: secuencial, hilos y asyncio"))
    delay, requests, many = (0.05, 12, 60) if options.fast else (0.1, 24, 100)
    tell.say(
        _(
            "Un servidor HTTP de esta máquina contesta a cada petición al cabo de {delay:.0f} ms, como haría una base "
            "de datos. Lo ideal es el retraso por las tandas que hacen falta."
        ).format(delay=delay * 1000)
    )
    plan = [
        (_("de una en una"), fetch_one_by_one, (requests,), requests, 1),
        (_("hilos"), fetch_with_threads, (requests, 4), requests, 4),
        (_("hilos"), fetch_with_threads, (requests, requests), requests, requests),
        ("asyncio", fetch_with_asyncio, (requests,), requests, requests),
        (_("hilos"), fetch_with_threads, (many, many), many, many),
        ("asyncio", fetch_with_asyncio, (many,), many, many),
    ]
    rows = []
    with tell.progress(_("Pidiendo al servidor"), len(plan)) as progress:
        for name, function, arguments, total, together in plan:
            with DelayedServer(delay) as server:
                run = timed(function, server.port, *arguments)
                assert run.value == [200] * total
                ideal = delay * -(-total // together)
                rows.append((name, total, together, server.most_at_once, f"{run.wall:.2f}", f"{ideal:.2f}"))
            progress.advance()
    tell.table([_("forma"), _("peticiones"), _("a la vez"), _("vio el servidor"), _("tardó (s)"), _("ideal (s)")], rows)
    one, threads = float(rows[0][4]), float(rows[2][4])
    tell.result(
        threads < one,
        _("Con {n} hilos, {factor:.1f} veces más rápido que de una en una: mientras uno espera, otro pide.").format(
            n=requests, factor=one / max(threads, 0.01)
        ),
    )
    tell.note(
        _(
            "asyncio hace lo mismo con un solo hilo. Importa con miles de conexiones: cada hilo cuesta memoria (su "
            "pila) y cambios de contexto; cada tarea de asyncio, unos kilobytes."
        )
    )
    tell.where(fetch_with_threads)


# --- 7. Trabajo de cálculo -------------------------------------------------------------------------------------------


def has_gil():
    """Si este intérprete tiene el GIL puesto: todos los anteriores a 3.13, y desde entonces los no «free-threaded»."""
    return getattr(sys, "_is_gil_enabled", lambda: True)()


def count_primes(limit):
    """Cuántos primos hay por debajo de `limit`: cálculo en Python puro, sin esperas."""
    found = 0
    for number in range(2, limit):
        divisor = 2
        while divisor * divisor <= number and number % divisor:
            divisor += 1
        found += divisor * divisor > number
    return found


def digest(megabytes):
    """Resumen SHA-256 de unos megabytes: cálculo en C, que suelta el GIL mientras dura."""
    block, total = bytes(1 << 20), hashlib.sha256()
    for _number in range(megabytes):
        total.update(block)
    return total.hexdigest()


def share_out(function, size, tasks, threads):
    """`tasks` veces el mismo trabajo, repartido entre `threads` hilos (1: sin hilos)."""
    if threads == 1:
        return [function(size) for _number in range(tasks)]
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(function, [size] * tasks))


def teach_computing(tell, options):
    tell.section(_("Trabajo de cálculo: el GIL"))
    cores = usable_cores()
    counts = sorted({1, 2, 4, cores} if cores <= 4 else {1, 2, 4})
    limit, megabytes = (40_000, 8) if options.fast else (200_000, 160)
    tell.say(
        _(
            "Cuatro veces el mismo cálculo, repartido entre hilos, en una máquina de {cores} núcleos. Además del "
            "tiempo se mide cuántos núcleos trabajaron: tiempo de CPU entre tiempo de reloj."
        ).format(cores=cores)
    )
    names = {count_primes: _("primos, en Python"), digest: _("SHA-256, en C")}
    rows, runs = [], {}
    with tell.progress(_("Calculando"), len(names) * len(counts)) as progress:
        for function, size in ((count_primes, limit), (digest, megabytes)):
            for threads in counts:
                run = runs[function, threads] = timed(share_out, function, size, 4, threads)
                gain = runs[function, 1].wall / run.wall
                rows.append((names[function], threads, f"{run.wall:.2f}", f"{gain:.2f}x", f"{run.cores:.2f}"))
                progress.advance()
    tell.table([_("trabajo"), _("hilos"), _("tardó (s)"), _("ganancia"), _("núcleos usados")], rows)
    busiest: Timed = max((runs[count_primes, threads] for threads in counts), key=lambda run: run.cores)
    if has_gil():
        verdict = _(
            "Con Python puro trabajaron {used:.2f} núcleos: con el GIL no pasa de uno, haya los hilos que haya."
        )
    else:
        verdict = _("Con Python puro trabajaron {used:.2f} núcleos: este intérprete no tiene GIL.")
    tell.result(not has_gil(), verdict.format(used=busiest.cores))
    if runs[count_primes, 1].cores < 0.8:
        tell.note(
            _(
                "Sin hilos solo trabajaron {used:.2f} núcleos: otro programa ocupa la máquina, y estas ganancias no "
                "dicen nada."
            ).format(used=runs[count_primes, 1].cores)
        )
    tell.note(
        _("SHA-256 se calcula en C y suelta el GIL mientras tanto: ahí trabajaron hasta {used:.2f} núcleos.").format(
            used=max(runs[digest, threads].cores for threads in counts)
        )
    )
    tell.where(share_out)


# --- 8. El intervalo de cambio ---------------------------------------------------------------------------------------


def wake_up_delays(interval, wakes):
    """Un hilo calcula sin parar; este despierta `wakes` veces de un `sleep` corto. Cuánto tarda en recuperar el GIL."""
    before = sys.getswitchinterval()
    enough = threading.Event()
    rounds = 0

    def compute():
        nonlocal rounds
        while not enough.is_set():
            rounds += 1

    sys.setswitchinterval(interval)
    try:
        computing = threading.Thread(target=compute, name="cálculo")
        computing.start()
        start, delays = time.perf_counter(), []
        for _number in range(wakes):
            asleep = time.perf_counter()
            time.sleep(0.001)
            delays.append(time.perf_counter() - asleep - 0.001)
        return statistics.median(delays), rounds / (time.perf_counter() - start)
    finally:
        enough.set()
        computing.join()
        sys.setswitchinterval(before)


def teach_switching(tell, options):
    tell.section(_("El intervalo de cambio"))
    tell.say(
        _(
            "Quien despierta de una espera tiene que recuperar el GIL. Si otro hilo está calculando, se lo pide y "
            "aguarda el intervalo de cambio (sys.getswitchinterval(): {interval:.0f} ms). Un hilo calcula y otro "
            "despierta una y otra vez:"
        ).format(interval=sys.getswitchinterval() * 1000)
    )
    rows = []
    intervals = (0.02, 0.005, 0.0005)
    with tell.progress(_("Despertando"), len(intervals)) as progress:
        for interval in intervals:
            delay, speed = wake_up_delays(interval, 10 if options.fast else 60)
            rows.append((f"{interval * 1000:.1f}", f"{delay * 1000:.2f}", f"{speed / 1e6:.2f}"))
            progress.advance()
    tell.table([_("intervalo (ms)"), _("tarda en seguir (ms)"), _("cálculo (millones de vueltas/s)")], rows)
    if not has_gil():
        tell.note(
            _("Este intérprete no tiene GIL: quien despierta sigue sin pedir permiso, sea cual sea el intervalo.")
        )
    tell.note(
        _(
            "Más corto: responde antes quien espera y se cambia más. No hace paralelo el cálculo, y no arregla una "
            "carrera: solo mueve dónde cae el cambio."
        )
    )
    tell.where(wake_up_delays)


# --- 9. Con GIL y sin GIL --------------------------------------------------------------------------------------------


def speed_up(limit, threads):
    """Ganancia de `threads` hilos con el mismo trabajo, y núcleos que trabajaron.  Sirve a cualquier Python."""
    wall, cpu = [], []
    for workers in (1, threads):
        begun = time.perf_counter(), time.process_time()
        share_out(count_primes, limit, threads, workers)
        wall.append(time.perf_counter() - begun[0])
        cpu.append(time.process_time() - begun[1])
    return {"version": sys.version.split()[0], "gil": has_gil(), "gain": wall[0] / wall[1], "cores": cpu[1] / wall[1]}


def teach_interpreters(tell, options):
    tell.section(_("Este intérprete, y uno sin GIL"))
    here = has_gil()
    tell.say(
        _("Este es {name} {version}, {state}. Puede usar {cores} núcleos.").format(
            name=sys.implementation.name,
            version=sys.version.split()[0],
            state=_("con GIL") if here else _("sin GIL"),
            cores=usable_cores(),
        )
    )
    other = elsewhere.find_free_threaded() if here else sys.executable
    if other is None:
        tell.note(
            _(
                "No se ha encontrado un Python sin GIL (python3.13t o posterior en PATH, o {variable}=/ruta). Con uno, "
                "esta sección repite el cálculo anterior en los dos y compara."
            ).format(variable=elsewhere.VARIABLE)
        )
        return
    functions = [has_gil, count_primes, share_out, speed_up]
    threads = max(2, min(4, usable_cores()))
    # Donde ya no hay GIL, el mismo intérprete con el GIL puesto sirve de control.
    sides = [(sys.executable, () if here else ("-X", "gil=1")), (other, ())]
    with tell.progress(_("El mismo código en los dos"), len(sides)) as progress:
        runs = []
        for python, flags in sides:
            limit = 40_000 if options.fast else 200_000
            runs.append(elsewhere.call(functions, limit, threads, python=python, flags=flags))
            progress.advance()
    tell.table(
        ["Python", "GIL", _("hilos"), _("ganancia"), _("núcleos usados")],
        [
            (run["version"], _("sí") if run["gil"] else _("no"), threads, f"{run['gain']:.2f}x", f"{run['cores']:.2f}")
            for run in runs
        ],
    )
    if runs[1]["cores"] < 1.5:
        tell.note(_("La máquina no dejó libres dos núcleos: con otra carga encima, esta ganancia no dice nada."))
    else:
        tell.result(
            runs[1]["gain"] > 1.2, _("Sin GIL, {gain:.2f}x con {n} hilos.").format(gain=runs[1]["gain"], n=threads)
        )
    tell.where(speed_up)


# --- 10. En resumen --------------------------------------------------------------------------------------------------


def teach_summary(tell, options):
    tell.section(_("Qué llevarse"))
    tell.points(
        [
            _("Espera: hilos (decenas o cientos) o asyncio (miles). Cálculo en Python: procesos, o un Python sin GIL."),
            _("start() a todos antes de join() a ninguno; ponles nombre; mejor un pool que hilos sueltos."),
            _("La excepción de un hilo se pierde si nadie mira; la de un Future, la ve quien pide el resultado."),
            _("daemon solo para lo que puede quedar a medias."),
            _("El GIL no hace correcto tu programa: compartir datos sin un lock sigue siendo una carrera."),
        ]
    )
    tell.next_step(
        _("Lo que aquí no ganó nada, con procesos:"),
        "python3 basics/02_multiprocessing_basics.py",
    )


SECTIONS = (
    teach_life,
    teach_daemon,
    teach_exceptions,
    teach_results,
    teach_local,
    teach_waiting,
    teach_computing,
    teach_switching,
    teach_interpreters,
    teach_summary,
)


def teach(tell, options):
    elsewhere.find_free_threaded()  # si HILOS_FREE_THREADED está mal puesta, se dice ahora y no a mitad de lección
    tell.title(_("Hilos"), _("Qué es un hilo, cuándo acelera un programa y cuándo no, medido en tu máquina."))
    for section in SECTIONS:
        section(tell, options)


def main():
    return lesson.run(teach, description=_("Hilos, GIL y trabajo de espera y de cálculo: lección 1."))


if __name__ == "__main__":
    raise SystemExit(main())
