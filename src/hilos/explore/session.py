"""One program under exploration: its instrumented code, its execution, and what an outcome means.

A session runs plans and judges outcomes; which plans, and when to stop, is the business of `exploration`.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType, ModuleType, TracebackType
from typing import Any

from hilos.errors import HilosError, Nondeterminism, UsageError
from hilos.events import Location
from hilos.explore import guard
from hilos.explore.causality.clocks import Past
from hilos.explore.causality.dependence import SHIFT, WRITE, Footprint
from hilos.explore.causality.races import data_races
from hilos.explore.causality.regions import most_together, visits_of
from hilos.explore.determinism import Glances, Glimpse, Watch, differ, glanced
from hilos.explore.instrument.loader import Instrumentation
from hilos.explore.instrument.points import Point
from hilos.explore.memory import MEMORY, Memory
from hilos.explore.names import Names, cells, state_name
from hilos.explore.portrait import Portrait
from hilos.explore.primitives.futures import ThreadPoolExecutor
from hilos.explore.program import Program
from hilos.explore.recording import Recording, holders, place_in_program, shown
from hilos.explore.report import Finding, Passing, Step, Trouble, Wait
from hilos.explore.runtime import verbs
from hilos.explore.runtime.execution import PLAIN, Execution, Failure, Outcome, Thread
from hilos.explore.schedule import Schedule, checksum
from hilos.explore.search.strategy import Plan, Trace
from hilos.explore.watchdog import Watchdog
from hilos.graphs.wait_for import find_cycle
from hilos.locale import translator

_ = translator("explore")


@dataclass(slots=True)
class Judged:
    """An execution and what is wrong with it.

    Attributes:
        trace: as strategies see it.
        failures: what went wrong, first things first; empty if all is well.
        outcome: as the runtime gives it.
    """

    trace: Trace
    failures: list[Failure]
    outcome: Outcome
    blocked: list[Thread] = field(default_factory=list)

    @property
    def kind(self) -> tuple[object, ...]:
        """What makes two failures the same."""
        failure = self.failures[0]
        return (
            failure.trouble,
            failure.message if failure.trouble != "invariant" else "",
            tuple(sorted(thread.name for thread in self.blocked)),
            failure.thread.name if failure.thread is not None else "",
        )


class Session:
    """Use it as a context manager: the program's functions are instrumented inside it."""

    def __init__(self, program: Program, limit: int) -> None:
        self.began = time.perf_counter()
        self.program = program
        self.memory = _idle.pop() if _idle else Memory(Execution())
        self.memory.renew(limit)
        self.execution = self.memory.execution
        body = program.body
        if body is not None:
            self._setup: Callable[[], Any] = _nothing
            self._workers: list[tuple[Callable[[Any], Any], str]] = [(lambda _state: body(), "main")]
            functions: list[Any] = [body]
        else:
            self._setup = program.setup or _nothing
            self._workers = list(zip(program.workers, thread_names(program.workers), strict=True))
            functions = [program.setup, *program.workers, program.invariant]
        functions = [function for function in functions if function is not None]
        self.instrumentation = Instrumentation(self.memory, functions, program.instrument)
        self.memory.files = frozenset(self.instrumentation.files)
        self.invariant = program.invariant
        self.watchdog = Watchdog(self.execution)
        self._wary = False
        self.together: dict[str, int] = {region.name: 0 for region in program.regions}
        if program.regions:
            self.execution.sites = self._inside
            self.execution.stepwise = True
        self._cells = cells(functions)
        self._modules = _namespaces(functions, program.instrument)
        self._classes = [
            (thing, name)
            for module in self._modules
            for thing in module.values()
            if isinstance(thing, type) and thing.__module__ == module.get("__name__")
            for name, value in vars(thing).items()
            if _may_be_shared(value)
        ]

        rebound = {site.name for site in self.instrumentation.sites if site.point is Point.STORE_GLOBAL}
        self._globals = [
            (module, name)
            for module in self._modules
            for name, value in module.items()
            if not name.startswith("__") and (name in rebound or _may_be_shared(value))
        ]

    def __enter__(self) -> "Session":
        self.instrumentation.__enter__()
        guard.enter(self.execution)
        self.watchdog.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.watchdog.stop()
        guard.leave()
        self.instrumentation.__exit__(kind, error, tb)
        self.memory.reset()

    def close(self) -> None:
        """Leave the machinery to the next session: instrumented code is bound to it, and can be used again."""
        clean = all(thread.done for thread in self.execution.strands)  # else a fibre may still hold on to it
        self.memory.renew(1)
        if clean and not _idle:
            _idle.append(self.memory)

    def _roots(self, state: Any) -> list[Any]:
        roots: list[Any] = [state]
        roots += [module[name] for module, name in self._globals if name in module]
        roots += [vars(kind)[name] for kind, name in self._classes if name in vars(kind)]
        for _name, cell in self._cells:
            with contextlib.suppress(ValueError):
                roots.append(cell.cell_contents)
        return roots

    def _named_roots(self, state: Any) -> Iterator[tuple[str, Any]]:
        for name, cell in self._cells:
            with contextlib.suppress(ValueError):
                yield name, cell.cell_contents
        for module in self._modules:
            for name, value in module.items():
                if type(value) not in PLAIN and not name.startswith("__"):
                    yield name, value
        for kind, name in self._classes:
            if name in vars(kind):
                yield f"{kind.__name__}.{name}", vars(kind)[name]
        yield state_name(state, [worker for worker, _name in self._workers]), state

    def _prepared(self, state: Any) -> None:
        self.memory.adopt(self._roots(state))

    def _make_state(self) -> Any:
        try:
            return self._setup()
        except HilosError:
            raise
        except Exception as error:
            place = _innermost(error, self.instrumentation.files)
            raise UsageError(
                _("La preparación (setup) falló antes de empezar: {error} ({place})").format(
                    error=f"{type(error).__name__}: {error}", place=place or "?"
                )
            ) from error

    def run(self, plan: Plan) -> Judged:
        """Run a plan and judge what came of it.

        Raises:
            HilosError: the program cannot be explored.
        """
        self.memory.reset()
        outcome = self.execution.run(
            plan.prefix, plan.sleep, plan.choose, plan.matters, self._make_state, self._workers, self._prepared
        )
        return self.judge(outcome)

    def _again(self, threads: list[int]) -> Outcome:
        """Run a schedule from start to end."""
        self.memory.reset()
        return self.execution.run(threads, {}, None, None, self._make_state, self._workers, self._prepared)

    def judge(self, outcome: Outcome) -> Judged:
        blocked = [thread for thread in outcome.blocked if not getattr(thread.owner, "daemon", False)]
        cut = outcome.bounded or outcome.redundant
        trace = Trace(
            outcome.threads,
            outcome.prints,
            outcome.born,
            [] if cut else [(thread.number, thread.footprint) for thread in outcome.blocked],
            complete=not cut,
            redundant=outcome.redundant,
            is_lock=self._is_lock,
        )
        failures = outcome.failures
        if self.program.regions:
            self._count_together(outcome)
        if outcome.bounded and failures:
            pass
        elif outcome.bounded:
            failures = [*failures, Failure("no_progress", "", None, len(outcome.prints))]
        elif not outcome.redundant:
            if blocked:
                trouble = "deadlock" if _cycle(self.execution, blocked) else "stuck"
                if trouble == "stuck" and any(thread.spinning for thread in blocked):
                    trouble = "no_progress"
                failures = [*failures, Failure(trouble, "", blocked[0], len(outcome.prints))]
            elif not failures and self.invariant is not None:
                failure = self._check_invariant(outcome)
                failures = [failure] if failure is not None else []
        if self.program.data_races and not failures and not cut:
            failures = self._data_races(outcome)
        return Judged(trace, failures, outcome, blocked)

    def _is_lock(self, location: int) -> bool:
        place = self.execution.places.get(location)
        return place is not None and place[2] in ("Lock", "RLock")

    def _data_races(self, outcome: Outcome) -> list[Failure]:
        places = self.execution.places
        found = data_races(
            outcome.threads,
            outcome.prints,
            outcome.born,
            lambda location: location in places and places[location][2] in MEMORY,
        )
        names = Names(self._named_roots(outcome.state)) if found else None
        return [
            Failure("data_race", names.target(places[location])[0], None, later + 1, race=(earlier, later))
            for location, earlier, later in found
            if names is not None
        ]

    def _inside(self) -> int:
        """In which regions the running thread is, as a set of their positions."""
        found = 0
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            file, line = frame.f_code.co_filename, frame.f_lineno
            for position, region in enumerate(self.program.regions):
                if region.first <= line <= region.last and file == region.file:
                    found |= 1 << position
            frame = frame.f_back
        return found

    def _count_together(self, outcome: Outcome) -> None:
        inside = self.execution.inside
        order = Past()
        order.extend(outcome.threads, outcome.prints, outcome.born, [])
        for position, region in enumerate(self.program.regions):
            marks = [bool(each >> position & 1) for each in inside]
            stays = {
                thread.number
                for thread in outcome.blocked
                if thread.number in outcome.threads
                and marks[len(marks) - 1 - outcome.threads[::-1].index(thread.number)]
            }
            visits = visits_of(outcome.threads, marks, frozenset(stays))
            self.together[region.name] = max(self.together.get(region.name, 0), most_together(visits, order.past))

    def _check_invariant(self, outcome: Outcome) -> Failure | None:
        assert self.invariant is not None
        name = getattr(self.invariant, "__name__", "invariant")
        end = len(outcome.prints)
        x = self.execution
        verbs.enter(x)
        x.stepwise, stepwise = False, x.stepwise
        x.judging = True  # nobody runs beside it, so what it only reads is of no interest
        try:
            before = Portrait(outcome.state) if self._wary else None
            del x.prints[end:]
            holds = self.invariant(outcome.state)
            wrote = x.prints[end:]
            after = Portrait(outcome.state) if before is not None else None
        except AssertionError as error:
            return Failure("invariant", str(error) or name, None, end, error)
        except HilosError:
            raise
        except Exception as error:  # noqa: BLE001  an invariant that fails does not hold
            return Failure("invariant", f"{type(error).__name__}: {error}", None, end, error)
        finally:
            verbs.leave()
            x.stepwise, x.judging = stepwise, False
        told = before.differences(after) if before is not None and after is not None else []
        flat = list(_flat(wrote))
        if any(code & WRITE for code in flat):
            state = Portrait(outcome.state).objects
            touched = {code >> SHIFT for code in _flat(x.prints[:end])}
            for code in flat:
                place = x.places.get(code >> SHIFT)
                if place is None or not code & WRITE or place[2] not in MEMORY:
                    continue  # locks it may take, to look at all of it
                if id(place[0]) in state:
                    if before is None:  # what it was is known only if the same is done again
                        self._wary = True
                        return self._check_invariant(self._again(outcome.threads))
                elif code >> SHIFT in touched:
                    told.append(Names(self._named_roots(outcome.state)).target(place)[0])
        if told:
            raise UsageError(
                _("La invariante «{name}» cambia el estado; debe solo mirarlo. Cambió:\n  {changes}").format(
                    name=name, changes="\n  ".join(dict.fromkeys(told))
                )
            )
        return None if holds or holds is None else Failure("invariant", name, None, end)

    # Telling an execution.

    def record(self, threads: list[int], limit: int | None = None) -> tuple[Judged, "Told"]:
        """Run a plan again and note every step.

        Args:
            threads: numbers of the threads whose turn it is.
            limit: bound on operations, if it is another than the session's.
        """
        x = self.execution
        names: list[Names] = []
        recordings: list[Recording] = []

        def prepared(state: Any) -> None:
            self._prepared(state)
            names.append(Names(self._named_roots(state)))
            recordings.append(Recording(x, names[0]))
            x.recorder, x.noted = recordings[0].step, recordings[0].note
            x.stepwise = True

        x.recording, stepwise = True, x.stepwise
        saved, x.limit = x.limit, limit if limit is not None else x.limit
        self.memory.reset()
        waits: list[Wait] = []
        cycle: tuple[Wait, ...] = ()

        def ended() -> None:
            nonlocal cycle
            if recordings:
                recordings[0]._close()
                blocked = [thread for thread in x.strands if not thread.done and thread.ready is not None]
                plain = [thread for thread in blocked if not getattr(thread.owner, "daemon", False)]
                blocked = [thread for thread in blocked if thread in plain or (plain and self._is_in_task(thread))]
                waits.extend(recordings[0].wait_of(thread) for thread in blocked)
                found = _cycle(x, blocked)
                by_name = dict(zip(blocked, waits, strict=True))
                cycle = tuple(by_name[thread] for thread in found)

        try:
            x.before_abort = ended
            outcome = x.run(threads, {}, None, None, self._make_state, self._workers, prepared)
            x.recorder = x.noted = None
            x.stepwise = stepwise
            judged = self.judge(outcome)
        finally:
            x.recorder = x.noted = None
            x.before_abort = None
            x.stepwise, x.recording = stepwise, False
            x.limit = saved
        order = {thread.number: thread.order for thread in outcome.strands}
        steps = recordings[0].steps(outcome.born)
        turns = [order[number] for number in outcome.threads]
        state = shown(outcome.state) if self.program.body is None else ""
        marks = checksum((turn, step.kind.value, step.target_type) for turn, step in zip(turns, steps, strict=False))
        return judged, Told(steps, Schedule(tuple(turns), marks), tuple(waits), cycle, state)

    def _is_in_task(self, thread: Thread) -> bool:
        """Whether it is a pool's thread that waits in a task of the program, and not for a task."""
        pool = getattr(getattr(thread.owner, "_target", None), "__self__", None)
        place = place_in_program(thread.fibre.gr_frame) if isinstance(pool, ThreadPoolExecutor) else None
        return place is not None and place.file in self.instrumentation.files

    def finding(self, failure: Failure, told: "Told", judged: Judged, passing: Passing | None = None) -> Finding:
        """A failure as the report has it, with an execution to compare it with."""
        trouble = Trouble(failure.trouble)
        error = failure.error
        step = failure.position - 1 if failure.thread is not None and failure.position else None
        threads: tuple[str, ...] = (failure.thread.name,) if failure.thread is not None else ()
        if told.blocked and trouble in (Trouble.DEADLOCK, Trouble.STUCK, Trouble.NO_PROGRESS):
            step = None
            threads = tuple(wait.thread for wait in (told.cycle or told.blocked))
        if failure.race is not None:
            threads = tuple(told.steps[number].thread for number in failure.race)
            step = failure.race[1]
        return Finding(
            trouble=trouble,
            message=failure.message,
            schedule=told.schedule,
            steps=told.steps,
            step=step if step is None or step < len(told.steps) else None,
            threads=threads,
            exception=type(error).__name__ if error is not None else "",
            traceback=_frames(error, self.instrumentation.files),
            cycle=told.cycle if trouble is Trouble.DEADLOCK else (),
            blocked=told.blocked,
            race=failure.race,
            invariant=getattr(self.invariant, "__name__", "") if trouble is Trouble.INVARIANT else "",
            state=told.state,
            passing=passing,
        )

    def check_determinism(self) -> Judged:
        """Run the first schedule twice.

        Returns:
            The second execution, which a search may begin with.

        Raises:
            Nondeterminism: they differ; the message says where.
        """
        x = self.execution
        first = Glances(x)
        judged = self._glanced([], first)
        while x.unstable:  # it learned what footprints depend on, and is done again with that
            x.unstable = False
            judged = self._glanced([], first)
        second = Glances(x, first)
        try:
            judged = self._glanced(judged.trace.threads, second)
        except Nondeterminism as lost:  # the plan could not be followed: what was done before says why, mostly
            less = glanced(first, second, Names(self._named_roots(None)))  # before its locations are another run's
            raise self._difference() or less or lost from None
        if first.first_difference(second) is not None:
            # If a closer look finds the same deeds on the same things, they are only numbered otherwise (06.6's
            # solution, an `itertools.count`): nothing that a program could be blamed for.
            difference = self._difference()
            if difference is not None:
                raise difference
        return judged

    def _glanced(self, threads: list[int], glances: Glances) -> Judged:
        """Run a plan and note what tells that another run of it is not the same."""
        x = self.execution
        prints, x.prints = x.prints, glances
        x.noted, x.before_abort = glances.note, glances.close
        try:
            outcome = self._again(threads)
        finally:
            x.noted = x.before_abort = None
            prints[:] = glances
            x.prints = prints
        return self.judge(outcome)

    def _difference(self) -> Nondeterminism | None:
        """Run the first schedule twice more and say what differs now; None if nothing."""
        first: list[Glimpse] = []
        second: list[Glimpse] = []
        judged = self._watched([], first)
        states = [judged.outcome.state, None]
        lost: Nondeterminism | None = None
        try:
            judged = self._watched(judged.trace.threads, second)
            states[1] = judged.outcome.state
        except Nondeterminism as error:
            lost = error
        return differ(first, second, lambda which: Names(self._named_roots(states[which]))) or lost

    def _watched(self, threads: list[int], seen: list[Glimpse]) -> Judged:
        """Run a plan and note what is needed to tell it from another run of it; `seen` gets the notes as they come."""
        x = self.execution
        watch = Watch(x, seen)
        stepwise, x.stepwise = x.stepwise, True
        x.recorder, x.noted = watch.step, watch.note
        x.before_abort = watch.close
        try:
            outcome = self._again(threads)
        finally:
            x.recorder = x.noted = x.before_abort = None
            x.stepwise = stepwise
        return self.judge(outcome)


