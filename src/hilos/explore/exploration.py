"""The composition root: takes a program and a strategy, runs schedules, makes the report."""

import functools
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

from hilos.errors import Nondeterminism, UsageError
from hilos.events import Kind, Location
from hilos.explore.causality.dependence import SHIFT
from hilos.explore.fleet import Answer, Fleet
from hilos.explore.nearest import nearest
from hilos.explore.program import Program, Region
from hilos.explore.report import Certificate, Report, Verdict
from hilos.explore.runtime import verbs
from hilos.explore.schedule import Schedule
from hilos.explore.search.bounds import Bounded
from hilos.explore.search.dpor import Dpor
from hilos.explore.search.mix import Mix
from hilos.explore.search.pct import Pct
from hilos.explore.search.pos import Pos
from hilos.explore.search.strategy import Plan
from hilos.explore.search.surw import Surw
from hilos.explore.search.walk import KindWalk, Walk
from hilos.explore.session import Judged, Session
from hilos.explore.simplest import simplest
from hilos.locale import translator

_ = translator("explore")

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Budget:
    """Where a search stops if it has not come to an end by itself.

    Attributes:
        executions: how many may be run; None for no limit.
        seconds: of wall time; None for no limit.
        operations: how many one execution may do before it counts as making no progress.
        preemptions: most preemptive switches of an execution; None for no limit (a bounded search proves nothing
            beyond its bound).
    """

    executions: int | None = None
    seconds: float | None = None
    operations: int = 10_000
    preemptions: int | None = None


def explore(
    setup: Callable[[], Any] | None = None,
    workers: Sequence[Callable[[Any], Any]] | None = None,
    invariant: Callable[[Any], Any] | None = None,
    *,
    body: Callable[[], Any] | None = None,
    strategy: str = "dpor",
    budget: Budget | int | float | None = None,
    seed: int = 0,
    stop_on_first: bool = True,
    executor: Executor | None = None,
    schedule: Schedule | str | None = None,
    instrument: Sequence[ModuleType] = (),
    regions: Sequence[Region] = (),
    data_races: bool = False,
    check_determinism: bool = True,
    compare: bool = False,
    name: str = "",
) -> Report:
    """Try the orders in which the threads of a small program can interleave.

    Args:
        setup: makes a fresh state (a function or a class); called once for each execution.
        workers: functions of the state, each run in a thread of its own.
        invariant: told the state at the end; a false value or an AssertionError is a violation.
        body: instead of the three above: a whole program in one function.
        strategy: `dpor` (a proof, the default), or samples: `pos`, `pct`, `surw`, `random`, `kinds`,
            or `mix`, all of them in turn.
        budget: a `Budget`; an int is so many executions, a float so many seconds; by default, 60 seconds.
        seed: of the samples.
        stop_on_first: whether the first finding ends the search.
        executor: where to run parts of the search in parallel; any `concurrent.futures.Executor`.
        schedule: run this one only (a token or a `Schedule`).
        instrument: further modules whose shared accesses are scheduled one by one.
        regions: lines of which to find out how many threads can be in them at once (`Report.together`).
        data_races: whether unordered conflicting accesses are findings by themselves.
        check_determinism: whether the first schedule is run twice and compared.
        compare: whether to look for the execution that goes well and is most like the one that fails
            (`Finding.passing`); a few more executions, which are not counted.
        name: what the report calls the program.

    Returns:
        The report; it is not an error that the program fails.

    Raises:
        UsageError: an argument makes no sense, or `setup` raised.
        Unexplorable: the program does what cannot be controlled (a socket, a subprocess, blocking C).
        Nondeterminism: two runs of one schedule differed.
    """
    if isinstance(budget, bool) or not isinstance(budget, Budget | int | float | None):
        raise UsageError(
            _("budget debe ser un Budget, un número de ejecuciones o unos segundos, no {budget!r}").format(
                budget=budget
            )
        )
    limits = budget if isinstance(budget, Budget) else Budget(seconds=_PATIENCE)
    if isinstance(budget, int):
        limits = Budget(executions=budget)
    elif isinstance(budget, float):
        limits = Budget(seconds=budget)
    program = Program.of(
        setup, workers, invariant, body=body, name=name, instrument=instrument, regions=regions, data_races=data_races
    )
    with closing(Session(program, limits.operations)) as session, session:
        if schedule is not None:
            return _replay(session, Schedule.parse(schedule) if isinstance(schedule, str) else schedule, compare)
        first = session.check_determinism() if check_determinism else None
        return _search(session, strategy, limits, seed, stop_on_first, executor, compare, first)


