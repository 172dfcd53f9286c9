"""Procesos: cálculo en varios núcleos a la vez, y lo que cuesta no compartir memoria.

Cada proceso tiene su intérprete, su GIL y su memoria.  Por eso varios procesos calculan de verdad en paralelo, y por
eso todo lo que se pasan hay que enviarlo: se *serializa* (pickle), viaja por una tubería y se vuelve a construir, o
se pone en memoria compartida.  Tres costes deciden si merece la pena:

    arrancar     decenas de milisegundos por proceso, según el método (fork, forkserver, spawn);
    enviar       proporcional a lo que se envía, ida y vuelta;
    lo que no se reparte    la ley de Amdahl: si una fracción s del trabajo es en serie, con n procesos la ganancia
                 es 1 / (s + (1 - s) / n), y nunca pasa de 1 / s por muchos núcleos que haya.

Métodos de arranque.  *fork* copia el proceso entero tal como está: rápido, pero solo copia el hilo que llama, y un lock
que otro hilo tenía queda tomado para siempre en la copia.  *spawn* arranca un Python nuevo e importa el programa:
lento y limpio.  *forkserver* arranca un proceso limpio del que salen los demás con fork.  Por ese lock huérfano, Linux
pasó de fork a forkserver en Python 3.14; macOS usa spawn desde 3.8 y Windows no tiene otro.

Consecuencias que verás en todo programa con procesos: `if __name__ == "__main__":`, funciones definidas en el módulo
(pickle las envía por su nombre), y argumentos y resultados que se puedan serializar.

Se lee de arriba abajo.  Cada función con procesos es biblioteca estándar, recibe el contexto (el método de arranque) y
sus tamaños, no imprime y devuelve un valor; las funciones `teach_*` la llaman y cuentan lo que ha salido, medido aquí.

English abstract: processes from the standard library, measured as you run it: Process, Pool and ProcessPoolExecutor,
start methods, speed-up with Amdahl's law fitted beside, chunk size, Queue and Pipe, lost updates on a shared Value,
shared memory against pickling, a worker that dies, sub-interpreters, and a table to decide by.  Walk-through:
docs/en/lessons/multiprocessing_basics.md.
"""

import concurrent.futures
import contextlib
import itertools
import multiprocessing
import os
import shutil
import signal
import statistics
import sys
import threading
import time
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.shared_memory import SharedMemory

from hilos import lesson
from hilos.lesson import children
from hilos.lesson.stopwatch import timed, usable_cores

_ = lesson.translator("multiprocessing_basics")

METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
"""Con el que se hacen los experimentos: ninguno de los dos hereda locks a medias."""


# --- 1. Un proceso y su memoria --------------------------------------------------------------------------------------

MEMORY = {"value": 0}


def add_hundred(results):
    MEMORY["value"] += 100
    results.send((os.getpid(), MEMORY["value"]))


def own_memory(context):
    """Un hijo cambia una variable global.  Devuelve (pid, valor) del hijo y del padre."""
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=add_hundred, args=(sender,), name="hijo")
    child.start()
    seen = receiver.recv()
    child.join()
    return seen, (os.getpid(), MEMORY["value"])


def leave_with(status):
    sys.exit(status)


def exit_codes(context):
    """Cómo acabó cada hijo, según `exitcode`: solo, con `sys.exit(3)` y terminado desde fuera."""
    kinds = [(leave_with, (0,)), (leave_with, (3,)), (time.sleep, (60,))]
    started = [context.Process(target=target, args=args) for target, args in kinds]
    for child in started:
        child.start()
    started[2].terminate()
    for child in started:
        child.join()  # sin esto, un hijo acabado queda como zombi hasta que el padre pregunte por él
    return [child.exitcode for child in started]


