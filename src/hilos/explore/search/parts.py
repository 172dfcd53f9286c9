"""A search cut into parts that can be run anywhere, in any order, with not one execution more.

A *part* begins at a leaf of a wakeup tree.  There nothing sleeps any more (every sleeper was woken on the way, or the
branch would not have been planned), so what comes after it is a search of its own, complete without help from outside.
What has to be planned earlier (reversals of races with operations of the part's prefix) is sent back as a *request* to
the `Frontier`, which keeps the nodes above: which operations were given out at each, in order, and what sleeps there.

A request is treated as the search itself would have treated it had the parts been run in the order in which they were
given out.  It is dropped if a sleeper, or an operation given out at its node before the one that it comes from, is a
weak initial of it.  If one given out later is, the request is passed on below that one, down to a leaf, which covers
it.  (Below a branch that is not a leaf yet something may still sleep, so the search there is not complete without the
requests that its elders pass on.)  Else it becomes a new branch with a leaf and a part of its own.

Parts travel between processes, so threads and locations go by numbers that do not depend on the process: see
`runtime.passport`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from hilos.explore.causality.dependence import Footprint, conflict

Operation: TypeAlias = tuple[int, Footprint]
Tree: TypeAlias = "tuple[int, Footprint, tuple[Tree, ...]]"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the search.

    Attributes:
        prefix: threads whose turn it is before it begins.
        elders: for each operation of the prefix, what slept before it or was given out there earlier.
        sleep: what still sleeps after it; empty unless footprints depend on the state.
    """

    prefix: tuple[int, ...]
    elders: tuple[tuple[Operation, ...], ...] = ()
    sleep: tuple[Operation, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A sequence that must be run after the first `depth` operations of a part's prefix, unless something covers it."""

    depth: int
    sequence: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a search that is being cut up.

    Attributes:
        prefix: threads whose turn it was before it.
        sleep: what sleeps there.
        taken: the operation that is being explored there.
        trees: branches that are left.
    """

    prefix: tuple[int, ...]
    sleep: tuple[Operation, ...]
    taken: Operation
    trees: tuple[Tree, ...]


@dataclass(slots=True)
class _Node:
    sleep: dict[int, Footprint] = field(default_factory=dict)
    given: dict[int, Footprint] = field(default_factory=dict)
    after: "dict[int, _Node]" = field(default_factory=dict)
    leaf: bool = False


class Frontier:
    """The parts that are left, and the nodes that they hang from.

    Attributes:
        pending: parts that nobody has taken yet.
    """

    def __init__(self) -> None:
        self.pending: list[Part] = []
        self._root = _Node()

    def add(self, places: Iterable[Place]) -> None:
        """Take in the nodes along one execution, the shallowest first, with the branches that are left at them."""
        for place in places:
            node = self._node(place.prefix)
            node.sleep.update(place.sleep)
            thread, footprint = place.taken
            node.given[thread] = footprint
            node.after.setdefault(thread, _Node())
            for tree in place.trees:
                self._give_out(place.prefix, node, tree)

    def _node(self, prefix: tuple[int, ...]) -> _Node:
        node = self._root
        for thread in prefix:
            node = node.after.setdefault(thread, _Node())
        return node

    def _give_out(self, prefix: tuple[int, ...], node: _Node, tree: Tree) -> None:
        """A branch and all that is below it; each leaf becomes a part."""
        thread, footprint, trees = tree
        asleep = {
            other: touched
            for other, touched in (*node.sleep.items(), *node.given.items())
            if other != thread and not conflict(touched, footprint)
        }
        below = node.after[thread] = _Node(asleep, leaf=not trees)
        node.given[thread] = footprint
        prefix = (*prefix, thread)
        if not trees:
            self.pending.append(Part(prefix, self._elders(prefix), tuple(asleep.items())))
        for each in trees:
            self._give_out(prefix, below, each)

    def _elders(self, prefix: tuple[int, ...]) -> tuple[tuple[Operation, ...], ...]:
        node, found = self._root, []
        for thread in prefix:
            elders = list(node.sleep.items())
            for other, footprint in node.given.items():
                if other == thread:
                    break
                elders.append((other, footprint))
            found.append(tuple(elders))
            node = node.after[thread]
        return tuple(found)

    def ask(self, part: Part, requests: Iterable[Request]) -> None:
        """Requests that came back from a part."""
        for request in requests:
            prefix = part.prefix[: request.depth]
            self._ask(prefix, self._node(prefix), part.prefix[request.depth], list(request.sequence))

    def _ask(self, prefix: tuple[int, ...], node: _Node, origin: int, sequence: list[Operation]) -> None:
        if any(without(thread, footprint, sequence) is not None for thread, footprint in node.sleep.items()):
            return
        elder = True
        while sequence:
            for thread, footprint in node.given.items():
                if elder and thread == origin:
                    elder = False
                    continue
                left = without(thread, footprint, sequence)
                if left is not None:
                    break
            else:
                tree: Tree | None = None
                for thread, footprint in reversed(sequence):
                    tree = (thread, footprint, (tree,) if tree is not None else ())
                assert tree is not None
                self._give_out(prefix, node, tree)
                return
            node = node.after[thread]
            if elder or node.leaf:
                return
            prefix, sequence, origin = (*prefix, thread), left, -1


def without(thread: int, footprint: Footprint, sequence: list[Operation]) -> list[Operation] | None:
    """A sequence without a thread's operation, None if that could not come first in something equivalent to it.

    Args:
        thread: the thread.
        footprint: of its next operation where the sequence begins.
        sequence: operations in order.
    """
    for position, (other, touched) in enumerate(sequence):
        if other == thread:
            return sequence[:position] + sequence[position + 1 :]
        if conflict(touched, footprint):
            return None
    return sequence
