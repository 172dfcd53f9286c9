"""The lock-order graph, on hand-written evidence."""

import itertools
import random

import pytest

from hilos.graphs import Evidence, LockOrder


def took(order: LockOrder[str], thread: str, *locks: str) -> list[tuple[tuple[str, str], ...]]:
    """Say that `thread` took `locks` one inside the other; the cycles reported."""
    found = []
    for index in range(1, len(locks)):
        held = frozenset(locks[:index])
        cycle = order.add(locks[index - 1], locks[index], Evidence(thread, held))
        if cycle is not None:
            found.append(tuple((edge.before, edge.after) for edge in cycle))
    return found


def test_opposite_orders_by_two_threads_are_reported_once() -> None:
    """The inversion of the textbooks."""
    order: LockOrder[str] = LockOrder()
    assert took(order, "T1", "A", "B") == []
    assert took(order, "T2", "B", "A") == [(("B", "A"), ("A", "B"))]
    assert took(order, "T3", "B", "A") == []


def test_one_thread_alone_cannot_deadlock() -> None:
    """Both orders by the same thread are no report; a second thread makes it one."""
    order: LockOrder[str] = LockOrder()
    assert took(order, "T1", "A", "B") == []
    assert took(order, "T1", "B", "A") == []
    assert took(order, "T2", "A", "B") == [(("A", "B"), ("B", "A"))]


def test_a_gate_lock_excludes_the_cycle() -> None:
    """Opposite orders inside a common lock are harmless; the same outside of it is not."""
    order: LockOrder[str] = LockOrder()
    assert took(order, "T1", "G", "A", "B") == []
    assert took(order, "T2", "G", "B", "A") == []
    assert took(order, "T3", "B", "A") == [(("B", "A"), ("A", "B"))]


def test_a_cycle_of_three_needs_three_threads() -> None:
    """Philosophers: two of the three edges by one thread are not enough."""
    order: LockOrder[str] = LockOrder()
    took(order, "T1", "A", "B")
    took(order, "T2", "B", "C")
    assert took(order, "T1", "C", "A") == []
    assert took(order, "T3", "C", "A") == [(("C", "A"), ("A", "B"), ("B", "C"))]


def test_a_lock_that_is_gone_takes_its_edges_along() -> None:
    """No report through a lock that nobody can wait for."""
    order: LockOrder[str] = LockOrder()
    took(order, "T1", "A", "B")
    took(order, "T2", "B", "C")
    assert order.remove("B") == ("C",)
    assert took(order, "T3", "C", "A") == []
    assert len(order) == 2


@pytest.mark.parametrize("seed", range(20))
def test_the_order_agrees_with_plain_search(seed: int) -> None:
    """Over random edges, removals included, a cycle is seen exactly when a depth-first search sees one."""
    chance = random.Random(seed)
    order: LockOrder[int] = LockOrder()
    edges: set[tuple[int, int]] = set()
    threads = itertools.count()

    def reaches(start: int, goal: int) -> bool:
        pending, seen = [start], {start}
        while pending:
            here = pending.pop()
            if here == goal:
                return True
            for before, after in edges:
                if before == here and after not in seen:
                    seen.add(after)
                    pending.append(after)
        return False

    for _ in range(150):
        before, after = chance.sample(range(20), 2)
        if chance.random() < 0.1:
            order.remove(before)
            edges = {edge for edge in edges if before not in edge}
            continue
        closes = (before, after) not in edges and reaches(after, before)
        edges.add((before, after))
        # Every edge by a thread of its own and with nothing else held: no filter applies.
        cycle = order.add(before, after, Evidence(next(threads), frozenset([(before, after)])))  # type: ignore[list-item]
        if closes:
            assert cycle is not None or order.in_cycle(before, after)
        elif cycle is not None:
            assert reaches(after, before)
        assert order.in_cycle(before, after) == reaches(after, before)
    assert {(edge.before, edge.after) for edge in order.edges()} == edges
