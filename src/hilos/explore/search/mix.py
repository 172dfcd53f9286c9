"""A portfolio: strategies in turn, one execution each, and what one of them learns about locations all know.

The random walk has every other turn: it is the cheapest, and with very many threads the only one that finds anything.
"""

from hilos.explore.search.pct import Pct
from hilos.explore.search.pos import Pos
from hilos.explore.search.sampling import Sampling
from hilos.explore.search.strategy import Plan, Trace
from hilos.explore.search.walk import Walk


class Mix:
    """Partial order sampling, PCT and a random walk in turn.

    Args:
        seed: of the choices.
    """

    blocked = 0

    def __init__(self, seed: int = 0) -> None:
        walk = Walk(seed + 2)
        self._strategies: list[Sampling] = [Pos(seed), walk, Pct(seed + 1), walk]
        self._turn = 0

    def next(self) -> Plan | None:
        self._turn = (self._turn + 1) % len(self._strategies)
        return self._strategies[self._turn].next()

    def learn(self, trace: Trace) -> None:
        own = self._strategies[self._turn]
        own.learn(trace)
        for other in self._strategies:
            if other.shared is None:
                other.shared = own.shared
            other.longest = max(other.longest, own.longest)
        for other in self._strategies:
            other.shared = own.shared
