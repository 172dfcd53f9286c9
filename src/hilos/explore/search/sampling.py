"""What all strategies that sample have in common: they are asked only where there is something to decide.

Which operations these are is learned from the executions themselves: see `search.knowledge`.
"""

import random
from collections.abc import Sequence

from hilos.explore.causality.dependence import BLOCKS, SHIFT, WRITE, Footprint
from hilos.explore.search.knowledge import Knowledge
from hilos.explore.search.strategy import Plan, Trace


class Sampling:
    """Base of the strategies that sample.  They never end by themselves.

    Args:
        seed: of the choices.
        knowledge: what is known of the program, if it is shared with other strategies.
    """

    blocked = 0

    def __init__(self, seed: int = 0, knowledge: Knowledge | None = None) -> None:
        self.random = random.Random(seed)
        self.knowledge = knowledge if knowledge is not None else Knowledge()
        self.decisions = 0
        self._held: dict[int, set[int]] = {}
        self._just_locked: set[int] = set()

    def next(self) -> Plan | None:
        self.begin()
        return Plan([], {}, self._choose, self.matters if self.knowledge.known else None)

    def begin(self) -> None:
        """A new execution."""
        self.decisions = 0
        self._held.clear()
        self._just_locked.clear()

    def learn(self, trace: Trace) -> None:
        self.knowledge.longest = max(self.knowledge.longest, self.decisions)
        self.knowledge.learn(trace)

    def matters(self, thread: int, footprint: Footprint) -> bool:
        """Whether there is anything to decide before an operation that a running thread announces."""
        knowledge = self.knowledge
        if type(footprint) is not int:
            self._just_locked.discard(thread)
            matters = False
            for code in footprint:  # type: ignore[union-attr]  # mypy does not narrow on `type() is`
                matters = matters or code >> SHIFT in knowledge.shared
                self._note(thread, code)
            return matters
        location = footprint >> SHIFT
        if location not in knowledge.shared:
            return False
        if location in knowledge.mutexes:
            self._note(thread, footprint)
            self._just_locked.discard(thread)
            return footprint & BLOCKS != 0
        if not footprint & WRITE:
            locks = knowledge.writers_hold.get(location)
            if locks is not None and locks & self._held.get(thread, _NOTHING):
                return False
        if thread in self._just_locked:
            self._just_locked.discard(thread)
            return False
        return True

    def _note(self, thread: int, code: int) -> None:
        """Keep book of the locks that threads hold; one that is about to be taken counts, too."""
        if code >> SHIFT in self.knowledge.mutexes and code & WRITE:
            held = self._held.setdefault(thread, set())
            if code & BLOCKS:
                held.add(code >> SHIFT)
            else:
                held.discard(code >> SHIFT)

    def _choose(self, current: int, threads: Sequence[int], prints: Sequence[Footprint]) -> int:
        self.decisions += 1
        chosen = self.decide(current, threads, prints)
        footprint = prints[chosen]
        if type(footprint) is int and footprint & BLOCKS and footprint >> SHIFT in self.knowledge.mutexes:
            self._note(threads[chosen], footprint)
            self._just_locked.add(threads[chosen])
        else:
            self._just_locked.discard(threads[chosen])
        return chosen

    def decide(self, current: int, threads: Sequence[int], prints: Sequence[Footprint]) -> int:
        """Choose among threads that are all before an operation that matters: the position of one."""
        raise NotImplementedError


_NOTHING: frozenset[int] = frozenset()