@dataclass(slots=True)
class Told:
    """An execution in words; `state` is empty for a body, which has none."""

    steps: tuple[Step, ...]
    schedule: Schedule
    blocked: tuple[Wait, ...]
    cycle: tuple[Wait, ...]
    state: str


_idle: list[Memory] = []


def _nothing() -> None:
    return None


def _flat(prints: list[Footprint]) -> Iterator[int]:
    for footprint in prints:
        yield from (footprint,) if isinstance(footprint, int) else footprint


def _may_be_shared(value: Any) -> bool:
    return type(value) not in PLAIN and not hasattr(type(value), "__get__") and type(value).__name__ != "mappingproxy"


def _namespaces(functions: list[Any], modules: tuple[ModuleType, ...]) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for function in functions:
        for inner in _python_functions(function):
            found.setdefault(id(inner.__globals__), inner.__globals__)
    for module in modules:
        found.setdefault(id(vars(module)), vars(module))
    return list(found.values())


def _python_functions(function: Any) -> list[Any]:
    from hilos.explore.instrument.loader import functions_in

    return list(functions_in(function))


def thread_names(workers: tuple[Callable[[Any], Any], ...]) -> list[str]:
    """`deposit`, or `deposit-1` and `deposit-2` where a name comes more than once."""
    plain = [
        str(getattr(worker, "__name__", type(worker).__name__)).replace("<lambda>", "lambda") for worker in workers
    ]
    count: dict[str, int] = {}
    names = []
    for name in plain:
        if plain.count(name) == 1:
            names.append(name)
        else:
            count[name] = count.get(name, 0) + 1
            names.append(f"{name}-{count[name]}")
    return names