def _search(
    session: Session,
    name: str,
    limits: Budget,
    seed: int,
    stop_on_first: bool,
    executor: Executor | None,
    compare: bool,
    first: Judged | None,
) -> Report:
    proving = name == "dpor" and limits.preemptions is None
    fleet = Fleet(session, executor, stop_on_first) if executor is not None and proving else None
    began = time.perf_counter()
    strategy = _strategy(name, seed, limits)
    scout: Mix | None = None  # made when it is first asked
    tally = _Tally()
    why = ""
    while True:
        sampling = proving and stop_on_first and _wants_sample(tally)
        if sampling and scout is None:
            scout = Mix(seed)
        guide: Any = scout if sampling else strategy
        plan = guide.next()
        if plan is None:
            break
        if limits.executions is not None and tally.executions >= limits.executions:
            why = _("se agotó el presupuesto de {n} ejecuciones").format(n=limits.executions)
            break
        if limits.seconds is not None and time.perf_counter() - began >= limits.seconds:
            why = _("se agotó el presupuesto de {n:g} segundos").format(n=limits.seconds)
            break
        if first is not None and plan.choose is None and not plan.prefix:
            judged = first  # the check of determinism has run this one
        else:
            judged = session.run(plan)
        first = None
        if session.execution.unstable:
            if tally.restarts == _MOST_RESTARTS:
                why = _("dos ejecuciones no pudieron compararse: los objetos del programa no se dejan identificar")
                break
            if tally.restarts:
                session.execution.coarse = True
            session.execution.unstable = False
            strategy, scout = _strategy(name, seed, limits), None
            tally = _Tally(restarts=tally.restarts + 1)
            continue
        tally.add(judged, sampling)
        if judged.failures and tally.is_new(judged):
            if tally.found_after is None:
                tally.found_after = time.perf_counter() - session.began
            tally.found.append(judged)
            if stop_on_first:
                break
        if fleet is not None and not sampling and tally.executions >= _BEFORE_CUTTING:
            strategy.cut = True
            strategy.learn(judged.trace)
            end = None if limits.seconds is None else began + limits.seconds
            left = None if limits.executions is None else limits.executions - tally.executions
            session.watchdog.stop()  # nothing of the program's runs here meanwhile
            whole = fleet.run(strategy, left, end)
            session.watchdog.start()
            if fleet.total.unstable:
                fleet = None
                strategy, scout = _strategy(name, seed, limits), None
                tally = _Tally(restarts=tally.restarts + 1)
                continue
            tally.add_answer(fleet.total)
            strategy.orders.give_up()
            strategy.blocked += fleet.total.blocked
            for region, most in fleet.total.together.items():
                session.together[region] = max(session.together[region], most)
            for _kind, schedule in fleet.total.found:
                again = session.run(Plan(session.execution.passport.threads_in(schedule)))
                if not again.failures:
                    raise _not_repeated()
                if tally.is_new(again):
                    tally.found.append(again)
            if not whole:
                why = _("se agotó el presupuesto")
            break
        guide.learn(judged.trace)
        if proving and not sampling:
            tally.guess(strategy)
    blocked = getattr(strategy, "blocked", 0)
    findings = []
    for judged in tally.found:
        again, told = session.record(simplest(session, judged), _ENOUGH if judged.outcome.bounded else None)
        if not again.failures:
            raise _not_repeated()
        passing = nearest(session, again.trace.threads) if compare else None
        findings += [session.finding(failure, told, again, passing) for failure in again.failures[:1]]
    if not why and limits.preemptions is not None:
        why = _("no falla con {n} cambios forzados de hilo o menos; más allá no se ha mirado").format(
            n=limits.preemptions
        )
    verdict = Verdict.VIOLATED if findings else Verdict.UNFINISHED if why or not proving else Verdict.PROVED
    if verdict is Verdict.UNFINISHED and not why:
        why = _("la estrategia «{name}» prueba muestras y no demuestra nada").format(name=name)
    return Report(
        program=session.program.name,
        verdict=verdict,
        executions=tally.executions,
        findings=tuple(findings),
        certificate=Certificate(
            strategy=name,
            granularity=_("cada lectura y cada escritura de memoria compartida, y cada operación de sincronización"),
            operations=limits.operations,
            preemptions=limits.preemptions,
            seed=None if name == "dpor" else seed,
            instrumented=session.instrumentation.files,
            untracked=session.instrumentation.unmatched,
            blocked=blocked,
            samples=tally.samples,
        ),
        why=why,
        seconds=time.perf_counter() - began,
        found_after=tally.found_after,
        operations=tally.operations,
        longest=tally.longest,
        threads=tuple(tally.threads),
        orders=strategy.orders.count if verdict is Verdict.PROVED else None,
        estimate=tally.estimate() if verdict is Verdict.UNFINISHED and proving else None,
        shortest_time=tally.shortest,
        together=session.together,
        failing=tally.failing,
        spins=tuple(
            Location(file, line, function) for (file, line), function in sorted(session.execution.spins.items())
        ),
    )


