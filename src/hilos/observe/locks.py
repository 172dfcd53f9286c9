"""Observed Lock and RLock of `threading`.

An observed lock keeps `__enter__`, `__exit__`, `acquire` and `release` in `__slots__`: `with` looks them up on the
type, finds the slot and takes what the *instance* keeps there.  So each lock carries the functions made for it, which
reach its record and the raw lock as closure variables: that is faster than methods that fetch them from `self`.  And
switching observing off puts the raw lock's own C methods there, which costs nothing at all: there is no flag to test.

The road of an acquisition, in the order that matters:

1. *Before* the lock is obtained: this thread's state; is the lock asked for under a held one in a new way (`ordering`);
   the time.
2. A try that cannot block.  If it fails, the slow path (`waiting`).
3. *While it is held*, as little as possible, since the interpreter may switch threads at any call: four assignments.

Hold time is counted from just before the try to the moment of release: it includes the try (some 50 ns) and leaves
out the bookkeeping of the release itself (some 200 ns).

What a wrapper in Python cannot give: the interpreter guarantees that no signal handler runs between a C-level
`__enter__` and the `with` block.  Between our C call that takes the lock and the end of our Python-level `__enter__` it
may, and an exception raised there (Ctrl+C at that very moment) leaves the lock taken.  `threading.Condition` and
`Semaphore`, which are written in Python, have the same window.

Free-threaded builds: `owner`, `prev`, `t0`, `depth`, `code` and the counts are written only while the lock is held, and
releasing it publishes them to the next owner; `top` is written by its own thread (see `threads` for foreign releases);
`seen` is a dict, and each access to it is atomic: at worst two threads take the slow path for the same new edge.
"""

import sys
import threading
import weakref
from _thread import RLock as _RawRLock
from _thread import allocate_lock
from collections.abc import Callable
from sys import _getframe
from threading import TIMEOUT_MAX
from time import perf_counter_ns as clock
from types import TracebackType
from typing import Any

from hilos.events import Kind
from hilos.observe import hub, records, stacks, waiting
from hilos.observe.ordering import note, stack_key
from hilos.observe.records import Record
from hilos.observe.standing_in import StandIn
from hilos.observe.threads import begin, local, me

LOCK_TYPES = (type(allocate_lock()), _RawRLock)

_AT_ONCE = (False,)
"""Arguments for a try.  The raw `acquire` takes a tuple, which a call with plain arguments would make anew: a tenth of
the raw lock's cost."""
LOCK_IS_A_CLASS = sys.version_info >= (3, 13)
_raw_lock: Any = threading.Lock
_raw_rlock: Any = threading.RLock

Acquire = Callable[..., bool]
Release = Callable[..., None]


class _Observed(metaclass=StandIn):
    """What both have in common; whatever else the raw lock can do is asked of it."""

    __slots__ = ("__enter__", "__exit__", "__weakref__", "_raw", "_record", "acquire", "release")

    __enter__: Callable[[], bool]
    __exit__: Callable[[type[BaseException] | None, BaseException | None, TracebackType | None], None]
    acquire: Acquire
    release: Release
    _raw: Any
    _record: Record

    def _begin(self, raw: Any, type: str, name: str | None) -> None:
        self._raw = raw
        self._record = Record(type, stacks.creating_line() if name is None else name)
        # The record knows how to re-arm its lock without keeping it alive.
        reference = weakref.ref(self)

        def rearm() -> None:
            lock = reference()
            if lock is not None:
                lock._arm()

        self._record.rearm = rearm
        self._arm()

    def _arm(self) -> None:
        """Put the functions in place that the present settings call for."""
        raw = self._raw
        if not hub.state.enabled:
            self.__enter__, self.__exit__, self.acquire, self.release = (
                raw.__enter__,
                raw.__exit__,
                raw.acquire,
                raw.release,
            )
            return
        enter, leave, acquire, release = self._functions()
        if hub.state.loud:
            enter, leave, acquire, release = _loud(self._record, enter, leave, acquire, release)
        self.__enter__, self.__exit__, self.acquire, self.release = enter, leave, acquire, release

    def _functions(self) -> tuple[Acquire, Release, Acquire, Release]:
        raise NotImplementedError

    def _at_fork_reinit(self) -> None:
        self._raw._at_fork_reinit()
        record = self._record
        record.owner = None
        record.depth = 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._raw, name)

    def __repr__(self) -> str:
        state = repr(self._raw).partition(" ")[0].lstrip("<")
        return f"<{state} observed {self._record.type} {self._record.name!r} object at {id(self):#x}>"


