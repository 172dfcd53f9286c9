"""Observed Condition of `threading`: its lock is an observed lock, and sleeping on it shows in reports.

It is a subclass, so that `isinstance` and what the class defines stay as they are; only how it reaches its lock is
replaced.  `wait()` ends one hold of the lock and begins another.
"""

import threading
from sys import _getframe
from time import perf_counter_ns as clock
from typing import Any

from hilos.events import Kind
from hilos.observe import hub, stacks
from hilos.observe.locks import LOCK_TYPES, _Observed, _raw_rlock, observed_lock, observed_rlock
from hilos.observe.records import Record
from hilos.observe.standing_in import StandIn
from hilos.observe.threads import me

RawCondition = threading.Condition


class Condition(RawCondition, metaclass=StandIn):
    """An observed `threading.Condition`.

    Arguments:
        lock: its lock, observed or not; a new re-entrant one unless given.
        name: its human name; the creating line unless given.
    """

    __module__ = "threading"  # its repr and its qualified name stay those of what it stands for
    _stands_for = RawCondition

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        """What `threading` makes for its own use (inside Event, Barrier, Semaphore) is not observed."""
        if cls is Condition and _getframe(1).f_globals is vars(threading):
            return RawCondition(*arguments, **named)
        return super().__new__(cls)

    def __init__(self, lock: Any = None, name: str | None = None) -> None:
        if lock is None:
            own: Any = observed_rlock(_raw_rlock(), stacks.creating_line() if name is None else name)
            super().__init__(own)
            self._observe_own_lock()
        else:
            super().__init__(lock)
            self._observe(name)

    def _observe(self, name: str | None) -> None:
        """Begin to observe: `RawCondition.__init__` has been run."""
        given = self._lock
        if isinstance(given, _Observed):
            self._use(given)
            self._record = Record("Condition", stacks.creating_line() if name is None else name)
            return
        if type(given) in LOCK_TYPES or hasattr(given, "_release_save"):
            wrap: Any = observed_rlock if hasattr(given, "_release_save") else observed_lock
            self._use(wrap(given, stacks.creating_line() if name is None else name))
            self._observe_own_lock()
        else:  # a lock of somebody's own making: left as it is
            self._record = Record("Condition", stacks.creating_line() if name is None else name)

    def _observe_own_lock(self) -> None:
        self._use(self._lock)
        self._record = self._lock._record
        self._record.type = "Condition"

    def _use(self, lock: Any) -> None:
        self._lock = lock
        # The instance's own copies of the lock's methods would outlive a change of settings: the class has others.
        for name in ("acquire", "release", "_release_save", "_acquire_restore", "_is_owned"):
            self.__dict__.pop(name, None)

    def acquire(self, *arguments: Any, **named: Any) -> bool:
        """Acquire the lock."""
        return bool(self._lock.acquire(*arguments, **named))

    def release(self) -> None:
        """Release the lock."""
        self._lock.release()

    def _release_save(self) -> Any:
        save = getattr(self._lock, "_release_save", None)
        return save() if save is not None else self._lock.release()

    def _acquire_restore(self, saved: Any) -> None:
        restore = getattr(self._lock, "_acquire_restore", None)
        if restore is not None:
            restore(saved)
        else:
            self._lock.acquire()

    def _is_owned(self) -> bool:
        owned = getattr(self._lock, "_is_owned", None)
        return bool(owned()) if owned is not None else super()._is_owned()  # type: ignore[misc]

    def wait(self, timeout: float | None = None) -> bool:
        """Let go of the lock, sleep until notified or for `timeout` seconds, and take the lock back."""
        if not hub.state.enabled:
            return super().wait(timeout)
        state = me()
        if hub.state.loud:
            hub.emit(clock(), state, Kind.WAIT, self._record)
        before = state.resting
        state.resting = self._record
        try:
            return super().wait(timeout)
        finally:
            state.resting = before
            if hub.state.loud:
                hub.emit(clock(), state, Kind.WAKE, self._record)

    def notify(self, n: int = 1) -> None:
        """Wake `n` threads that sleep on it."""
        super().notify(n)
        if hub.state.loud:
            hub.emit(clock(), me(), Kind.NOTIFY, self._record)