def _not_repeated() -> Nondeterminism:
    return Nondeterminism(
        _(
            "Una ejecución falló y, repetida con la misma planificación, no falla: el programa depende de algo que no"
            " se controla (el azar, el reloj, el orden de un conjunto o un estado que la preparación no repone)"
        )
    )


def _replay(session: Session, schedule: Schedule, compare: bool) -> Report:
    began = time.perf_counter()
    judged, told = session.record(list(schedule.threads))
    if judged.outcome.bounded and len(schedule.threads) < len(judged.trace.threads):
        judged, told = session.record(list(schedule.threads), len(schedule.threads))
    if schedule.checksum and told.schedule.checksum != schedule.checksum:
        raise Nondeterminism(
            _(
                "La ficha {token} se hizo con otro programa: sus operaciones ya no son las mismas."
                " Explora de nuevo para obtener otra"
            ).format(token=schedule.token)
        )
    passing = nearest(session, judged.trace.threads) if compare and judged.failures else None
    findings = tuple(session.finding(failure, told, judged, passing) for failure in judged.failures[:1])
    return Report(
        program=session.program.name,
        verdict=Verdict.VIOLATED if findings else Verdict.UNFINISHED,
        executions=1,
        findings=findings,
        certificate=Certificate(strategy="replay", instrumented=session.instrumentation.files),
        why="" if findings else _("se repitió una sola planificación y no falló"),
        seconds=time.perf_counter() - began,
        operations=len(judged.trace.threads),
        longest=len(judged.trace.threads),
        threads=tuple(thread.name for thread in judged.outcome.strands),
        failing=len(findings),
    )


