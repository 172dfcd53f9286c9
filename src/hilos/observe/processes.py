"""Observed Lock, RLock, Semaphore and BoundedSemaphore of `multiprocessing`.

The argument of `records` holds between processes as well: who has the lock is alone in writing its counts.  So they
are in shared memory, written by whichever process holds the lock and read by the one that made it, where they are
exported: live, with nothing to hand over at the end, and a process that is killed takes none along.  What is not
written under the lock (timeouts, tries, a semaphore's counts) has a second lock of its own; as a process may be killed
while it holds that one, nobody waits long for it: after `GUARD_LIMIT` a count is given up rather than the program held
up.  Waiting processes stand in a table by their PID, so that a dead one can be told from one that waits.

Who holds the lock in another process is not known here, so these locks are judged for order and deadlock among the
threads of one process only.
"""

import ctypes
import multiprocessing
import multiprocessing.sharedctypes
import multiprocessing.synchronize as synchronize
import os
import sys
from time import perf_counter_ns as clock
from typing import Any

from hilos.events import Kind
from hilos.observe import hub, ordering, stacks
from hilos.observe.records import SIZE, Record, Totals
from hilos.observe.threads import me

_RECURSIVE: int = vars(synchronize)["RECURSIVE_MUTEX"]  # typeshed does not know it
GUARD_LIMIT = 0.2
"""Seconds after which a count that needs the second lock is given up."""

RawLock = synchronize.Lock
RawRLock = synchronize.RLock
RawSemaphore = synchronize.Semaphore
RawBoundedSemaphore = synchronize.BoundedSemaphore

# The layout of the shared counts, in 64-bit words.
_HOLD, _WAIT = 0, SIZE
_ACQUIRED, _HOLD_SUM, _WAIT_SUM, _TIMEOUTS, _FAILED = range(2 * SIZE, 2 * SIZE + 5)
_WAITING = 2 * SIZE + 5
_PLACES = 32
_WORDS = _WAITING + _PLACES


class SharedRecord(Record):
    """A record whose counts are in memory that several processes share."""

    __slots__ = ("cells", "creator", "guard")

    def __init__(self, type: str, name: str, cells: Any, guard: Any, creator: int) -> None:
        super().__init__(type, name)
        self.cells = cells
        self.guard = guard
        self.creator = creator
        self.between_processes()

    def totals(self) -> Totals:
        """The counts of all processes, in the one that made it; nothing in the others, which must not count twice."""
        if os.getpid() != self.creator:
            return Totals()
        cells = self.cells
        return Totals(
            acquired=cells[_ACQUIRED],
            hold=list(cells[_HOLD : _HOLD + SIZE]),
            hold_sum=cells[_HOLD_SUM],
            wait=list(cells[_WAIT : _WAIT + SIZE]),
            wait_sum=cells[_WAIT_SUM],
            timeouts=cells[_TIMEOUTS],
            failed=cells[_FAILED],
        )

    def forget(self) -> None:
        """A forked child keeps what is shared, and holds nothing that its parent held."""
        self.owner = None
        self.depth = 0

    def waiting_elsewhere(self) -> int:
        """How many threads of other processes wait for it."""
        return sum(pid not in (0, os.getpid()) and _exists(pid) for pid in self.cells[_WAITING:_WORDS])

    def stand_in_line(self) -> int | None:
        """Enter this process in the table of those who wait; gives the place, None if there is none."""
        if not self.guard.acquire(True, GUARD_LIMIT):
            return None
        try:
            for place in range(_WAITING, _WORDS):
                pid = self.cells[place]
                if pid == 0 or not _exists(pid):
                    self.cells[place] = os.getpid()
                    return place
        finally:
            self.guard.release()
        return None

    def count(self, word: int, amount: int = 1) -> None:
        """Count something without holding the lock."""
        if self.guard.acquire(True, GUARD_LIMIT):
            try:
                self.cells[word] += amount
            finally:
                self.guard.release()


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


class _Shared:
    """What all four have in common; mixed into multiprocessing's own classes."""

    _record: SharedRecord
    _semlock: Any
    _kind = ""

    def _observe(self, name: str | None) -> None:
        # The guard must be able to go where the lock goes: a lock made for forked children goes nowhere else, and has
        # lost its name at once.  (Early Pythons 3.11 keep nothing else that tells.)
        method = "fork" if sys.platform != "win32" and self._semlock.name is None else "spawn"
        # multiprocessing makes the type's own methods attributes of each instance: ours would not be found.
        for own in ("acquire", "release"):
            self.__dict__.pop(own, None)
        cells = multiprocessing.sharedctypes.RawArray(ctypes.c_int64, _WORDS)
        guard = RawLock(ctx=multiprocessing.get_context(method))
        self._record = SharedRecord(
            self._kind, stacks.creating_line() if name is None else name, cells, guard, os.getpid()
        )

    def __getstate__(self) -> Any:
        record = self._record
        shared = (record.type, record.name, record.cells, record.guard, record.creator)
        return super().__getstate__(), shared

    def __setstate__(self, state: Any) -> None:
        inner, shared = state
        super().__setstate__(inner)  # type: ignore[misc]
        for own in ("acquire", "release"):
            self.__dict__.pop(own, None)
        self._record = SharedRecord(*shared)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As multiprocessing's own."""
        raise NotImplementedError

    def release(self) -> None:
        """As multiprocessing's own."""
        raise NotImplementedError

    def _obtain(self, block: bool, timeout: float | None) -> tuple[bool, int, int]:
        """Acquire the raw lock; gives whether, when, and how long it waited."""
        record, state, raw = self._record, me(), self._semlock
        start = clock()
        if raw.acquire(False):
            return True, start, 0
        if not block or (timeout is not None and timeout <= 0):
            record.count(_FAILED)
            if hub.state.loud:
                hub.emit(start, state, Kind.TRY_FAILED, record)
            return False, start, 0
        state.waits += 1
        state.timed = True  # whoever holds it may be in another process: no cycle is closed here
        state.since = start
        place = record.stand_in_line()
        state.waiting = record
        try:
            if hub.state.loud:
                hub.emit(start, state, Kind.REQUEST, record)
            obtained = raw.acquire(True, timeout)
        finally:
            state.waiting = None
            if place is not None:
                record.cells[place] = 0
        time = clock()
        if not obtained:
            record.count(_TIMEOUTS)
            if hub.state.loud:
                hub.emit(time, state, Kind.TIMEOUT, record)
        return bool(obtained), time, time - start


