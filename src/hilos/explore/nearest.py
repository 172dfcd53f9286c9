"""The execution that goes well and is like a failing one for as long as possible.

Two executions side by side explain more than one: up to some operation they are the same, and there another thread
goes on.  From the end of the failing schedule backwards, each turn is given to another thread, and the rule "whoever
runs goes on" does the rest; the first that does not fail shares the longest beginning.  The turn at which it parts is
thus the last one at which all was not yet lost (as far as that rule explores).
"""

import time
from collections.abc import Sequence

from hilos.errors import Nondeterminism
from hilos.explore.report import Passing
from hilos.explore.search.strategy import Plan
from hilos.explore.session import Session

_RUNS = 200
_SECONDS = 1.0


def nearest(
    session: Session, threads: Sequence[int], *, runs: int = _RUNS, seconds: float = _SECONDS
) -> Passing | None:
    """Find it; None if there is none among the candidates, or within the budget.

    Args:
        session: of the program.
        threads: whose turn it was in the failing execution, operation by operation.
        runs: how many candidates may be run.
        seconds: for how long.
    """
    everyone = sorted(set(threads))
    end = time.monotonic() + seconds
    for position in range(len(threads) - 1, -1, -1):
        # Whoever ran before first: then the two differ by a switch that did not happen.
        before = threads[position - 1] if position else -1
        for number in sorted(everyone, key=lambda each: each != before):
            if number == threads[position]:
                continue
            if runs <= 0 or time.monotonic() >= end:
                return None
            runs -= 1
            try:
                judged = session.run(Plan([*threads[:position], number]))
            except Nondeterminism:  # it cannot go on there
                continue
            if judged.failures or not judged.trace.complete:
                continue
            _judged, told = session.record(judged.trace.threads)
            return Passing(told.schedule, told.steps, told.state)
    return None
