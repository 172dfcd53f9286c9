"""Optimal dynamic partial order reduction: one execution for each Mazurkiewicz trace, and a proof when it ends.

Two interleavings that differ only in the order of operations that commute are the same to any program, so one of each
class is enough.  The search runs one execution to its end, looks for its *races* (pairs of conflicting operations that
nothing in between orders), and for each race plans an execution in which the later one comes first.

The algorithm is Optimal-DPOR with wakeup trees (Abdulla, Aronis, Jonsson, Sagonas: Optimal dynamic partial order
reduction, POPL 2014; Source sets, J. ACM 64(4), 2017).  For a race between e and e', with E the events before e, the
sequence `v` = what comes after e but does not happen after it, then e', is what would reverse it.

- If a thread sleeping at E (all continuations that begin with it have been run) is a *weak initial* of v - it could
  come first in something equivalent to a continuation of v - the reversal has been seen.
- Else v is put into E's wakeup tree, sharing the branches that are weak initials of it.  A branch is run as a
  whole: that is what keeps the search from walking into the sleep set.

Differences from the paper, each of which the tests hold against brute force:

- Blocking operations are disabled, not spun on: see `causality.dependence`.  An operation that is still blocked at
  the end of an execution has races too; without them a deadlock would hide the orders that avoid it.
- Footprints of branches come from another execution than the one they are compared with, so locations must have
  numbers that do not depend on the order of independent operations.  The runtime sees to that.

All races of an execution are looked at, also those that were there in the execution before, up to where the two part:
what comes after is another, and so may be the sequence that reverses them.  (Looking at new races only loses traces:
some 4 of 778 in one random program of a hundred.)

Memory is the current execution and the wakeup trees along it.
"""

from collections.abc import Iterator

from hilos.explore.causality.clocks import Past
from hilos.explore.causality.dependence import SHIFT, WRITE, Footprint, codes, conflict, strongest
from hilos.explore.causality.orders import Orders
from hilos.explore.search.parts import Operation, Part, Place, Request, Tree
from hilos.explore.search.strategy import Plan, Trace


class Branch:
    """A node of a wakeup tree: the operation of a thread, and what is to be run after it."""

    __slots__ = ("branches", "footprint", "thread")

    def __init__(self, thread: int, footprint: Footprint) -> None:
        self.thread = thread
        self.footprint = footprint
        self.branches: list[Branch] = []


