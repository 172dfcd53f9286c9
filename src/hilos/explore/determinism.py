"""Whether a program does the same when it is run twice with the same schedule.

Every exploration begins with this, and most are short, so it is done in two ways.  First with next to nothing noted:
footprints and values, as the operations are appended (`Glances`); they say that there is a difference, and where.  If
there is one, the schedule is run twice more, and what is noted of each operation is who, what, on what, at which line,
and the value (`Watch`), still without words: those are made only for the operation that is reported.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any

from hilos.errors import Nondeterminism
from hilos.events import Kind, Location
from hilos.explore.causality.dependence import SHIFT, WRITE, Footprint
from hilos.explore.instrument.points import Site
from hilos.explore.memory import MEMORY
from hilos.explore.names import Names
from hilos.explore.recording import SIMPLE, UNKNOWN, comparable, innermost, peeked, place_in_program
from hilos.explore.runtime.execution import Execution, Thread
from hilos.locale import translator

_ = translator("explore")


@dataclass(slots=True)
class Glimpse:
    """What is noted of one operation.

    Attributes:
        thread: its name.
        kind: what was done.
        place: on what, as the execution keeps it.
        code: of the program's function; None where the site says it.
        line: of the source.
        site: where the operation is in the source, if it is one on memory.
        value: read or written; `UNKNOWN` if there is none or it cannot be compared.
    """

    thread: str
    kind: Kind
    place: tuple[Any, Any, str] | None
    code: CodeType | None
    line: int
    site: Site | None
    value: Any

    def same_deed(self, other: "Glimpse") -> bool:
        """Whether both are the same operation, whatever its value."""
        return (
            self.thread == other.thread
            and self.kind is other.kind
            and self.line == other.line
            and self.code is other.code
            and self.site is other.site
            and (self.place[2] if self.place else "") == (other.place[2] if other.place else "")
        )

    def same_value(self, other: "Glimpse") -> bool:
        """Whether the values are equal, where they can be compared at all."""
        return _equal(self.value, other.value)

    def told(self, names: Names, near: Location | None = None) -> str:
        """In words; `near` is a place to name if its own is not known."""
        target = names.target(self.place, (self.site.owner or self.site.name) if self.site else "")[0]
        if self.site is not None:
            location = f"{self.site.file}:{self.site.line}, {self.site.function}"
        elif self.code is not None:
            location = f"{self.code.co_filename}:{self.line}, {self.code.co_qualname}"
        else:
            location = f"{near}, {near.function}" if near is not None else "?"
        return f"{self.thread}: {self.kind} {target} = {None if self.value is UNKNOWN else self.value} ({location})"


class Glances(list[Footprint]):
    """An execution's footprints; each that is appended is noted with the value read, or found once it was written.

    Args:
        execution: that appends to it.
        like: those of the execution that should do the same; where this one is first seen to differ is noted.
    """

    def __init__(self, execution: Execution, like: "Glances | None" = None) -> None:
        super().__init__()
        self.values: list[Any] = []
        self.different: tuple[str, Location | None] = "?", None
        self._execution = execution
        self._places = execution.places
        self._given = self._like = like
        self._written: tuple[Any, Any, str] | None = None

    def append(self, footprint: Footprint, /) -> None:
        values = self.values
        if self._written is not None:
            self.close()
        if type(footprint) is int:
            first, writes = footprint, footprint & WRITE
        else:
            first = footprint[0]  # type: ignore[index]
            writes = any(code & WRITE for code in footprint)  # type: ignore[union-attr]
        value: Any = UNKNOWN
        place = self._places.get(first >> SHIFT)
        if place is not None and place[2] in MEMORY:
            if writes:
                self._written = place
            else:
                value = peeked(place)
                if type(value) not in SIMPLE:
                    value = comparable(value)
        like = self._like
        if like is not None:
            number = len(values)
            if number >= len(like) or like[number] != footprint or not _equal(value, like.values[number]):
                self._differs()
        _append(self, footprint)
        values.append(value)

    def clear(self) -> None:
        super().clear()
        self.values.clear()
        self._written = None
        self._like = self._given  # what the preparation did is not compared

    def close(self) -> None:
        """What was about to be written has been written by now."""
        written, self._written = self._written, None
        if written is not None and self.values[-1] is UNKNOWN:
            self.values[-1] = comparable(peeked(written))

    def note(self, value: object) -> None:
        """What the operation came to."""
        if self.values:
            self.values[-1] = comparable(value)

    def _differs(self) -> None:
        self._like = None
        me = self._execution.current
        self.different = me.name if me is not None else "", place_in_program(sys._getframe(2))

    def first_difference(self, other: "Glances") -> int | None:
        """The first operation with another footprint or value than its like in another execution."""
        if self[:] == other[:] and len(self.values) == len(other.values):
            pairs = zip(self.values, other.values, strict=True)
            return next((number for number, pair in enumerate(pairs) if not _equal(*pair)), None)
        for number, (one, another) in enumerate(zip(self, other, strict=False)):
            if one != another or not _equal(self.values[number], other.values[number]):
                return number
        return min(len(self), len(other))

    def told(self, number: int, names: Names, thread: str, location: Location | None) -> str:
        """In words; all that is known of an operation of which no more was noted."""
        if number >= min(len(self), len(self.values)):
            return "—"
        footprint = self[number]
        first = footprint if type(footprint) is int else footprint[0]  # type: ignore[index]
        kind = Kind.WRITE if first & WRITE else Kind.READ
        place = self._execution.places.get(first >> SHIFT)
        glimpse = Glimpse(thread, kind, place, None, 0, None, self.values[number])
        return glimpse.told(names, location)


def _equal(one: Any, other: Any) -> bool:
    return one is UNKNOWN or other is UNKNOWN or bool(one == other)


_append = list.append


class Watch:
    """Notes the operations of an execution in `seen` while it runs: `step` is its recorder, `note` is told values."""

    def __init__(self, execution: Execution, seen: list[Glimpse]) -> None:
        self.seen = seen
        self._places = execution.places
        self._written: Glimpse | None = None

    def step(self, thread: Thread, footprint: Footprint, what: Any) -> None:
        """An operation is about to be done."""
        if self._written is not None:
            self.close()
        first = footprint if type(footprint) is int else footprint[0]  # type: ignore[index]
        place = self._places.get(first >> SHIFT)
        if type(what) is Site:
            writes = first & WRITE or (type(footprint) is tuple and any(code & WRITE for code in footprint))
            if writes:
                glimpse = Glimpse(thread.name, Kind.WRITE, place, None, what.line, what, UNKNOWN)
                self._written = glimpse
            else:
                glimpse = Glimpse(thread.name, Kind.READ, place, None, what.line, what, comparable(peeked(place)))
        else:
            frame = innermost(sys._getframe(1))
            code, line = (frame.f_code, frame.f_lineno) if frame is not None else (None, 0)
            glimpse = Glimpse(thread.name, what, place, code, line, None, UNKNOWN)
        self.seen.append(glimpse)

    def close(self) -> None:
        """What was about to be written has been written by now."""
        written, self._written = self._written, None
        if written is not None and written.value is UNKNOWN:
            written.value = comparable(peeked(written.place))

    def note(self, value: object) -> None:
        """What the operation came to."""
        if self.seen:
            self.seen[-1].value = comparable(value)


def differ(first: list[Glimpse], second: list[Glimpse], names: Callable[[int], Names]) -> Nondeterminism | None:
    """What there is to say of two executions of one schedule; None if nothing.

    Args:
        first: operations of the first.
        second: of the second.
        names: those of the objects of execution 0 or 1.
    """
    for number, (one, other) in enumerate(zip(first, second, strict=False)):
        if not one.same_deed(other):
            return _report(number, one.told(names(0)), other.told(names(1)))
    if len(first) != len(second):
        number = min(len(first), len(second))
        which = 0 if len(first) > len(second) else 1
        return _report(number, (first, second)[which][number].told(names(which)), "—")
    for number, (one, other) in enumerate(zip(first, second, strict=False)):
        if not one.same_value(other):
            return _report(number, one.told(names(0)), other.told(names(1)))
    return None


def glanced(first: Glances, second: Glances, names: Names) -> Nondeterminism | None:
    """What there is to say of two executions of one schedule of which only footprints and values were noted.

    Args:
        first: the first execution's.
        second: the second one's, and its locations are still those of the last execution.
        names: those of its objects.
    """
    number = first.first_difference(second)
    if number is None:
        return None
    return _report(number, *(each.told(number, names, *second.different) for each in (first, second)))


def _report(number: int, first: str, second: str) -> Nondeterminism:
    return Nondeterminism(
        _(
            "El programa no es determinista: con la misma planificación, la operación {number} fue primero\n"
            "  {first}\ny después\n  {second}\n"
            "Algo que no se controla cambia de una vez a otra: el azar, el reloj, el orden de un conjunto o un estado"
            " global que la preparación no repone"
        ).format(number=number, first=first, second=second)
    )
