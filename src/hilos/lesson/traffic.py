"""Tasks repeated in threads for a while: how many got done, how long each took, who was left out."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from hilos.lesson.threads import together

LONGEST_REST = 0.001
"""Seconds, at most, that a thread rests after an attempt that came to nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt went.

    Attributes:
        done: whether it did what it was for.
        avoided: waits that would have closed a circle and that it avoided.
        failures: times that it was refused, gave up waiting or had to begin again.
    """

    done: bool = True
    avoided: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Traffic:
    """What `drive` saw.

    Attributes:
        outcomes: of every attempt.
        durations: seconds of every attempt, in the same order.
        shares: attempts that each thread got done.
        seconds: of the whole.
    """

    outcomes: tuple[Outcome, ...]
    durations: tuple[float, ...]
    shares: tuple[int, ...]
    seconds: float

    @property
    def rate(self) -> float:
        """Attempts done a second."""
        return sum(self.shares) / self.seconds

    @property
    def failures(self) -> int:
        """Of all attempts together."""
        return sum(outcome.failures for outcome in self.outcomes)

    @property
    def avoided(self) -> int:
        """Of all attempts together."""
        return sum(outcome.avoided for outcome in self.outcomes)

    def percentile(self, share: float) -> float:
        """Seconds within which that share (0 to 1) of the attempts ended."""
        return sorted(self.durations)[int(share * (len(self.durations) - 1))]


def drive(tasks: Sequence[Callable[[], Outcome]], seconds: float) -> Traffic:
    """Repeat each task in a thread of its own for `seconds`; after an attempt that came to nothing it rests a while."""
    end = time.perf_counter() + seconds

    def work(task: Callable[[], Outcome]) -> list[tuple[Outcome, float]]:
        attempts: list[tuple[Outcome, float]] = []
        while not attempts or time.perf_counter() < end:
            start = time.perf_counter()
            outcome = task()
            attempts.append((outcome, time.perf_counter() - start))
            if not outcome.done:
                time.sleep(random.uniform(0, LONGEST_REST))
        return attempts

    run = together(*[partial(work, task) for task in tasks])
    attempts = [attempt for each in run.results for attempt in each]
    return Traffic(
        tuple(outcome for outcome, _seconds in attempts),
        tuple(taken for _outcome, taken in attempts),
        tuple(sum(outcome.done for outcome, _seconds in each) for each in run.results),
        run.seconds,
    )
