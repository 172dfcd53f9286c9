"""The timeline: the last events of each thread, and their export for Perfetto (ui.perfetto.dev, `vizviewer`).

Each thread writes to a ring of its own, so that recording needs no lock; a full ring drops its oldest event and counts
it.  The export is Chrome's trace format ("Trace Event Format", Google, 2016), which Perfetto reads: one lane a thread
(what it waited for, what it held) and one lane a lock (who held it), with an arrow from a release to the acquisition
that had waited for it.
"""

import itertools
import json
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from hilos.events import Event, Kind
from hilos.locale import translator
from hilos.observe import hub, records, stacks
from hilos.observe.files import write
from hilos.observe.threads import ThreadState

_ = translator("observe")

Entry = tuple[int, Kind, str, str, CodeType | None, int]

CAPACITY = 65_536
"""Events kept of each thread unless told otherwise."""


class _Ring:
    __slots__ = ("entries", "name", "owner", "serial", "thread", "total")

    def __init__(self, owner: "Timeline", state: ThreadState, capacity: int) -> None:
        self.owner = owner
        self.serial = state.serial
        self.thread = state.ident
        self.name = state.name
        self.entries: deque[Entry] = deque(maxlen=capacity)
        self.total = 0


class Timeline:
    """Records events from `start` to `stop`; a context manager.

    Arguments:
        capacity: events kept of each thread.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._rings: list[_Ring] = []
        self._begun = 0

    def start(self) -> "Timeline":
        """Begin to record."""
        self._begun = hub.now()
        hub.record_with(self._record)
        return self

    def stop(self) -> None:
        """Record no more; what was recorded stays."""
        hub.stop_recording(self._record)

    def __enter__(self) -> "Timeline":
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    @property
    def dropped(self) -> int:
        """Events that a full ring has dropped."""
        return sum(ring.total - len(ring.entries) for ring in self._rings)

    def events(self) -> list[Event]:
        """What was recorded, by time."""
        found = [
            Event(time, ring.name, kind, name, type, stacks.line_of(code, at) if code is not None else None)
            for ring in self._rings
            for time, kind, name, type, code, at in ring.entries.copy()
        ]
        found.sort(key=lambda event: event.time)
        return found

    def write(self, path: "str | os.PathLike[str]") -> None:
        """Write it to `path` for Perfetto; the file is there whole or not at all."""
        write(path, json.dumps(self.trace(), ensure_ascii=False, separators=(",", ":")))

    def trace(self) -> dict[str, Any]:
        """The content of the file."""
        lanes = _Lanes(self._begun)
        for ring in self._rings:
            lanes.thread(ring)
        return {
            "traceEvents": [*lanes.names(), *lanes.events, *lanes.locks(), *lanes.arrows()],
            "displayTimeUnit": "ns",
            "otherData": {"dropped": self.dropped, "pid": os.getpid(), "by": "hilos"},
        }

    def _record(
        self, time: int, me: ThreadState, kind: Kind, record: "records.Record", code: CodeType | None, at: int
    ) -> None:
        ring = me.ring
        if not isinstance(ring, _Ring) or ring.owner is not self:
            ring = me.ring = _Ring(self, me, self._capacity)
            self._rings.append(ring)
        ring.total += 1
        ring.entries.append((time, kind, record.name, record.type, code, at))


_THREADS, _LOCKS = 1, 2
"""The two groups of lanes, which the format calls processes."""
_FIRST = 10
"""Added to the number of each lane: the viewer takes a thread with its process's number for the main one."""


@dataclass(slots=True)
class _Hold:
    lock: str
    type: str
    thread: str
    lane: int
    start: int
    end: int
    waited: bool


