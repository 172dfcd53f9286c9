"""Operations of Python put to the test: two threads repeat one, and the outcome is compared with what it must be.

What a table like this can say is «no failure was seen» and «it failed»; never «it cannot fail».
"""

import itertools
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hilos.lesson.threads import together


def successor(number: int) -> int:
    """A call between the reading and the writing of a number."""
    return number + 1


@dataclass(frozen=True, slots=True)
class Euros:
    """A type of one's own, whose `+` is a function in Python."""

    amount: int

    def __add__(self, other: "Euros") -> "Euros":
        return Euros(self.amount + other.amount)


@dataclass(slots=True)
class Shared:
    """What both threads work on: one of each."""

    number: int = 0
    euros: Euros = field(default_factory=lambda: Euros(0))
    items: list[int] = field(default_factory=list)
    cell: list[int] = field(default_factory=lambda: [0])
    ends: deque[int] = field(default_factory=deque)
    table: dict[Any, Any] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)


def _append(s: Shared) -> None:
    s.items.append(1)


def _append_to_deque(s: Shared) -> None:
    s.ends.append(1)


def _next(s: Shared) -> None:
    s.items.append(next(s.numbers))


def _add_to_attribute(s: Shared) -> None:
    s.number += 1


def _add_to_item(s: Shared) -> None:
    s.cell[0] += 1


def _add_own_type(s: Shared) -> None:
    s.euros += Euros(1)


def _call_between(s: Shared) -> None:
    s.number = successor(s.number)


def _count_with_get(s: Shared) -> None:
    s.table["x"] = s.table.get("x", 0) + 1


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        text: as one would write it.
        act: does it once.
        outcome: reads, from what was shared, how often it took effect.
    """

    text: str
    act: Callable[[Shared], None]
    outcome: Callable[[Shared], int]


OPERATIONS = (
    Operation("L.append(x)", _append, lambda s: len(s.items)),
    Operation("deque.append(x)", _append_to_deque, lambda s: len(s.ends)),
    Operation("next(itertools.count())", _next, lambda s: len(set(s.items))),
    Operation("x.n += 1  (int)", _add_to_attribute, lambda s: s.number),
    Operation("L[0] += 1  (int)", _add_to_item, lambda s: s.cell[0]),
    Operation("x.n = f(x.n)", _call_between, lambda s: s.number),
    Operation("x.n += Euros(1)", _add_own_type, lambda s: s.euros.amount),
    Operation("D[k] = D.get(k, 0) + 1", _count_with_get, lambda s: s.table["x"]),
)


def effects_lost(operation: Operation, times: int) -> int:
    """Two threads do `operation` `times` times each; how many of them left no trace."""
    shared = Shared()

    def work() -> None:
        act = operation.act
        for _turn in range(times):
            act(shared)

    together(work, work)
    return 2 * times - operation.outcome(shared)
