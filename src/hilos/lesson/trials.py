"""An experiment repeated: how often its invariant did not hold, by how much, and how long each run took."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from hilos.lesson.threads import switch_interval, together


@dataclass(frozen=True, slots=True)
class Tally:
    """Outcome of an experiment repeated.

    Attributes:
        damage: of each run, how much was wrong at its end; 0 where the invariant held.
        durations: seconds of each run.
    """

    damage: tuple[int, ...]
    durations: tuple[float, ...]

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(self.damage + other.damage, self.durations + other.durations)

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


def chosen_interval(otherwise: float) -> float:
    """The switch interval that the learner chose in the lab (`HILOS_SWITCH_INTERVAL`), in seconds; else `otherwise`."""
    try:
        chosen = float(os.environ.get("HILOS_SWITCH_INTERVAL", ""))
    except ValueError:
        return otherwise
    return chosen if 1e-6 <= chosen <= 10 else otherwise


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


@dataclass(frozen=True, slots=True)
class Experiment:
    """Threads that share a state, and what must be true of it at the end.

    The same three things can be given to real threads (`run`) and to an explorer, which leaves every size at its
    default of 1.

    Attributes:
        setup: makes the state, of the size it is given.
        workers: one a thread; each is given the state and the size.
        damage: given the state and the size, says how much is wrong: 0 where the invariant holds.
    """

    setup: Callable[..., Any]
    workers: tuple[Callable[..., Any], ...]
    damage: Callable[..., int]

    def run(self, size: int) -> int:
        """Run the workers at the same time, in threads, and return the damage."""
        state = self.setup(size)
        together(*[partial(worker, state, size) for worker in self.workers])
        return self.damage(state, size)

    @property
    def invariant(self) -> Callable[[Any], bool]:
        """What an explorer is to check of a state of size 1; named after the damage that there must not be."""

        def holds(state: Any) -> bool:
            return self.damage(state) == 0

        holds.__name__ = f"{self.damage.__name__}() == 0"
        return holds
