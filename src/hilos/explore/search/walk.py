"""The random walk: whoever can go on is as likely as any other.  The best there is for plain lost updates."""

from collections.abc import Sequence

from hilos.explore.causality.dependence import Footprint
from hilos.explore.search.sampling import Sampling


class Walk(Sampling):
    """Uniform among the threads at every decision."""

    def decide(self, current: int, threads: Sequence[int], prints: Sequence[Footprint]) -> int:
        return int(self.random.random() * len(threads))
