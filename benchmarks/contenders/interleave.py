"""interleave-test: modes `random`, `pct` (depth 3) and `dfs` (at most 2 preemptions), all between opcodes.

Setup, starting threads and the invariant run in its `no_interleave()`, which favours it.
"""

import time
from collections.abc import Callable
from typing import Any

import interleave_test
from interleave_test import DFSStrategy, PCTStrategy, RandomStrategy

from contenders import warming
from contenders.row import PROGRAMS, Counter, Row, Watch, load, parts

STRATEGIES = {"random": RandomStrategy, "pct": PCTStrategy, "dfs": DFSStrategy}


def measure(program: str, mode: str, cap: float, seed: int) -> Row:
    """Explore the program at `program` (relative to tests/programs) for at most `cap` seconds."""
    interleave_test.explore(_model(*parts(warming)), iterations=3, seed=1, strategy=mode)
    setup, workers, invariant = parts(load(PROGRAMS / program))
    counter = Counter(setup)
    model = _model(counter, workers, invariant)
    watch = Watch()
    strategy: Any = _until(STRATEGIES[mode], watch.began + cap)()
    result = interleave_test.explore(
        model, iterations=10**9, seed=seed, strategy=strategy, timeout=cap, raise_on_failure=False
    )
    row = watch.row("bug", counter.calls)
    if result.failure is not None:
        row.verdict, row.note = ("gave up" if result.failure.kind == "hang" else "bug"), result.failure.kind
    else:
        row.verdict = "ended" if row.seconds < cap else "cap"
    return row


def _model(setup: Callable[[], Any], workers: list[Callable[[Any], Any]], invariant: Callable[[Any], Any]) -> Any:
    """The program as the tool wants it: one function that starts and joins the threads."""

    def model() -> None:
        with interleave_test.no_interleave():
            state = setup()
            tasks = [interleave_test.spawn(worker, state) for worker in workers]
        for task in tasks:
            task.join()
        with interleave_test.no_interleave():
            assert invariant(state), "invariant"

    return model


def _until(strategy: type, end: float) -> type:
    """The strategy, ending when the time is up (the tool itself limits iterations only)."""

    class Limited(strategy):  # type: ignore[misc, valid-type]
        def more(self) -> Any:
            return False if time.perf_counter() > end else super().more()

    return Limited
