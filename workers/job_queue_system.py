"""Una cola de trabajos: prioridades, trabajadores y qué hacer cuando algo falla.

Quien encarga un trabajo no quiere esperar a que termine, y quien lo hace no puede hacerlos todos a la vez. Entre
los dos se pone una **cola**: guarda lo que falta por hacer, unos pocos **trabajadores** la vacían, y cada encargo
tiene un **resguardo** con el que recoger su resultado. Con eso se desacoplan dos ritmos, el de pedir y el de
hacer, y aparecen preguntas nuevas:

* ¿Quién va primero? Una *prioridad* adelanta lo urgente. Si lo urgente no se acaba nunca, lo demás no llega a hacerse:
  eso se llama *inanición* (starvation), y se cura dejando que lo que espera *envejezca* (aging).
* ¿Qué pasa cuando un trabajo falla? Su error no puede matar al trabajador ni perderse. Si el fallo puede ser
  pasajero, se *reintenta*, cada vez más tarde (backoff exponencial) y con algo de azar (jitter), para que los que
  fallaron juntos no vuelvan juntos. Si no tiene arreglo, va a la lista de *trabajos muertos* (dead letters) con su
  porqué.
* ¿Y si llegan más de los que se pueden hacer? Una cola sin límite crece hasta acabar con la memoria. Una cola con
  límite hace esperar a quien pide: es la *contrapresión* (back-pressure).
* ¿Y al apagar? O se vacía la cola, o se devuelve lo que no se hizo. Nunca se pierde en silencio.
* ¿Y si muere un trabajador a la mitad? Nadie sabe cuánto llegó a hacer. Repetir su trabajo es ejecutarlo *al menos
  una vez*; no repetirlo, *como mucho una*. «Exactamente una» solo existe si hacerlo dos veces da lo mismo
  (*idempotencia*).

Primero la construimos a la vista con la biblioteca estándar: `queue.PriorityQueue`, unos hilos y un `Event` por
resguardo. Después hacemos lo mismo con `hilos.jobs`, que añade lo que falta. Las dos pasan las mismas pruebas
(tests/contracts).

In English: a job queue built in sight from the standard library (priorities, aging, results, errors,
back-pressure, clean shutdown), then hilos.jobs (retries, time limits, cancelling, dead letters, workers that may
be killed). Walk-through: docs/en/lessons/job_queue.md
"""

import itertools
import math
import os
import queue
import signal
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from hilos import lesson
from hilos.jobs import GiveUp, Priority, Retry, Stats, checkpoint, open_queue
from hilos.jobs.live import LiveView
from hilos.lesson import children

_ = lesson.translator("job_queue")

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows no la tiene: allí SIGTERM mata igual de en seco
HIGH, NORMAL, LOW = Priority.HIGH, Priority.NORMAL, Priority.LOW  # 0, 1 y 2: el menor número sale antes


# --- La cola, a la vista -------------------------------------------------------------------------------------------


