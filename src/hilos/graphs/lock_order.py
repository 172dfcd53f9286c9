"""The lock-order graph: which lock was taken while which was held, and the cycle that is a deadlock waiting to happen.

The idea is that of Linux's lockdep and of GoodLock (Havelund, "Using Runtime Analysis to Guide Model Checking of
Java Programs", 2000): the edge A -> B says that some thread asked for B, ready to wait, while it held A.  A cycle says
that threads can meet in such a way that each waits for the next, though in this run none did.  Two filters keep out
cycles that can never bite (Agarwal and Stoller, "Run-Time Detection of Potential Deadlocks", 2006):

* the edges must come from *different threads*: one thread cannot wait for itself in two places;
* the sets of locks held at the edges must be *disjoint*: a common lock (a gate) lets only one of them in at a time.

False reports cost more than misses: lockdep's cross-release check was removed from Linux since its false reports made
people switch the whole tool off.  So a node is one lock, never a class of locks, and a report needs evidence, for each
of its edges, that passes both filters together.

Whether a new edge closes a cycle is decided with an order of the nodes that agrees with all edges so far, repaired
where the new edge disagrees (Pearce and Kelly, "A Dynamic Topological Sort Algorithm for Directed Acyclic Graphs",
2006): an edge that agrees costs one comparison, whatever the size of the graph.  Edges that close a cycle stay out of
that order; once there is one, cycles are looked for over all edges.

Nothing here knows threads, locks or time; it is not safe for use by several threads at once.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)

ENOUGH_EVIDENCE = 8
"""Pieces of evidence kept for an edge, each with another thread or another set of held locks."""
LONGEST_CYCLE = 12
"""Edges of the longest cycle that is looked for."""
SEARCH_STEPS = 3_000
"""Edges looked at, at most, in search of a cycle to report for one new piece of evidence."""


@dataclass(frozen=True, slots=True)
class Evidence(Generic[Node]):
    """One time that a thread asked for a lock while it held another.

    Attributes:
        thread: who.
        held: every lock that it held then.
        context: whatever is to be shown of it (stacks, a time); not looked at here.
    """

    thread: Hashable
    held: frozenset[Node]
    context: object = None


@dataclass(frozen=True, slots=True)
class Edge(Generic[Node]):
    """`after` was asked for while `before` was held; `evidence` says by whom."""

    before: Node
    after: Node
    evidence: Evidence[Node]


@dataclass(slots=True)
class _Vertex(Generic[Node]):
    order: int
    after: dict[Node, list[Evidence[Node]]] = field(default_factory=dict)
    before: set[Node] = field(default_factory=set)
    back: set[Node] = field(default_factory=set)  # those of `after` that close a cycle: not in the order


class LockOrder(Generic[Node]):
    """The edges seen so far, and which cycles were reported."""

    def __init__(self) -> None:
        self._vertices: dict[Node, _Vertex[Node]] = {}
        self._next = 0
        self._back_edges = 0
        self._reported: set[frozenset[tuple[Node, Node]]] = set()

    def __len__(self) -> int:
        return len(self._vertices)

    def edges(self) -> Iterator[Edge[Node]]:
        """Every edge, with its first evidence."""
        for before, vertex in self._vertices.items():
            for after, evidence in vertex.after.items():
                yield Edge(before, after, evidence[0])

    def evidence(self, before: Node, after: Node) -> tuple[Evidence[Node], ...]:
        """What is known of the edge, oldest first; nothing if there is no such edge."""
        vertex = self._vertices.get(before)
        return tuple(vertex.after.get(after, ())) if vertex else ()

    def successors(self, node: Node) -> tuple[Node, ...]:
        """Locks asked for while `node` was held."""
        vertex = self._vertices.get(node)
        return tuple(vertex.after) if vertex else ()

    def add(self, before: Node, after: Node, evidence: Evidence[Node]) -> tuple[Edge[Node], ...] | None:
        """Say that `evidence.thread` asked for `after` while it held `before`.

        Returns:
            A cycle not reported before that this evidence makes possible, as its edges in order, this one first; or
            None.  A cycle is reported once, whoever takes part in it later.
        """
        if before == after:
            return None
        vertex = self._vertex(before)
        known = vertex.after.get(after)
        if known is not None:
            if len(known) >= ENOUGH_EVIDENCE or any(
                each.thread == evidence.thread and each.held == evidence.held for each in known
            ):
                return None
            known.append(evidence)
        else:
            target = self._vertex(after)
            vertex.after[after] = [evidence]
            target.before.add(before)
            if not self._keep_order(before, vertex, after, target):
                vertex.back.add(after)
                self._back_edges += 1
        if not self._back_edges:
            return None
        return self._cycle(Edge(before, after, evidence))

    def remove(self, node: Node) -> tuple[Node, ...]:
        """Forget a lock that is no more (nobody can wait for it); returns the former `successors` of it."""
        vertex = self._vertices.pop(node, None)
        if vertex is None:
            return ()
        self._back_edges -= len(vertex.back)
        for other in vertex.before:
            source = self._vertices[other]
            del source.after[node]
            if node in source.back:
                source.back.remove(node)
                self._back_edges -= 1
        for other in vertex.after:
            self._vertices[other].before.discard(node)
        self._reported = {cycle for cycle in self._reported if all(node not in edge for edge in cycle)}
        return tuple(vertex.after)

    def in_cycle(self, before: Node, after: Node) -> bool:
        """Whether the edge is part of a cycle, reported or filtered: more evidence for it is of interest."""
        return bool(self._back_edges) and before in self._vertices and self._reaches(after, before)

    def undecided(self, before: Node, after: Node) -> bool:
        """Whether more evidence for the edge could still turn a filtered cycle into one to report."""
        return len(self._vertices[before].after[after]) < ENOUGH_EVIDENCE and self.in_cycle(before, after)

    def _vertex(self, node: Node) -> _Vertex[Node]:
        vertex = self._vertices.get(node)
        if vertex is None:
            vertex = self._vertices[node] = _Vertex(self._next)
            self._next += 1
        return vertex

    def _reaches(self, start: Node, goal: Node) -> bool:
        pending, seen = [start], {start}
        while pending:
            for node in self._vertices[pending.pop()].after:
                if node == goal:
                    return True
                if node not in seen:
                    seen.add(node)
                    pending.append(node)
        return False

    def _keep_order(self, before: Node, source: _Vertex[Node], after: Node, target: _Vertex[Node]) -> bool:
        """Repair the order for the new edge; False if that cannot be, since the edge closes a cycle."""
        low, high = target.order, source.order
        if low > high:
            return True
        # What can be reached from `after` within the region that is out of order...
        forward: dict[Node, _Vertex[Node]] = {after: target}
        pending = [target]
        while pending:
            vertex = pending.pop()
            for node in vertex.after:
                if node in vertex.back or node in forward:
                    continue
                if node == before:
                    return False
                following = self._vertices[node]
                if following.order < high:
                    forward[node] = following
                    pending.append(following)
        # ...and what reaches `before`: the latter go first, in the places that both had.
        backward: dict[Node, _Vertex[Node]] = {before: source}
        pending = [source]
        names = [before]
        while names:
            here = names.pop()
            for node in self._vertices[here].before:
                preceding = self._vertices[node]
                if node in backward or here in preceding.back or preceding.order <= low:
                    continue
                backward[node] = preceding
                names.append(node)
        moved = sorted(backward.values(), key=_order_of) + sorted(forward.values(), key=_order_of)
        for vertex, place in zip(moved, sorted(vertex.order for vertex in moved), strict=True):
            vertex.order = place
        return True

    def _cycle(self, first: Edge[Node]) -> tuple[Edge[Node], ...] | None:
        """The shortest cycle through `first`'s evidence that passes the filters and was not reported."""
        steps = SEARCH_STEPS
        # Breadth first over partial cycles, so that the simplest explanation is the one shown.
        partial: list[tuple[Edge[Node], ...]] = [(first,)]
        for _length in range(1, LONGEST_CYCLE):
            longer: list[tuple[Edge[Node], ...]] = []
            for path in partial:
                here = path[-1].after
                for node, pieces in self._vertices[here].after.items():
                    closes = node == first.before
                    if not closes and any(node == edge.before or node == edge.after for edge in path):
                        continue
                    for piece in pieces:
                        steps -= 1
                        if steps <= 0:
                            return None
                        if any(
                            piece.thread == edge.evidence.thread or piece.held & edge.evidence.held for edge in path
                        ):
                            continue
                        extended = (*path, Edge(here, node, piece))
                        if not closes:
                            longer.append(extended)
                            continue
                        key = frozenset((edge.before, edge.after) for edge in extended)
                        if key not in self._reported:
                            self._reported.add(key)
                            return extended
            partial = longer
            if not partial:
                return None
        return None


def _order_of(vertex: _Vertex[Node]) -> int:
    return vertex.order
