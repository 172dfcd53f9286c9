"""interleave-test: modes `random`, `pct` (depth 3) and `dfs` (at most 2 preemptions), all between opcodes.

Setup, starting threads and the invariant run in its `no_interleave()`, which favours it.
"""

from typing import Any

import interleave_test
from interleave_test import DFSStrategy, PCTStrategy, RandomStrategy

from contenders.row import PROGRAMS, Counter, Row, clock, load, memory, parts

STRATEGIES = {"random": RandomStrategy, "pct": PCTStrategy, "dfs": DFSStrategy}


def measure(program: str, mode: str, cap: float, seed: int) -> Row:
    """Explore the program at `program` (relative to tests/programs) for at most `cap` seconds."""
    setup, workers, invariant = parts(load(PROGRAMS / program))
    counter = Counter(setup)

    def model() -> None:
        with interleave_test.no_interleave():
            state = counter()
            tasks = [interleave_test.spawn(worker, state) for worker in workers]
        for task in tasks:
            task.join()
        with interleave_test.no_interleave():
            assert invariant(state), "invariant"

    began = clock()
    strategy: Any = _until(STRATEGIES[mode], began + cap)()
    result = interleave_test.explore(
        model, iterations=10**9, seed=seed, strategy=strategy, timeout=cap, raise_on_failure=False
    )
    seconds = clock() - began
    if result.failure is not None:
        verdict = "bug" if result.failure.kind != "hang" else "gave up"
        return Row(verdict, counter.calls, seconds, None, memory(), result.failure.kind)
    return Row("ended" if seconds < cap else "cap", counter.calls, seconds, None, memory())


def _until(strategy: type, end: float) -> type:
    """The strategy, ending when the time is up (the tool itself limits iterations only)."""

    class Limited(strategy):  # type: ignore[misc, valid-type]
        def more(self) -> Any:
            return False if clock() > end else super().more()

    return Limited
