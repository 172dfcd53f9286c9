"""A portfolio: strategies in turn, one execution each, and what one of them learns about locations all know.

The random walk has every other turn: it is the cheapest, and with very many threads the only one that finds anything.
"""

from hilos.explore.search.knowledge import Knowledge
from hilos.explore.search.pct import Pct
from hilos.explore.search.pos import Pos
from hilos.explore.search.sampling import Sampling
from hilos.explore.search.strategy import Plan, Trace
from hilos.explore.search.surw import Surw
from hilos.explore.search.walk import KindWalk, Walk


class Mix:
    """Partial order sampling, PCT, SURW and random walks in turn.

    Args:
        seed: of the choices.
    """

    blocked = 0

    def __init__(self, seed: int = 0) -> None:
        knowledge = Knowledge()
        pos, walk, kinds = Pos(seed, knowledge), Walk(seed + 2, knowledge), KindWalk(seed + 3, knowledge)
        self._strategies: list[Sampling] = [pos, walk, Pct(seed + 1, knowledge), kinds, pos, Surw(seed + 4, knowledge)]
        self._turn = 0

    def next(self) -> Plan | None:
        self._turn = (self._turn + 1) % len(self._strategies)
        return self._strategies[self._turn].next()

    def learn(self, trace: Trace) -> None:
        self._strategies[self._turn].learn(trace)
