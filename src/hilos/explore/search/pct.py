"""Probabilistic concurrency testing.

Threads have random priorities and the greatest that can go on does; at d - 1 random points of the execution whoever
is running drops below all others.  A bug that takes d ordering constraints is found by one run with a probability of
at least 1/(n k^(d-1)), for n threads and k decisions (Burckhardt, Kothari, Musuvathi, Nagarakatte: A randomized
scheduler with probabilistic guarantees of finding bugs, ASPLOS 2010).  k counts only operations that matter, which is
what makes the bound worth something; it is learned from the runs before.
"""

from collections.abc import Sequence

from hilos.explore.causality.dependence import Footprint
from hilos.explore.search.knowledge import Knowledge
from hilos.explore.search.sampling import Sampling


class Pct(Sampling):
    """Random priorities for threads, with d - 1 points of change; d goes from 1 to 4 in turn.

    Args:
        seed: of the choices.
        knowledge: what is known of the program, if it is shared with other strategies.
        depth: d, if it is to be one number.
    """

    def __init__(self, seed: int = 0, knowledge: Knowledge | None = None, depth: int | None = None) -> None:
        super().__init__(seed, knowledge)
        self._depth = depth
        self._runs = 0

    def begin(self) -> None:
        super().begin()
        depth = self._depth if self._depth is not None else 1 + self._runs % 4
        self._runs += 1
        self._priority: dict[int, float] = {}
        length = max(self.knowledge.longest, 4)
        self._changes = {1 + int(self.random.random() * length): -float(rank) for rank in range(1, depth)}

    def decide(self, current: int, threads: Sequence[int], prints: Sequence[Footprint]) -> int:
        priority = self._priority
        for thread in threads:
            if thread not in priority:
                priority[thread] = self.random.random()
        best = max(range(len(threads)), key=lambda position: priority[threads[position]])
        lowered = self._changes.get(self.decisions)
        if lowered is not None:
            priority[threads[best]] = lowered
            best = max(range(len(threads)), key=lambda position: priority[threads[position]])
        return best
