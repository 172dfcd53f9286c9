"""Whether a program does the same when it is run twice with the same schedule.

What is noted of each operation is as little as tells two executions apart (who, what, on what, at which line, and the
value), without words: those are made only when there is a difference to report.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any

from hilos.errors import Nondeterminism
from hilos.events import Kind
from hilos.explore.causality.dependence import SHIFT, WRITE, Footprint
from hilos.explore.instrument.points import Site
from hilos.explore.names import Names
from hilos.explore.recording import UNKNOWN, innermost, peeked, shown
from hilos.explore.runtime.execution import Execution, Thread
from hilos.locale import translator

_ = translator("explore")

_ADDRESS: Any = object.__repr__
_PLAIN = frozenset((int, str, bool, type(None)))


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
        return self.value is UNKNOWN or other.value is UNKNOWN or self.value == other.value

    def told(self, names: Names) -> str:
        """In words."""
        target = names.target(self.place, (self.site.owner or self.site.name) if self.site else "")[0]
        if self.site is not None:
            location = f"{self.site.file}:{self.site.line}, {self.site.function}"
        elif self.code is not None:
            location = f"{self.code.co_filename}:{self.line}, {self.code.co_qualname}"
        else:
            location = "?"
        return f"{self.thread}: {self.kind} {target} = {None if self.value is UNKNOWN else self.value} ({location})"


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
                glimpse = Glimpse(thread.name, Kind.READ, place, None, what.line, what, _comparable(peeked(place)))
        else:
            frame = innermost(sys._getframe(1))
            code, line = (frame.f_code, frame.f_lineno) if frame is not None else (None, 0)
            glimpse = Glimpse(thread.name, what, place, code, line, None, UNKNOWN)
        self.seen.append(glimpse)

    def close(self) -> None:
        """What was about to be written has been written by now."""
        written, self._written = self._written, None
        if written is not None and written.value is UNKNOWN:
            written.value = _comparable(peeked(written.place))

    def note(self, value: object) -> None:
        """What the operation came to."""
        if self.seen:
            self.seen[-1].value = _comparable(value)


def _comparable(value: Any) -> Any:
    """The value if it is plain, else in words; `UNKNOWN` where its words are an address, which means nothing."""
    kind = type(value)
    if kind in _PLAIN or value is UNKNOWN:
        return value
    if kind.__repr__ is _ADDRESS:
        return UNKNOWN
    text = shown(value)
    return UNKNOWN if " at 0x" in text or " object" in text else text


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


def _report(number: int, first: str, second: str) -> Nondeterminism:
    return Nondeterminism(
        _(
            "El programa no es determinista: con la misma planificación, la operación {number} fue primero\n"
            "  {first}\ny después\n  {second}\n"
            "Algo que no se controla cambia de una vez a otra: el azar, el reloj, el orden de un conjunto o un estado"
            " global que la preparación no repone"
        ).format(number=number, first=first, second=second)
    )