class Lock(_Observed):
    """An observed `threading.Lock`, made with `make_lock` or `observed_lock`."""

    __slots__ = ()
    __module__ = "threading"  # as it is seen through `threading.Lock`
    _stands_for = LOCK_TYPES[0]

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        """From Python 3.13 on, `threading.Lock` is the class itself, before it is a function and the class is not
        to be called: so here.
        """
        if not LOCK_IS_A_CLASS:
            raise TypeError(f"cannot create '{cls.__module__}.{cls.__name__}' instances")
        if _getframe(1).f_globals is vars(threading):
            return _raw_lock(*arguments, **named)
        return observed_lock(_raw_lock(*arguments, **named))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """All is done."""

    def __init_subclass__(cls) -> None:
        raise TypeError("type 'threading.Lock' is not an acceptable base type")

    def locked(self) -> bool:
        """Whether it is held."""
        return bool(self._raw.locked())

    # Condition asks a lock that has no `_is_owned` by trying it, which would count as a failed try.
    _is_owned = locked

    def acquire_lock(self, blocking: bool = True, timeout: float = -1) -> bool:
        """The old name of `acquire`."""
        return self.acquire(blocking, timeout)

    def release_lock(self) -> None:
        """The old name of `release`."""
        self.release()

    locked_lock = locked

    def _functions(self) -> tuple[Acquire, Release, Acquire, Release]:
        raw = self._raw
        record = self._record
        try_acquire = raw.acquire
        raw_release = raw.release
        hold = record.hold
        seen = record.seen

        def enter() -> bool:
            try:
                state = local.me
            except AttributeError:
                state = begin()
            top = state.top
            if top is not None:
                if top.owner is not state:
                    top = state.repair()
                if top is not None:
                    key = top.serial if top.prev is None else stack_key(top, state)
                    mark = seen.get(key)
                    if mark != state.serial and mark != 0:
                        note(record, state, top, key)
                    record.tried = False
            start = clock()
            if not try_acquire(*_AT_ONCE):
                start = waiting.block(record, state, try_acquire, start)
            record.prev = top
            record.owner = state
            record.t0 = start
            state.top = record
            if record.curious:
                _note_line(record, start)
            return True

        def leave(
            kind: type[BaseException] | None = None,
            error: BaseException | None = None,
            trace: TracebackType | None = None,
        ) -> None:
            state = record.owner
            if state is None:  # taken while observing was off, or not taken at all: the raw lock has the say
                return raw_release()  # type: ignore[no-any-return]
            try:
                time = clock() - record.t0
                hold[time.bit_length()] += 1
                record.hold_sum += time
                record.owner = None
                if state.top is record:
                    state.top = record.prev
                else:
                    _release_out_of_order(record, state)
            finally:
                raw_release()

        def acquire(blocking: bool = True, timeout: float = -1) -> bool:
            if blocking and timeout == -1:
                return enter()
            return _acquire_limited(record, try_acquire, blocking, timeout)

        return enter, leave, acquire, leave


class RLock(_Observed):
    """An observed `threading.RLock`, made with `make_rlock` or `observed_rlock`."""

    __slots__ = ()
    __module__ = "threading"
    _stands_for = LOCK_TYPES[1]

    def _functions(self) -> tuple[Acquire, Release, Acquire, Release]:
        raw = self._raw
        record = self._record
        raw_acquire = raw.acquire
        raw_release = raw.release
        is_owned = raw._is_owned
        hold = record.hold
        seen = record.seen

        def enter() -> bool:
            try:
                state = local.me
            except AttributeError:
                state = begin()
            if record.owner is state:  # again: it cannot block, and is neither a hold nor an edge
                raw_acquire()
                record.depth += 1
                return True
            top = state.top
            if top is not None:
                if top.owner is not state:
                    top = state.repair()
                if top is not None:
                    key = top.serial if top.prev is None else stack_key(top, state)
                    mark = seen.get(key)
                    if mark != state.serial and mark != 0:
                        note(record, state, top, key)
                    record.tried = False
            start = clock()
            if not raw_acquire(*_AT_ONCE):
                start = waiting.block(record, state, raw_acquire, start)
            record.prev = top
            record.owner = state
            record.depth = 1
            record.t0 = start
            state.top = record
            if record.curious:
                _note_line(record, start)
            return True

        def leave(
            kind: type[BaseException] | None = None,
            error: BaseException | None = None,
            trace: TracebackType | None = None,
        ) -> None:
            state = record.owner
            if state is None or not is_owned():
                return raw_release()  # type: ignore[no-any-return]  # taken unobserved, or RuntimeError for who does not hold it
            if record.depth > 1:
                record.depth -= 1
                return raw_release()  # type: ignore[no-any-return]
            try:
                time = clock() - record.t0
                hold[time.bit_length()] += 1
                record.hold_sum += time
                record.owner = None
                if state.top is record:
                    state.top = record.prev
                else:
                    state.unlink(record)
            finally:
                raw_release()

        def acquire(blocking: bool = True, timeout: float = -1) -> bool:
            if blocking and timeout == -1:
                return enter()
            if record.owner is me():
                raw_acquire(blocking, timeout)
                record.depth += 1
                return True
            return _acquire_limited(record, raw_acquire, blocking, timeout)

        return enter, leave, acquire, leave

    # What Condition needs of a re-entrant lock: let go of all of it, and take it back as it was.

    def _is_owned(self) -> bool:
        return bool(self._raw._is_owned())

    def _release_save(self) -> Any:
        record = self._record
        state = me()
        if record.owner is not state:
            return self._raw._release_save()
        time = clock()
        saved = _end_hold(record, self._raw._release_save)
        if hub.state.loud:
            hub.emit(time, state, Kind.RELEASE, record)
        return saved

    def _acquire_restore(self, saved: Any) -> None:
        self.acquire()
        count = saved[0]
        for _ in range(count - 1):
            self._raw.acquire()
        if self._record.owner is not None:
            self._record.depth = count