def teach_process(tell, options, context):
    tell.section(_("Un proceso no comparte memoria"))
    (child, in_child), (parent, in_parent) = own_memory(context)
    tell.say(_("Un hijo suma 100 a una variable global y envía por una tubería lo que ve."))
    tell.table(
        [_("proceso"), "pid", _("valor que ve")], [(_("hijo"), child, in_child), (_("padre"), parent, in_parent)]
    )
    tell.result(in_parent != in_child, _("El cambio se quedó en el hijo: cada uno tiene su memoria."))
    normal, asked, ended = exit_codes(context)
    tell.say(
        _(
            "join() espera al hijo y exitcode dice cómo acabó: {normal} si terminó bien, {asked} con sys.exit(3), "
            "{ended} si lo terminó una señal (el número de la señal, en negativo)."
        ).format(normal=normal, asked=asked, ended=ended)
    )
    tell.where(own_memory)


# --- 2. Pool y ProcessPoolExecutor -----------------------------------------------------------------------------------


def square(number):
    time.sleep(0.03)  # para que dé tiempo a que trabajen todos
    return os.getpid(), number * number


def with_pool(context, workers, numbers):
    """`Pool`: los procesos se crean una vez y se reparten las tareas; el `with` los termina."""
    with context.Pool(workers) as pool:
        return pool.map(square, numbers, chunksize=1)


def with_executor(context, workers, numbers):
    """`ProcessPoolExecutor`: lo mismo con la interfaz de los hilos, `Future`, y excepciones que vuelven."""
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        return list(pool.map(square, numbers))


def root_of(number):
    if number < 0:
        raise ValueError(f"{number} < 0")
    return number**0.5


def failure_from_afar(context):
    """La excepción de un proceso vuelve con su traza: quién la lanzó, qué decía y si la traza nombra a `root_of`."""
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        future = pool.submit(root_of, -1)
        error = future.exception()
    return type(error).__name__, str(error), "root_of" in str(error.__cause__)


def teach_pools(tell, options, context):
    tell.section(_("Pool y ProcessPoolExecutor"))
    numbers = list(range(8))
    rows = []
    for name, function in (("Pool.map", with_pool), ("ProcessPoolExecutor.map", with_executor)):
        done = function(context, 2, numbers)
        rows.append((name, len({pid for pid, _square in done}), [value for _pid, value in done]))
    tell.table([_("forma"), _("procesos que trabajaron"), _("resultados, en orden")], rows)
    kind, message, traced = failure_from_afar(context)
    tell.result(
        traced,
        _("Una excepción en el hijo vuelve al padre con su traza: {kind}: {message}.").format(
            kind=kind, message=message
        ),
    )
    tell.where(with_executor)


# --- 3. Métodos de arranque ------------------------------------------------------------------------------------------

DIARY_LOCK = threading.Lock()


def report_in(results):
    results.send((time.monotonic(), MEMORY["value"]))


def start_up(context, repeats):
    """Mediana de segundos de `start()` a la primera línea del hijo, y si este ve lo que el padre cambió al empezar."""
    delays, saw = [], False
    MEMORY["value"] = 7  # cambiado después de importar el módulo
    for _number in range(repeats):
        receiver, sender = context.Pipe(duplex=False)
        begun = time.monotonic()
        child = context.Process(target=report_in, args=(sender,))
        child.start()
        arrived, value = receiver.recv()
        child.join()
        delays.append(arrived - begun)
        saw = value == 7
    MEMORY["value"] = 0
    return statistics.median(delays), saw


def try_lock(results, patience):
    results.send(DIARY_LOCK.acquire(timeout=patience))


def lock_in_the_child(context, patience):
    """Otro hilo tiene un lock cuando se crea el hijo, y luego lo suelta.  ¿Lo consigue el hijo?  ¿Hubo avisos?"""
    taken, release = threading.Event(), threading.Event()

    def hold():
        with DIARY_LOCK:
            taken.set()
            release.wait()

    holder = threading.Thread(target=hold, name="diario")
    holder.start()
    taken.wait()
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=try_lock, args=(sender, patience))
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        child.start()
    release.set()
    got = receiver.recv()
    child.join()
    holder.join()
    return got, len(warned)


