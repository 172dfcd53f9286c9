"""Doubles of `Future`, `ThreadPoolExecutor`, `wait` and `as_completed`.

A pool's threads are started as tasks come, one a task until there are `max_workers`, and take tasks from one queue.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    ALL_COMPLETED,
    FIRST_COMPLETED,
    FIRST_EXCEPTION,
    CancelledError,
    Executor,
    InvalidStateError,
    TimeoutError,
)
from concurrent.futures.thread import BrokenThreadPool
from queue import Empty
from typing import Any, NamedTuple

from hilos.events import Kind
from hilos.explore.primitives.queue import SimpleQueue
from hilos.explore.primitives.thread import Thread
from hilos.explore.runtime.verbs import AVAILABLE_0, BLOCKS, SHIFT, WRITE, Verbs, running

PENDING, RUNNING, CANCELLED, FINISHED = "PENDING", "RUNNING", "CANCELLED", "FINISHED"
_DEFAULT_WORKERS = 8
"""Fixed, where the standard library's depends on the machine, so that a schedule replays on another."""


class Future:
    """The outcome of a task that may not have ended yet."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __init__(self) -> None:
        verbs: Verbs = running()
        self._verbs = verbs
        place = verbs.number(self, "Future") << SHIFT
        self.place = place
        self._change = place | WRITE
        self._until = place | BLOCKS | AVAILABLE_0
        self.state = PENDING
        self.order = 0
        self.time = 0.0
        self._result: Any = None
        self._exception: BaseException | None = None
        self._callbacks: list[Callable[[Future], Any]] = []
        self.watchers: list[_Watcher] = []

    def is_over(self) -> bool:
        return self.state in (CANCELLED, FINISHED)

    def _finish(self, state: str) -> None:
        """Part of the operation that was just announced: the future is over."""
        self.state = state
        if self._verbs.current is not None:
            self.time = self._verbs.current.time
        for watcher in self.watchers:
            watcher.rung = True
            self._verbs.add(watcher.place | WRITE)
        self.watchers.clear()

    def cancel(self) -> bool:
        self._verbs.step(self._change, Kind.SET)
        if self.is_over():
            self._verbs.amend(AVAILABLE_0)
        if self.state in (RUNNING, FINISHED):
            return False
        if self.state == PENDING:
            self._finish(CANCELLED)
            self._call_back()
        return True

    def cancelled(self) -> bool:
        self._verbs.step(self.place, Kind.READ)
        return self.state == CANCELLED

    def running(self) -> bool:
        self._verbs.step(self.place, Kind.READ)
        return self.state == RUNNING

    def done(self) -> bool:
        self._verbs.step(self.place, Kind.READ)
        self._verbs.note(self.is_over())
        return self.is_over()

    def _wait(self, timeout: float | None) -> None:
        verbs = self._verbs
        if timeout is None:
            verbs.wait(self._until, Kind.JOIN, self.is_over)
        else:
            verbs.step(self.place, Kind.JOIN)
            if not self.is_over():
                verbs.current.time += max(timeout, 0)
                raise TimeoutError
        me = verbs.current
        if me is not None and self.time > me.time:
            me.time = self.time
        if self.state == CANCELLED:
            raise CancelledError

    def result(self, timeout: float | None = None) -> Any:
        self._wait(timeout)
        self._verbs.note(self._result)
        if self._exception is not None:
            raise self._exception
        return self._result

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self._wait(timeout)
        return self._exception

    def add_done_callback(self, fn: Callable[["Future"], Any]) -> None:
        self._verbs.step(self._change, Kind.WRITE)
        if self.is_over():
            self._verbs.amend(AVAILABLE_0)
            _quietly(fn, self)
        else:
            self._callbacks.append(fn)

    def _call_back(self) -> None:
        for callback in self._callbacks:
            _quietly(callback, self)

    def set_running_or_notify_cancel(self) -> bool:
        self._verbs.step(self._change, Kind.WRITE)
        if self.state == CANCELLED:
            self._verbs.amend(AVAILABLE_0)
            return False
        if self.state != PENDING:
            raise RuntimeError("Future in unexpected state")
        self.state = RUNNING
        return True

    def _set(self, result: Any, exception: BaseException | None) -> None:
        self._verbs.adopt(result)
        self._verbs.step(self._change, Kind.SET)
        if self.is_over():
            self._verbs.amend(AVAILABLE_0)
            raise InvalidStateError(f"{self.state}: {self!r}")
        self._result, self._exception = result, exception
        self._finish(FINISHED)
        self._verbs.note(result if exception is None else exception)
        self._call_back()

    def set_result(self, result: Any) -> None:
        self._set(result, None)

    def set_exception(self, exception: BaseException | None) -> None:
        self._set(None, exception)


def _quietly(callback: Callable[[Future], Any], future: Future) -> None:
    with contextlib.suppress(Exception):  # the standard library logs it and goes on
        running().called(callback, future)


class ThreadPoolExecutor(Executor):
    """Threads that take tasks from one queue."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __init__(
        self,
        max_workers: int | None = None,
        thread_name_prefix: str = "",
        initializer: Callable[..., Any] | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        if max_workers is None:
            max_workers = _DEFAULT_WORKERS
        if max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        if initializer is not None and not callable(initializer):
            raise TypeError("initializer must be a callable")
        verbs: Verbs = running()
        self._verbs = verbs
        self._max_workers = max_workers
        self._prefix = thread_name_prefix or "ThreadPoolExecutor"
        self._initializer = initializer
        self._initargs = initargs
        self._change = verbs.number(self, "ThreadPoolExecutor") << SHIFT | WRITE
        self._work = SimpleQueue()
        self._threads: list[Thread] = []
        self._closed = False
        self._broken = ""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        verbs = self._verbs
        future = Future()
        for value in (*args, *kwargs.values()):
            verbs.adopt(value)
        verbs.step(self._change, Kind.PUT)
        if self._broken:
            raise BrokenThreadPool(self._broken)
        if self._closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        starts = len(self._threads) < self._max_workers
        if starts:
            thread = Thread(target=self._serve, name=f"{self._prefix}_{len(self._threads)}", daemon=True)
            self._threads.append(thread)
        self._work.slip_in((future, fn, args, kwargs))  # nobody shuts the pool in between
        if starts:
            thread.start()
        return future

    def _serve(self) -> None:
        if self._initializer is not None:
            try:
                self._initializer(*self._initargs)
            except Exception:  # noqa: BLE001  the standard library logs it
                self._break()
                return
        while True:
            task = self._work.get()
            if task is None:
                self._work.put(None)
                return
            future, fn, args, kwargs = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = self._verbs.called(fn, *args, **kwargs)
            except Exception as error:  # noqa: BLE001  it belongs to the future
                future.set_exception(error)
            else:
                future.set_result(result)

    def _break(self) -> None:
        """No task will be run any more: one that waits, or comes, fails."""
        self._verbs.step(self._change, Kind.CLEAR)
        self._broken = "A thread initializer failed, the thread pool is not usable anymore"
        for task in self._waiting():
            task[0].set_exception(BrokenThreadPool(self._broken))
        if self._closed:
            self._work.put(None)

    def _waiting(self) -> Iterator[Any]:
        """The tasks that nobody has begun, taken from the queue."""
        while True:
            try:
                task = self._work.get_nowait()
            except Empty:
                return
            if task is not None:
                yield task

    def map(self, fn: Callable[..., Any], *iterables: Iterable[Any], **options: Any) -> Iterator[Any]:
        timeout = options.get("timeout")
        futures = [self.submit(fn, *arguments) for arguments in zip(*iterables, strict=False)]

        def results() -> Iterator[Any]:
            try:
                futures.reverse()
                while futures:
                    yield futures.pop().result(timeout)
            finally:
                for future in futures:
                    future.cancel()

        return results()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._verbs.step(self._change, Kind.CLEAR)
        self._closed = True
        if cancel_futures:
            for task in self._waiting():
                task[0].cancel()
        self._work.put(None)
        if wait:
            for thread in self._threads:
                thread.join()


