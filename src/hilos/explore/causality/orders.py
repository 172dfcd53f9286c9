"""How many interleavings an execution stands for: the linear extensions of its happens-before.

Counted over the lattice of what each thread has done so far; its size is at most the product of the threads' lengths,
so the count is given up beyond a number of states.  What each thread has done is kept in one int, sixteen bits a
thread, and whether an operation may come next is one subtraction: a field that falls short borrows from its top bit.
"""

from collections.abc import Sequence

_BITS = 16
_MOST_THREADS = 6
_MOST_OPERATIONS = 10_000
_MOST_STATES = 20_000


class Orders:
    """The executions of a search, to be counted when somebody asks; only as many as can be counted are kept."""

    __slots__ = ("_count", "_executions", "_operations")

    def __init__(self) -> None:
        self._executions: list[tuple[list[int], list[int]]] | None = []
        self._operations = 0
        self._count: int | None = None

    def add(self, threads: list[int], past: list[int]) -> None:
        """Keep an execution.

        Args:
            threads: for each event its thread.
            past: for each event the set of events that happen before it, itself included.
        """
        if self._executions is not None:
            self._operations += len(threads)
            if self._operations > _MOST_OPERATIONS:
                self._executions = None
            else:
                self._executions.append((threads, past[:]))

    def give_up(self) -> None:
        """Some executions are not here."""
        self._executions = None

    def count(self) -> int | None:
        """The interleavings of all executions; None if there are too many to count."""
        if self._executions:
            total, left = 0, _MOST_STATES
            for threads, past in self._executions:
                number, states = interleavings(threads, past, left)
                if number is None:
                    break
                total += number
                left -= states
            else:
                self._count = total
            self._executions = None
        return self._count


def interleavings(threads: Sequence[int], past: Sequence[int], most: int) -> tuple[int | None, int]:
    """The number of orders equivalent to an execution (None if given up), and the states that counting it took.

    Args:
        threads: for each event its thread.
        past: for each event the set of events that happen before it, itself included.
        most: states after which to give up.
    """
    order = list(dict.fromkeys(threads))
    if len(order) > _MOST_THREADS or len(threads) >= 1 << _BITS - 1:
        return None, 0
    events = [[event for event, thread in enumerate(threads) if thread == own] for own in order]
    masks = [sum(1 << event for event in own) for own in events]
    tops = sum(1 << _BITS * (field + 1) - 1 for field in range(len(order)))
    low = (1 << _BITS) - 1
    # For each thread: where its field is, and what the others must have done before each of its events.
    fields = [
        (
            _BITS * field,
            [
                sum(
                    (past[event] & mask).bit_count() << _BITS * other
                    for other, mask in enumerate(masks)
                    if other != field
                )
                for event in own
            ],
            len(own),
        )
        for field, own in enumerate(events)
    ]
    level = {0: 1}
    states = 0
    for _step in range(len(threads)):
        following: dict[int, int] = {}
        for done, ways in level.items():
            marked = done | tops
            for shift, needs, length in fields:
                count = done >> shift & low
                if count < length and (marked - needs[count]) & tops == tops:
                    key = done + (1 << shift)
                    following[key] = following.get(key, 0) + ways
        states += len(following)
        if states > most:
            return None, states
        level = following
    return sum(level.values()), states
