"""How many threads can be in a region at once, told from the order of one execution.

A *visit* is a stretch of a thread's operations in the region.  Two visits can overlap in some interleaving of the same
trace unless the last operation of one happens before the first of the other; and where that holds for each two of
several visits, one interleaving has all of them inside at once (put all first operations before all last ones: a
circle would need a last operation that happens before a first).
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of a thread in a region.

    Attributes:
        thread: its number.
        first: its first event there.
        last: its last event there; -1 if it never left.
    """

    thread: int
    first: int
    last: int


def most_together(visits: Sequence[Visit], past: Sequence[int]) -> int:
    """The greatest number of threads that can be inside at once.

    Args:
        visits: of one region in one execution.
        past: for each event the set of events that happen before it, itself included.
    """

    def apart(one: Visit, other: Visit) -> bool:
        return one.last >= 0 and bool(past[other.first] >> one.last & 1)

    fits = [
        {
            other
            for other in range(len(visits))
            if visits[one].thread != visits[other].thread
            and not apart(visits[one], visits[other])
            and not apart(visits[other], visits[one])
        }
        for one in range(len(visits))
    ]

    def grow(size: int, candidates: set[int]) -> int:
        best = size
        while candidates and size + len({visits[each].thread for each in candidates}) > best:
            chosen = candidates.pop()
            best = max(best, grow(size + 1, candidates & fits[chosen]))
        return best

    return grow(0, set(range(len(visits))))


def visits_of(threads: Sequence[int], inside: Sequence[bool], stays: frozenset[int]) -> list[Visit]:
    """The visits of an execution.

    Args:
        threads: for each event its thread.
        inside: for each event whether it was in the region.
        stays: threads that are still inside at the end.
    """
    visits: list[Visit] = []
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for event, thread in enumerate(threads):
        if inside[event]:
            first.setdefault(thread, event)
            last[thread] = event
        elif thread in first:
            visits.append(Visit(thread, first.pop(thread), last[thread]))
    visits += [Visit(thread, event, -1 if thread in stays else last[thread]) for thread, event in first.items()]
    return visits
