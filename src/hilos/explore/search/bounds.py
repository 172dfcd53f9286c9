"""All schedules with at most so many preemptions.

A preemption takes the turn from a thread that could have gone on; most bugs need one or two.  The search enumerates the
choices depth first without any reduction: pruning DPOR by a preemption bound misses schedules within the bound unless
further backtrack points are added (Coons, Musuvathi, McKinley: Bounded partial-order reduction, OOPSLA 2013), and an
enumeration has no such trap.  Its end proves the bound and nothing more, so its verdict is never a proof.

Choices are made only before operations on locations that several threads touch, one of them writing; when an
execution shows a location to be of that kind that was not known to be, the enumeration starts again.
"""

from collections.abc import Sequence

from hilos.explore.causality.dependence import SHIFT, Footprint, codes
from hilos.explore.search.knowledge import Knowledge
from hilos.explore.search.sampling import Sampling
from hilos.explore.search.strategy import Plan, Trace


class Bounded(Sampling):
    """Depth-first enumeration under a bound on preemptions.

    Args:
        preemptions: the bound.
    """

    def __init__(self, preemptions: int) -> None:
        super().__init__(0, Knowledge(every=True))
        self._bound = preemptions
        self._path: list[tuple[int, int]] = []  # what was chosen, and among how many
        self._depth = 0
        self._used = 0
        self._over = False

    def next(self) -> Plan | None:
        if self._over:
            return None
        self.begin()
        self._depth = self._used = 0
        return Plan([], {}, self._choose, self.matters)

    def matters(self, thread: int, footprint: Footprint) -> bool:
        """Before whatever others' operations conflict with, held locks or not: the bound is on preemptions."""
        conflicting = self.knowledge.conflicting
        return any(code >> SHIFT in conflicting for code in codes(footprint))

    def decide(self, current: int, threads: Sequence[int], prints: Sequence[Footprint]) -> int:
        order = list(range(len(threads)))
        if current >= 0:
            own = threads.index(current)
            order.remove(own)
            order.insert(0, own)
            if self._used >= self._bound:
                order = order[:1]
        if self._depth == len(self._path):
            self._path.append((0, len(order)))
        chosen, _number = self._path[self._depth]
        self._depth += 1
        if current >= 0 and chosen > 0:
            self._used += 1
        return order[chosen]

    def learn(self, trace: Trace) -> None:
        known = self.knowledge.conflicting
        super().learn(trace)
        if self.knowledge.conflicting != known:
            self._path.clear()
            return
        path = self._path
        del path[self._depth :]
        while path and path[-1][0] + 1 >= path[-1][1]:
            path.pop()
        if not path:
            self._over = True
            return
        chosen, number = path.pop()
        path.append((chosen + 1, number))
