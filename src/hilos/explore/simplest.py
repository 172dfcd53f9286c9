"""The simplest execution that fails in the same way: `explain.minimise` with a session to run its candidates in."""

from collections.abc import Sequence

from hilos.errors import Nondeterminism
from hilos.explore.explain.minimise import Attempt, minimise
from hilos.explore.search.strategy import Plan
from hilos.explore.session import Judged, Session

# What ends it is the number of runs, so that the same program fails in the same way on a busy machine; time is for
# programs so long that they could not be waited for.
_RUNS = 100
_SECONDS = 2.0


def simplest(session: Session, judged: Judged) -> list[int]:
    """Whose turn it is in the simplest execution found that fails as `judged` does.

    The threads may be others, since which of two equal threads comes first is of no interest; the kind of trouble, the
    exception's type and its line are the same.
    """
    if judged.outcome.bounded:
        return list(judged.trace.threads)  # one that ends only by its bound has nothing that could be left out
    wanted = _signature(judged)

    def run(plan: Sequence[int]) -> Attempt | None:
        try:
            again = session.run(Plan(list(plan)))
        except Nondeterminism:  # the plan gives the turn to a thread that cannot take it
            return None
        return Attempt(tuple(again.trace.threads), _signature(again) == wanted)

    return list(minimise(judged.trace.threads, run, runs=_RUNS, seconds=_SECONDS))


def _signature(judged: Judged) -> tuple[object, ...]:
    if not judged.failures:
        return ()
    failure = judged.failures[0]
    error, line = failure.error, 0
    trace = error.__traceback__ if error is not None else None
    while trace is not None:
        line, trace = trace.tb_lineno, trace.tb_next
    return failure.trouble, type(error), line, len(judged.blocked)
