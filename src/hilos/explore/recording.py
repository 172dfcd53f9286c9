"""An execution told step by step: who did what to what, with which value, and who then held and awaited what."""

import re
import sys
import sysconfig
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from hilos.events import Kind, Location
from hilos.explore.causality.clocks import Past
from hilos.explore.causality.dependence import BLOCKS, SHIFT, WRITE, Footprint, codes, conflict
from hilos.explore.instrument.points import Site
from hilos.explore.memory import MEMORY
from hilos.explore.names import Names, variables_of
from hilos.explore.report import Hold, Step, Wait
from hilos.explore.runtime.execution import Execution, Thread

_OWN = [str(Path(__file__).resolve().parent), "<"]
_STDLIB = sysconfig.get_path("stdlib")
_LONGEST = 80
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_LOADED = re.compile(r"\bexplored_\w+\.")
"""What `program_file` calls the module of a file."""
_PLAIN_REPR: Any = object.__repr__
SIMPLE = frozenset((int, str, bool, type(None)))
"""Types of values that are compared as they are."""
UNKNOWN = object()


def shown(value: object) -> str:
    """`repr`, cut to a readable length, whatever it does."""
    try:
        text = _in_order(value) if type(value) in (set, frozenset) else repr(value)
    except BaseException as error:  # noqa: BLE001  it is the program's
        text = f"<{type(value).__name__}: repr: {type(error).__name__}>"
    text = _LOADED.sub("", _ADDRESS.sub("", text))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def comparable(value: Any) -> Any:
    """The value if it is plain, else in words; `UNKNOWN` where its words are an address, which means nothing."""
    kind = type(value)
    if kind in SIMPLE or value is UNKNOWN:
        return value
    if kind.__repr__ is _PLAIN_REPR:
        return UNKNOWN
    text = shown(value)
    return UNKNOWN if " at 0x" in text or " object" in text else text


def _in_order(value: Any) -> str:
    """A set in words that are the same in each process, though the order of its strings is not."""
    items = ", ".join(sorted(map(repr, value)))
    inside = f"{{{items}}}" if value else ""
    return f"frozenset({inside})" if type(value) is frozenset else inside or "set()"


def see_through(file: str) -> None:
    """Declare that `file` holds doubles: what they do is told with the line of the program that called them."""
    if file not in _OWN:
        _OWN.append(file)


def innermost(frame: FrameType | None) -> FrameType | None:
    """The innermost frame that is neither the explorer's nor the standard library's; failing that, the library's."""
    best = None
    own = tuple(_OWN)
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(own):
            if "site-packages" in file or not file.startswith(_STDLIB):
                return frame
            best = best or frame
        frame = frame.f_back
    return best


def place_in_program(frame: FrameType | None) -> Location | None:
    """The place of the innermost frame that is neither the explorer's nor the standard library's."""
    found = innermost(frame)
    return None if found is None else Location(found.f_code.co_filename, found.f_lineno, found.f_code.co_qualname)


