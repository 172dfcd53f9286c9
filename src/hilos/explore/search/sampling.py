"""What all strategies that sample have in common: which operations matter, and when to stop.

Only the order of conflicting operations can make a difference, so only before an operation on a location that several
threads touch, at least one of them writing, is there anything to decide; a thread whose next operation is its own
business is let go on at once.  Which locations these are is learned from the executions themselves.
"""

import random
from collections.abc import Sequence

from hilos.explore.causality.dependence import SHIFT, WRITE, Footprint, codes
from hilos.explore.search.strategy import Plan, Trace


class Sampling:
    """Base of the strategies that sample.  They never end by themselves.

    Args:
        seed: of the choices.
    """

    blocked = 0

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)
        self.shared: set[int] | None = None
        self.decisions = 0
        self.longest = 0
        self._touched: dict[int, tuple[int, bool]] = {}

    def next(self) -> Plan | None:
        self.begin()
        return Plan([], {}, self._choose, self.shared)

    def begin(self) -> None:
        """A new execution."""
        self.decisions = 0

    def learn(self, trace: Trace) -> None:
        shared = self.shared if self.shared is not None else set()
        touched = self._touched
        for thread, footprint in zip(trace.threads, trace.prints, strict=True):
            for code in codes(footprint):
                location = code >> SHIFT
                if location in shared:
                    continue
                first, written = touched.get(location, (thread, False))
                written = written or bool(code & WRITE)
                if first != thread:
                    first = -1
                touched[location] = (first, written)
                if first == -1 and written:
                    shared.add(location)
        self.shared = shared
        self.longest = max(self.longest, self.decisions)

    def _choose(self, current: int, threads: Sequence[int], prints: Sequence[Footprint]) -> int:
        self.decisions += 1
        return self.decide(current, threads, prints)

    def decide(self, current: int, threads: Sequence[int], prints: Sequence[Footprint]) -> int:
        """Choose among threads that are all before an operation that matters: the position of one."""
        raise NotImplementedError