def _cycle(execution: Execution, blocked: list[Thread]) -> tuple[Thread, ...]:
    """Blocked threads that wait for one another in a circle."""
    by_number = {thread.number: thread for thread in blocked}

    def wait_of(number: int) -> tuple[int, int] | None:
        thread = by_number.get(number)
        if thread is None:
            return None
        footprint = thread.footprint
        first = footprint if isinstance(footprint, int) else footprint[0]
        place = execution.places.get(first >> SHIFT)
        if place is None:
            return None
        owners = holders(place[0], strand=True)
        if len(owners) != 1 or (hasattr(place[0], "value") and place[0].value > 0):
            return None
        return first >> SHIFT, owners[0].number

    for thread in blocked:
        found = find_cycle(thread.number, wait_of)
        if found:
            return tuple(by_number[wait.waiter] for wait in found)
    return ()


def _frames(error: BaseException | None, files: tuple[str, ...]) -> tuple[Location, ...]:
    found = []
    tb = error.__traceback__ if error is not None else None
    while tb is not None:
        code = tb.tb_frame.f_code
        if code.co_filename in files:
            found.append(Location(code.co_filename, tb.tb_lineno, code.co_qualname))
        tb = tb.tb_next
    return tuple(found)


def _innermost(error: BaseException, files: tuple[str, ...]) -> Location | None:
    frames = _frames(error, files)
    return frames[-1] if frames else None


__all__ = ["Judged", "Session", "Told", "place_in_program", "thread_names"]
