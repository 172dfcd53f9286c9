"""Locks: qué hay en la caja de herramientas, cuándo se usa cada cosa y cuánto cuesta.

    python3 advanced/locks/02_locks_mutex.py          métricas en el puerto 8001
    python3 advanced/locks/02_locks_mutex.py --once   una pasada y termina

**Exclusión mutua.** Un *mutex* (*mutual exclusion*; en Python, `threading.Lock`) deja entrar en la sección crítica a un
hilo cada vez. No protege código ni variables: protege un *acuerdo*. Todos los que tocan el dato toman el mismo lock,
también para leerlo; si uno no lo toma, nadie está a salvo.

**La caja de herramientas.**

- `Lock`: lo básico. No es reentrante (quien lo tiene y lo pide otra vez se espera a sí mismo) y no tiene dueño: lo
  puede soltar cualquiera.
- `RLock`: reentrante y con dueño; lo suelta quien lo tomó, tantas veces como lo tomó.
- `acquire(timeout=…)` espera un tiempo; `acquire(blocking=False)`, *try-lock*, no espera nada. Ambos devuelven si lo
  consiguieron, y olvidar mirarlo es entrar sin permiso.
- `multiprocessing.Lock`: lo mismo entre procesos, donde `threading.Lock` no sirve de nada.
- `Condition`: esperar *a que algo sea cierto*. Siempre con `while`: al despertar, otro pudo llegar antes.
- `Semaphore` cuenta permisos; `BoundedSemaphore` avisa además si se devuelve uno de más.
- `Event`: una señal que se queda encendida. `Barrier`: nadie sigue hasta que están todos.
- Lectores y escritor: muchos leen a la vez, uno escribe solo. La biblioteca estándar no lo trae; aquí se construye.

**Contención.** Un lock libre cuesta decenas o cientos de nanosegundos. Uno disputado cuesta lo que tarde en salir
quien está dentro, y eso crece con los hilos y con la longitud de la sección crítica: por mucho que añadas hilos, no
entrará más de uno cada vez (1 / duración es el techo). Se alivia acortando la sección, o repartiendo el dato entre
varios locks: uno por elemento (*fine-grained*) o uno por grupo (*striped*).

**Justicia.** `threading.Lock` no promete turnos: quien acaba de soltarlo puede volver a tomarlo antes de que despierte
quien esperaba. Un lock justo reparte por igual y paga un cambio de hilo en cada entrada: es el *convoy*.

English abstract: what each synchronisation primitive of Python is for and what it costs, measured here: Lock, RLock,
timeouts and try-lock, locks between processes, contention against threads and length of the critical section, coarse,
striped and fine-grained locking, a readers-writer lock, Condition with its `while`, semaphores as a connection pool,
Event, Barrier, a bounded buffer, fairness against throughput, and the price of an uncontended lock. Metrics on
port 8001.
"""

import itertools
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

from hilos import lesson, observe, ports
from hilos.lesson import Narrator, Options, Serving, children, grouped, source, together, trying
from hilos.lesson.contention import prices, shares, throughput, visits_per_second

_ = lesson.translator("locks_mutex")

LOCK_METRICS = (
    "lock_acquisitions_total",
    "lock_wait_duration_seconds",
    "lock_hold_duration_seconds",
    "lock_contention_threads",
    "lock_timeout_failures_total",
)
ROUND = itertools.count()


# --- Lock, RLock, paciencia ---------------------------------------------------------------------------------------


def enter_twice(lock: Any, patience: float) -> bool:
    """Un método que toma el lock llama a otro que también lo toma: ¿entra? Con plazo, para no colgar la clase."""
    with lock:
        entered = lock.acquire(timeout=patience)
        if entered:
            lock.release()
        return bool(entered)


def release_by_another(lock: Any) -> bool:
    """Un hilo lo toma y otro lo suelta; devuelve si se pudo."""
    lock.acquire()

    def release() -> bool:
        try:
            lock.release()
        except RuntimeError:
            return False
        return True

    return bool(together(release).results[0])


def hold(lock: Any, seconds: float, inside: threading.Event) -> None:
    """Alguien que tarda: avisa de que está dentro y se queda."""
    with lock:
        inside.set()
        time.sleep(seconds)