def _wants_sample(tally: "_Tally") -> bool:
    """Whether a proof that is taking long should look for a bug at random: half of the time at first, then a tenth.

    Programs so large that there is no hope of a proof are sampled first.
    """
    if tally.executions > 4 and tally.longest > _LARGE and tally.samples < _SCOUTING:
        return True
    if tally.executions < _ALONE and tally.operations < _ALONE_OPERATIONS:
        return False
    return tally.samples < (tally.executions if tally.samples < _SCOUTING else tally.executions // 10)


_ENOUGH = 400
"""Operations of an endless execution that are told."""
_PATIENCE = 60.0
_MOST_RESTARTS = 4
_BEFORE_CUTTING = 48
"""Executions that are run here before a search is cut up for an executor."""
_ALONE = 200
_ALONE_OPERATIONS = 20_000
_SCOUTING = 400
_LARGE = 500


def _strategy(name: str, seed: int, limits: Budget) -> Any:
    if limits.preemptions is not None:
        return Bounded(limits.preemptions)
    make = _STRATEGIES.get(name)
    if make is None:
        raise UsageError(
            _("No hay una estrategia «{name}»; las hay: {names}").format(name=name, names=", ".join(_STRATEGIES))
        )
    return make(seed)


_STRATEGIES: dict[str, Callable[[int], Any]] = {
    "dpor": lambda seed: Dpor(),
    "pos": Pos,
    "pct": Pct,
    "random": Walk,
    "kinds": KindWalk,
    "surw": Surw,
    "mix": Mix,
}


@dataclass(slots=True)
class _Tally:
    """What has been counted so far."""

    executions: int = 0
    operations: int = 0
    longest: int = 0
    samples: int = 0
    failing: int = 0
    restarts: int = 0
    shortest: float | None = None
    found_after: float | None = None
    threads: list[str] = field(default_factory=list)
    found: list[Judged] = field(default_factory=list)
    _guesses: list[float] = field(default_factory=list)
    _kinds: set[tuple[object, ...]] = field(default_factory=set)

    def add(self, judged: Judged, sampled: bool) -> None:
        outcome = judged.outcome
        if outcome.redundant:
            return
        length = len(outcome.threads)
        if sampled:
            self.samples += 1
        else:
            self.executions += 1
        self.operations += length
        if length > self.longest:
            self.longest = length
        if judged.failures:
            self.failing += 1
        elif self.shortest is None or outcome.time < self.shortest:
            self.shortest = outcome.time
        if len(outcome.strands) > len(self.threads):
            self.threads = [thread.name for thread in outcome.strands]

    def guess(self, strategy: Any) -> None:
        """Note how far the search has come, now and then."""
        if self.executions % 20 == 0:
            share = strategy.share
            if share > 0:
                self._guesses.append(self.executions / share)

    def estimate(self) -> tuple[float, float] | None:
        """Executions that a proof takes, by the latest guesses, and how far all of them lie apart.

        The guesses grow as long as branches are still being found, so the way they came is the least that is missing.
        """
        guesses = self._guesses
        if len(guesses) < 3:
            return None
        return statistics.fmean(guesses[-10:]), max(guesses) - min(guesses)

    def is_new(self, judged: Judged) -> bool:
        if judged.kind in self._kinds:
            return False
        self._kinds.add(judged.kind)
        return True

    def add_answer(self, answer: Answer) -> None:
        """What other processes ran."""
        self.executions += answer.executions
        self.operations += answer.operations
        self.longest = max(self.longest, answer.longest)
        self.failing += answer.failing
        if answer.shortest is not None and (self.shortest is None or answer.shortest < self.shortest):
            self.shortest = answer.shortest


forced: ContextVar[Mapping[str, Any] | None] = ContextVar("hilos_forced_options", default=None)
"""Options that `checked` uses in the place of its own: what the pytest plugin's command line asks for."""


def checked(**options: Any) -> Report:
    """Explore and be satisfied with nothing less than a proof; with a schedule to replay, with no failure.

    Args:
        options: those of `explore`.

    Raises:
        NotProved: an AssertionError whose message is the explanation.
    """
    options = {**options, **(forced.get() or {})}
    report = explore(**options)
    if options.get("schedule") is None or report.verdict is Verdict.VIOLATED:
        report.check()
    return report


def interleave(**options: Any) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Turn a test into an exploration of its body: `@interleave()` above a function that starts its own threads.

    Args:
        options: those of `explore` but for the program itself.
    """

    def decorate(test: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(test)
        def explored(*args: P.args, **kwargs: P.kwargs) -> None:
            bound = functools.partial(test, *args, **kwargs)
            checked(body=bound, **{"name": test.__qualname__, **options})

        # `hilos explore FILE` finds the bodies by these.
        explored.__hilos_body__ = test  # type: ignore[attr-defined]
        explored.__hilos_options__ = options  # type: ignore[attr-defined]
        return explored

    return decorate


def replay(
    token: Schedule | str,
    setup: Callable[[], Any] | None = None,
    workers: Sequence[Callable[[Any], Any]] | None = None,
    invariant: Callable[[Any], Any] | None = None,
    **options: Any,
) -> Report:
    """Run one schedule again: `explore(schedule=token, ...)`."""
    return explore(setup, workers, invariant, schedule=token, **options)


def atomic(function: Callable[P, T]) -> Callable[P, T]:
    """Declare that a function is one indivisible operation to the explorer: nothing in it is watched or refused.

    It is for calls into C that the explorer cannot see into and that you know to be harmless to order (a hash, a
    parse), or that must not be cut.  What the function touches is not tracked; the certificate names it.
    """

    @functools.wraps(function)
    def whole(*args: P.args, **kwargs: P.kwargs) -> T:
        if not verbs.exploring():
            return function(*args, **kwargs)
        execution = verbs.running()
        place = execution.number(function, "atomic", getattr(function, "__qualname__", "atomic"))
        execution.step(place << SHIFT, Kind.CALL)
        result: T = execution.atomically(lambda: function(*args, **kwargs))
        return result

    return whole
