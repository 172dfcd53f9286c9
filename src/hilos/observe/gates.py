"""Observed Event and Barrier of `threading`: gates that threads wait at and that nobody holds.

`lock_acquisitions_total` counts the passages, the wait histogram how long each took.  A wait whose time ran out is
counted as failed and not as a lock's timeout: `event.wait(1)` is how programs sleep.
"""

import threading
from sys import _getframe
from time import perf_counter_ns as clock
from typing import Any

from hilos.events import Kind
from hilos.observe import hub, records, stacks
from hilos.observe.records import Record
from hilos.observe.standing_in import StandIn
from hilos.observe.threads import me

RawEvent = threading.Event
RawBarrier = threading.Barrier


def _passed(record: Record, start: int) -> None:
    with records.counting:
        record.excess += 1
        record.waited(clock() - start)


def _failed(record: Record) -> None:
    with records.counting:
        record.failed += 1


class Event(RawEvent, metaclass=StandIn):
    """An observed `threading.Event`; `name` is its human name, the creating line unless given."""

    __module__ = "threading"  # its repr and its qualified name stay those of what it stands for
    _stands_for = RawEvent

    _record: Record

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        """What `threading` makes for its own use (each Thread has one) is not observed."""
        if cls is Event and _getframe(1).f_globals is vars(threading):
            return RawEvent()
        return super().__new__(cls)

    def __init__(self, name: str | None = None) -> None:
        super().__init__()
        self._observe(name)

    def _observe(self, name: str | None) -> None:
        self._record = Record("Event", stacks.creating_line() if name is None else name)
        self._record.shared = True

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, as `threading.Event.wait`."""
        if not hub.state.enabled:
            return super().wait(timeout)
        record, state = self._record, me()
        start = clock()
        if hub.state.loud:
            hub.emit(start, state, Kind.WAIT, record)
        before = state.resting
        state.resting = record
        try:
            passed = super().wait(timeout)
        finally:
            state.resting = before
        if passed:
            _passed(record, start)
        else:
            _failed(record)
        if hub.state.loud:
            hub.emit(clock(), state, Kind.WAKE if passed else Kind.TIMEOUT, record)
        return passed

    def set(self) -> None:
        """Let everybody through."""
        super().set()
        if hub.state.loud:
            hub.emit(clock(), me(), Kind.SET, self._record)

    def clear(self) -> None:
        """Close it again."""
        super().clear()
        if hub.state.loud:
            hub.emit(clock(), me(), Kind.CLEAR, self._record)


class Barrier(RawBarrier, metaclass=StandIn):
    """An observed `threading.Barrier`; arguments as for that, and `name`, its human name."""

    __module__ = "threading"  # its repr and its qualified name stay those of what it stands for
    _stands_for = RawBarrier

    _record: Record

    def __init__(self, parties: int, action: Any = None, timeout: float | None = None, name: str | None = None) -> None:
        super().__init__(parties, action, timeout)
        self._observe(name)

    def _observe(self, name: str | None) -> None:
        self._record = Record("Barrier", stacks.creating_line() if name is None else name)
        self._record.shared = True

    def wait(self, timeout: float | None = None) -> int:
        """Wait until all parties are there, as `threading.Barrier.wait`."""
        if not hub.state.enabled:
            return super().wait(timeout)
        record, state = self._record, me()
        start = clock()
        if hub.state.loud:
            hub.emit(start, state, Kind.WAIT, record)
        before = state.resting
        state.resting = record
        try:
            place = super().wait(timeout)
        except BaseException:
            _failed(record)
            raise
        finally:
            state.resting = before
        _passed(record, start)
        if hub.state.loud:
            hub.emit(clock(), state, Kind.WAKE, record)
        return place