def wait_at_most(lock: Any, patience: float, inside: threading.Event) -> bool:
    """Espera el lock como mucho `patience` segundos; devuelve si lo consiguió."""
    inside.wait()
    if not lock.acquire(timeout=patience):
        return False
    lock.release()
    return True


def meanwhile(lock: Any, inside: threading.Event) -> int:
    """Try-lock: si está tomado hace otra cosa y vuelve a probar; devuelve cuántas cosas le dio tiempo a hacer."""
    inside.wait()
    done = 0
    while not lock.acquire(blocking=False):
        time.sleep(0.001)  # otro trabajo útil
        done += 1
    lock.release()
    return done


# --- Entre procesos -----------------------------------------------------------------------------------------------


def add_in_process(value: Any, lock: Any, times: int, start: Any) -> None:
    """Lo que hace cada proceso hijo."""
    start.wait()
    for _turn in range(times):
        with lock:
            value.value += 1


def add_in_processes(lock: Any, times: int, processes: int = 2) -> int:
    """Varios procesos suman en un entero de memoria compartida; devuelve cuánto vale al final."""
    context = children.context("spawn")
    value, start = context.Value("i", 0, lock=False), context.Barrier(processes)
    crew = [context.Process(target=add_in_process, args=(value, lock, times, start)) for _n in range(processes)]
    with children.reaped():
        for process in crew:
            process.start()
        for process in crew:
            process.join(30)
    return int(value.value)


# --- Contención y granularidad ------------------------------------------------------------------------------------


class Store:
    """Fichas que se actualizan de una en una. Un lock para todas, uno por grupo, o uno por ficha."""

    def __init__(self, records: int, locks: int) -> None:
        self.values = [0] * records
        self.locks = [threading.Lock() for _n in range(locks)]

    def update(self, record: int, seconds: float) -> None:
        """Lee, tarda lo que tarda un disco y escribe, bajo el lock que guarda esa ficha."""
        with self.locks[record % len(self.locks)]:
            value = self.values[record]
            time.sleep(seconds)
            self.values[record] = value + 1


class ReadersWriter:
    """Muchos lectores o un escritor. Si un escritor espera, no entran lectores nuevos: así le llega el turno."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.readers = 0
        self.writers = 0  # dentro: 0 o 1
        self.writers_waiting = 0

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Para leer."""
        with self.changed:
            while self.writers or self.writers_waiting:
                self.changed.wait()
            self.readers += 1
        try:
            yield
        finally:
            with self.changed:
                self.readers -= 1
                self.changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Para escribir."""
        with self.changed:
            self.writers_waiting += 1
            while self.writers or self.readers:
                self.changed.wait()
            self.writers_waiting -= 1
            self.writers = 1
        try:
            yield
        finally:
            with self.changed:
                self.writers = 0
                self.changed.notify_all()


# --- Condition, semáforos, señales --------------------------------------------------------------------------------


class Box:
    """Una bandeja con su condición: «hay algo»."""

    def __init__(self) -> None:
        self.filled = threading.Condition()
        self.items: list[str] = []
        self.waiting = 0

    def put(self, item: str) -> None:
        """Deja algo y despierta a todos los que esperan."""
        with self.filled:
            self.items.append(item)
            self.filled.notify_all()


def take_with_if(box: Box) -> str | None:
    """Mal: al despertar da por hecho que sigue habiendo algo."""
    with box.filled:
        if not box.items:
            box.waiting += 1
            box.filled.wait()
        return box.items.pop() if box.items else None  # None: aquí `pop` habría lanzado IndexError


def take_with_while(box: Box) -> str | None:
    """Bien: al despertar vuelve a mirar."""
    with box.filled:
        while not box.items:
            box.waiting += 1
            box.filled.wait()
        return box.items.pop()


class Pool:
    """Conexiones contadas: nunca más de `size` en uso. El semáforo cuenta, el lock protege la cuenta del máximo."""

    def __init__(self, size: int) -> None:
        self.permits = threading.BoundedSemaphore(size)
        self.lock = threading.Lock()
        self.in_use = self.most = 0

    def query(self, seconds: float) -> None:
        """Toma una conexión, la usa y la devuelve."""
        with self.permits:
            with self.lock:
                self.in_use += 1
                self.most = max(self.most, self.in_use)
            time.sleep(seconds)
            with self.lock:
                self.in_use -= 1


def work_in_phases(barrier: threading.Barrier, finished: list[int], phases: int) -> int:
    """Nadie empieza una fase hasta que todos acaban la anterior; devuelve cuántas veces no fue así."""
    broken = 0
    for phase in range(phases):
        broken += len(finished) < phase * barrier.parties
        finished.append(phase)
        barrier.wait()
    return broken


class Buffer:
    """Un búfer acotado: quien produce espera si está lleno; quien consume, si está vacío. Dos condiciones, un lock."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.items: deque[int] = deque()
        self.lock = threading.Lock()
        self.not_full = threading.Condition(self.lock)
        self.not_empty = threading.Condition(self.lock)

    def put(self, item: int) -> None:
        """Espera sitio y deja `item`."""
        with self.not_full:
            while len(self.items) >= self.capacity:
                self.not_full.wait()
            self.items.append(item)
            self.not_empty.notify()

    def get(self) -> int:
        """Espera a que haya algo y lo toma."""
        with self.not_empty:
            while not self.items:
                self.not_empty.wait()
            item = self.items.popleft()
            self.not_full.notify()
            return item


