"""A search over several processes, through any `concurrent.futures.Executor`.

The first executions are run here.  If they do not end the search, it is cut into parts (`search.parts`), which are
sent out with the program by reference; what comes back is counted, and what is left of a part that took its time is
cut again, so that no process runs out of work.  Findings come back as schedules and are told here.
"""

import os
import pickle
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from hilos.errors import HilosError, UsageError
from hilos.explore.program import Program
from hilos.explore.runtime.passport import Passport
from hilos.explore.search.dpor import Dpor
from hilos.explore.search.parts import Frontier, Operation, Part, Place, Request, Tree
from hilos.explore.session import Session
from hilos.locale import translator

_ = translator("explore")

_SLICE = 0.25
"""Seconds of its own time after which a process hands back what is left of its part."""


@dataclass(slots=True)
class Answer:
    """What came of a part.

    Attributes:
        executions: how many were run.
        operations: over all of them.
        longest: operations of the longest.
        failing: how many failed.
        blocked: how many ran into the sleep set.
        shortest: virtual seconds of the quickest; None if none ended well.
        together: for each region the most threads in it at once.
        found: schedules of failures, one of each kind, each with its kind.
        requests: for the frontier.
        places: what is left.
        unstable: whether the numbering of locations turned out not to hold.
        error: the program cannot be explored.
    """

    executions: int = 0
    operations: int = 0
    longest: int = 0
    failing: int = 0
    blocked: int = 0
    shortest: float | None = None
    together: dict[str, int] = field(default_factory=dict)
    found: list[tuple[tuple[object, ...], tuple[int, ...]]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    unstable: bool = False
    error: HilosError | None = None


def packed(program: Program) -> bytes:
    """The program in a form that another process can load: functions by reference.

    Raises:
        UsageError: one of its functions cannot be found by its name.
    """
    try:
        return pickle.dumps(
            (
                program.name,
                program.setup,
                program.workers,
                program.invariant,
                program.body,
                tuple(module.__name__ for module in program.instrument),
                program.regions,
                program.data_races,
            )
        )
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise UsageError(
            _(
                "Con executor= las funciones deben poder importarse por su nombre, y una no se puede: {error}."
                " Defínelas en el nivel superior de un módulo"
            ).format(error=error)
        ) from error


def unpacked(blob: bytes) -> Program:
    """The inverse of `packed`; for what this very process, or its parent, has packed."""
    name, setup, workers, invariant, body, modules, regions, races = pickle.loads(blob)  # noqa: S301
    return Program(
        name, setup, workers, invariant, body, tuple(import_module(module) for module in modules), regions, races
    )


_sessions: dict[tuple[bytes, int], Session] = {}
_one_at_a_time = threading.Lock()


def explore_part(blob: bytes, operations: int, part: Part, seconds: float, stop_on_first: bool) -> Answer:
    """Run a part of a search, for so many seconds at most (and one execution at least)."""
    with _one_at_a_time:
        session = _sessions.get((blob, operations))
        if session is None:
            _sessions.clear()
            session = _sessions[blob, operations] = Session(unpacked(blob), operations)
        try:
            with session:
                return _explore(session, part, seconds, stop_on_first)
        except HilosError as error:
            return Answer(error=error)


def _explore(session: Session, part: Part, seconds: float, stop_on_first: bool) -> Answer:
    passport = session.execution.passport
    dpor = Dpor(_part_in(passport, part))
    answer = Answer()
    kinds: set[tuple[object, ...]] = set()
    end = time.process_time() + seconds
    while True:
        plan = dpor.next()
        if plan is None:
            break
        judged = session.run(plan)
        if session.execution.unstable:
            return Answer(unstable=True)
        outcome = judged.outcome
        if not outcome.redundant:
            answer.executions += 1
            answer.operations += len(outcome.threads)
            answer.longest = max(answer.longest, len(outcome.threads))
            if judged.failures:
                answer.failing += 1
                if judged.kind not in kinds:
                    kinds.add(judged.kind)
                    answer.found.append((judged.kind, passport.threads_out(outcome.threads)))
            elif answer.shortest is None or outcome.time < answer.shortest:
                answer.shortest = outcome.time
        dpor.cut = time.process_time() > end or bool(answer.found and stop_on_first)
        dpor.learn(judged.trace)
        if dpor.cut:
            answer.places = [_place_out(passport, place) for place in dpor.places()]
            break
    answer.blocked = dpor.blocked
    answer.together = dict(session.together)
    answer.requests = [
        Request(request.depth, _operations(passport.threads_out, passport.print_out, request.sequence))
        for request in dpor.requests
    ]
    return answer


def _operations(
    threads: Callable[[Iterable[int]], Iterable[int]], footprint: Callable[[Any], Any], operations: Iterable[Operation]
) -> tuple[Operation, ...]:
    return tuple((next(iter(threads([thread]))), footprint(touched)) for thread, touched in operations)


def _part_in(passport: Passport, part: Part) -> Part:
    def inside(operations: Iterable[Operation]) -> tuple[Operation, ...]:
        return _operations(passport.threads_in, passport.print_in, operations)

    return Part(
        tuple(passport.threads_in(part.prefix)), tuple(inside(each) for each in part.elders), inside(part.sleep)
    )


def _place_out(passport: Passport, place: Place) -> Place:
    def outside(operations: Iterable[Operation]) -> tuple[Operation, ...]:
        return _operations(passport.threads_out, passport.print_out, operations)

    def tree(each: Tree) -> Tree:
        (operation,) = outside([(each[0], each[1])])
        return (*operation, tuple(tree(below) for below in each[2]))

    return Place(
        passport.threads_out(place.prefix),
        outside(place.sleep),
        outside([place.taken])[0],
        tuple(tree(each) for each in place.trees),
    )


class Fleet:
    """Runs what is left of a search.

    Attributes:
        total: what has come back.
    """

    def __init__(self, session: Session, executor: Executor, stop_on_first: bool) -> None:
        self._session = session
        self._executor = executor
        self._stop_on_first = stop_on_first
        self._blob = packed(session.program)
        self._size = getattr(executor, "_max_workers", None) or os.cpu_count() or 1
        self.total = Answer()

    def run(self, dpor: Dpor, limit: int | None, end: float | None) -> bool:
        """Run all parts of a search that was cut.

        Args:
            dpor: the search, with `cut` set before its last `learn`.
            limit: executions after which to stop.
            end: reading of `perf_counter` at which to stop.

        Returns:
            Whether it came to its end.

        Raises:
            HilosError: the program cannot be explored.
        """
        passport = self._session.execution.passport
        frontier = Frontier()
        frontier.add(_place_out(passport, place) for place in dpor.places())
        running: dict[Future[Answer], Part] = {}
        try:
            while frontier.pending or running:
                while frontier.pending and len(running) < self._size + 1:
                    part = frontier.pending.pop()
                    running[self._submit(part, len(frontier.pending))] = part
                remaining = None if end is None else max(end - time.perf_counter(), 0)
                done, _running = wait(running, timeout=remaining, return_when=FIRST_COMPLETED)
                if not done:
                    return False
                for future in done:
                    part, answer = running.pop(future), future.result()
                    if answer.error is not None:
                        raise answer.error
                    self._add(answer)
                    if answer.unstable or (answer.found and self._stop_on_first):
                        return not answer.unstable
                    frontier.ask(part, answer.requests)
                    frontier.add(answer.places)
                if limit is not None and self.total.executions >= limit:
                    return False
            return True
        finally:
            for future in running:
                future.cancel()

    def _submit(self, part: Part, waiting: int) -> "Future[Answer]":
        seconds = _SLICE * (4 if waiting > 4 * self._size else 1)
        operations = self._session.execution.limit
        return self._executor.submit(explore_part, self._blob, operations, part, seconds, self._stop_on_first)

    def _add(self, answer: Answer) -> None:
        total = self.total
        total.executions += answer.executions
        total.operations += answer.operations
        total.longest = max(total.longest, answer.longest)
        total.failing += answer.failing
        total.blocked += answer.blocked
        total.unstable |= answer.unstable
        if answer.shortest is not None and (total.shortest is None or answer.shortest < total.shortest):
            total.shortest = answer.shortest
        for region, most in answer.together.items():
            total.together[region] = max(total.together.get(region, 0), most)
        known = {kind for kind, _schedule in total.found}
        total.found += [found for found in answer.found if found[0] not in known]
