"""Doubles of `Lock` and `RLock`.

A blocked acquire is disabled, never tried again.  An acquire with a time limit, or one that does not block, is an
operation that can always happen and comes out one way or the other by the state that it finds: since time is
virtual, "before the release" and "after the limit" is the same place in the order.
"""

from threading import TIMEOUT_MAX
from typing import Any

from hilos.events import Kind
from hilos.explore.runtime.verbs import AVAILABLE_0, BLOCKS, IDLE, SHIFT, WRITE, Verbs, misuse, running

_FOREVER = -1
ACQUIRE, RELEASE = Kind.ACQUIRE, Kind.RELEASE


class Lock:
    """A lock that one thread at a time holds; any thread may release it."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __slots__ = ("__weakref__", "_change", "_look", "_take", "_verbs", "owner", "since", "time")

    def __init__(self) -> None:
        verbs: Verbs = running()
        self._verbs = verbs
        place = verbs.number(self, "Lock") << SHIFT
        self._look = place
        self._change = place | WRITE
        self._take = place | WRITE | BLOCKS | AVAILABLE_0
        self.owner: Any = None
        self.since: Any = None
        self.time = 0.0

    def _free(self) -> bool:
        return self.owner is None

    def acquire(self, blocking: bool = True, timeout: float = _FOREVER) -> bool:
        verbs = self._verbs
        if blocking and timeout == _FOREVER:
            verbs.wait(self._take, ACQUIRE, self._free)
        else:
            check_timeout(blocking, timeout)
            verbs.step(self._change, ACQUIRE)
            taken = self.owner is None
            verbs.note(taken)
            if not taken:
                verbs.amend(IDLE)
                if timeout > 0 and verbs.current is not None:
                    verbs.current.time += timeout
                return False
            verbs.amend(AVAILABLE_0)
        me = verbs.current
        if me is None:
            self.owner = self
        else:
            self.owner = me
            if self.time > me.time:
                me.time = self.time
        return True

    def __enter__(self) -> bool:
        verbs = self._verbs
        verbs.wait(self._take, ACQUIRE, self._free)
        me = verbs.current
        if me is None:
            self.owner = self
        else:
            self.owner = me
            if self.time > me.time:
                me.time = self.time
        return True

    def release(self) -> None:
        verbs = self._verbs
        verbs.step(self._change, RELEASE)
        if self.owner is None:
            verbs.amend(AVAILABLE_0)
            raise misuse(RuntimeError("release unlocked lock"), "double_release")
        self.owner = None
        if verbs.current is not None:
            self.time = verbs.current.time

    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def locked(self) -> bool:
        self._verbs.step(self._look, Kind.READ)
        return self.owner is not None

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    # What Condition needs: to give the lock up and to take it back, in operations of its own.

    def is_mine(self) -> bool:
        return self.owner is not None

    def give_up(self) -> int:
        self.owner = None
        if self._verbs.current is not None:
            self.time = self._verbs.current.time
        return 1

    def take_back(self, count: int) -> None:
        me = self.owner = self._verbs.current
        if self.time > me.time:
            me.time = self.time


class RLock(Lock):
    """A lock that its holder may take again; only the holder may release it."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def acquire(self, blocking: bool = True, timeout: float = _FOREVER) -> bool:
        me = self._verbs.current
        if self.owner is not None and self.owner is (self if me is None else me):
            check_timeout(blocking, timeout)
            self.count += 1
            return True
        if Lock.acquire(self, blocking, timeout):
            self.count = 1
            return True
        return False

    def __enter__(self) -> bool:
        return self.acquire()

    def release(self) -> None:
        me = self._verbs.current
        if self.owner is None or self.owner is not (self if me is None else me):
            raise misuse(RuntimeError("cannot release un-acquired lock"), "double_release")
        if self.count > 1:
            self.count -= 1
            return
        Lock.release(self)
        self.count = 0

    def is_mine(self) -> bool:
        me = self._verbs.current
        return self.owner is not None and self.owner is (self if me is None else me)

    def give_up(self) -> int:
        count, self.count = self.count, 0
        Lock.give_up(self)
        return count

    def take_back(self, count: int) -> None:
        Lock.take_back(self, count)
        self.count = count


def check_timeout(blocking: bool, timeout: float) -> None:
    """What `_thread.lock.acquire` says of its arguments."""
    if not blocking and timeout != _FOREVER:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0 and timeout != _FOREVER:
        raise ValueError("timeout value must be a non-negative number")
    if timeout > TIMEOUT_MAX:
        raise OverflowError("timeout value is too large")
