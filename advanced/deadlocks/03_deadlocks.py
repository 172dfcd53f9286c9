"""Deadlocks: cómo ocurren, cómo se encuentran y cuatro formas de que no ocurran.

    python3 advanced/deadlocks/03_deadlocks.py          métricas en el puerto 8002
    python3 advanced/deadlocks/03_deadlocks.py --once   una pasada y termina

**Qué es.** Un *deadlock* (interbloqueo) es un círculo de hilos en el que cada uno espera algo que tiene el siguiente.
Nadie avanza, nadie falla, no se gasta CPU y ningún mensaje lo dice: el programa, sencillamente, calla.

**Las cuatro condiciones de Coffman (1971).** Hay deadlock solo si se dan las cuatro a la vez; basta romper una:

1. *Exclusión mutua*: el recurso lo tiene un hilo cada vez.
2. *Retener y esperar*: quien ya tiene uno pide otro sin soltar el primero.
3. *Sin expropiación*: nadie puede quitarle el recurso a quien lo tiene.
4. *Espera circular*: A espera a B, que espera a C… que espera a A.

**Cuatro soluciones.**

1. *Orden*: todos toman los locks en el mismo orden, el que sea. Rompe la espera circular.
2. *Jerarquía*: cada lock tiene un nivel y tomar uno de nivel igual o menor que el que ya tienes es un error que salta
   siempre, no solo el día de mala suerte. Rompe la espera circular, y delata a quien no respeta el orden.
3. *Try-lock con retroceso (backoff)*: si el segundo está tomado, suelta el primero y reintenta tras una pausa. Rompe
   retener y esperar. Si todos se apartan y vuelven al mismo compás nadie avanza: es el *livelock*, y se rompe con azar.
4. *Plazo (timeout)*: espera el segundo un tiempo y, si no llega, suelta y declara el fallo. También rompe retener y
   esperar, pero el trabajo queda sin hacer: alguien tiene que decidir qué pasa con él.

**Encontrarlos.** El *grafo de esperas* (quién espera a quién, ahora) tiene un ciclo cuando el deadlock ya está. El
*grafo de orden de locks* (quién tomó B teniendo A, alguna vez) tiene un ciclo cuando puede llegar a estar, aunque hoy
todo haya ido bien. El explorador recorre todos los entrelazados y demuestra que no lo hay.

**Los filósofos de Dijkstra.** Cinco filósofos, cinco tenedores, y hacen falta dos para comer. Si todos toman primero el
de su izquierda, el círculo se cierra. Todas las soluciones de arriba sirven, y una más: un camarero (*arbitrator*) que
solo deja sentarse a cuatro.

English abstract: the four Coffman conditions; a real deadlock, found through the wait-for graph and printed with both
stacks; a potential one, found through the lock-order graph in a run that did not hang; four cures, each measured for
throughput, latency and failures; livelock and jitter; the dining philosophers under every cure, with starvation
measured; proofs by exploring every interleaving; and how to look into a process that hangs (faulthandler, py-spy).
Metrics on port 8002.
"""

import random
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from hilos import lesson, observe, ports
from hilos.errors import DeadlockError
from hilos.lesson import Narrator, Options, Serving, inspection, source, together
from hilos.lesson.traffic import Outcome, Traffic, drive

_ = lesson.translator("deadlocks")


def nothing() -> None:
    """Sin pausa."""


# --- Recursos: cuentas y tenedores --------------------------------------------------------------------------------


class HierarchyViolation(Exception):
    """Se pidió un lock de nivel igual o menor que el que ya se tenía."""


class Ranked:
    """El lock de un recurso, con su número por nivel. Cada hilo recuerda en `held` los niveles que tiene; solo sube."""

    def __init__(self, resource: "Resource", held: threading.local) -> None:
        self.resource = resource
        self.held = held

    def __enter__(self) -> None:
        levels = self.held.__dict__.setdefault("levels", [])
        if levels and levels[-1] >= self.resource.number:
            raise HierarchyViolation(f"level {self.resource.number} while holding {levels[-1]}")
        self.resource.lock.acquire()
        levels.append(self.resource.number)

    def __exit__(self, *exc_info: object) -> None:
        self.held.levels.pop()
        self.resource.lock.release()


