"""How many interleavings an execution stands for: the linear extensions of its happens-before.

Counted over the lattice of what each thread has done so far; its size is at most the product of the threads' lengths,
so the count is given up beyond a number of states.
"""

from collections.abc import Sequence


def interleavings(threads: Sequence[int], past: Sequence[int], most: int) -> tuple[int | None, int]:
    """The number of orders equivalent to an execution (None if given up), and the states that counting it took.

    Args:
        threads: for each event its thread.
        past: for each event the set of events that happen before it, itself included.
        most: states after which to give up.
    """
    order = list(dict.fromkeys(threads))
    events = [[event for event, thread in enumerate(threads) if thread == own] for own in order]
    masks = [sum(1 << event for event in own) for own in events]
    needs = {event: [(past[event] & mask).bit_count() for mask in masks] for event in range(len(threads))}
    level: dict[tuple[int, ...], int] = {(0,) * len(order): 1}
    states = 0
    for _step in range(len(threads)):
        following: dict[tuple[int, ...], int] = {}
        for done, ways in level.items():
            for thread, count in enumerate(done):
                if count == len(events[thread]):
                    continue
                need = needs[events[thread][count]]
                if all(done[other] >= need[other] for other in range(len(order)) if other != thread):
                    key = (*done[:thread], count + 1, *done[thread + 1 :])
                    following[key] = following.get(key, 0) + ways
        states += len(following)
        if states > most:
            return None, states
        level = following
    return sum(level.values()), states
