"""Partial order sampling.

Every pending operation has a random priority, and the greatest goes first; those that conflict with the one that went
draw again.  Unlike a random walk it does not favour partial orders that many interleavings stand for (Yuan, Yang, Gu:
Partial order aware concurrency sampling, CAV 2018).
"""

from collections.abc import Sequence

from hilos.explore.causality.dependence import Footprint, conflict
from hilos.explore.search.sampling import Sampling


class Pos(Sampling):
    """Random priorities for operations, drawn again where they race."""

    def begin(self) -> None:
        super().begin()
        self._priority: dict[int, float] = {}

    def decide(self, current: int, threads: Sequence[int], prints: Sequence[Footprint]) -> int:
        priority = self._priority
        best, highest = 0, -1.0
        for position, thread in enumerate(threads):
            own = priority.get(thread)
            if own is None:
                own = priority[thread] = self.random.random()
            if own > highest:
                best, highest = position, own
        chosen, footprint = threads[best], prints[best]
        del priority[chosen]
        for position, thread in enumerate(threads):
            if thread != chosen and conflict(prints[position], footprint):
                priority.pop(thread, None)
        return best
