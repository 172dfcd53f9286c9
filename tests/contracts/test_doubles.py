"""The explorer's doubles keep the contract of the standard library's `threading`, `queue` and `concurrent.futures`.

Each scenario is run twice, with the real modules and inside an exploration, and must tell the same: values, and
exceptions with their types and messages.
"""

import sys

import pytest

from contracts.doubles_scenarios import (
    NEWER,
    SCENARIOS,
    body,
    chosen,
    outcomes,
    seen,
    shut_while_others_wait,
    submit_while_it_shuts,
)
from hilos.explore import explore


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_double_does_as_the_real_one(name: str) -> None:
    """The same values and exceptions, in the same order."""
    if sys.version_info < NEWER.get(name, (3, 11)):
        pytest.skip(f"came with Python {NEWER[name]}")
    scenario = SCENARIOS[name]
    real = scenario()
    chosen.append(scenario)
    seen.clear()
    report = explore(body=body, budget=1, check_determinism=False)
    assert seen, report
    assert seen[0] == real


def test_a_pool_runs_what_it_has_taken_on() -> None:
    """Submitting races with the pool's end: the task is run or refused, and never forgotten."""
    outcomes.clear()
    explore(body=submit_while_it_shuts, stop_on_first=False).check()
    assert outcomes == {1, "RuntimeError: cannot schedule new futures after shutdown"}


@pytest.mark.skipif(sys.version_info < (3, 13), reason="came with Python 3.13")
def test_a_queue_that_is_shut_lets_everybody_go() -> None:
    """Whoever waits, or comes, is told; what is in the queue is given out first."""
    outcomes.clear()
    explore(body=shut_while_others_wait, stop_on_first=False).check()
    assert outcomes == {
        ("ShutDown: ", "end"), ("end", "ShutDown: "), (1, "ShutDown: ", "end"), (1, "end", "ShutDown: "),
        ("ShutDown: ", 1, "end"), (1, 2, "end"),
    }  # fmt: skip