class _Exclusive(_Shared):
    """Lock and RLock: held by one thread of one process."""

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As multiprocessing's own."""
        raw = self._semlock
        if not hub.state.enabled:
            return bool(raw.acquire(block, timeout))
        record, state = self._record, me()
        if record.owner is state and raw.kind == _RECURSIVE:
            return bool(raw.acquire(block, timeout))
        top = state.top
        if top is not None and top.owner is not state:
            top = state.repair()
        limited = not block or timeout is not None
        if top is not None and not limited:
            key = top.serial if top.prev is None else ordering.stack_key(top, state)
            mark = record.seen.get(key)
            if mark != 0 and mark != state.serial:
                ordering.note(record, state, top, key)
        obtained, start, waited = self._obtain(block, timeout)
        if not obtained:
            return False
        record.tried = limited
        record.prev = top
        record.owner = state
        record.t0 = start
        state.top = record
        cells = record.cells
        cells[_ACQUIRED] += 1
        if waited:
            cells[_WAIT + waited.bit_length()] += 1
            cells[_WAIT_SUM] += waited
        frame = stacks.program_frame(sys._getframe(1))
        record.code, record.at, record.noted = frame.f_code, frame.f_lasti, start
        if hub.state.loud:
            hub.emit(start, state, Kind.ACQUIRE, record)
        return True

    def release(self) -> None:
        """As multiprocessing's own."""
        record, raw = self._record, self._semlock
        owner = record.owner
        if owner is None or not hub.state.enabled or (raw.kind == _RECURSIVE and raw._count() != 1):
            raw.release()  # taken by another process or while observing was off; or not the outermost hold
            return
        time = clock()
        held = time - record.t0
        cells = record.cells
        cells[_HOLD + held.bit_length()] += 1
        cells[_HOLD_SUM] += held
        record.owner = None
        owner.unlink(record)
        raw.release()
        if hub.state.loud:
            hub.emit(time, me(), Kind.RELEASE, record)


class _Counted(_Shared):
    """Semaphore and BoundedSemaphore: held by many."""

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As multiprocessing's own."""
        if not hub.state.enabled:
            return bool(self._semlock.acquire(block, timeout))
        record, state = self._record, me()
        obtained, start, waited = self._obtain(block, timeout)
        if obtained:
            state.permits.setdefault(record.serial, []).append(start)
            if record.guard.acquire(True, GUARD_LIMIT):
                try:
                    record.cells[_ACQUIRED] += 1
                    if waited:
                        record.cells[_WAIT + waited.bit_length()] += 1
                        record.cells[_WAIT_SUM] += waited
                finally:
                    record.guard.release()
            if hub.state.loud:
                hub.emit(start, state, Kind.ACQUIRE, record)
        return obtained

    def release(self) -> None:
        """As multiprocessing's own."""
        record, state = self._record, me()
        time = clock()
        self._semlock.release()
        mine = state.permits.get(record.serial)
        if mine:
            held = time - mine.pop()
            if not mine:
                del state.permits[record.serial]
            if record.guard.acquire(True, GUARD_LIMIT):
                try:
                    record.cells[_HOLD + held.bit_length()] += 1
                    record.cells[_HOLD_SUM] += held
                finally:
                    record.guard.release()
        if hub.state.enabled and hub.state.loud:
            hub.emit(time, state, Kind.RELEASE, record)


class MPLock(_Exclusive, RawLock):
    """An observed `multiprocessing.Lock`."""

    _kind = "MPLock"

    def __init__(self, *, ctx: Any, name: str | None = None) -> None:
        RawLock.__init__(self, ctx=ctx)
        self._observe(name)


class MPRLock(_Exclusive, RawRLock):
    """An observed `multiprocessing.RLock`."""

    _kind = "MPRLock"

    def __init__(self, *, ctx: Any, name: str | None = None) -> None:
        RawRLock.__init__(self, ctx=ctx)
        self._observe(name)


class MPSemaphore(_Counted, RawSemaphore):
    """An observed `multiprocessing.Semaphore`."""

    _kind = "MPSemaphore"

    def __init__(self, value: int = 1, *, ctx: Any, name: str | None = None) -> None:
        RawSemaphore.__init__(self, value, ctx=ctx)
        self._observe(name)


class MPBoundedSemaphore(_Counted, RawBoundedSemaphore):
    """An observed `multiprocessing.BoundedSemaphore`."""

    _kind = "MPBoundedSemaphore"

    def __init__(self, value: int = 1, *, ctx: Any, name: str | None = None) -> None:
        RawBoundedSemaphore.__init__(self, value, ctx=ctx)
        self._observe(name)


OBSERVED = {
    RawLock: MPLock,
    RawRLock: MPRLock,
    RawSemaphore: MPSemaphore,
    RawBoundedSemaphore: MPBoundedSemaphore,
}
"""What each of multiprocessing's types becomes."""
