"""Double of `Condition`.

Waiting is two operations: give the lock up and queue (one, for nothing can come between them), then be woken and take
the lock back.  Without a time limit the second is one operation, too: it can happen once this waiter has been
notified *and* the lock is free, and nobody could tell a waiter that is awake and waits for the lock from one that
is not awake yet.  With a time limit it is two: come out of the wait, which can always happen, notified or not; then the
lock.  A notification wakes the waiters that have waited longest, as CPython's does; one that finds nobody is lost.
"""

from collections.abc import Callable
from typing import Any

from hilos.events import Kind
from hilos.explore.primitives.lock import Lock, RLock
from hilos.explore.runtime.verbs import AVAILABLE_0, BLOCKS, IDLE, SHIFT, SPIN, WRITE, Verbs, running


class Waiter:
    """One wait of one thread."""

    __slots__ = ("condition", "notified", "place", "thread", "time")

    def __init__(self, condition: "Condition", thread: Any) -> None:
        self.condition = condition
        self.thread = thread
        self.notified = False
        self.time = 0.0
        self.place = running().number(self, "Waiter") << SHIFT

    def may_wake(self) -> bool:
        return self.notified and self.condition.lock.owner is None


class Condition:
    """A condition variable over a lock."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __init__(self, lock: Any = None) -> None:
        verbs: Verbs = running()
        self._verbs = verbs
        self.lock: Any = RLock() if lock is None else lock
        self.place = verbs.number(self, "Condition") << SHIFT
        self.waiters: list[Waiter] = []
        self.acquire = self.lock.acquire
        self.release = self.lock.release

    def __enter__(self) -> Any:
        return self.lock.__enter__()

    def __exit__(self, *exc_info: object) -> None:
        self.lock.__exit__(*exc_info)

    def locked(self) -> bool:
        locked: bool = self.lock.locked()
        return locked

    def wait(self, timeout: float | None = None) -> bool:
        lock, verbs = self.lock, self._verbs
        if not lock.is_mine():
            raise RuntimeError("cannot wait on un-acquired lock")
        waiter = Waiter(self, verbs.current)
        verbs.step((self.place, lock._change), Kind.WAIT)
        count = lock.give_up()
        self.waiters.append(waiter)
        notified = True
        if timeout is None:
            verbs.wait((lock._take, waiter.place | BLOCKS | AVAILABLE_0), Kind.WAKE, waiter.may_wake)
        else:
            self._come_out(waiter)
            notified = waiter.notified
            verbs.note(notified)
            if not notified:
                verbs.amend(IDLE)
                self.waiters.remove(waiter)
                verbs.current.time += max(timeout, 0)
            verbs.wait(lock._take, Kind.ACQUIRE, lock._free)
        if waiter.time > verbs.current.time:
            verbs.current.time = waiter.time
        lock.take_back(count)
        return notified

    def _come_out(self, waiter: Waiter) -> None:
        """The end of a wait with a time limit: at any time, but in a loop that only looks not before a change."""
        verbs = self._verbs
        me = verbs.current
        patience, me.patience = me.patience, None
        if patience is None:
            verbs.step(waiter.place | WRITE, Kind.WAKE)
            return
        prints, changed = patience
        me.spinning = True
        verbs.wait((*prints, waiter.place | WRITE | BLOCKS | SPIN), Kind.WAKE, lambda: waiter.notified or changed())
        me.spinning = False

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        end = None if timeout is None else self._verbs.current.time + timeout
        result = predicate()
        while not result:
            left = None
            if end is not None:
                left = end - self._verbs.current.time
                if left <= 0:
                    break
            self.wait(left)
            result = predicate()
        return result

    def notify(self, n: int = 1) -> None:
        if not self.lock.is_mine():
            raise RuntimeError("cannot notify on un-acquired lock")
        waiters = self.waiters
        verbs = self._verbs
        announced = waiters[:n]
        verbs.step(_footprint(announced) if announced else self.place, Kind.NOTIFY)
        woken = waiters[:n]
        for waiter in woken:
            waiter.notified = True
            if verbs.current is not None:
                waiter.time = verbs.current.time
            if waiter not in announced:
                verbs.add(waiter.place | WRITE)
        del waiters[:n]
        verbs.note(", ".join(waiter.thread.name for waiter in woken))

    def notify_all(self) -> None:
        self.notify(len(self.waiters))

    notifyAll = notify_all  # noqa: N815  the standard library's name


def _footprint(waiters: list[Waiter]) -> int | tuple[int, ...]:
    if len(waiters) == 1:
        return waiters[0].place | WRITE
    return tuple(waiter.place | WRITE for waiter in waiters)


__all__ = ["Condition", "Lock", "RLock", "Waiter"]