# region: ticket
class Ticket:
    """El resguardo de un trabajo: con él se espera y se recoge el resultado."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.function = function
        self.args = args
        self.ended = threading.Event()
        self.handed_back = False
        self.value: Any = None
        self.error: Exception | None = None
        self.traceback = ""

    def run(self) -> None:
        """Hace el trabajo. El error se guarda junto a él: no puede matar al trabajador ni perderse."""
        try:
            self.value = self.function(*self.args)
        except Exception as error:  # noqa: BLE001  cualquiera: es trabajo ajeno
            self.error = error
            self.traceback = traceback.format_exc()
        self.ended.set()  # lo último: quien despierta ya encuentra el resultado puesto

    def result(self, timeout: float | None = None) -> Any:
        """Espera al final y devuelve lo que devolvió el trabajo, o lanza lo que lanzó."""
        if not self.ended.wait(timeout):
            raise TimeoutError("el trabajo no ha terminado todavía")
        if self.error is not None:
            raise self.error
        return self.value


# endregion


# region: queue
class JobQueue:
    """Una cola con prioridades y sus trabajadores, solo con la biblioteca estándar.

    `PriorityQueue` ordena tuplas: (rango, número, resguardo). El número, que siempre crece, deshace los empates,
    así que dentro de una prioridad sale antes lo que entró antes, y dos resguardos no se comparan nunca entre sí.
    """

    def __init__(self, workers: int = 2, capacity: int = 0, aging: float | None = None) -> None:
        self._queue: queue.PriorityQueue[tuple[float, int, Ticket | None]] = queue.PriorityQueue(capacity)
        self._numbers = itertools.count()
        self._aging = aging
        # Une «¿está cerrada?» y «mete el trabajo» en un solo paso: sin él, un trabajo podría entrar justo después
        # de que se fuera el último trabajador, y su resguardo esperaría para siempre.
        self._door = threading.Lock()
        self._closed = False
        # daemon: si se interrumpe el programa, los que esperan trabajo no impiden que termine.
        self._workers = [
            threading.Thread(target=self._work, name=f"worker {n + 1}", daemon=True) for n in range(workers)
        ]
        for worker in self._workers:
            worker.start()

    def submit(self, function: Callable[..., Any], *args: Any, priority: int = NORMAL) -> Ticket:
        """Encarga `function(*args)`. Si la cola tiene límite y está llena, espera: eso es la contrapresión."""
        ticket = Ticket(function, args)
        with self._door:
            if self._closed:
                raise RuntimeError("la cola está cerrada")
            self._queue.put((self._rank(priority), next(self._numbers), ticket))
        return ticket

    def _rank(self, priority: int) -> float:
        """Sin envejecer, la prioridad. Envejeciendo, la hora de llegada más una ventaja por cada nivel."""
        return priority if self._aging is None else time.monotonic() + priority * self._aging

    def _work(self) -> None:
        while True:
            _rank, _number, ticket = self._queue.get()
            if ticket is None:
                return
            ticket.run()

    def close(self, drain: bool = True) -> list[Ticket]:
        """No admite más. Vacía la cola (`drain`) o devuelve lo que no se hizo, y espera a los trabajadores."""
        given = []
        with self._door:
            self._closed = True
            while not drain:
                try:
                    ticket = self._queue.get_nowait()[2]
                except queue.Empty:
                    break
                assert ticket is not None
                ticket.handed_back = True
                given.append(ticket)
        for _worker in self._workers:  # una señal de salida para cada uno, detrás de todo lo demás
            self._queue.put((math.inf, next(self._numbers), None))
        for worker in self._workers:
            worker.join()
        return given


# endregion


# --- Los experimentos: código normal que devuelve lo que midió -------------------------------------------------------


# region: order
def order_of_execution(priorities: list[int]) -> list[int]:
    """En qué orden hace un trabajador los trabajos que esperaban, por su posición de llegada."""
    done: list[int] = []
    gate = threading.Event()
    jobs = JobQueue(workers=1)
    jobs.submit(gate.wait, priority=HIGH)  # ocupa al trabajador mientras llegan los demás
    for position, priority in enumerate(priorities):
        jobs.submit(done.append, position, priority=priority)
    gate.set()
    jobs.close()
    return done


# endregion


# region: starvation
def starved(aging: float | None, urgent: int, work: float) -> tuple[int, float]:
    """Cuántos trabajos urgentes, que no dejan de llegar, se adelantan a uno que no lo es, y cuánto espera este."""
    jobs = JobQueue(workers=1, aging=aging)
    overtook = 0
    all_done = threading.Event()

    def hurry(left: int) -> None:
        nonlocal overtook
        time.sleep(work)
        overtook += not humble.ended.is_set()
        if left > 1:
            jobs.submit(hurry, left - 1, priority=HIGH)  # antes de acabar uno urgente ya ha llegado el siguiente
        else:
            all_done.set()

    gate = threading.Event()
    jobs.submit(gate.wait, priority=HIGH)
    begin = time.monotonic()
    humble = jobs.submit(lambda: time.monotonic() - begin, priority=LOW)
    jobs.submit(hurry, urgent, priority=HIGH)
    gate.set()
    all_done.wait()
    jobs.close()
    return overtook, humble.result()


# endregion


# region: back_pressure
def deepest(capacity: int, count: int, work: float) -> tuple[int, float]:
    """El mayor número de trabajos en espera a la vez, y cuánto se frenó a quien los pedía (segundos)."""
    jobs = JobQueue(workers=2, capacity=capacity)
    longest = 0
    begin = time.monotonic()
    for _ in range(count):
        jobs.submit(time.sleep, work)
        longest = max(longest, jobs._queue.qsize())
    submitting = time.monotonic() - begin
    jobs.close()
    return longest, submitting


# endregion


# region: comeback
def comeback(jitter: float, count: int, backoff: float) -> list[float]:
    """Cuándo vuelven `count` trabajos que fallaron a la vez: segundos desde el primer fallo, en orden."""
    came: list[float] = []
    first: dict[int, float] = {}

    def flaky(number: int) -> None:
        now = time.monotonic()
        if number not in first:
            first[number] = now
            raise ConnectionError("el servidor no contesta")
        came.append(now - min(first.values()))

    with open_queue("threads", workers=2, retry=Retry(attempts=2, backoff=backoff, jitter=jitter)) as jobs:
        for number in range(count):
            jobs.submit(flaky, number)
        jobs.join()
    return sorted(came)


# endregion


def busiest(moments: list[float], window: float) -> int:
    """Cuántos de `moments` caen juntos, como mucho, en `window` segundos."""
    return max(sum(start <= each < start + window for each in moments) for start in moments)


# Lo que se manda a otro proceso tiene que poder importarse desde él: funciones del módulo, nunca lambdas.


def fail(text: str) -> None:
    """Un trabajo que no tiene arreglo."""
    raise GiveUp(text)


def divide(numerator: int, denominator: int) -> float:
    """Un trabajo que falla si se lo pides mal."""
    return numerator / denominator


def count_to(limit: int) -> int:
    """Cuenta sin hacer nada más: CPU pura."""
    total = 0
    for number in range(limit):
        total += number
    return total


def never_ends() -> None:
    """Un trabajo que se ha quedado colgado."""
    while True:
        time.sleep(0.05)
        checkpoint()


def patient(steps: int, step: float) -> int:
    """Un trabajo largo que dice por dónde va, y que ahí puede pararse."""
    for done in range(steps):
        checkpoint(done / steps)
        time.sleep(step)
    return steps


def fall_once(flag: str) -> str:
    """La primera vez muere por SIGKILL a la mitad, como si el sistema se quedara sin memoria; la segunda, termina."""
    if not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), KILL)
    return "ok"


def poison() -> None:
    """Mata siempre a quien lo coge."""
    os.kill(os.getpid(), KILL)


# region: killed
def killed_in_the_pool(flag: str) -> tuple[str, str]:
    """Lo que hace `ProcessPoolExecutor` cuando matan a un trabajador: qué fue del trabajo, y qué del siguiente."""
    outcomes = []
    context = children.context("spawn")  # el de la biblioteca estándar; sus hijos dejan Ctrl+C al padre
    with ProcessPoolExecutor(2, context) as pool:
        for call in ((fall_once, flag), (divide, 1, 1)):
            try:
                outcomes.append(str(pool.submit(*call).result(30)))
            except BrokenProcessPool as error:
                outcomes.append(type(error).__name__)
    return outcomes[0], outcomes[1]


def killed_in_the_queue(flag: str) -> tuple[str, str, float, int]:
    """Lo mismo en `hilos.jobs`: los dos resultados, cuánto costó (segundos) y cuántos trabajadores se perdieron."""
    with open_queue("processes", workers=2) as jobs:
        jobs.submit(divide, 1, 1).result(30)  # que arranquen los procesos, para medir solo la recuperación
        begin = time.monotonic()
        first = jobs.submit(fall_once, flag).result(30)
        took = time.monotonic() - begin
        second = jobs.submit(divide, 1, 1).result(30)
        return first, str(second), took, jobs.stats().lost


# endregion


# --- La narración ----------------------------------------------------------------------------------------------------


def show_order(tell: lesson.Narrator, options: lesson.Options) -> None:
    """Prioridades, y el orden dentro de cada una."""
    tell.section(_("Lo urgente primero, y por orden de llegada"))
    tell.say(
        _(
            "La cola está hecha con queue.PriorityQueue, hilos y un Event por resguardo (clases JobQueue y "
            "Ticket de este archivo). Ocupamos a su único trabajador, encargamos seis trabajos de prioridades "
            "distintas y lo soltamos."
        )
    )
    wanted = [LOW, NORMAL, HIGH, NORMAL, HIGH, LOW]
    order = order_of_execution([int(each) for each in wanted])
    names = {HIGH: _("alta"), NORMAL: _("normal"), LOW: _("baja")}
    tell.table(
        [_("se hizo"), _("había llegado"), _("prioridad")],
        [(rank + 1, position + 1, names[wanted[position]]) for rank, position in enumerate(order)],
    )
    expected = sorted(range(len(wanted)), key=lambda position: wanted[position])
    tell.result(order == expected, _("Primero las altas, y dentro de cada prioridad, el orden de llegada."))


def show_starvation(tell: lesson.Narrator, options: lesson.Options) -> None:
    """La inanición y su cura."""
    tell.section(_("Inanición, y su cura: envejecer"))
    urgent = 40 if options.fast else 120
    tell.say(
        _(
            "Un trabajo de prioridad baja espera mientras siguen llegando urgentes, uno por cada uno que se hace. "
            "Con prioridades estrictas solo le toca cuando se acaban. Si cada nivel de prioridad es solo una "
            "ventaja de 20 ms, su turno llega aunque no se acaben."
        )
    )
    rows = []
    results = {}
    for name, aging in ((_("estrictas"), None), (_("con envejecimiento"), 0.02)):
        passed, waited = starved(aging, urgent, 0.002)
        results[aging] = passed
        rows.append((name, passed, f"{waited * 1000:.0f} ms"))
    tell.table([_("prioridades"), _("urgentes que se adelantan"), _("espera")], rows)
    tell.result(
        results[None] == urgent > results[0.02],
        _("Envejeciendo, se adelantaron {aged} de {all}; sin envejecer, todos mientras no dejaron de llegar.").format(
            aged=results[0.02], all=urgent
        ),
    )


def show_error(tell: lesson.Narrator, options: lesson.Options) -> None:
    """Un trabajo que falla."""
    tell.section(_("Un trabajo que falla no se lleva a nadie por delante"))
    jobs = JobQueue(workers=1)
    broken = jobs.submit(divide, 1, 0)
    fine = jobs.submit(divide, 6, 3)
    jobs.close()
    tell.say(_("El error queda junto a su trabajo, con su traza, y lo lanza quien recoge el resultado:"))
    tell.code("\n".join(broken.traceback.splitlines()[-3:]))
    tell.result(
        isinstance(broken.error, ZeroDivisionError) and fine.result() == 2.0,
        _("El mismo trabajador hizo después el siguiente trabajo, que dio {value:g}.").format(value=fine.result()),
    )


def show_back_pressure(tell: lesson.Narrator, options: lesson.Options) -> None:
    """Una cola con límite y otra sin él."""
    tell.section(_("Contrapresión: que espere quien pide"))
    count = 100 if options.fast else 300
    tell.say(
        _(
            "Encargamos {count} trabajos de 2 ms tan deprisa como podemos a dos trabajadores. Sin límite, los "
            "que esperan se acumulan en memoria. Con una cola de 10, put() hace esperar a quien los encarga."
        ).format(count=count)
    )
    rows = []
    depths = {}
    for name, capacity in ((_("sin límite"), 0), (_("10 en espera"), 10)):
        depth, submitting = deepest(capacity, count, 0.002)
        depths[capacity] = depth
        rows.append((name, depth, f"{submitting * 1000:.0f} ms"))
    tell.table([_("cola"), _("más en espera a la vez"), _("tiempo encargando")], rows)
    tell.result(depths[10] <= 10 < depths[0], _("Con límite, nunca hubo más de 10 en espera."))


def show_shutdown(tell: lesson.Narrator, options: lesson.Options) -> None:
    """Apagar vaciando, y apagar devolviendo."""
    tell.section(_("Apagar sin perder nada"))
    rows = []
    total = 20
    fair = True
    for name, drain in ((_("vaciarla"), True), (_("devolver lo que falta"), False)):
        jobs = JobQueue(workers=2)
        tickets = [jobs.submit(time.sleep, 0.002) for _ in range(total)]
        tickets[5].result()
        given = jobs.close(drain)
        done = sum(ticket.ended.is_set() for ticket in tickets)
        fair = fair and done + len(given) == total
        rows.append((name, done, len(given)))
    tell.table([_("al cerrar la cola"), _("hechos"), _("devueltos")], rows)
    tell.result(
        fair, _("Hechos y devueltos suman siempre los {total} encargos: ninguno se perdió.").format(total=total)
    )
    tell.say(
        _(
            "A esta cola le faltan reintentos, límites de tiempo, cancelar, y sobrevivir a la muerte de un trabajador. "
            "hilos.jobs los añade sobre cualquier Executor de la biblioteca estándar; desde aquí la usamos."
        )
    )


def show_retries(tell: lesson.Narrator, options: lesson.Options) -> None:
    """Backoff exponencial, con y sin jitter."""
    tell.section(_("Reintentos: cada vez más tarde, y no todos a la vez"))
    policy = Retry(attempts=6, backoff=0.1, jitter=0)
    import random

    waits = [policy.delay(failed, random.Random(options.seed)) for failed in range(1, policy.attempts)]
    tell.say(
        _("Con backoff exponencial, las esperas entre seis intentos son {waits} segundos.").format(
            waits=", ".join(f"{wait:g}" for wait in waits)
        )
    )
    count = 20 if options.fast else 40
    tell.say(
        _(
            "Falla un servidor, y con él {count} trabajos a la vez. Los reintentamos 200 ms después. Contamos "
            "cuántos caen juntos sobre el servidor en los mismos 10 ms."
        ).format(count=count)
    )
    rows = []
    crowd = {}
    for name, jitter in ((_("sin jitter"), 0.0), (_("con jitter del 80 %"), 0.8)):
        moments = comeback(jitter, count, 0.2)
        crowd[jitter] = busiest(moments, 0.01)
        rows.append((name, crowd[jitter], f"{moments[0] * 1000:.0f} ms", f"{moments[-1] * 1000:.0f} ms"))
    tell.table([_("reintentos"), _("juntos en 10 ms"), _("el primero"), _("el último")], rows)
    tell.result(
        crowd[0.8] < crowd[0.0], _("El azar reparte la vuelta: el servidor que se recupera no recibe otro golpe.")
    )


def show_limits(tell: lesson.Narrator, options: lesson.Options) -> None:
    """Límite de tiempo, cancelar y trabajos muertos."""
    tell.section(_("Límite de tiempo, cancelar, y los trabajos muertos"))
    tell.say(
        _(
            "Un hilo no se puede parar desde fuera: el trabajo tiene que mirar de vez en cuando si debe parar "
            "(checkpoint). A un proceso sí: se le mata y se pone otro en su lugar. Aquí los trabajadores son procesos."
        )
    )
    with open_queue("processes", workers=2) as jobs:
        hung = jobs.submit(never_ends, name=_("el colgado"), timeout=0.3)
        unwanted = jobs.submit(patient, 100, 0.05, name=_("el que ya no hace falta"))
        wrong = jobs.submit(fail, _("el archivo no existe"), name=_("el que no tiene arreglo"), retry=Retry(attempts=5))
        killer = jobs.submit(poison, name=_("el venenoso"))
        while not unwanted.progress:
            time.sleep(0.01)
        seen = unwanted.progress
        stopped = unwanted.cancel()
        jobs.join()
        rows = [
            (job.name, job.attempts, job.losses, job.errors[-1].strip().splitlines()[-1]) for job in jobs.dead_letters
        ]
        tell.table([_("trabajo muerto"), _("intentos"), _("trabajadores que mató"), _("motivo")], rows)
        dead = {job.id for job in jobs.dead_letters}
    tell.result(
        stopped and dead == {hung.id, wrong.id, killer.id},
        _("Tres trabajos muertos, cada uno con su motivo; y uno cancelado cuando iba por el {progress:.0%}.").format(
            progress=seen
        ),
    )


def show_killed(tell: lesson.Narrator, options: lesson.Options) -> None:
    """SIGKILL a un trabajador a mitad de un trabajo."""
    tell.section(_("Matan a un trabajador a mitad de un trabajo"))
    with tempfile.TemporaryDirectory() as folder:
        lost, following = killed_in_the_pool(str(Path(folder, "pool")))
        first, second, took, deaths = killed_in_the_queue(str(Path(folder, "queue")))
    tell.table(
        ["", _("el trabajo interrumpido"), _("el siguiente")],
        [("ProcessPoolExecutor", lost, following), ("hilos.jobs", first, second)],
    )
    tell.result(lost == "BrokenProcessPool", _("El grupo de procesos estándar queda inservible para siempre."))
    tell.result(
        first == "ok" and deaths == 1,
        _("hilos.jobs repitió el trabajo en otro proceso: {milliseconds:.0f} ms en total.").format(
            milliseconds=took * 1000
        ),
    )
    tell.note(
        _(
            "Repetir es hacerlo «al menos una vez». Si un trabajo no puede hacerse dos veces, dilo con "
            "idempotent=False: entonces va a los trabajos muertos y decide una persona."
        )
    )


def show_everything(tell: lesson.Narrator, options: lesson.Options) -> None:
    """Una carga mezclada, con su vista en vivo y su resumen."""
    tell.section(_("Todo junto: una carga de verdad"))
    count = 120 if options.fast else 400
    size = 20_000 if options.fast else 60_000
    begin = time.monotonic()
    with open_queue("processes", workers=2, capacity=100, aging=1.0, retry=Retry(attempts=2, backoff=0.01)) as jobs:
        with LiveView(jobs):
            for number in range(count):
                if number % 40 == 39:
                    jobs.submit(divide, 1, 0, priority=HIGH)
                else:
                    jobs.submit(count_to, size, priority=number % 3)
            jobs.join()
        seconds = time.monotonic() - begin
        stats = jobs.stats()
    summary(tell, stats, seconds)


def summary(tell: lesson.Narrator, stats: Stats, seconds: float) -> None:
    """Cuántos, a qué ritmo y con qué esperas."""
    tell.table(
        [_("hechos"), _("fallidos"), _("reintentos"), _("por segundo")],
        [(stats.states["done"], stats.states["failed"], stats.retried, f"{stats.ended / seconds:.0f}")],
    )
    tell.table(
        ["", "p50", "p95", "p99", _("máximo")],
        [
            (name, *(f"{value * 1000:.1f} ms" for value in (each.p50, each.p95, each.p99, each.longest)))
            for name, each in ((_("espera en la cola"), stats.wait), (_("en marcha"), stats.run))
        ],
    )
    tell.result(
        stats.ended == stats.total,
        _("Los {total} trabajos terminaron: hechos, o con su motivo.").format(total=stats.total),
    )


SECTIONS = (
    show_order,
    show_starvation,
    show_error,
    show_back_pressure,
    show_shutdown,
    show_retries,
    show_limits,
    show_killed,
    show_everything,
)


def teach(tell: lesson.Narrator, options: lesson.Options) -> None:
    """La lección, de arriba abajo."""
    tell.title(
        _("Colas de trabajos"),
        _("Pedir sin esperar, hacer por orden, y no perder nada cuando algo falla."),
    )
    for section in SECTIONS:
        section(tell, options)
    tell.next_step(
        _("Lo siguiente: un sistema completo de procesamiento de imágenes sobre esta cola."),
        "python3 examples/demo_completo.py",
    )


def main() -> int:
    """Ejecuta la lección."""
    return lesson.run(teach, description=_("Cola de trabajos: prioridades, trabajadores, errores y reintentos."))


if __name__ == "__main__":
    raise SystemExit(main())