def teach_start_methods(tell, options, context):
    tell.section(_("Métodos de arranque: fork, forkserver, spawn"))
    methods = multiprocessing.get_all_start_methods()
    copies = {
        "fork": _("todo, menos los demás hilos"),
        "forkserver": _("un servidor limpio"),
        "spawn": _("nada: importa el programa"),
    }
    rows, locked = [], {}
    for method in ("fork", "forkserver", "spawn"):
        if method not in methods:
            continue
        chosen = children.context(method)
        delay, saw = start_up(chosen, 2 if options.fast else 5)
        locked[method] = lock_in_the_child(chosen, 0.3)
        rows.append(
            (
                method,
                f"{delay * 1000:.1f}",
                copies[method],
                _("sí") if saw else _("no"),
                _("sí") if locked[method][0] else _("no, nunca"),
            )
        )
    tell.table(
        [
            _("método"),
            _("arranca (ms)"),
            _("qué copia"),
            _("ve un cambio del padre"),
            _("consigue un lock que tenía otro hilo"),
        ],
        rows,
    )
    tell.say(
        _("En este Python ({version}, {system}) el método por omisión es {method}.").format(
            version=sys.version.split()[0], system=sys.platform, method=methods[0]
        )
    )
    if "fork" in locked:
        tell.result(
            locked["fork"][0],
            _(
                "Con fork, el hijo heredó un lock tomado y no el hilo que debía soltarlo: esperaría para siempre. Por "
                "eso Python 3.12 avisa al hacer fork con más hilos (avisos aquí: {warned}) y 3.14 cambió el método."
            ).format(warned=locked["fork"][1]),
        )
    tell.where(lock_in_the_child)


# --- 4. Ganancia y ley de Amdahl -------------------------------------------------------------------------------------


def count_primes(limit):
    """Cuántos primos hay por debajo de `limit`, y segundos de CPU que costó contarlos."""
    begun, found = time.process_time(), 0
    for number in range(2, limit):
        divisor = 2
        while divisor * divisor <= number and number % divisor:
            divisor += 1
        found += divisor * divisor > number
    return found, time.process_time() - begun


def spread(context, workers, limit, pieces, alone):
    """`pieces` trozos iguales; `alone` de ellos los hace el padre solo.  Devuelve primos, segundos y CPU gastada."""
    ready = context.Barrier(workers + 1)
    with context.Pool(workers, initializer=ready.wait) as pool:
        ready.wait()  # que arrancar no cuente: aquí se mide repartir
        begun = time.perf_counter()
        done = [count_primes(limit) for _number in range(alone)]
        done += pool.map(count_primes, [limit] * (pieces - alone), chunksize=1)
        wall = time.perf_counter() - begun
        pool.close()
        pool.join()
    return sum(found for found, _cpu in done), wall, sum(cpu for _found, cpu in done)


def amdahl(workers, serial):
    """Ganancia que predice la ley de Amdahl (1967) con una fracción `serial` sin repartir."""
    return 1 / (serial + (1 - serial) / workers)


def fitted_serial_share(gains):
    """Fracción en serie que mejor explica las ganancias medidas {procesos: ganancia}, por mínimos cuadrados.

    De 1/S = s + (1 - s)/n sale 1/S - 1/n = s (1 - 1/n): una recta por el origen.
    """
    points = [(1 - 1 / workers, 1 / gain - 1 / workers) for workers, gain in gains.items() if workers > 1]
    if not points:
        return 0.0
    slope = sum(x * y for x, y in points) / sum(x * x for x, _y in points)
    return min(max(slope, 0.0), 1.0)


