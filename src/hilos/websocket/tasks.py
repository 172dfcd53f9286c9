"""CPU work that a client may ask for: plain Python that never waits for anything.

Each task is a function of a size that calls `tell(fraction)` often, hundreds of times a second, and returns a value
that JSON can carry.  `tell` may raise `Stopped`; that is how a task is cancelled.  The result depends on the size
alone, so that the same work in a process, in a thread and in the event loop must agree.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

Tell = Callable[[float], None]
"""Takes the fraction done so far, 0 to 1."""


class Stopped(Exception):
    """Raised by `tell` inside a task that should go no further."""


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of work.

    Attributes:
        function: does it: `function(size, tell)`.
        default: size when a client gives none: about a second of one core.
        largest: size of the largest that is taken: some 20 seconds.
    """

    function: Callable[[int, Tell], object]
    default: int
    largest: int


def primes(size: int, tell: Tell) -> int:
    """How many primes there are up to `size`, by trial division."""
    found = 1 if size >= 2 else 0
    for number in range(3, size + 1, 2):
        divisor = 3
        while divisor * divisor <= number and number % divisor:
            divisor += 2
        found += divisor * divisor > number
        if number & 127 == 127:
            tell(number / size)
    return found


def pi(size: int, tell: Tell) -> float:
    """The number pi, from how many of `size` random points of a square fall within its circle."""
    draw = random.Random(size).random
    inside = 0
    for point in range(size):
        x, y = draw(), draw()
        inside += x * x + y * y <= 1.0
        if point & 1023 == 1023:
            tell(point / size)
    return round(4 * inside / size, 6)


def collatz(size: int, tell: Tell) -> int:
    """The number up to `size` whose Collatz sequence is longest before it comes to 1."""
    best, longest = 1, 0
    for start in range(1, size + 1):
        number, steps = start, 0
        while number != 1:
            number = number // 2 if number % 2 == 0 else 3 * number + 1
            steps += 1
        if steps > longest:
            best, longest = start, steps
        if start & 31 == 31:
            tell(start / size)
    return best


TASKS = {
    "primes": Task(primes, default=300_000, largest=3_000_000),
    "pi": Task(pi, default=3_000_000, largest=60_000_000),
    "collatz": Task(collatz, default=100_000, largest=1_500_000),
}
"""By the name that a client gives."""


def paced(tell: Tell, seconds: float = 0.03) -> Tell:
    """A `tell` that passes on one call in `seconds`, and drops the others for the price of reading a clock."""
    last = time.monotonic()

    def sometimes(fraction: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= seconds:
            last = now
            tell(fraction)

    return sometimes


def work(kind: str, size: int, tell: Tell) -> object:
    """Do the task called `kind`.

    Arguments:
        kind: a key of `TASKS`.
        size: from 1 to the task's largest.
        tell: called about every 30 ms; raises `Stopped` to end it.
    """
    return TASKS[kind].function(size, paced(tell))
