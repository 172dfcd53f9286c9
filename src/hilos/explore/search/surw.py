"""Selectively uniform random walk.

Of all locations that matter one is picked, and the order of the accesses to it is drawn such that all are equally
likely: who goes next to it is drawn in proportion to the accesses that each thread has left, as the executions before
let expect.  Everything else falls in between at random.  A bug that depends on few locations, however long the
program is, is found by a walk that is uniform over *their* orders (Zhao, Wolff, Mathur, Roychoudhury: Selectively
uniform concurrency testing, ASPLOS 2025).
"""

from collections.abc import Sequence

from hilos.explore.causality.dependence import SHIFT, Footprint, codes
from hilos.explore.search.sampling import Sampling


class Surw(Sampling):
    """Uniform over the orders of the accesses to one location, drawn anew for each execution."""

    def begin(self) -> None:
        super().begin()
        accesses = self.knowledge.accesses
        self._location = self.random.choice(sorted(accesses)) if accesses else -1
        self._left = dict(accesses.get(self._location, {}))
        self._intended = -1

    def decide(self, current: int, threads: Sequence[int], prints: Sequence[Footprint]) -> int:
        location, left = self._location, self._left
        there = [any(code >> SHIFT == location for code in codes(footprint)) for footprint in prints]
        if self._intended < 0:
            self._intended = self._draw(threads, there)
        candidates = [
            position for position, thread in enumerate(threads) if not there[position] or thread == self._intended
        ]
        if not candidates:  # whoever was meant to be next waits for somebody
            self._intended = self._draw(threads, there)
            candidates = [threads.index(self._intended)]
        chosen = candidates[int(self.random.random() * len(candidates))]
        if there[chosen]:
            left[threads[chosen]] = left.get(threads[chosen], 0) - 1
            self._intended = -1
        return chosen

    def _draw(self, threads: Sequence[int], there: Sequence[bool]) -> int:
        weights = [max(self._left.get(thread, 0), int(here)) for thread, here in zip(threads, there, strict=True)]
        if not any(weights):
            return -1
        return self.random.choices(threads, weights)[0]