class FairLock:
    """Un lock por turnos: cada cual espera en su propio lock y, al salir, se despierta al primero de la cola."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.busy = False
        self.queue: deque[Any] = deque()

    def __enter__(self) -> None:
        with self.guard:
            if not self.busy:
                self.busy = True
                return
            my_turn = threading.Lock()
            my_turn.acquire()
            self.queue.append(my_turn)
        my_turn.acquire()

    def __exit__(self, *exc_info: object) -> None:
        with self.guard:
            if self.queue:
                self.queue.popleft().release()  # pasa el testigo: sigue ocupado, ahora por el siguiente
            else:
                self.busy = False


# --- Experimentos -------------------------------------------------------------------------------------------------


def updates_per_second(locks: int, threads: int, times: int, seconds: float) -> float:
    """Actualizaciones por segundo de un almacén de 64 fichas con tantos locks; las fichas se eligen al azar."""
    store = Store(64, locks)
    store.locks = [observe.lock(each, name=_("almacén")) for each in store.locks]

    def work(me: int) -> None:
        choice = random.Random(me)
        for _turn in range(times):
            store.update(choice.randrange(64), seconds)

    done = together(*[partial(work, me) for me in range(threads)])
    return threads * times / done.seconds


def pool_peak(size: int, threads: int, seconds: float) -> int:
    """Cuántas conexiones llegó a haber en uso a la vez."""
    pool = Pool(size)
    pool.permits = observe.semaphore(pool.permits, name=_("conexiones"))
    together(*[partial(pool.query, seconds)] * threads)
    return pool.most


def two_wait_for_one(take: Callable[[Box], str | None]) -> tuple[str | None, ...]:
    """Dos consumidores esperan; llega una cosa y despiertan los dos. Cuando la han tomado llega la segunda."""
    box = Box()

    def produce() -> None:
        while box.waiting < 2:
            time.sleep(0.001)
        box.put("a")
        while box.items:
            time.sleep(0.001)
        box.put("b")

    return together(partial(take, box), partial(take, box), produce).results[:2]


def produce_and_consume(capacity: int, items: int) -> tuple[float, int, bool]:
    """Segundos por elemento con dos productores y dos consumidores, máximo de elementos a la vez, y si llegó todo."""
    buffer = Buffer(capacity)
    most = 0

    def produce(first: int) -> None:
        nonlocal most
        for number in range(first, first + items):
            buffer.put(number)
            most = max(most, len(buffer.items))

    def consume() -> list[int]:
        return [buffer.get() for _n in range(items)]

    done = together(partial(produce, 0), partial(produce, items), consume, consume)
    arrived = sorted(done.results[2] + done.results[3]) == list(range(2 * items))
    return done.seconds / (2 * items), most, arrived


def readers_and_writer(times: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Lecturas por segundo y segundos del escritor: con un Lock, y con el de lectores y escritor."""
    mutex, shared = observe.lock(threading.Lock(), name=_("catálogo")), ReadersWriter()
    plain = visits_per_second(lambda: mutex, lambda: mutex, 6, times, 0.001)
    return plain, visits_per_second(shared.reading, shared.writing, 6, times, 0.001)


