"""Wall time beside CPU time: a speed-up can be judged only where one knows how many cores the work really got."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Timed(Generic[Value]):
    """What a call gave and what it cost.

    Attributes:
        value: what it returned.
        wall: seconds from start to end.
        cpu: seconds of CPU of all threads of this process meanwhile.
    """

    value: Value
    wall: float
    cpu: float

    @property
    def cores(self) -> float:
        """How many cores worked for this process on average."""
        return self.cpu / self.wall if self.wall else 0.0


def timed(function: Callable[..., Value], *arguments: object) -> Timed[Value]:
    """Call `function(*arguments)` and time it."""
    wall, cpu = time.perf_counter(), time.process_time()
    value = function(*arguments)
    return Timed(value, time.perf_counter() - wall, time.process_time() - cpu)


def usable_cores() -> int:
    """Cores that this process may run on, which can be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
