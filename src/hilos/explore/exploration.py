"""The composition root: takes a program and a strategy, runs schedules, makes the report."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

from hilos.errors import HilosError
from hilos.explore.program import Region
from hilos.explore.report import Report
from hilos.explore.schedule import Schedule

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
    name: str = "",
) -> Report:
    """Try the orders in which the threads of a small program can interleave.

    Args:
        setup: makes a fresh state (a function or a class); called once for each execution.
        workers: functions of the state, each run in a thread of its own.
        invariant: told the state at the end; a false value or an AssertionError is a violation.
        body: instead of the three above: a whole program in one function.
        strategy: `dpor` (a proof, the default), or samples: `pos`, `pct`, `random`, or `mix` of the three.
        budget: a `Budget`; an int is so many executions, a float so many seconds.
        seed: of the samples.
        stop_on_first: whether the first finding ends the search.
        executor: where to run parts of the search in parallel; any `concurrent.futures.Executor`.
        schedule: run this one only (a token or a `Schedule`).
        instrument: further modules whose shared accesses are scheduled one by one.
        regions: lines of which to find out how many threads can be in them at once (`Report.together`).
        data_races: whether unordered conflicting accesses are findings by themselves.
        check_determinism: whether the first schedule is run twice and compared.
        name: what the report calls the program.

    Returns:
        The report; it is not an error that the program fails.

    Raises:
        UsageError: an argument makes no sense, or `setup` raised.
        Unexplorable: the program does what cannot be controlled (a socket, a subprocess, blocking C).
        Nondeterminism: two runs of one schedule differed.
    """
    raise HilosError("hilos.explore is being built: the search is not there yet")


def interleave(**options: Any) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Turn a test into an exploration of its body: `@interleave()` above a function that starts its own threads.

    Args:
        options: those of `explore` but for the program itself.
    """
    raise HilosError("hilos.explore is being built: the search is not there yet")


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
    raise HilosError("hilos.explore is being built: the search is not there yet")