def phases_broken(threads: int, phases: int) -> int:
    """Cuántas veces empezó alguien una fase antes de que acabaran todos la anterior."""
    barrier, finished = threading.Barrier(threads), list[int]()
    return int(sum(together(*[partial(work_in_phases, barrier, finished, phases)] * threads).results))


# --- La lección, en el orden en que se cuenta ---------------------------------------------------------------------


def timed(serving: Serving, operation: str, function: Callable[[], Any]) -> Any:
    """Llama a `function` y lleva lo que tarda a `concurrent_operation_duration_seconds`."""
    with serving.metrics.histogram("concurrent_operation_duration_seconds").labels(operation).time():
        return function()


def lock_and_rlock(tell: Narrator) -> None:
    """El deadlock de un solo hilo, con plazo."""
    tell.section(_("Lock y RLock: entrar dos veces"))
    tell.code(source(enter_twice))
    plain = enter_twice(observe.lock(threading.Lock(), name=_("inventario")), 0.1)
    again = enter_twice(observe.rlock(threading.RLock(), name=_("inventario reentrante")), 0.1)
    tell.result(
        plain,
        _("Lock: {answer}. Sin plazo, el hilo se esperaría a sí mismo para siempre.").format(
            answer=_("entró") if plain else _("no entró en 0.1 s")
        ),
    )
    tell.result(
        again,
        _("RLock: {answer}. Cuenta cuántas veces lo tiene su dueño, y lo suelta a la última.").format(
            answer=_("entró") if again else _("no entró en 0.1 s")
        ),
    )
    strangers = {
        name: release_by_another(made) for name, made in (("Lock", threading.Lock()), ("RLock", threading.RLock()))
    }
    tell.table(
        [_("lock"), _("lo suelta otro hilo")],
        [
            (name, _("se deja: no tiene dueño") if done else _("RuntimeError: tiene dueño"))
            for name, done in strangers.items()
        ],
    )
    tell.say(_("RLock no cura los deadlocks entre dos hilos; solo este, en el que un hilo se espera a sí mismo."))


def patience(serving: Serving, seconds: float) -> tuple[bool, bool, int]:
    """Uno retiene el lock; otro lo espera la mitad, otro el doble, y otro prueba y entretanto trabaja."""
    printer = observe.lock(threading.Lock(), name=_("impresora"))
    inside = threading.Event()
    results = together(
        partial(hold, printer, seconds, inside),
        partial(wait_at_most, printer, seconds / 2, inside),
        partial(wait_at_most, printer, seconds * 4, inside),
        partial(meanwhile, printer, inside),
    ).results
    return results[1:]


def patience_section(tell: Narrator, serving: Serving) -> None:
    """Plazos y try-lock."""
    tell.section(_("Con plazo, o sin esperar"))
    gave_up, got_it, done = timed(serving, "timeout", lambda: patience(serving, 0.1))
    tell.say(_("Un hilo retiene la impresora 100 ms. Otros tres la quieren:"))
    tell.table(
        [_("cómo la pide"), _("qué pasó")],
        [
            ("acquire(timeout=0.05)", _("la consiguió") if gave_up else _("se rindió: hay que mirar lo que devuelve")),
            ("acquire(timeout=0.4)", _("la consiguió") if got_it else _("se rindió: hay que mirar lo que devuelve")),
            ("acquire(blocking=False)", _("hizo otras {n} cosas y la consiguió").format(n=done)),
        ],
    )


def shared_lock() -> Any:
    """Un lock entre procesos; lo que se cuenta de él está en memoria compartida, así que cuenta lo de los hijos."""
    return observe.lock(children.context("spawn").Lock(), name=_("entero compartido"))