class _Watcher:
    """Rung by the first of some futures that is over."""

    __slots__ = ("condition", "place", "rung")

    def __init__(self, future: Future) -> None:
        self.condition = future
        self.place = running().number(self, "Watcher") << SHIFT
        self.rung = False

    def is_rung(self) -> bool:
        return self.rung


class DoneAndNotDoneFutures(NamedTuple):
    """What `wait` returns."""

    done: set[Any]
    not_done: set[Any]


def _look(verbs: Verbs, futures: list[Future], watcher: _Watcher | None) -> list[Future]:
    """One operation: which are over; a watcher is left at the others."""
    codes = tuple(sorted({future.place for future in futures}))
    verbs.step(codes if len(codes) != 1 else codes[0], Kind.JOIN)
    over = [future for future in futures if future.is_over()]
    if not over and watcher is not None:
        for future in futures:
            future.watchers.append(watcher)
    return over


def _catch_up(verbs: Verbs, over: Iterable[Future]) -> None:
    """Who sees that they are over is, on the virtual clock, not before they were."""
    me = verbs.current
    if me is not None:
        me.time = max([me.time, *(future.time for future in over)])


_CONDITIONS = (FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED)


def wait(fs: Iterable[Any], timeout: float | None = None, return_when: str = ALL_COMPLETED) -> DoneAndNotDoneFutures:
    futures: list[Future] = list(dict.fromkeys(fs))
    verbs = running()
    pending = list(futures)
    while pending:
        watcher = _Watcher(pending[0]) if timeout is None else None
        over = _look(verbs, pending, watcher)
        pending = [future for future in pending if not future.is_over()]
        failed = any(f.state == FINISHED and f._exception is not None for f in over)
        if not pending or (over and (return_when == FIRST_COMPLETED or (return_when == FIRST_EXCEPTION and failed))):
            break
        if return_when not in _CONDITIONS:
            raise ValueError(f"Invalid return condition: {return_when!r}")
        if over:
            continue
        if watcher is None:
            if timeout is not None:
                verbs.current.time += timeout
            break
        verbs.wait(watcher.place | BLOCKS | AVAILABLE_0, Kind.WAKE, watcher.is_rung)
    done = {future for future in futures if future not in pending}
    _catch_up(verbs, done)
    return DoneAndNotDoneFutures(done, set(pending))


def as_completed(fs: Iterable[Any], timeout: float | None = None) -> Iterator[Any]:
    pending: list[Future] = list(dict.fromkeys(fs))
    verbs, total = running(), len(pending)
    while pending:
        watcher = _Watcher(pending[0]) if timeout is None else None
        over = _look(verbs, pending, watcher)
        if not over:
            if watcher is None:
                raise TimeoutError(f"{len(pending)} (of {total}) futures unfinished")
            verbs.wait(watcher.place | BLOCKS | AVAILABLE_0, Kind.WAKE, watcher.is_rung)
            continue
        for future in over:
            pending.remove(future)
            _catch_up(verbs, (future,))
            yield future
