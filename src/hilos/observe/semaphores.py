"""Observed Semaphore and BoundedSemaphore of `threading`.

A semaphore has many holders and any thread may release it, so its counts are not guarded by holding it: they are
written under its own inner lock.  Hold time is counted for the permits that are given back by the thread that obtained
them, as `with` does.  It has no owner, so no place in the wait-for graph; nor in the lock order.
"""

import threading
from sys import _getframe
from time import perf_counter_ns as clock
from typing import Any

from hilos.events import Kind
from hilos.observe import hub, stacks
from hilos.observe.records import Record
from hilos.observe.standing_in import StandIn
from hilos.observe.threads import me

RawSemaphore = threading.Semaphore
RawBoundedSemaphore = threading.BoundedSemaphore


class Semaphore(RawSemaphore, metaclass=StandIn):
    """An observed `threading.Semaphore`.

    Arguments:
        value: permits to begin with.
        name: its human name; the creating line unless given.
    """

    __module__ = "threading"  # its repr and its qualified name stay those of what it stands for
    _stands_for = RawSemaphore

    _record: Record

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        """What `threading` makes for its own use is not observed."""
        if cls is Semaphore and _getframe(1).f_globals is vars(threading):
            return RawSemaphore(*arguments, **named)
        return super().__new__(cls)

    def __init__(self, value: int = 1, name: str | None = None) -> None:
        if _getframe(1).f_globals is vars(threading):
            # `threading.BoundedSemaphore` calls, by name, the class that we stand in for.
            RawSemaphore.__init__(self, value)
            return
        super().__init__(value)
        self._observe(name)

    def _observe(self, name: str | None) -> None:
        bounded = isinstance(self, RawBoundedSemaphore)
        self._record = Record(
            "BoundedSemaphore" if bounded else "Semaphore", stacks.creating_line() if name is None else name
        )
        self._record.shared = True

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Obtain a permit, as `threading.Semaphore.acquire`."""
        if not hub.state.enabled:
            return super().acquire(blocking, timeout)
        record, state = self._record, me()
        start = clock()
        waited = 0
        obtained = super().acquire(False, None if blocking else timeout)  # raises for both arguments at once
        waits = blocking and (timeout is None or timeout > 0)
        if not obtained and waits:
            state.waits += 1
            state.timed = timeout is not None
            state.since = start
            state.waiting = record
            try:
                if hub.state.loud:
                    hub.emit(start, state, Kind.REQUEST, record)
                obtained = super().acquire(True, timeout)
            finally:
                state.waiting = None
            waited = clock() - start
        with self._cond:  # type: ignore[attr-defined]
            if obtained:
                record.excess += 1
                if waited:
                    record.waited(waited)
            elif waits:
                record.timeouts += 1
            else:
                record.failed += 1
        if obtained:
            state.permits.setdefault(record.serial, []).append(clock())
        if hub.state.loud:
            kind = Kind.ACQUIRE if obtained else Kind.TIMEOUT if waits else Kind.TRY_FAILED
            hub.emit(clock(), state, kind, record)
        return obtained

    __enter__ = acquire

    def release(self, n: int = 1) -> None:
        """Give `n` permits back, as `threading.Semaphore.release`."""
        if not hub.state.enabled:
            super().release(n)
            return
        record, state = self._record, me()
        time = clock()
        super().release(n)
        mine = state.permits.get(record.serial)
        if mine:
            with self._cond:  # type: ignore[attr-defined]
                for _ in range(min(n, len(mine))):
                    held = time - mine.pop()
                    record.hold[held.bit_length()] += 1
                    record.hold_sum += held
            if not mine:
                del state.permits[record.serial]
        if hub.state.loud:
            hub.emit(time, state, Kind.RELEASE, record)

    def __exit__(self, *exc_info: object) -> None:
        self.release()


class BoundedSemaphore(Semaphore, RawBoundedSemaphore):
    """An observed `threading.BoundedSemaphore`; arguments as for `Semaphore`."""

    __module__ = "threading"  # its repr and its qualified name stay those of what it stands for
    _stands_for = RawBoundedSemaphore