class Resource:
    """Algo que se usa en exclusiva: una cuenta, un tenedor. Su número da el orden y el nivel."""

    def __init__(self, number: int, held: threading.local) -> None:
        self.number = number
        self.lock = threading.Lock()
        self.ranked = Ranked(self, held)
        self.used = 0


def resources(count: int) -> list[Resource]:
    """Recursos de una misma jerarquía."""
    held = threading.local()
    return [Resource(number, held) for number in range(count)]


def observed(*names: str) -> list[Resource]:
    """Lo mismo, con nombres, y observando sus locks."""
    made = resources(len(names))
    for resource, name in zip(made, names, strict=True):
        resource.lock = observe.lock(resource.lock, name=name)
    return made


def accounts() -> list[Resource]:
    """Dos cuentas observadas."""
    return observed(_("cuenta A"), _("cuenta B"))


def use(mine: Resource, other: Resource) -> None:
    """Lo que se quería hacer con los dos: la transferencia, la comida."""
    mine.used += 1
    other.used += 1


# --- El problema y sus cuatro soluciones: todas toman dos recursos, los usan y los sueltan --------------------------


def naive(mine: Resource, other: Resource, pause: Callable[[], object] = nothing) -> Outcome:
    """Cada cual toma primero el suyo. `pause` es lo que se hace con uno ya en la mano."""
    with mine.lock:
        pause()
        with other.lock:
            use(mine, other)
    return Outcome()


def ordered(mine: Resource, other: Resource, pause: Callable[[], object] = nothing) -> Outcome:
    """1. Orden: el de menor número, primero. Sea cual sea el mío."""
    first, second = sorted((mine, other), key=lambda resource: resource.number)
    avoided = 0
    if not first.lock.acquire(blocking=False):
        # En su orden natural, quien espera aquí tendría ya el otro: esta espera habría cerrado el círculo.
        avoided = int(first is other)
        first.lock.acquire()
    try:
        pause()
        with second.lock:
            use(mine, other)
    finally:
        first.lock.release()
    return Outcome(avoided=avoided)


def ranked(mine: Resource, other: Resource, pause: Callable[[], object] = nothing) -> Outcome:
    """2. Jerarquía: el lock mismo rechaza el orden malo, siempre; entonces se toma en el bueno."""
    try:
        with mine.ranked:
            pause()
            with other.ranked:
                use(mine, other)
        return Outcome()
    except HierarchyViolation:
        with other.ranked, mine.ranked:
            use(mine, other)
        return Outcome(avoided=1, failures=1)


def jitter(failures: int) -> None:
    """Retroceso exponencial con azar: hasta 1, 2, 4… 32 ms."""
    time.sleep(random.uniform(0, 0.001 * 2 ** min(failures, 5)))


def trylock(
    mine: Resource,
    other: Resource,
    pause: Callable[[], object] = nothing,
    back_off: Callable[[int], object] = jitter,
    attempts: int = 1000,
) -> Outcome:
    """3. Try-lock con retroceso: si el segundo está tomado, suelta el primero, espera y vuelve a empezar."""
    for failures in range(attempts):
        with mine.lock:
            pause()
            if other.lock.acquire(blocking=False):
                use(mine, other)
                other.lock.release()
                return Outcome(avoided=failures, failures=failures)
            pause()  # anota que no pudo, todavía con el primero en la mano
        back_off(failures)
    return Outcome(done=False, avoided=attempts, failures=attempts)