def between_processes(tell: Narrator, options: Options, serving: Serving) -> None:
    """Memoria compartida con lock y sin él."""
    tell.section(_("Entre procesos"))
    times = 30_000 if options.fast else 60_000
    with tell.progress(_("Sumando en dos procesos"), 2) as progress:
        without = timed(serving, "processes", lambda: add_in_processes(nullcontext(), times))
        progress.advance()
        with_lock = timed(serving, "processes", lambda: add_in_processes(shared_lock(), times))
        progress.advance()
    tell.say(_("Dos procesos suman {n} cada uno en el mismo entero de memoria compartida:").format(n=grouped(times)))
    tell.table(
        [_("lock"), _("vale"), _("se perdieron")],
        [
            (_("ninguno"), grouped(without), grouped(2 * times - without)),
            ("multiprocessing.Lock", grouped(with_lock), grouped(2 * times - with_lock)),
        ],
    )
    tell.say(
        _(
            "Aquí no hay GIL que valga: son dos intérpretes, y a menudo dos núcleos. Un `threading.Lock` tampoco "
            "vale: cada proceso tendría el suyo. Y los contadores de un hijo mueren con él: lo que cuente tiene que "
            "llegar al padre por una cola o estar en memoria compartida, como cuenta observe."
        )
    )


def contention(tell: Narrator, options: Options, serving: Serving) -> None:
    """Cuánto se pierde según los hilos y la longitud de la sección crítica."""
    tell.section(_("Contención"))
    times, outside = (10 if options.fast else 30), 0.002
    lengths, rows = (0.0001, 0.001, 0.005), []
    tell.say(
        _(
            "Cada hilo trabaja 2 ms fuera y un rato dentro del lock. Entradas por segundo entre todos y, tras la "
            "barra, espera media de cada una:"
        )
    )
    with tell.progress(_("Midiendo la contención"), 12) as progress:
        for threads in (1, 2, 4, 8):
            row = [str(threads)]
            for inside in lengths:
                page = observe.lock(threading.Lock(), name=_("página"))
                rate, wait = timed(serving, "contention", partial(throughput, page, threads, times, inside, outside))
                row.append(f"{rate:.0f}/s | {wait * 1e3:.2f} ms")
                progress.advance()
            rows.append(row)
    tell.table([_("hilos"), _("0.1 ms dentro"), _("1 ms dentro"), _("5 ms dentro")], rows)
    tell.say(
        _(
            "Con 0.1 ms dentro, más hilos rinden más. Con 5 ms el techo son 200 entradas por segundo (1 / 5 ms), "
            "con dos hilos o con ocho: lo que añaden los demás es espera."
        )
    )


def granularity(tell: Narrator, options: Options, serving: Serving) -> None:
    """Un lock, ocho o sesenta y cuatro; y lectores con escritor."""
    tell.section(_("Grueso, por grupos, fino; y muchos lectores"))
    times = 15 if options.fast else 40
    rows = []
    for name, locks in ((_("uno para todo"), 1), (_("uno por grupo (striped)"), 8), (_("uno por ficha"), 64)):
        rate = timed(serving, "store", partial(updates_per_second, locks, 8, times, 0.001))
        rows.append((name, locks, f"{rate:.0f}/s"))
    tell.table([_("locks del almacén"), _("cuántos"), _("actualizaciones")], rows)
    plain, both = timed(serving, "readers", partial(readers_and_writer, times))
    tell.table(
        [_("seis lectores y un escritor"), _("lecturas"), _("el escritor tardó")],
        [
            ("Lock", f"{plain[0]:.0f}/s", f"{plain[1] * 1e3:.0f} ms"),
            (_("lectores y escritor"), f"{both[0]:.0f}/s", f"{both[1] * 1e3:.0f} ms"),
        ],
    )
    tell.say(
        _(
            "Más locks, más a la vez; y más memoria, más que razonar y más formas de tomarlos en mal orden. Separar "
            "lectores y escritor solo compensa si se lee mucho y despacio: por dentro son dos entradas en un lock."
        )
    )


def conditions(tell: Narrator) -> None:
    """`if` contra `while`, en un entrelazado que ocurre siempre."""
    tell.section(_("Condition, siempre con while"))
    tell.code(source(take_with_while))
    tell.say(
        _(
            "Dos consumidores esperan. Llega una sola cosa, `notify_all` despierta a los dos y el primero se la lleva. "
            "Lo que encuentra el segundo:"
        )
    )
    hasty, careful = two_wait_for_one(take_with_if), two_wait_for_one(take_with_while)
    tell.result(
        None not in hasty, _("con `if`: tomaron {what}; uno despertó y ya no había nada").format(what=_shown(hasty))
    )
    tell.result(
        None not in careful, _("con `while`: tomaron {what}; el segundo volvió a esperar").format(what=_shown(careful))
    )