@dataclass(slots=True)
class _Lanes:
    """Turns rings into the format's events; times there are microseconds."""

    begun: int
    events: list[dict[str, Any]] = field(default_factory=list)
    holds: list[_Hold] = field(default_factory=list)
    threads: dict[int, str] = field(default_factory=dict)
    last: int = 0

    def thread(self, ring: _Ring) -> None:
        """The lane of one thread."""
        self.threads[ring.serial] = ring.name
        # Held locks, oldest first: lock, type, start of the hold, start of the slice being drawn, whether it waited.
        held: list[list[Any]] = []
        pending: tuple[int, str, Kind] | None = None
        for time, kind, name, type, code, at in ring.entries.copy():
            self.last = max(self.last, time)
            if kind in (Kind.REQUEST, Kind.WAIT):
                pending = (time, name, kind)
            elif kind in (Kind.ACQUIRE, Kind.WAKE, Kind.TIMEOUT, Kind.TRY_FAILED):
                waited = pending is not None and pending[1] == name
                if pending is not None and waited:
                    text = _("espera {name}") if pending[2] is Kind.REQUEST else _("duerme en {name}")
                    details = {"type": type, "line": _line(code, at), "outcome": kind.value}
                    self._slice(ring.serial, pending[0], time, text.format(name=name), "wait", details)
                    pending = None
                if kind is Kind.ACQUIRE:
                    held.append([name, type, time, time, waited, _line(code, at)])
                elif kind in (Kind.TIMEOUT, Kind.TRY_FAILED):
                    self._instant(ring.serial, time, kind, name, code, at)
            elif kind is Kind.RELEASE:
                self._release(ring, held, name, time)
            else:
                self._instant(ring.serial, time, kind, name, code, at)
        while held:
            self._release(ring, held, held[-1][0], self.last)

    def _release(self, ring: _Ring, held: list[list[Any]], name: str, time: int) -> None:
        place = next((index for index in reversed(range(len(held))) if held[index][0] == name), None)
        if place is None:
            return  # its acquisition was dropped
        # Slices of a lane must nest: those above one that ends first are cut in two.
        for lock, type, _start, drawn, _waited, line in reversed(held[place:]):
            self._slice(ring.serial, drawn, time, lock, "hold", {"type": type, "line": line})
        lock, type, start, _drawn, waited, _at = held.pop(place)
        self.holds.append(_Hold(lock, type, ring.name, ring.serial, start, time, waited))
        for each in held[place:]:
            each[3] = time

    def locks(self) -> Iterator[dict[str, Any]]:
        """The lanes of the locks: who held each."""
        lanes = self._lock_lanes()
        for hold in self.holds:
            lane = lanes.get(hold.lock)
            if lane is not None:
                length = (hold.end - hold.start) / 1e3
                yield self._event("X", _LOCKS, lane, hold.start, hold.thread, "held", dur=length)

    def arrows(self) -> Iterator[dict[str, Any]]:
        """From each release to the acquisition that had waited for it."""
        by_lock: dict[str, list[_Hold]] = {}
        for hold in sorted(self.holds, key=lambda hold: hold.start):
            by_lock.setdefault(hold.lock, []).append(hold)
        number = 0
        for holds in by_lock.values():
            for before, after in itertools.pairwise(holds):
                if after.waited and before.thread != after.thread:
                    number += 1
                    for phase, hold, time in (("s", before, before.end - 1), ("f", after, after.start)):
                        arrow = self._event(phase, _THREADS, hold.lane, time, hold.lock, "handover", id=number)
                        if phase == "f":
                            arrow["bp"] = "e"
                        yield arrow

    def names(self) -> Iterator[dict[str, Any]]:
        """What the lanes are called."""
        for group, title in ((_THREADS, _("hilos")), (_LOCKS, _("locks"))):
            yield {"ph": "M", "pid": group, "tid": 0, "name": "process_name", "args": {"name": title}}
        for serial, name in self.threads.items():
            yield {"ph": "M", "pid": _THREADS, "tid": _FIRST + serial, "name": "thread_name", "args": {"name": name}}
        for name, lane in self._lock_lanes().items():
            yield {"ph": "M", "pid": _LOCKS, "tid": _FIRST + lane, "name": "thread_name", "args": {"name": name}}

    def _lock_lanes(self) -> dict[str, int]:
        # Not for semaphores and the like: the holds of several threads at once would not nest in one lane.
        names = dict.fromkeys(hold.lock for hold in self.holds if "emaphore" not in hold.type)
        return {name: lane for lane, name in enumerate(names, 1)}

    def _slice(self, lane: int, start: int, end: int, name: str, category: str, arguments: dict[str, Any]) -> None:
        self.events.append(
            self._event("X", _THREADS, lane, start, name, category, dur=(end - start) / 1e3, args=arguments)
        )

    def _instant(self, lane: int, time: int, kind: Kind, name: str, code: CodeType | None, at: int) -> None:
        self.events.append(
            self._event(
                "i", _THREADS, lane, time, f"{kind.value} {name}", "event", s="t", args={"line": _line(code, at)}
            )
        )

    def _event(
        self, phase: str, group: int, lane: int, time: int, name: str, category: str, **more: Any
    ) -> dict[str, Any]:
        return {
            "ph": phase,
            "pid": group,
            "tid": _FIRST + lane,
            "ts": (time - self.begun) / 1e3,
            "name": name,
            "cat": category,
            **more,
        }


def _line(code: CodeType | None, at: int) -> str:
    if code is None:
        return ""
    where = stacks.line_of(code, at)
    return f"{stacks.short(where.file)}:{where.line}"