def teach_speed_up(tell, options, context):
    tell.section(_("Cálculo en paralelo, y la ley de Amdahl"))
    cores, pieces = usable_cores(), 48  # muchos y pequeños: con 8 trozos, 5 procesos y 7 tardarían lo mismo
    counts = [*range(1, min(cores, 8) + 1), *([2 * cores] if cores <= 8 else [])]
    limit, repeats = (5_000, 1) if options.fast else (24_000, 2)
    tell.say(
        _(
            "{pieces} trozos iguales de cálculo. Primero se reparten todos; después, la cuarta parte la hace el padre "
            "solo antes de repartir: un 25 % en serie. De las medidas se ajusta la fracción en serie."
        ).format(pieces=pieces)
    )
    rows, busy = [], None
    with tell.progress(_("Repartiendo"), 2 * len(counts)) as progress:
        for alone in (0, pieces // 4):
            walls = {}
            for workers in counts:
                runs = [spread(context, workers, limit, pieces, alone) for _number in range(repeats)]
                _found, walls[workers], cpu = min(runs, key=lambda run: run[1])
                progress.advance()
                if alone == 0 and workers <= cores and cpu / walls[workers] < 0.8 * workers:
                    busy = (workers, cpu / walls[workers])
            gains = {workers: walls[1] / walls[workers] for workers in counts}
            serial = fitted_serial_share({workers: gains[workers] for workers in counts if workers <= cores})
            for workers in counts:
                law = f"{amdahl(min(workers, cores), serial):.2f}x"
                seconds, gain = f"{walls[workers]:.2f}", f"{gains[workers]:.2f}x"
                rows.append((f"{alone / pieces:.0%}", workers, seconds, gain, f"{serial:.0%}", law))
    tell.table(
        [_("en serie"), _("procesos"), _("tardó (s)"), _("ganancia"), _("ajustado"), _("Amdahl")],
        rows,
    )
    if busy is not None:
        tell.note(
            _(
                "Con {workers} procesos solo trabajaron {used:.2f} núcleos: otro programa ocupa la máquina. No te fíes "
                "de estas ganancias, ni del ajuste, que lo toma por trabajo en serie."
            ).format(workers=busy[0], used=busy[1])
        )
    if counts[-1] > cores:
        tell.note(_("Más procesos que núcleos ({cores}) no dan más: se turnan.").format(cores=cores))
    tell.where(spread)


# --- 5. chunksize ----------------------------------------------------------------------------------------------------


def is_even(number):
    return number % 2 == 0


def map_in_chunks(context, workers, items, sizes):
    """Segundos que tarda el mismo `map` de tareas diminutas según cuántas viajan juntas."""
    seconds = {}
    with context.Pool(workers) as pool:
        pool.map(is_even, range(workers))
        for size in sizes:
            begun = time.perf_counter()
            pool.map(is_even, range(items), chunksize=size)
            seconds[size] = time.perf_counter() - begun
    return seconds


def teach_chunks(tell, options, context):
    tell.section(_("Tareas diminutas: chunksize"))
    items = 4_000 if options.fast else 30_000
    seconds = map_in_chunks(context, 2, items, (1, 10, 100, 1000))
    direct = timed(lambda: list(map(is_even, range(items)))).wall
    rows = [(size, f"{wall * 1000:.1f}", f"{wall / items * 1e6:.2f}") for size, wall in seconds.items()]
    rows.append((_("sin procesos"), f"{direct * 1000:.1f}", f"{direct / items * 1e6:.2f}"))
    tell.table(
        ["chunksize", _("tardó (ms)"), _("por tarea (µs)")],
        rows,
        title=_("{items} tareas de nada").format(items=items),
    )
    tell.note(
        _(
            "Pool.map elige un chunksize por ti; ProcessPoolExecutor.map usa 1. Si la tarea cuesta menos que enviarla, "
            "ningún chunksize gana a no usar procesos."
        )
    )
    tell.where(map_in_chunks)


# --- 6. Queue, Pipe, Value -------------------------------------------------------------------------------------------


def echo(receive, send):
    while (message := receive()) is not None:
        send(message)


def pipe_round_trip(context, messages):
    """Segundos por ida y vuelta de un mensaje pequeño por un Pipe."""
    here, there = context.Pipe()
    child = context.Process(target=echo_by_pipe, args=(there,))
    child.start()
    here.send("listo")
    here.recv()
    begun = time.perf_counter()
    for number in range(messages):
        here.send(number)
        here.recv()
    seconds = time.perf_counter() - begun
    here.send(None)
    child.join()
    return seconds / messages


def echo_by_pipe(connection):
    echo(connection.recv, connection.send)


def queue_round_trip(context, messages):
    """Lo mismo por dos Queue: cada una es un Pipe con locks y un hilo que envía por detrás."""
    requests, replies = context.Queue(), context.Queue()
    child = context.Process(target=echo_by_queue, args=(requests, replies))
    child.start()
    requests.put("listo")
    replies.get()
    begun = time.perf_counter()
    for number in range(messages):
        requests.put(number)
        replies.get()
    seconds = time.perf_counter() - begun
    requests.put(None)
    child.join()
    return seconds / messages


def echo_by_queue(requests, replies):
    echo(requests.get, replies.put)


def put_much(results, size):
    results.put(bytes(size))


def join_before_get(context, size, patience):
    """Esperar al hijo antes de vaciar su Queue.  ¿Seguía vivo tras `patience` segundos?  ¿Y después de vaciarla?"""
    results = context.Queue()
    child = context.Process(target=put_much, args=(results, size))
    child.start()
    child.join(patience)
    stuck = child.is_alive()
    results.get()
    child.join()
    return stuck, child.is_alive()


def add_many(counter, place, lock, times, together):
    together.wait()
    for _number in range(times):
        with lock:
            counter[place] += 1


def lost_updates(context, workers, times, cure):
    """Sumas perdidas al sumar varios procesos a la vez; `cure` es "none", "lock" o "slots" (un sitio por proceso)."""
    counter = context.Array("q", workers, lock=False)  # sin lock: memoria compartida y nada más
    lock = context.Lock() if cure == "lock" else contextlib.nullcontext()
    together = context.Barrier(workers)
    adding = [
        context.Process(target=add_many, args=(counter, number if cure == "slots" else 0, lock, times, together))
        for number in range(workers)
    ]
    for child in adding:
        child.start()
    for child in adding:
        child.join()
    return workers * times - sum(counter)


def teach_messages(tell, options, context):
    tell.section(_("Comunicarse: Pipe, Queue y memoria compartida con y sin lock"))
    messages = 300 if options.fast else 3000
    tell.table(
        [_("canal"), _("ida y vuelta (µs)")],
        [
            ("Pipe", f"{pipe_round_trip(context, messages) * 1e6:.0f}"),
            ("Queue", f"{queue_round_trip(context, messages) * 1e6:.0f}"),
        ],
    )
    stuck, after = join_before_get(context, 1 << 20, 0.5)
    tell.result(
        not stuck,
        _(
            "Esperar con join() a un hijo antes de vaciar su Queue: seguía vivo. No acaba hasta que alguien lee lo que "
            "puso. Tras el get(), acabó."
        )
        if stuck and not after
        else _("Esta vez el hijo acabó sin que nadie vaciara su Queue: cupo entera en la tubería."),
    )
    times = 40_000 if options.fast else 150_000
    rows = []
    for cure, name in (
        ("none", _("sin lock")),
        ("lock", _("con lock")),
        ("slots", _("un sitio para cada proceso, sin lock")),
    ):
        run = timed(lost_updates, context, 2, times, cure)
        for _retry in range(4 if cure == "none" else 0):
            if run.value:
                break
            run = timed(lost_updates, context, 2, times, cure)  # no coincidieron: en una máquina ocupada pasa
        rows.append((name, 2 * times, run.value, f"{run.wall:.2f}"))
    tell.table(
        [_("dos procesos suman en un Array"), _("sumas"), _("perdidas"), _("tardó (s)")],
        rows,
    )
    tell.note(
        _(
            "Aquí no hay GIL que valga: leer, sumar y escribir son tres pasos y los procesos corren en núcleos "
            "distintos. Un Value o Array con su lock tampoco basta: protege cada lectura y cada escritura, no la suma; "
            "hace falta «with v.get_lock():»."
        )
    )
    tell.where(lost_updates)


# --- 7. Enviar o compartir -------------------------------------------------------------------------------------------


def measure_arrivals(connection):
    """En el hijo: recibe datos, o el nombre de una memoria compartida, y lee un byte de cada página."""
    while (message := connection.recv()) is not None:
        if isinstance(message, bytes):
            connection.send(sum(message[::4096]))
        else:
            name, size = message
            block = SharedMemory(name=name)
            connection.send(sum(block.buf[:size:4096]))
            block.close()


def send_or_share(context, sizes):
    """Segundos hasta que otro proceso lee unos datos: con pickle, copiados a memoria compartida, o ya en ella."""
    # Antes que el hijo: quien la crea arranca el proceso que la vigila, y los dos deben tener el mismo.
    block = SharedMemory(create=True, size=max(sizes))
    here, there = context.Pipe()
    child = context.Process(target=measure_arrivals, args=(there,))
    child.start()
    try:
        here.send(b"listo")
        here.recv()  # que arrancar no cuente
        seconds = {}
        for size in sizes:
            data = b"\x01" * size
            marks = [time.perf_counter()]
            for message in (data, (block.name, size), (block.name, size)):
                if len(marks) == 2:
                    block.buf[:size] = data
                here.send(message)
                assert here.recv() == len(range(0, size, 4096))
                marks.append(time.perf_counter())
            seconds[size] = [after - before for before, after in itertools.pairwise(marks)]
        here.send(None)
        child.join()
        return seconds
    finally:
        block.close()
        block.unlink()  # la memoria compartida no es de ningún proceso: alguien tiene que borrarla


def teach_shared_memory(tell, options, context):
    tell.section(_("Datos grandes: pickle contra memoria compartida"))
    sizes = [megabytes * 1_000_000 for megabytes in (1, 10, 100)]
    # En Linux es un sistema de ficheros con tope (64 MB en un contenedor): pasarse mata al proceso.
    if os.path.isdir("/dev/shm"):  # noqa: S108, PTH112  es ese sitio, no un fichero temporal
        room = shutil.disk_usage("/dev/shm").free  # noqa: S108
        if room < 2 * sizes[-1]:
            tell.note(
                _("La memoria compartida solo tiene {room:.0f} MB libres: no caben todos los tamaños.").format(
                    room=room / 1e6
                )
            )
            sizes = [size for size in sizes if 2 * size < room]
    seconds = send_or_share(context, sizes)
    tell.table(
        [_("tamaño (MB)"), _("pickle (ms)"), _("copiar a compartida (ms)"), _("ya compartida (ms)")],
        [(size // 1_000_000, *(f"{each * 1000:.2f}" for each in times)) for size, times in seconds.items()],
    )
    tell.note(_("Compartir no envía los datos, solo su nombre. A cambio no hay lock: el orden es cosa tuya."))
    tell.where(send_or_share)


# --- 8. Un proceso que muere -----------------------------------------------------------------------------------------


def die():
    """Muere en el acto, sin despedirse, como quien se queda sin memoria."""
    if hasattr(signal, "SIGKILL"):
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(9)


def risky(task, deadly):
    if deadly:
        die()
    return task * task


def survive_a_death(context, workers, tasks, deadly):
    """El que hace la tarea `deadly` muere la primera vez.  Devuelve los resultados y cuántos pools se rompieron."""
    results, breaks, pending = {}, 0, list(range(tasks))
    while pending and breaks < 3:
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            try:
                futures = {pool.submit(risky, task, task == deadly and breaks == 0): task for task in pending}
                for future in as_completed(futures):
                    results[futures[future]] = future.result()
            except BrokenProcessPool:
                breaks += 1  # el pool entero queda inservible: se hace otro con lo que falta
        pending = [task for task in pending if task not in results]
    return [results[task] for task in sorted(results)], breaks


def pool_never_answers(context, patience):
    """Lo mismo con `Pool`: repone al muerto, pero la tarea se pierde y nadie avisa.  ¿Seguía sin respuesta?"""
    with context.Pool(1) as pool:
        answer = pool.apply_async(die)
        answer.wait(patience)
        return not answer.ready()


def teach_deaths(tell, options, context):
    tell.section(_("Un proceso que muere a media tarea"))
    results, breaks = survive_a_death(context, 2, 8, 5)
    tell.say(
        _(
            "El proceso que hacía la tarea 5 recibió SIGKILL. ProcessPoolExecutor lo nota y lanza BrokenProcessPool en "
            "todo lo pendiente; con un pool nuevo se repite lo que faltaba:"
        )
    )
    tell.table([_("pools rotos"), _("resultados")], [(breaks, results)])
    tell.result(len(results) == 8, _("Están los {n} resultados.").format(n=len(results)))
    tell.result(
        not pool_never_answers(context, 0.6),
        _("multiprocessing.Pool repone al muerto pero su tarea se pierde: get() sin timeout no volvería nunca."),
    )
    tell.note(_("Repetir exige que la tarea se pueda repetir: que hacerla dos veces dé lo mismo que una."))
    tell.where(survive_a_death)


# --- 9. Sub-intérpretes ----------------------------------------------------------------------------------------------


def sums(executor, workers, size):
    """Cuatro sumas largas repartidas en un pool, de hilos o de sub-intérpretes: los resultados."""
    with executor(max_workers=workers) as pool:
        return list(pool.map(sum, [range(size)] * 4))


def teach_interpreters(tell, options, context):
    tell.section(_("Sub-intérpretes: varios GIL en un proceso"))
    executor = getattr(concurrent.futures, "InterpreterPoolExecutor", None)
    if executor is None:
        tell.note(
            _(
                "InterpreterPoolExecutor llega con Python 3.14; este es {version}. Son intérpretes aislados, cada uno "
                "con su GIL, dentro de un proceso: arrancan antes que un proceso y tampoco comparten objetos."
            ).format(version=sys.version.split()[0])
        )
        return
    size = 5_000_000 if options.fast else 30_000_000
    rows = []
    for name, kind in ((_("hilos"), ThreadPoolExecutor), (_("sub-intérpretes"), executor)):
        run = timed(sums, kind, min(4, usable_cores()), size)
        rows.append((name, f"{run.wall:.2f}", f"{run.cores:.2f}"))
    tell.table([_("forma"), _("tardó (s)"), _("núcleos usados")], rows)
    tell.where(sums)


# --- 10. Decidir -----------------------------------------------------------------------------------------------------


def teach_decision(tell, options, context):
    tell.section(_("¿Hilos, procesos, asyncio o sub-intérpretes?"))
    tell.table(
        ["", _("hilos"), _("procesos"), "asyncio", _("sub-intérpretes")],
        [
            (_("esperar a muchos"), _("cientos"), _("no"), _("miles"), _("no")),
            (_("cálculo en Python"), _("sin GIL, sí"), _("sí"), _("no"), _("sí (3.14)")),
            (_("cálculo en C"), _("si suelta el GIL"), _("sí"), _("no"), _("sí (3.14)")),
            (_("memoria"), _("compartida"), _("propia"), _("compartida"), _("propia")),
            (_("pasar un dato"), _("nada"), _("pickle"), _("nada"), _("copia")),
            (_("si uno muere"), _("cae todo"), _("cae él"), _("cae todo"), _("cae todo")),
            (_("peligro"), _("carreras"), _("enviar cuesta"), _("bloquear el bucle"), _("módulos de C")),
        ],
    )
    left = multiprocessing.active_children()
    tell.result(not left, _("Procesos hijos que quedan: {n}.").format(n=len(left)))
    tell.next_step(_("Ahora, una cola de trabajos con prioridades:"), "python3 workers/job_queue_system.py")


SECTIONS = (
    teach_process,
    teach_pools,
    teach_start_methods,
    teach_speed_up,
    teach_chunks,
    teach_messages,
    teach_shared_memory,
    teach_deaths,
    teach_interpreters,
    teach_decision,
)


def teach(tell, options):
    tell.title(_("Procesos"), _("Cálculo en varios núcleos a la vez, y lo que cuesta no compartir memoria."))
    context = children.context(METHOD)  # el de la biblioteca estándar; sus hijos dejan Ctrl+C al padre
    with children.reaped():
        for section in SECTIONS:
            section(tell, options, context)


def main():
    return lesson.run(teach, description=_("Procesos, Pool y ley de Amdahl: lección 2."))


if __name__ == "__main__":
    raise SystemExit(main())