def _shown(taken: tuple[str | None, ...]) -> str:
    return ", ".join(sorted(each or "—" for each in taken))


def counting_and_signals(tell: Narrator, serving: Serving) -> None:
    """Semáforo, Event, Barrier y búfer acotado."""
    tell.section(_("Semáforo, señal, barrera y búfer"))
    most = timed(serving, "pool", lambda: pool_peak(3, 10, 0.01))
    tell.result(most == 3, _("Semáforo de 3 y 10 hilos: nunca hubo más de {n} conexiones en uso.").format(n=most))
    loose, strict = threading.Semaphore(3), threading.BoundedSemaphore(3)
    loose.release()
    permits = 0
    while loose.acquire(blocking=False):
        permits += 1
    try:
        strict.release()
        complaint = ""
    except ValueError as error:
        complaint = str(error)
    tell.result(
        bool(complaint),
        _("Un `release` de más: Semaphore(3) pasa a dar {n} permisos; BoundedSemaphore protesta: {error}.").format(
            n=permits, error=complaint
        ),
    )
    broken = timed(serving, "phases", partial(phases_broken, 4, 25))
    tell.result(
        broken == 0, _("Barrera: 4 hilos, 25 fases, y {n} veces empezó alguien antes de tiempo.").format(n=broken)
    )
    started, waited = threading.Event(), []

    def react() -> None:
        started.wait()
        waited.append(time.perf_counter())

    def give_signal() -> float:
        started.set()
        return time.perf_counter()

    given = together(*[react] * 5, give_signal).results[-1]
    tell.say(
        _("Señal: `Event.set` despertó a 5 hilos; el último reaccionó en {us:.0f} µs.").format(
            us=(max(waited) - given) * 1e6
        )
    )
    rows = []
    for capacity in (1, 10, 100):
        seconds, most, arrived = timed(serving, "buffer", partial(produce_and_consume, capacity, 1_000))
        rows.append((capacity, f"{seconds * 1e6:.1f} µs", most, _("sí") if arrived else _("no")))
    tell.table([_("búfer de"), _("por elemento"), _("máximo dentro"), _("llegó todo una vez")], rows)


def fairness(tell: Narrator, options: Options, serving: Serving) -> None:
    """Quién entró cuántas veces, y qué cuesta repartir."""
    tell.section(_("Justicia y convoy"))
    rows = []
    for name, lock in (
        ("Lock", threading.Lock()),
        ("RLock", threading.RLock()),
        (_("FairLock (por turnos)"), FairLock()),
    ):
        entries, changes, least, most = timed(
            serving, "fairness", partial(shares, lock, 4, 0.1 if options.fast else 0.4)
        )
        rows.append((name, grouped(entries), f"{changes / entries:.1%}", f"{least:.0%}", f"{most:.0%}"))
    tell.say(_("Cuatro hilos compiten por entrar. Un reparto perfecto daría el 25% a cada uno:"))
    tell.table([_("lock"), _("entradas"), _("cambió de manos"), _("quien menos"), _("quien más")], rows)
    tell.say(
        _(
            "Lock apenas cambia de manos: quien lo suelta lo vuelve a tomar mientras los demás despiertan. Rinde más y "
            "no promete turnos. Por turnos, en cuanto alguien espera hay que cambiar de hilo en cada entrada: es el "
            "convoy, y se paga."
        )
    )


def free_locks(tell: Narrator, options: Options) -> None:
    """Lo que cuesta entrar en un lock que nadie disputa."""
    tell.section(_("El precio de un lock libre"))
    primitives = {
        "threading.Lock": threading.Lock(),
        "threading.RLock": threading.RLock(),
        "threading.Condition": threading.Condition(),
        "threading.Semaphore": threading.Semaphore(),
        "multiprocessing.Lock": children.context("spawn").Lock(),
        _("threading.Lock, observado"): observe.lock(threading.Lock(), name=_("página")),
        _("FairLock (por turnos)"): FairLock(),
    }
    costs = prices(list(primitives.values()), 2_000 if options.fast else 10_000)
    rows = [(name, f"{ns:.0f}", f"{ns / costs[0]:.1f}") for name, ns in zip(primitives, costs, strict=True)]
    tell.table(["with", "ns", "× Lock"], rows)
    tell.say(_("Un lock que nadie disputa casi no cuesta. Lo caro es esperar: quita contención antes que locks."))