def with_timeout(
    mine: Resource, other: Resource, pause: Callable[[], object] = nothing, limit: float = 0.005
) -> Outcome:
    """4. Plazo: espera el segundo un rato; si no llega, suelta el primero y lo deja sin hacer."""
    with mine.lock:
        pause()
        if not other.lock.acquire(timeout=limit):
            return Outcome(done=False, avoided=1, failures=1)
        use(mine, other)
        other.lock.release()
    return Outcome()


class Table:
    """La mesa de los filósofos: tantos tenedores como filósofos, y un camarero que deja sentarse a todos menos uno."""

    def __init__(self, forks: list[Resource]) -> None:
        self.forks = forks
        self.waiter = threading.Semaphore(len(forks) - 1)

    def dine(self, seat: int, take: Callable[..., Outcome] = naive, pause: Callable[[], object] = nothing) -> Outcome:
        """El filósofo de `seat` toma su tenedor izquierdo y el derecho, según `take`, y come."""
        return take(self.forks[seat], self.forks[(seat + 1) % len(self.forks)], pause)

    def dine_with_waiter(self, seat: int, pause: Callable[[], object] = nothing) -> Outcome:
        """Con camarero: sentados nunca están todos, así que el círculo no se cierra."""
        full = not self.waiter.acquire(blocking=False)
        if full:
            self.waiter.acquire()
        self.dine(seat, naive, pause)
        self.waiter.release()
        return Outcome(avoided=int(full))


# --- Experimentos -------------------------------------------------------------------------------------------------


def deadlock(one: Resource, two: Resource) -> list[threading.Thread]:
    """El deadlock clásico, sin azar: cada hilo espera en la barrera con el suyo ya tomado. Son daemon: no se acaban."""
    both_have_one = threading.Barrier(2)
    threads = [
        threading.Thread(target=naive, args=(one, two, both_have_one.wait), name="Ana", daemon=True),
        threading.Thread(target=naive, args=(two, one, both_have_one.wait), name="Luis", daemon=True),
    ]
    for thread in threads:
        thread.start()
    return threads


def deadlock_with_victim(one: Resource, two: Resource) -> int:
    """El mismo, pero a quien cierra el círculo le llega DeadlockError: suelta lo suyo y el otro acaba."""
    both_have_one = threading.Barrier(2)

    def work(mine: Resource, other: Resource) -> int:
        try:
            naive(mine, other, both_have_one.wait)
        except DeadlockError:
            return 1
        return 0

    with observe.watch(on_deadlock="raise"):
        return sum(together(partial(work, one, two), partial(work, two, one)).results)


def by_chance(runs: int) -> int:
    """Cuántas veces, de `runs`, se cierra el círculo sin que nadie lo fuerce."""
    with observe.watch(on_deadlock="raise") as found:
        for _run in range(runs):
            one, two = accounts()
            with suppress(DeadlockError):
                together(partial(naive, one, two), partial(naive, two, one))
    return len(found.deadlocks)


def opposite_orders(one: Resource, two: Resource) -> None:
    """Un hilo toma los dos en un orden, acaba, y después otro los toma en el contrario: hoy no ha pasado nada."""
    for name, mine, other in (("Ana", one, two), ("Luis", two, one)):
        thread = threading.Thread(target=naive, args=(mine, other), name=name)
        thread.start()
        thread.join()


