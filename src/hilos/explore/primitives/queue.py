"""Doubles of `Queue`, `LifoQueue`, `PriorityQueue` and `SimpleQueue`.

One operation puts or gets an item, and waits for room or for an item as one.  Task accounting (`task_done`, `join`)
has a location of its own, which `put` touches only in programs that use it.
"""

import heapq
import queue
import sys
from collections import deque
from queue import Empty, Full
from typing import Any

from hilos.events import Kind
from hilos.explore.runtime.verbs import AVAILABLE_0, AVAILABLE_1, BLOCKS, CHANNEL, IDLE, SHIFT, WRITE, Verbs, running

TASKS = "queue.tasks"


class Queue:
    """First in, first out."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __init__(self, maxsize: int = 0) -> None:
        verbs: Verbs = running()
        self._verbs = verbs
        place = verbs.number(self, type(self).__name__) << SHIFT
        self._look = place
        self._change = place | WRITE
        self._take = place | WRITE | BLOCKS
        self._give = place | WRITE | BLOCKS | CHANNEL
        self._tasks = verbs.number(self, "tasks") << SHIFT
        self.maxsize = maxsize
        self.unfinished_tasks = 0
        self.times: deque[float] = deque()
        self._shut = False
        self._unused = maxsize
        self._left: deque[float] = deque()  # when each place that was taken once was left
        self._done_at = 0.0
        self._init(maxsize)

    def _init(self, maxsize: int) -> None:
        self.queue: Any = deque()

    def _qsize(self) -> int:
        return len(self.queue)

    def _put(self, item: Any) -> None:
        self.queue.append(item)

    def _get(self) -> Any:
        return self.queue.popleft()

    def _has_item(self) -> bool:
        return self._qsize() > 0 or self._shut  # nobody waits at a queue that was shut

    def _has_room(self) -> bool:
        return not self._is_full() or self._shut

    def _is_full(self) -> bool:
        return 0 < self.maxsize <= self._qsize()

    def _available(self) -> int:
        return (AVAILABLE_0 if self._has_item() else 0) | (AVAILABLE_1 if self._has_room() else 0)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        verbs = self._verbs
        verbs.adopt(item)
        bounded = self.maxsize > 0
        if not bounded:
            verbs.step(self._change, Kind.PUT)
        elif block and timeout is None:
            verbs.wait(self._give, Kind.PUT, self._has_room)
        else:
            _check(block, timeout)
            verbs.step(self._change, Kind.PUT)
        verbs.amend(self._available())
        if self._shut:
            raise _shut_down()
        if bounded and not self._has_room():
            _expired(verbs, block, timeout)
            raise Full
        verbs.note(item)
        if TASKS in verbs.learned:
            verbs.add(self._tasks | WRITE | (AVAILABLE_0 if self.unfinished_tasks == 0 else 0))
        self._store(item)

    def slip_in(self, item: Any) -> None:
        """Put an item as part of the operation that was just announced; for unbounded queues that no task waits for."""
        self._verbs.adopt(item)
        self._verbs.add(self._change | self._available())
        self._store(item)

    def _store(self, item: Any) -> None:
        verbs = self._verbs
        self.unfinished_tasks += 1
        me = verbs.current
        if self.maxsize > 0:
            self._take_place(me)
        self.times.append(me.time if me is not None else 0.0)
        verbs.atomically(lambda: self._put(item)) if type(self) is not Queue else self.queue.append(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        verbs = self._verbs
        if block and timeout is None:
            verbs.wait(self._take, Kind.GET, self._has_item)
        else:
            _check(block, timeout)
            verbs.step(self._change, Kind.GET)
        verbs.amend(self._available())
        if not self._qsize():
            if self._shut:
                raise _shut_down()
            _expired(verbs, block, timeout)
            raise Empty
        item = verbs.atomically(self._get) if type(self) is not Queue else self.queue.popleft()
        verbs.note(item)
        if self.times:
            put_at = self.times.popleft()
            if verbs.current is not None and put_at > verbs.current.time:
                verbs.current.time = put_at
        if self.maxsize > 0:
            self._left.append(verbs.current.time if verbs.current is not None else 0.0)
        return item

    def taken(self, places: int) -> None:
        """So many places are taken from the beginning."""
        self._unused = max(0, self.maxsize - places)

    def _take_place(self, me: Any) -> None:
        """Who puts into a full queue waits for the one that makes room, also in virtual time."""
        if self._unused > 0:
            self._unused -= 1
            return
        left_at = self._left.popleft() if self._left else 0.0
        if me is not None and left_at > me.time:
            me.time = left_at

    def put_nowait(self, item: Any) -> None:
        self.put(item, False)

    def get_nowait(self) -> Any:
        return self.get(False)

    def task_done(self) -> None:
        verbs = self._verbs
        verbs.learn(TASKS)
        verbs.step(self._tasks | WRITE, Kind.WRITE)
        if self.unfinished_tasks <= 0:
            verbs.amend(AVAILABLE_0)
            raise ValueError("task_done() called too many times")
        self.unfinished_tasks -= 1
        me = self._verbs.current
        if me is not None and me.time > self._done_at:
            self._done_at = me.time

    def join(self) -> None:
        self._verbs.learn(TASKS)
        self._verbs.wait(self._tasks | BLOCKS | AVAILABLE_0, Kind.JOIN, self._all_done)
        me = self._verbs.current
        if me is not None and self._done_at > me.time:
            me.time = self._done_at

    def _all_done(self) -> bool:
        return self.unfinished_tasks == 0

    def qsize(self) -> int:
        self._verbs.step(self._look, Kind.READ)
        self._verbs.note(self._qsize())
        return self._qsize()

    def empty(self) -> bool:
        self._verbs.step(self._look, Kind.READ)
        self._verbs.note(not self._qsize())
        return not self._qsize()

    def full(self) -> bool:
        self._verbs.step(self._look, Kind.READ)
        self._verbs.note(self._is_full())
        return self._is_full()

    if sys.version_info >= (3, 13):

        @property
        def is_shutdown(self) -> bool:
            self._verbs.step(self._look, Kind.READ)
            return self._shut

        def shutdown(self, immediate: bool = False) -> None:
            verbs = self._verbs
            if immediate:
                verbs.learn(TASKS)  # what nobody will take is no task any more
            verbs.step(self._change, Kind.CLEAR)
            verbs.amend(self._available())
            self._shut = True
            if immediate:
                verbs.add(self._tasks | WRITE | (AVAILABLE_0 if self.unfinished_tasks == 0 else 0))
                self.unfinished_tasks = max(self.unfinished_tasks - self._qsize(), 0)
                self.queue.clear()
                self.times.clear()


class LifoQueue(Queue):
    """Last in, first out."""

    def _init(self, maxsize: int) -> None:
        self.queue = []

    def _get(self) -> Any:
        return self.queue.pop()


class PriorityQueue(Queue):
    """The smallest first."""

    def _init(self, maxsize: int) -> None:
        self.queue = []

    def _put(self, item: Any) -> None:
        heapq.heappush(self.queue, item)

    def _get(self) -> Any:
        return heapq.heappop(self.queue)


class SimpleQueue:
    """An unbounded queue without task accounting."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __init__(self) -> None:
        self._inner = Queue()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        self._inner.put(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        return self._inner.get(block, timeout)

    def put_nowait(self, item: Any) -> None:
        self._inner.put(item)

    def slip_in(self, item: Any) -> None:
        """Put an item as part of the operation that was just announced."""
        self._inner.slip_in(item)

    def get_nowait(self) -> Any:
        return self._inner.get(False)

    def qsize(self) -> int:
        return self._inner.qsize()

    def empty(self) -> bool:
        return self._inner.empty()


def _shut_down() -> Exception:
    """What a queue that was shut says, since Python 3.13."""
    error: Exception = queue.ShutDown()  # type: ignore[attr-defined,unused-ignore]
    return error


def _check(block: bool, timeout: float | None) -> None:
    if block and timeout is not None and timeout < 0:
        raise ValueError("'timeout' must be a non-negative number")


def _expired(verbs: Verbs, block: bool, timeout: float | None) -> None:
    verbs.amend(IDLE)
    if block and timeout and verbs.current is not None:
        verbs.current.time += timeout