def your_experiment(tell: Narrator, options: Options, serving: Serving, asked: trying.Trying) -> None:
    """Lo que el lector ha elegido, una y otra vez: cuántas entradas, y cuánto se espera por cada una."""
    tell.section(_("Tu experimento"))
    tell.say(
        _("{threads} hilos entran {times} veces cada uno en un lock y se quedan dentro {us:g} µs.").format(
            threads=asked.threads, times=grouped(asked.iterations), us=asked.hold * 1e6
        )
    )
    page = observe.lock(threading.Lock(), name=_("página"))

    def work() -> float:
        waited = 0.0
        for _turn in range(asked.iterations):
            start = time.perf_counter()
            with page:
                waited += time.perf_counter() - start
                trying.spin(asked.hold)
        return waited

    for _number in trying.rounds(tell, options):
        run = timed(serving, "contention", partial(together, *[work] * asked.threads, limit=asked.limit))
        entries = asked.threads * asked.iterations
        tell.say(
            _("{rate} entradas por segundo; cada una esperó {us:.1f} µs de media.").format(
                rate=grouped(round(entries / run.seconds)), us=sum(run.results) / entries * 1e6
            )
        )


def teach(tell: Narrator, options: Options, serving: Serving) -> None:
    """La lección entera, o el experimento que ha elegido el lector."""
    observe.export(serving.metrics.registry, LOCK_METRICS)
    tell.title(_("Locks y mutex"), _("Qué hay en la caja de herramientas, cuándo se usa cada cosa y cuánto cuesta."))
    if asked := trying.chosen(options):
        your_experiment(tell, options, serving, asked)
        return
    lock_and_rlock(tell)
    patience_section(tell, serving)
    between_processes(tell, options, serving)
    contention(tell, options, serving)
    granularity(tell, options, serving)
    conditions(tell)
    counting_and_signals(tell, serving)
    fairness(tell, options, serving)
    free_locks(tell, options)
    tell.next_step(
        _("Qué pasa cuando dos hilos se esperan el uno al otro:"), "python3 advanced/deadlocks/03_deadlocks.py"
    )


SELDOM: tuple[tuple[str, Callable[[], Any]], ...] = (
    ("processes", lambda: add_in_processes(shared_lock(), 1_000)),
    ("readers", lambda: readers_and_writer(10)),
    ("buffer", lambda: produce_and_consume(10, 500)),
    ("fairness", lambda: shares(threading.Lock(), 4, 0.05)),
    ("phases", lambda: phases_broken(4, 25)),
)
"""De estos, en cada ronda, uno: arrancar procesos es caro."""


def keep_going(serving: Serving) -> None:
    """Una ronda de más o menos un segundo: todo se mueve otra vez."""
    page = observe.lock(threading.Lock(), name=_("página"))
    timed(serving, "contention", partial(throughput, page, 6, 20, 0.003, 0.002))
    timed(serving, "timeout", lambda: patience(serving, 0.05))
    timed(serving, "store", partial(updates_per_second, 8, 4, 20, 0.001))
    timed(serving, "pool", lambda: pool_peak(3, 10, 0.005))
    timed(serving, *SELDOM[next(ROUND) % len(SELDOM)])
    enter_twice(observe.lock(threading.Lock(), name=_("inventario")), 0.01)
    enter_twice(observe.rlock(threading.RLock(), name=_("inventario reentrante")), 0.01)
    serving.stopping.wait(0.1)


def main() -> int:
    """Ejecuta la lección."""
    return lesson.serve(
        teach,
        keep_going,
        service=ports.LOCKS,
        configure=trying.options,
        description=_("Locks, semáforos y condiciones: para qué es cada uno y cuánto cuesta."),
    )


if __name__ == "__main__":
    raise SystemExit(main())
