"""The CPU work, and its progress."""

import pytest

from hilos.websocket.latency import percentile
from hilos.websocket.tasks import TASKS, Stopped, paced, work


def ignore(fraction: float) -> None:
    pass


def test_tasks_are_right() -> None:
    """Against values known from the literature: pi(10,000) = 1,229; the longest Collatz below 10,000 is 6,171's."""
    assert [work("primes", size, ignore) for size in (1, 2, 3, 10, 10_000)] == [0, 1, 2, 4, 1229]
    assert work("collatz", 10_000, ignore) == 6171
    assert abs(float(str(work("pi", 200_000, ignore))) - 3.1416) < 0.02


@pytest.mark.parametrize("kind", TASKS)
def test_every_task_tells_its_progress_and_can_be_stopped(kind: str) -> None:
    """Fractions grow from 0 to 1, and what `tell` raises ends the task."""
    told: list[float] = []
    TASKS[kind].function(20_000, told.append)
    assert told == sorted(told)
    assert 0 < told[0] < 0.2
    assert 0.9 < told[-1] <= 1

    def stop(fraction: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        TASKS[kind].function(10**9, stop)


def test_progress_is_paced() -> None:
    """Of many calls in a moment, hardly any passes."""
    told: list[float] = []
    tell = paced(told.append, seconds=60)
    for step in range(1000):
        tell(step / 1000)
    assert told == []


def test_percentiles_are_nearest_rank() -> None:
    """The 99th of a hundred is the 99th, and none of none."""
    values = list(range(1, 101))
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1.0)) == (50, 99, 100)
    assert percentile([7.0], 0.01) == 7.0
    assert percentile([], 0.5) != percentile([], 0.5)
