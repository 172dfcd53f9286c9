"""Which order next: all of them, the simplest first.

An execution is named by its choices.  Where nothing is prescribed the loop's own order holds, so an order is a prefix
that ends in its last departure from it; each is run exactly once.  Orders are taken by the number of departures (Emmi,
Qadeer and Rakamaric, "Delay-bounded scheduling", POPL 2011, count them so), here without an upper bound: the search
ends when there is none left.  The first level that has a failing one is searched to its end and the shortest is taken.
"""

import contextlib
import io
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hilos.course.asynchronous.blocking import Guard
from hilos.course.asynchronous.machine import Machine, Nondeterminism, Run
from hilos.locale import translator

_ = translator("asynchronous")

Prefix = tuple[int, ...]


class _Silent(io.TextIOBase):
    """What a program prints is the same in each order; once is enough."""

    def write(self, text: str) -> int:
        """Throw it away."""
        return len(text)


SILENT = _Silent()


@dataclass(slots=True)
class Found:
    """What a search came to.

    Attributes:
        orders: how many were run.
        finished: whether these were all, or one failed.
        why: what ended the search before; empty if nothing did.
        failing: the simplest execution that fails, None if none does.
        departures: how often it departs from the loop's own order.
        order: its choices, which replay it.
        met: an execution for which the goal of the search held, if there was a goal and one was met.
        longest: virtual seconds of the slowest.
        held: whether in some a thread computed with the GIL held.
    """

    orders: int = 0
    finished: bool = True
    why: str = ""
    failing: Run | None = None
    departures: int = 0
    order: Prefix = ()
    met: bool = False
    longest: float = 0.0
    held: bool = False


def search(machine: Machine, orders: int, seconds: float, goal: Callable[[Run], bool] | None = None) -> Found:
    """Run every order of `machine`'s program until one fails, one meets `goal`, or the budget is used up.

    Arguments:
        machine: runs the program.
        orders: how many to run at most.
        seconds: wall time that the search may take.
        goal: told each execution in which nothing fails.
    """
    found = Found()
    deadline = time.monotonic() + seconds
    level: list[Prefix] = [()]
    with standing() as (guard, unawaited):
        while level and found.failing is None:
            following: list[Prefix] = []
            for prefix in level:
                if found.orders >= orders or time.monotonic() > deadline:
                    found.finished = found.failing is not None
                    found.why = _("se acabó el presupuesto de {n} órdenes").format(n=found.orders)
                    return found
                try:
                    with contextlib.redirect_stdout(sys.stdout if not prefix else SILENT):
                        run = machine.run(guard, unawaited, prefix, watched=not prefix)
                except Nondeterminism:
                    found.finished = False
                    found.why = _("el programa no hace lo mismo con los mismos pasos: ¿usa el azar o la hora?")
                    return found
                found.orders += 1
                found.held = found.held or run.held
                found.longest = max(found.longest, run.time)
                if run.wrong is not None:
                    if found.failing is None or len(run.names) < len(found.failing.names):
                        found.failing = run
                        found.order = tuple(run.chosen)
                    continue
                if goal is not None and goal(run):
                    found.met = True
                    return found
                if found.failing is None:
                    following += _departing(run, prefix)
            if found.failing is None:
                level = following
                found.departures += 1
    return found


def _departing(run: Run, prefix: Prefix) -> list[Prefix]:
    """The orders that depart once more from the loop's own than `run` does, after its last departure."""
    return [
        (*run.chosen[:place], choice)
        for place in range(len(prefix), len(run.widths))
        for choice in range(run.widths[place])
        if choice != run.defaults[place]
    ]


@contextlib.contextmanager
def standing() -> Iterator[tuple[Guard, list[warnings.WarningMessage]]]:
    """Everything that has to be set for the time of a search, and put back: the guard, and where warnings go."""
    depth, hook = sys.get_coroutine_origin_tracking_depth(), sys.unraisablehook
    with warnings.catch_warnings(record=True) as unawaited, Guard().standing() as guard:
        warnings.simplefilter("always")
        sys.set_coroutine_origin_tracking_depth(1)
        sys.unraisablehook = lambda _error: None
        try:
            yield guard, unawaited
        finally:
            sys.unraisablehook = hook
            sys.set_coroutine_origin_tracking_depth(depth)
