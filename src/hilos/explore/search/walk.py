"""The random walk: whoever can go on is as likely as any other.  The best there is for plain lost updates."""

from collections.abc import Sequence

from hilos.explore.causality.dependence import Footprint
from hilos.explore.search.sampling import Sampling


class Walk(Sampling):
    """Uniform among the threads at every decision."""

    def decide(self, current: int, threads: Sequence[int], prints: Sequence[Footprint]) -> int:
        return int(self.random.random() * len(threads))


class KindWalk(Sampling):
    """Uniform among the kinds of threads, then among the threads of that kind.

    Of a hundred writers and one reader the reader has its turn as often as all the writers together.
    """

    def decide(self, current: int, threads: Sequence[int], prints: Sequence[Footprint]) -> int:
        kinds = self.knowledge.kinds
        by_kind: dict[int, list[int]] = {}
        for position, thread in enumerate(threads):
            by_kind.setdefault(kinds.get(thread, -1), []).append(position)
        groups = list(by_kind.values())
        group = groups[int(self.random.random() * len(groups))]
        return group[int(self.random.random() * len(group))]