class Recording:
    """Notes the steps of an execution while it runs."""

    def __init__(self, execution: Execution, names: Names) -> None:
        self._execution = execution
        self._names = names
        self._steps: list[Step] = []
        self._prints: list[Footprint] = []
        self._threads: list[Thread] = []
        self._open: tuple[Thread, Footprint, Any] | None = None
        self._noted: Any = UNKNOWN
        self._taken: dict[tuple[int, int], Location | None] = {}

    def step(self, thread: Thread, footprint: Footprint, what: Any) -> None:
        """An operation is about to be done: `execution.recorder`."""
        self._close()
        first = codes(footprint)[0]
        place = self._execution.places.get(first >> SHIFT)
        value = before = None
        if isinstance(what, Site):
            location: Location | None = Location(what.file, what.line, what.function)
            kind = Kind.WRITE if any(code & WRITE for code in codes(footprint)) else Kind.READ
            target, sort = self._names.target(place, what.owner or what.name)
            if kind is Kind.READ:
                value = self._peek(place)
                self._learn(target, place)
            else:
                before = self._peek(place)
        else:
            location = place_in_program(sys._getframe(1))
            kind = what
            target, sort = self._names.target(place)
        number = len(self._steps)
        self._steps.append(Step(number, thread.name, kind, target, sort, location, value, thread.time, before=before))
        self._threads.append(thread)
        self._open = (thread, footprint, what)
        self._noted = UNKNOWN

    def note(self, value: object) -> None:
        self._noted = shown(value)

    def _learn(self, target: str, place: tuple[Any, Any, str] | None) -> None:
        """An object made on the way is called as what it was reached by."""
        if place is not None and place[2] in ("attribute", "item", "global", "variable"):
            found = peeked(place)
            if found is not UNKNOWN:
                self._names.learn([(target, found)])

    def _peek(self, place: tuple[Any, Any, str] | None) -> str | None:
        found = peeked(place)
        return None if found is UNKNOWN else shown(found)

    def _close(self) -> None:
        """The last operation has been done by now: what came of it, who holds and who waits."""
        if self._open is None:
            return
        thread, footprint, what = self._open
        self._open = None
        x = self._execution
        number = len(self._steps) - 1
        step = self._steps[number]
        actual = x.prints[number] if number < len(x.prints) else footprint
        self._prints.append(actual)
        value = step.value
        if self._noted is not UNKNOWN:
            value = self._noted
        elif isinstance(what, Site) and step.kind is Kind.WRITE:
            value = self._peek(x.places.get(codes(footprint)[0] >> SHIFT))
        if step.kind is Kind.START:  # whose name is only now known
            step = replace(step, target=self._names.target(x.places.get(codes(footprint)[0] >> SHIFT))[0])
        self._steps[number] = replace(step, value=value, holds=self._holds(thread, step), waits=self._waits())

    def _holds(self, thread: Thread, step: Step) -> tuple[Hold, ...]:
        found = []
        taken: dict[tuple[int, int], Location | None] = {}
        for double, _part, _sort in list(self._execution.places.values()):
            for holder in holders(double):
                key = (id(double), holder.number)
                if key in taken:
                    continue
                since = self._taken.get(key, step.location if holder is thread else None)
                taken[key] = since
                found.append(Hold(holder.name, self._names.double(double)[0], since))
        self._taken = taken
        return tuple(sorted(found, key=lambda hold: (hold.thread, hold.target)))

    def _waits(self) -> tuple[Wait, ...]:
        return tuple(
            self.wait_of(thread)
            for thread in self._execution.strands
            if not thread.done and thread.ready is not None and not thread.ready()
        )

    def wait_of(self, thread: Thread) -> Wait:
        """What a blocked thread waits for."""
        place = self.awaited(thread)
        double = place[0] if place is not None else None
        if place is not None and place[2] in MEMORY:
            target = self._names.target(place)[0]
        else:
            target = self._names.double(double)[0] if double is not None else "?"
        kind = Kind.REQUEST if thread.kind is Kind.ACQUIRE else Kind.WAIT if thread.kind is Kind.WAKE else thread.kind
        return Wait(
            thread.name,
            target,
            kind if isinstance(kind, Kind) else Kind.WAIT,
            place_in_program(thread.fibre.gr_frame),
            tuple(holder.name for holder in holders(double, strand=True)),
        )

    def awaited(self, thread: Thread) -> tuple[Any, Any, str] | None:
        """The place that a blocked thread waits for: a double, or the memory that a spinning thread reads."""
        waiting = [code for code in codes(thread.footprint) if code & BLOCKS]
        chosen = waiting[0] if waiting else codes(thread.footprint)[0]
        if len(waiting) > 1:
            waiter = self._execution.places.get(waiting[1] >> SHIFT)
            if waiter is not None and not getattr(waiter[0], "notified", True):
                chosen = waiting[1]
        place = self._execution.places.get(chosen >> SHIFT)
        condition = None if place is None else getattr(place[0], "condition", None)
        return place if condition is None else (condition, "", "Condition")

    def steps(self, born: list[int]) -> tuple[Step, ...]:
        """All steps, once the execution has ended."""
        self._close()
        numbers = [thread.number for thread in self._threads]
        past = Past()
        past.extend(numbers, self._prints, born, [])
        result = []
        for number, step in enumerate(self._steps):
            after = []
            rest = past.past[number] ^ 1 << number
            while rest:
                earlier = rest.bit_length() - 1
                mine = numbers[earlier] == numbers[number]
                if mine or conflict(self._prints[earlier], self._prints[number]):
                    rest &= ~past.past[earlier]
                    if not mine:
                        after.append(earlier)
                else:
                    rest ^= 1 << earlier
            result.append(replace(step, happens_after=tuple(reversed(after))))
        return tuple(result)


def peeked(place: tuple[Any, Any, str] | None) -> Any:
    """What a location holds now, read from plain storage only."""
    if place is None:
        return UNKNOWN
    thing, part, sort = place
    try:
        if sort == "attribute":
            own = vars(thing) if isinstance(thing, type) else variables_of(thing)
            if part in own:
                return own[part]
            for base in type(thing).__mro__:
                member = vars(base).get(part)
                if member is not None and hasattr(type(member), "__objclass__"):
                    return member.__get__(thing)
            return UNKNOWN
        if sort == "global":
            return vars(thing).get(part, UNKNOWN)
        if sort == "variable":
            return thing.cell_contents
        if sort == "item":
            return list.__getitem__(thing, part[1]) if isinstance(thing, list) else dict.get(thing, part[1], UNKNOWN)
        if part is None:
            return thing
    except Exception:  # noqa: BLE001  an empty cell, a slot that was never set
        return UNKNOWN
    return UNKNOWN


def holders(double: Any, *, strand: bool = False) -> list[Thread]:
    """The threads that hold a lock or permits; with `strand`, also the thread that a join waits for."""
    if not type(double).__module__.startswith("hilos.explore."):
        return []  # an object of the program: to ask it for an attribute would run its code
    owner = getattr(double, "owner", None)
    if isinstance(owner, Thread):
        return [owner]
    many = getattr(double, "holders", None)
    if many:
        return [holder for holder in dict.fromkeys(many) if isinstance(holder, Thread)]
    if strand:
        joined = getattr(double, "strand", None)
        if isinstance(joined, Thread) and not joined.done:
            return [joined]
    return []