class Dpor:
    """The search.

    Attributes:
        blocked: executions that were cut because all that could go on was asleep.
        races: how many were looked at.
        orders: the executions, to count what they stand for.
    """

    def __init__(self, part: Part | None = None) -> None:
        self.blocked = 0
        self.races = 0
        self.requests: list[Request] = []
        self.orders = Orders()
        self._races: list[tuple[int, int]] = []
        self._rests: dict[int, int] = {}
        self.cut = False
        self._seen = Past()
        self._sleep: list[dict[int, Footprint]] = [{}]
        self._trees: list[list[Branch] | None] = [None]
        self._planned: list[int] | None = []
        self._done: list[int] = [0]
        self._floor = -1
        if part is not None:
            self.orders.give_up()
            self._floor = len(part.prefix) - 1
            self._sleep = [dict(elders) for elders in part.elders] + [dict(part.sleep)]
            self._trees = [None for _ in range(len(part.prefix) + 1)]
            self._done = [0 for _ in range(len(part.prefix) + 1)]
            self._planned = list(part.prefix)

    def next(self) -> Plan | None:
        if self._planned is None:
            return None
        return Plan(self._planned, dict(self._sleep[len(self._planned)]))

    def learn(self, trace: Trace) -> None:
        seen, planned = self._seen, self._planned
        assert planned is not None
        self.blocked += trace.redundant
        races = self._races
        while races and races[-1][1] >= len(seen):
            races.pop()
        seen.extend(trace.threads, trace.prints, trace.born, races)
        self._remember(len(planned))
        if trace.complete:
            self.orders.add(trace.threads, seen.past)
        self._rests.clear()
        self.races += len(races)
        for earlier, later in races:
            self._reverse(earlier, later, seen.thread[later], seen.prints[later])
        end = len(seen)
        for thread, footprint in trace.blocked:
            waiting: list[tuple[int, int]] = []
            seen.pending(thread, footprint, waiting, end)
            for earlier, _ in waiting:
                self._reverse(earlier, end, thread, footprint)
        if not self.cut:
            self._backtrack()

    @property
    def share(self) -> float:
        """A guess at how much of the search has been done: each branch of a node counts as much as its siblings.

        This is Knuth's estimate (Estimating the efficiency of backtrack programs, 1975) along the path that the search
        is on.  It is too great as long as branches are still being found.
        """
        share, weight = 0.0, 1.0
        for done, branches in zip(self._done, self._trees, strict=False):
            if done or branches:
                total = done + 1 + len(branches or ())
                share += weight * done / total
                weight /= total
        return share

    def places(self) -> list[Place]:
        """The nodes of the search along its last execution, with all that is left of it.

        To be called after `learn` with `cut` set, which keeps it from going on by itself.
        """
        seen = self._seen
        return [
            Place(
                tuple(seen.thread[:depth]),
                tuple(self._sleep[depth].items()),
                (seen.thread[depth], seen.prints[depth]),
                tuple(_tree(branch) for branch in self._trees[depth] or ()),
            )
            for depth in range(self._floor + 1, len(seen))
        ]

    def _remember(self, start: int) -> None:
        """Sleep sets along the new part of the execution."""
        seen, sleep, trees = self._seen, self._sleep, self._trees
        end = len(seen)
        asleep = sleep[start]
        for event in range(start, end):
            if asleep:
                thread, footprint = seen.thread[event], seen.prints[event]
                asleep = {
                    other: next_one
                    for other, next_one in asleep.items()
                    if other != thread and not conflict(next_one, footprint)
                }
            sleep.append(asleep)
            trees.append(None)
            self._done.append(0)

    def _reverse(self, earlier: int, later: int, thread: int, footprint: Footprint) -> None:
        """Plan an execution in which an operation comes before the event `earlier`, unless one is planned or done."""
        seen = self._seen
        asleep = self._sleep[earlier]
        if asleep:
            past, first = seen.past, earlier + 1
            end = min(later, len(past))
            while first < end and past[first] >> earlier & 1:
                first += 1
            if (seen.thread[first] if first < end else thread) in asleep:
                return
        rest = self._rests.get(earlier, -1)
        if rest < 0:
            rest = self._rests[earlier] = seen.not_after(earlier)
        bit = 1 << later
        known = seen.known_before(thread, later)
        if asleep:
            for other, next_one in asleep.items():
                if self._remove(other, next_one, rest, bit, thread, footprint, known) is not None:
                    return
        branches = self._trees[earlier]
        if branches is None:
            branches = self._trees[earlier] = []
        whole = rest, bit
        while True:
            for branch in branches:
                left = self._remove(branch.thread, branch.footprint, rest, bit, thread, footprint, known)
                if left is not None:
                    break
            else:
                break
            if not branch.branches:
                return
            rest, bit = left
            if not rest and not bit:
                return
            branches = branch.branches
        for own, touched in self._sequence(rest, bit, thread, footprint):
            branch = Branch(own, touched)
            branches.append(branch)
            branches = branch.branches
        if earlier <= self._floor:
            self.requests.append(Request(earlier, tuple(self._sequence(*whole, thread, footprint))))

    def _sequence(self, rest: int, bit: int, thread: int, footprint: Footprint) -> Iterator[Operation]:
        """A set of events in their order, then the operation that is to be moved, if `bit` is not 0."""
        seen = self._seen
        while rest:
            lowest = rest & -rest
            event = lowest.bit_length() - 1
            yield seen.thread[event], seen.prints[event]
            rest ^= lowest
        if bit:
            yield thread, strongest(footprint)

    def _remove(
        self, first: int, next_one: Footprint, rest: int, bit: int, thread: int, footprint: Footprint, past: int
    ) -> tuple[int, int] | None:
        """What is left of a sequence when a thread's operation is taken out of its front, None if it cannot be first.

        Args:
            first: the thread.
            next_one: its next operation.
            rest: the sequence but for its last operation, as a set of events.
            bit: the last operation as a set, 0 if it has been taken out.
            thread: the last operation's thread.
            footprint: its footprint.
            past: what happens before it by its own thread's order alone.
        """
        seen = self._seen
        own = rest & seen.mask[first]
        if own:
            lowest = own & -own
            if seen.past[lowest.bit_length() - 1] & (rest ^ lowest):
                return None
            return rest ^ lowest, bit
        if bit and first == thread:
            return None if past & rest or self._touched(footprint, rest) else (rest, 0)
        if self._touched(next_one, rest) or (bit and conflict(next_one, strongest(footprint))):
            return None
        return rest, bit

    def _touched(self, footprint: Footprint, events: int) -> bool:
        """Whether an operation conflicts with one of a set of events."""
        seen = self._seen
        if type(footprint) is int:
            touching = seen.on if footprint & WRITE else seen.writes_on
            return bool(touching.get(footprint >> SHIFT, 0) & events)
        for code in codes(footprint):
            touching = seen.on if code & WRITE else seen.writes_on
            if touching.get(code >> SHIFT, 0) & events:
                return True
        return False

    def _backtrack(self) -> None:
        """Go back to the last place where something is left to run, and plan it."""
        seen, sleep, trees = self._seen, self._sleep, self._trees
        depth = len(seen) - 1
        while depth > self._floor and not trees[depth]:
            depth -= 1
        if depth <= self._floor:
            self._planned = None
            return
        prefix = seen.thread[:depth]
        done, footprint = seen.thread[depth], seen.prints[depth]
        seen.shrink(depth)
        del sleep[depth + 1 :], trees[depth + 1 :], self._done[depth + 1 :]
        self._done[depth] += 1
        asleep = dict(sleep[depth])
        asleep[done] = footprint
        sleep[depth] = asleep
        branches = trees[depth]
        assert branches
        self._planned = self._plan(prefix, asleep, branches.pop(0))

    def _plan(self, prefix: list[int], asleep: dict[int, Footprint], branch: Branch) -> list[int]:
        """Lengthen a prefix by a branch and its first branches, down to a leaf."""
        while True:
            prefix.append(branch.thread)
            self._trees.append(branch.branches)
            self._done.append(0)
            asleep = {
                other: next_one
                for other, next_one in asleep.items()
                if other != branch.thread and not conflict(next_one, branch.footprint)
            }
            self._sleep.append(asleep)
            if not branch.branches:
                return prefix
            branch = branch.branches.pop(0)


def _tree(branch: Branch) -> Tree:
    return branch.thread, branch.footprint, tuple(_tree(each) for each in branch.branches)
