"""What samples learn from the executions before: which operations matter, how many there are, which threads are alike.

Only the order of conflicting operations can make a difference, so there is something to decide only before an
operation on a location that several threads touch, at least one of them writing.  And not before all of those:

- where every access to a location is made under one and the same lock, the order of the accesses is the order in which
  the lock is taken, and that is decided before the lock is taken (the lock sets of Eraser: Savage, Burrows, Nelson,
  Sobalvarro, Anderson, TOCS 1997); if only the writes are, that holds for the reads under the lock;
- nothing is lost if a thread that is about to give a lock back does so at once, unless somebody asks whether the lock
  is free without waiting for it: releases are left movers (Lipton: Reduction, CACM 1975);
- taking a lock is a right mover: what may come between it and the access that follows may come before both.

A bug that needs so many orders to be right is then a matter of fewer decisions, and it is in their number that the
chance of a sample goes down.  All of this is learned; an execution that shows some of it to be wrong takes it back.
(It does not keep the number of preemptions: an enumeration that is bounded by them goes by `conflicting` alone.)
"""

from collections.abc import Iterable

from hilos.explore.causality.dependence import AVAILABLE_0, BLOCKS, IDLE, SHIFT, SPIN, WRITE, Footprint, codes
from hilos.explore.search.strategy import Trace

_ALL = 24
"""Executions that are looked at one by one; of later ones only every eighth, and those that did something new."""
_NONE: frozenset[int] = frozenset()


class Knowledge:
    """Grows with each trace that it learns from.

    Args:
        every: whether every execution is looked at, for who must not miss anything; else most of the later ones are
            passed over.

    Attributes:
        known: whether anything has been learned.
        conflicting: locations that several threads touch, at least one of them writing.
        shared: those of them that matter.
        mutexes: locks that only who holds them gives back, and nobody asks about without waiting for them.
        writers_hold: for locations that matter, the mutexes under which all writes of them are made, if any.
        longest: the most decisions of an execution so far.
        kinds: for each thread a number, the same for threads that did the same in the first execution.
        accesses: for each location that matters, for each thread how often it went there in the last execution.
    """

    def __init__(self, *, every: bool = False) -> None:
        self._every = every
        self.known = False
        self.conflicting: set[int] = set()
        self.shared: set[int] = set()
        self.mutexes: set[int] = set()
        self.writers_hold: dict[int, frozenset[int]] = {}
        self.longest = 0
        self.kinds: dict[int, int] = {}
        self.accesses: dict[int, dict[int, int]] = {}
        self._executions = 0
        self._prints: set[Footprint] = set()
        self._touched: dict[int, tuple[int, bool]] = {}
        self._locks: dict[int, frozenset[int]] = {}
        self._write_locks: dict[int, frozenset[int]] = {}
        self._taken: set[int] = set()
        self._given_away: set[int] = set()
        self._asked: set[int] = set()

    def learn(self, trace: Trace) -> None:
        """Take in an execution."""
        self._executions += 1
        if (
            self._executions > _ALL
            and self._executions % 8
            and not self._every
            and self._prints.issuperset(trace.prints)
        ):
            return
        self._prints.update(trace.prints)
        if not self.kinds:
            self.kinds = _kinds(trace)
        counts: dict[int, dict[int, int]] = {}
        owner: dict[int, int] = {}
        held: dict[int, set[int]] = {}
        is_lock = trace.is_lock
        for thread, footprint in zip(trace.threads, trace.prints, strict=True):
            mine = held.get(thread)
            if mine is None:
                mine = held[thread] = set()
            for code in codes(footprint):
                location = code >> SHIFT
                self._touch(thread, code)
                count = counts.setdefault(location, {})
                count[thread] = count.get(thread, 0) + 1
                if not is_lock(location):
                    _narrow(self._locks, location, mine)
                    if code & WRITE:
                        _narrow(self._write_locks, location, mine)
                elif code & WRITE and code & (BLOCKS | AVAILABLE_0) and not code & (SPIN | IDLE):
                    self._taken.add(location)
                    if not code & BLOCKS:
                        self._asked.add(location)
                    owner[location] = thread
                    mine.add(location)
                elif not code & WRITE or code & IDLE:
                    self._asked.add(location)
                elif owner.pop(location, -1) == thread:
                    mine.discard(location)
                else:
                    self._given_away.add(location)
        for thread, footprint in trace.blocked:  # what never happened may, after other orders of what it waits for
            for code in codes(footprint):
                self._touch(thread, code)
        self._conclude(counts)

    def _touch(self, thread: int, code: int) -> None:
        first, written = self._touched.get(code >> SHIFT, (thread, False))
        self._touched[code >> SHIFT] = (first if first == thread else -1, written or bool(code & WRITE))

    def _conclude(self, counts: dict[int, dict[int, int]]) -> None:
        exclusive = self._taken - self._given_away
        self.conflicting = {location for location, (first, written) in self._touched.items() if first == -1 and written}
        self.shared = {location for location in self.conflicting if not self._locks.get(location, _NONE) & exclusive}
        self.mutexes = exclusive - self._asked
        self.writers_hold = {
            location: locks & exclusive
            for location, locks in self._write_locks.items()
            if location in self.shared and locks & exclusive
        }
        self.accesses = {location: count for location, count in counts.items() if location in self.shared}
        self.known = True


def _narrow(locks: dict[int, frozenset[int]], location: int, held: set[int]) -> None:
    known = locks.get(location)
    if known is None:
        locks[location] = frozenset(held)
    elif known and not known <= held:
        locks[location] = known & held


def _kinds(trace: Trace) -> dict[int, int]:
    """Threads that did the same operations are of one kind."""
    did: dict[int, list[int]] = {}
    for thread, footprint in zip(trace.threads, trace.prints, strict=True):
        did.setdefault(thread, []).extend(_announced(codes(footprint)))
    numbers: dict[tuple[int, ...], int] = {}
    return {thread: numbers.setdefault(tuple(operations), len(numbers)) for thread, operations in did.items()}


def _announced(prints: Iterable[int]) -> Iterable[int]:
    return (code >> SHIFT << 1 | code & WRITE for code in prints)