def opposite_transfers(take: Callable[..., Outcome], seconds: float, threads: int = 4) -> Traffic:
    """Dos cuentas y transferencias en los dos sentidos a la vez: la peor situación posible."""
    one, two = accounts()
    pause = partial(time.sleep, 0.0005)
    both_ways: list[Callable[[], Outcome]] = [partial(take, one, two, pause), partial(take, two, one, pause)]
    return drive(both_ways * (threads // 2), seconds)


def dinner(take: Callable[..., Outcome] | None, seconds: float, seats: int = 5) -> Traffic:
    """Cinco filósofos sin más que hacer que comer; sin `take`, con camarero."""
    table = Table(observed(*[_("tenedor {n}").format(n=seat) for seat in range(seats)]))
    pause = partial(time.sleep, 0.0005)
    if take is None:
        with observe.watch():  # el grafo de orden no sabe nada del camarero, y avisaría
            return drive([partial(table.dine_with_waiter, seat, pause) for seat in range(seats)], seconds)
    return drive([partial(table.dine, seat, take, pause) for seat in range(seats)], seconds)


def in_step(back_off: Callable[[int], object], attempts: int) -> int:
    """Dos que se apartan a la vez: intentos fallidos de ambos hasta que los dos lo consiguen, o se acaban."""
    one, two = observed(_("pasillo izquierdo"), _("pasillo derecho"))
    step = partial(time.sleep, 0.001)
    done = together(
        partial(trylock, one, two, step, back_off, attempts), partial(trylock, two, one, step, back_off, attempts)
    )
    return sum(outcome.failures for outcome in done.results)


# Para el explorador: dos hilos que van de frente, y tres filósofos.


class Pair:
    """Dos recursos."""

    def __init__(self) -> None:
        self.a, self.b = resources(2)


def head_on(take: Callable[..., Outcome]) -> list[Callable[[Pair], Outcome]]:
    """Un hilo toma los dos en un orden y el otro en el contrario."""

    def there(pair: Pair) -> Outcome:
        return take(pair.a, pair.b)

    def back(pair: Pair) -> Outcome:
        return take(pair.b, pair.a)

    return [there, back]


def trylock_twice(mine: Resource, other: Resource) -> Outcome:
    """Try-lock con dos intentos: al tercero se rinde, para que el número de entrelazados sea finito."""
    return trylock(mine, other, nothing, lambda _failures: None, attempts=2)


def three_seats() -> Table:
    """Una mesa de tres."""
    return Table(resources(3))


def guests(take: Callable[..., Outcome] | None) -> list[Callable[[Table], Outcome]]:
    """Tres filósofos; sin `take`, con camarero."""

    def guest(seat: int) -> Callable[[Table], Outcome]:
        def eat(table: Table) -> Outcome:
            return table.dine_with_waiter(seat) if take is None else table.dine(seat, take)

        return eat

    return [guest(seat) for seat in range(3)]


HUNG = """\
import threading, time

a, b, both = threading.Lock(), threading.Lock(), threading.Barrier(2)

def take(first, second):
    with first:
        both.wait()
        with second:
            print("never")

for pair in ((a, b), (b, a)):
    threading.Thread(target=take, args=pair).start()
time.sleep(0.2)
print("hung", flush=True)
"""


# --- La lección, en el orden en que se cuenta ---------------------------------------------------------------------

CURES: dict[str, Callable[..., Outcome]] = {
    "lock_ordering": ordered,
    "lock_hierarchy": ranked,
    "try_lock_backoff": trylock,
    "timeout": with_timeout,
}
"""Por `strategy` de `deadlocks_prevented_total`."""


def count(serving: Serving, strategy: str, traffic: Traffic) -> Traffic:
    """Lleva a las métricas lo que hizo una cura."""
    serving.metrics.counter("deadlocks_prevented_total").labels(strategy).inc(traffic.avoided)
    for _violation in range(traffic.failures if strategy == "lock_hierarchy" else 0):
        observe.violation()
    for seconds in traffic.durations:
        serving.metrics.histogram("concurrent_operation_duration_seconds").labels(strategy).observe(seconds)
    return traffic


def conditions(tell: Narrator) -> None:
    """Las cuatro condiciones."""
    tell.section(_("Cuatro condiciones, y hacen falta las cuatro"))
    tell.points(
        [
            _("Exclusión mutua: el lock lo tiene un hilo cada vez."),
            _("Retener y esperar: quien tiene uno pide otro sin soltarlo."),
            _("Sin expropiación: nadie se lo puede quitar."),
            _("Espera circular: A espera a B, que espera a A."),
        ]
    )
    tell.code(source(naive))
    runs = 200
    tell.say(
        _(
            "Si un hilo llama a naive(a, b) y otro a naive(b, a), y cada uno ya tiene el suyo, se dan las cuatro. Por "
            "azar ha ocurrido {n} veces en {runs} ejecuciones: el hueco dura microsegundos, y por eso llega a "
            "producción. En lo que sigue una barrera hace que los dos tengan uno antes de pedir el otro."
        ).format(n=by_chance(runs), runs=runs)
    )


def classic(tell: Narrator) -> None:
    """Un deadlock de verdad, encontrado por el grafo de esperas."""
    tell.section(_("Un deadlock de verdad"))
    one, two = accounts()
    with observe.watch() as found:
        threads = deadlock(one, two)
        deadline = time.perf_counter() + 3
        while not found.deadlocks and time.perf_counter() < deadline:
            time.sleep(0.01)
    time.sleep(0.2)
    alive = sum(thread.is_alive() for thread in threads)
    tell.result(
        False,
        _("200 ms después siguen ahí {alive} hilos; transferencias hechas: {done}.").format(alive=alive, done=one.used),
    )
    if not found.deadlocks:
        tell.note(_("Estos locks no están observados: silencio es todo lo que hay. Así se ve un deadlock normalmente."))
        return
    tell.say(
        _(
            "Los locks están observados (`observe.lock`), así que se sabe quién tiene qué y quién espera qué. Al "
            "ir a esperar, cada hilo sigue el grafo: quién tiene lo que quiero, qué espera ese… Si vuelve a sí mismo:"
        )
    )
    tell.quote(str(found.deadlocks[0]))
    victims = deadlock_with_victim(*accounts())
    tell.result(
        victims == 1,
        _(
            'Saber que está ahí permite deshacerlo: con on_deadlock="raise", {n} hilo recibió DeadlockError, soltó lo '
            "suyo y el otro acabó. Los dos de antes se quedan colgados para siempre: son daemon y no impiden salir."
        ).format(n=victims),
    )


def potential(tell: Narrator) -> None:
    """El que todavía no ha ocurrido, encontrado por el grafo de orden."""
    tell.section(_("El deadlock que hoy no ha ocurrido"))
    one, two = accounts()
    with observe.watch() as found:
        opposite_orders(one, two)
    if not found.inversions:
        tell.note(_("Estos locks no están observados: nadie ha apuntado en qué orden se tomaron."))
        return
    tell.say(
        _(
            "Un hilo tomó A y luego B, y acabó. Después, otro tomó B y luego A. Nadie esperó a nadie: {deadlocks} "
            "deadlocks. Pero cada vez que se toma un lock teniendo otro, el grafo de orden apunta una flecha, y las "
            "flechas cierran un ciclo:"
        ).format(deadlocks=len(found.deadlocks))
    )
    tell.quote(str(found.inversions[0]))
    tell.say(_("Un solo ensayo sin mala suerte basta para encontrarlo. Es la idea de lockdep, el validador de Linux."))


def four_cures(tell: Narrator, options: Options, serving: Serving) -> None:
    """Las cuatro curas en la peor situación, medidas."""
    tell.section(_("Cuatro curas, medidas"))
    names = {
        "lock_ordering": (_("orden"), _("espera circular")),
        "lock_hierarchy": (_("jerarquía"), _("espera circular")),
        "try_lock_backoff": (_("try-lock y retroceso"), _("retener y esperar")),
        "timeout": (_("plazo de 5 ms"), _("retener y esperar")),
    }
    seconds, rows = 0.3 if options.fast else 1.0, []
    with tell.progress(_("Midiendo las curas"), len(CURES)) as progress:
        for strategy, take in CURES.items():
            traffic = count(serving, strategy, opposite_transfers(take, seconds))
            rows.append(
                (
                    *names[strategy],
                    f"{traffic.rate:.0f}/s",
                    f"{traffic.percentile(0.5) * 1e3:.1f} ms",
                    f"{traffic.percentile(0.99) * 1e3:.1f} ms",
                    traffic.failures,
                )
            )
            progress.advance()
    tell.say(_("Cuatro hilos y dos cuentas, transferencias en los dos sentidos, medio milisegundo con una en la mano:"))
    tell.table([_("cura"), _("rompe"), _("hechas"), _("mitad en"), _("99% en"), _("fallos")], rows)
    tell.points(
        [
            _("Orden: la primera opción. No falla, no reintenta; exige conocer los dos locks de antemano."),
            _("Jerarquía: además delata, la primera vez y siempre, a quien se salta el orden (son sus fallos)."),
            _("Try-lock: cuando el orden no se puede saber. El trabajo con el primero en la mano se repite."),
            _("Plazo: la última red. Con todos esperando el mismo tiempo, casi todos vencen a la vez y poco se hace."),
        ]
    )


def livelock(tell: Narrator) -> None:
    """Apartarse a la vez, con azar y sin él."""
    tell.section(_("Livelock: dos que se ceden el paso"))
    attempts = 100
    without = in_step(lambda _failures: time.sleep(0.001), attempts)
    with_jitter = in_step(jitter, attempts)
    tell.say(
        _(
            "Dos hilos con try-lock chocan, se apartan 1 ms justo y vuelven a chocar: trabajan sin parar y no avanzan. "
            "Como dos personas en un pasillo. El remedio es que la pausa sea al azar."
        )
    )
    tell.table(
        [_("pausa"), _("intentos fallidos")],
        [(_("siempre 1 ms"), without), (_("al azar y creciente"), with_jitter)],
    )


def philosophers(tell: Narrator, options: Options, serving: Serving) -> None:
    """La cena, con todas las curas; quién pasa hambre."""
    tell.section(_("Los filósofos comensales"))
    names = {
        "lock_ordering": _("orden (el tenedor menor, primero)"),
        "lock_hierarchy": _("jerarquía de recursos"),
        "try_lock_backoff": _("try-lock y retroceso"),
        "timeout": _("plazo"),
        "arbitrator": _("camarero: cuatro sentados"),
    }
    seconds, rows = 0.3 if options.fast else 1.0, []
    with tell.progress(_("Cenando"), len(names)) as progress, observe.watch() as found:
        for strategy, name in names.items():
            traffic = count(serving, strategy, dinner(CURES.get(strategy), seconds))
            rows.append((name, f"{traffic.rate:.0f}/s", min(traffic.shares), max(traffic.shares), traffic.failures))
            progress.advance()
    tell.say(_("Cinco filósofos que solo quieren comer. Cuánto come el que menos, y el que más:"))
    tell.table([_("cura"), _("comidas"), _("quien menos"), _("quien más"), _("fallos")], rows)
    tell.say(
        _(
            "Ninguna se cuelga, pero que no haya deadlock no quiere decir que todos coman: eso es la inanición "
            "(starvation). `threading.Lock` no reparte turnos; donde el reparto importa hay que construirlo, como el "
            "FairLock de la lección anterior.\n\n"
            "En esta cena hubo {deadlocks} deadlocks, y el grafo de orden dio {inversions} aviso, por el camarero: ve "
            "tenedores tomados en círculo y no sabe que nunca están todos sentados. Un aviso no es una prueba; la "
            "prueba la da el explorador."
        ).format(deadlocks=len(found.deadlocks), inversions=len(found.inversions))
    )


def every_interleaving(tell: Narrator) -> None:
    """El explorador: el deadlock, y la prueba de que las curas no lo tienen."""
    tell.section(_("La prueba"))
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        tell.note(_("Aquí no: el explorador usa greenlet, que volvería a encender el GIL de este Python."))
        return
    from hilos.explore import explore  # aquí, y no arriba, por lo mismo

    tell.say(_("El explorador prueba todos los órdenes. Con `naive` y dos hilos encuentra este:"))
    tell.verbatim(str(explore(setup=Pair, workers=head_on(naive), name="naive")))
    cases = [(_("{cure}, dos hilos"), take.__name__, Pair, head_on(take)) for take in (naive, ordered, ranked)]
    cases += [(_("{cure}, dos hilos"), "trylock", Pair, head_on(trylock_twice))]
    cases += [(_("{cure}, dos hilos"), "with_timeout", Pair, head_on(with_timeout))]
    philosophers_too = (("naive", naive), ("ordered", ordered), ("ranked", ranked), (_("camarero"), None))
    cases += [(_("{cure}, tres filósofos"), name, three_seats, guests(take)) for name, take in philosophers_too]
    rows = []
    with tell.progress(_("Explorando"), len(cases)) as progress:
        for text, cure, setup, workers in cases:
            report = explore(setup=setup, workers=workers, name=cure)
            verdict = _("no hay deadlock: demostrado") if report.proved else _("DEADLOCK")
            rows.append((text.format(cure=cure), verdict, report.executions))
            progress.advance()
    tell.table([_("programa"), _("veredicto"), _("órdenes probados")], rows)
    tell.say(
        _(
            "Cada orden probado representa a todos los que solo se distinguen en pasos que no se estorban. El "
            "camarero, del que el grafo de orden desconfiaba, queda absuelto."
        )
    )
    tell.verbatim(str(explore(setup=three_seats, workers=guests(ordered), name="ordered")))


def hung_process(tell: Narrator, options: Options) -> None:
    """Cómo mirar dentro de un proceso que ya se ha colgado."""
    tell.section(_("Y si ya se ha colgado"))
    tell.say(_("Este programa se cuelga de verdad, en un proceso hijo con plazo:"))
    tell.code(HUNG)
    seconds = 0.5 if options.fast else 1.0
    with tell.progress(_("Esperando a que se cuelgue")):
        dump = inspection.by_faulthandler(HUNG, seconds)
    tell.say(_("`faulthandler.dump_traceback_later(segundos)` dice dónde está cada hilo sin que el programa colabore:"))
    tell.code("\n".join(dump))
    seen = inspection.by_py_spy(HUNG)
    if seen is None:
        tell.note(
            _("py-spy lo dice desde fuera, de un proceso que nadie preparó: pip install py-spy; py-spy dump --pid N.")
        )
        return
    tell.say(_("Y `py-spy dump --pid N` lo dice desde fuera, de un proceso que nadie preparó:"))
    tell.code("\n".join(seen))


def teach(tell: Narrator, options: Options, serving: Serving) -> None:
    """La lección entera."""
    random.seed(options.seed)
    observe.export(serving.metrics.registry)
    observe.configure(on_deadlock="silent", on_inversion="silent")  # los recoge y los cuenta la lección
    tell.title(_("Deadlocks"), _("Cómo ocurren, cómo se encuentran, cuatro formas de que no ocurran y la prueba."))
    conditions(tell)
    classic(tell)
    potential(tell)
    four_cures(tell, options, serving)
    livelock(tell)
    philosophers(tell, options, serving)
    every_interleaving(tell)
    hung_process(tell, options)


def keep_going(serving: Serving) -> None:
    """Una ronda de más o menos un segundo."""
    for strategy, take in CURES.items():
        count(serving, strategy, opposite_transfers(take, 0.15))
    count(serving, "arbitrator", dinner(None, 0.15))
    in_step(jitter, 20)
    deadlock_with_victim(*accounts())
    with observe.watch():
        opposite_orders(*accounts())
    serving.stopping.wait(0.2)


def main() -> int:
    """Ejecuta la lección."""
    return lesson.serve(
        teach,
        keep_going,
        service=ports.DEADLOCKS,
        description=_("Deadlocks: cómo ocurren, cómo se encuentran y cuatro formas de que no ocurran."),
    )


if __name__ == "__main__":
    raise SystemExit(main())
