"""When a job that failed is tried again."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retry:
    """Exponential backoff with jitter.

    The wait before attempt *n* + 1 is `backoff * factor ** (n - 1)` seconds, at most `longest`, of which a random
    part of up to `jitter` is taken off, so that jobs that failed together do not come back together (M. Brooker,
    «Exponential Backoff and Jitter», 2015; `jitter=1` is his «full jitter»).

    Attributes:
        attempts: how often the job runs at most, the first time included.
        backoff: seconds before the second attempt.
        factor: by which each wait is longer than the one before.
        longest: seconds that no wait exceeds.
        jitter: share of each wait that is left to chance, from 0 to 1.

    Raises:
        ValueError: a number is out of its range.
    """

    attempts: int = 1
    backoff: float = 0.1
    factor: float = 2.0
    longest: float = 60.0
    jitter: float = 0.5

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"attempts must be 1 or more, not {self.attempts}")
        if self.backoff < 0 or self.longest < 0 or self.factor < 1:
            raise ValueError("backoff and longest must not be negative, and factor must be 1 or more")
        if not 0 <= self.jitter <= 1:
            raise ValueError(f"jitter must be from 0 to 1, not {self.jitter}")

    def delay(self, failed: int, chance: random.Random) -> float:
        """Seconds to wait after `failed` failed attempts.

        Arguments:
            failed: attempts that failed so far, 1 or more.
            chance: where the jitter comes from.
        """
        try:
            wait = min(self.backoff * self.factor ** (failed - 1), self.longest)
        except OverflowError:
            wait = self.longest
        return wait * (1 - self.jitter * chance.random())


ONCE = Retry()
"""One attempt and no more."""
