"""An experiment repeated: how often its invariant did not hold, by how much, and how long each run took."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from hilos.lesson.threads import switch_interval


@dataclass(frozen=True, slots=True)
class Tally:
    """Outcome of an experiment repeated.

    Attributes:
        damage: of each run, how much was wrong at its end; 0 where the invariant held.
        durations: seconds of each run.
    """

    damage: tuple[int, ...]
    durations: tuple[float, ...]

    @property
    def runs(self) -> int:
        """How often it was run."""
        return len(self.damage)

    @property
    def wrong(self) -> int:
        """In how many runs the invariant did not hold."""
        return sum(each > 0 for each in self.damage)

    @property
    def seconds(self) -> float:
        """Of all runs together."""
        return sum(self.durations)


def repeat(runs: int, experiment: Callable[[], int], interval: float | None = None) -> Tally:
    """Run `experiment` `runs` times.

    Arguments:
        experiment: one run; returns its damage, 0 where the invariant held.
        interval: the interpreter's switch interval meanwhile, in seconds; as it is unless given.
    """
    damage, durations = [], []
    with switch_interval(interval):
        for _run in range(runs):
            start = time.perf_counter()
            damage.append(experiment())
            durations.append(time.perf_counter() - start)
    return Tally(tuple(damage), tuple(durations))