def observed_lock(raw: Any, name: str | None = None) -> Lock:
    """Observe the Lock `raw`; it is named after the program's line that is running unless `name` is given."""
    lock: Lock = object.__new__(Lock)
    lock._begin(raw, "Lock", name)
    return lock


def observed_rlock(raw: Any, name: str | None = None) -> RLock:
    """Observe the RLock `raw`; as `observed_lock`."""
    lock: RLock = object.__new__(RLock)
    lock._begin(raw, "RLock", name)
    return lock


def make_lock(*arguments: Any, **named: Any) -> Any:
    """What `threading.Lock` becomes before Python 3.13.  What `threading` makes for its own use is not observed."""
    raw = _raw_lock(*arguments, **named)
    return raw if _getframe(1).f_globals is vars(threading) else observed_lock(raw)


def make_rlock(*arguments: Any, **named: Any) -> Any:
    """What `threading.RLock` becomes, which is a function in every version."""
    raw = _raw_rlock(*arguments, **named)
    return raw if _getframe(1).f_globals is vars(threading) else observed_rlock(raw)


for _made, _called in ((make_lock, "Lock"), (make_rlock, "RLock")):
    # As it is seen through `threading`.
    _made.__module__, _made.__name__, _made.__qualname__ = "threading", _called, _called


def _end_hold(record: Record, release: Callable[[], Any]) -> Any:
    """End the hold of `record`, whose owner is this thread, by calling `release`."""
    state = record.owner
    assert state is not None
    try:
        time = clock() - record.t0
        record.hold[time.bit_length()] += 1
        record.hold_sum += time
        record.owner = None
        state.unlink(record)
    finally:
        result = release()
    return result


def _release_out_of_order(record: Record, owner: Any) -> None:
    owner.unlink(record)
    if owner is not me():
        record.signal = True


def _note_line(record: Record, start: int) -> None:
    """Note which line of the program took the lock at `start`."""
    frame = stacks.program_frame(_getframe(2))
    record.curious -= 1
    record.code = frame.f_code
    record.at = frame.f_lasti
    record.noted = start


def _acquire_limited(record: Record, acquire: Acquire, blocking: bool, timeout: float) -> bool:
    """An acquisition that does not wait for ever: a try, or a wait with a limit."""
    state = me()
    start = clock()
    if not blocking or not 0 < timeout <= TIMEOUT_MAX:
        if not acquire(blocking, timeout):  # raises here what it raises for arguments that make no sense
            with records.counting:
                record.failed += 1
            if hub.state.loud:
                hub.emit(start, state, Kind.TRY_FAILED, record)
            return False
    elif not acquire(False):
        obtained = waiting.block_for(record, state, acquire, start, timeout)
        if obtained is None:
            return False
        start = obtained
    top = state.top
    if top is not None and top.owner is not state:
        top = state.repair()
    record.prev = top
    record.owner = state
    record.depth = 1
    record.tried = True
    record.t0 = start
    state.top = record
    if record.curious:
        _note_line(record, start)
    return True


def _loud(
    record: Record, enter: Acquire, leave: Release, acquire: Acquire, release: Release
) -> tuple[Acquire, Release, Acquire, Release]:
    """The same functions, that also tell the listeners."""

    def loud_enter() -> bool:
        enter()
        hub.emit(record.t0, me(), Kind.ACQUIRE, record)
        return True

    def loud_acquire(blocking: bool = True, timeout: float = -1) -> bool:
        obtained = acquire(blocking, timeout)
        if obtained:
            hub.emit(clock(), me(), Kind.ACQUIRE, record)
        return obtained

    def loud_leave(
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        time = clock()
        leave()
        hub.emit(time, me(), Kind.RELEASE, record)

    return loud_enter, loud_leave, loud_acquire, loud_leave
