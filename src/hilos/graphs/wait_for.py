"""The wait-for graph: who waits for whom, and the cycle that is a deadlock.

A thread that is blocked waits for one resource, and a resource is held by one thread; so each thread has at most one
way out and a cycle is found by walking it (Coffman, Elphick and Shoshani, "System Deadlocks", 1971; for resources
with a single unit a cycle is necessary and sufficient).  For resources with many units or many possible wakers
(a semaphore, a condition) a cycle proves nothing: there a set of threads is stuck when each one waits for something
that only members of the set can give (`stuck`).

Nothing here knows threads or locks: any hashable values will do, so that live threads and explored fibres are judged
by the same code.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Waiter = TypeVar("Waiter", bound=Hashable)
Resource = TypeVar("Resource", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Wait(Generic[Waiter, Resource]):
    """`waiter` waits for `resource`, which `holder` holds."""

    waiter: Waiter
    resource: Resource
    holder: Waiter


def find_cycle(
    start: Waiter, wait_of: Callable[[Waiter], tuple[Resource, Waiter] | None]
) -> tuple[Wait[Waiter, Resource], ...] | None:
    """The cycle that the waits reachable from `start` end in, or None if they end at a thread that can go on.

    Arguments:
        start: where to begin; it need not be part of the cycle.
        wait_of: what a thread waits for and who holds that; None for a thread that does not wait, or that waits for
            what nobody holds.

    Returns:
        The waits of the cycle, each one's holder being the next one's waiter and the last one's holder the first
        waiter; rotated so that `start` comes first where it is part of it.
    """
    path: list[Wait[Waiter, Resource]] = []
    place: dict[Waiter, int] = {}
    thread = start
    while thread not in place:
        found = wait_of(thread)
        if found is None:
            return None
        place[thread] = len(path)
        resource, holder = found
        path.append(Wait(thread, resource, holder))
        thread = holder
    return tuple(path[place[thread] :])


def find_cycles(waits: Mapping[Waiter, tuple[Resource, Waiter]]) -> list[tuple[Wait[Waiter, Resource], ...]]:
    """All cycles among `waits` (each thread's resource and its holder), in the mapping's order."""
    cycles: list[tuple[Wait[Waiter, Resource], ...]] = []
    judged: set[Waiter] = set()
    for start in waits:
        path: list[Waiter] = []
        on_path: dict[Waiter, int] = {}
        thread = start
        while thread in waits and thread not in judged and thread not in on_path:
            on_path[thread] = len(path)
            path.append(thread)
            thread = waits[thread][1]
        if thread in on_path:
            cycles.append(tuple(Wait(each, *waits[each]) for each in path[on_path[thread] :]))
        judged.update(path)
    return cycles


def stuck(blocked: Mapping[Waiter, Collection[Waiter]]) -> set[Waiter]:
    """The threads that can never go on, when each blocked one needs *one* of others to act.

    Arguments:
        blocked: for each blocked thread, those who could wake it (holders of a semaphore's permits, threads that may
            notify).  A thread that is not a key can run.

    Returns:
        The largest set of blocked threads whose possible wakers are all in the set; one that nobody can wake is in it.
        This is the reduction of a general resource graph (Holt, "Some Deadlock Properties of Computer Systems",
        1972) for requests of one unit.
    """
    left = set(blocked)
    while True:
        freed = {thread for thread in left if any(waker not in left for waker in blocked[thread])}
        if not freed:
            return left
        left -= freed
