"""The queue: `Machine` under one lock, and any `concurrent.futures.Executor` to run what it gives.

       submit ──► Machine (order, states) ──► at most `slots` jobs in the executor's hands ──► results ──► Machine
                        ▲                                                                         │
                        └──────────── the thread that brings a result takes the next job ◄────────┘

The executor never holds a backlog: a job is handed over when a slot is free, so that the one that leaves is always
the first by rank, and a job of high priority overtakes all that still wait.  Two roads lead into it:

* Threads of this process (`ThreadPoolExecutor`): each slot is one call that takes jobs from the machine until
  there is none. A backlog thus costs the executor one call and not one a job.
* Everything else (processes, interpreters, a cluster): one call a job; its completion sends the next.

Locking.  `_lock` guards the machine and all fields below it, is held for a few microseconds, and never while user
code, an executor or a listener is called.  The three conditions share it.  Changes leave the lock through a deque
and are delivered by one thread at a time, in order; who finds another delivering leaves its own to that one.

A job may be declared failed (time limit) or cancelled while its function still runs in a thread, and may even run again
meanwhile; so a result counts only if its job still runs that very attempt.
"""

import heapq
import threading
import traceback
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

from hilos.errors import GiveUp, HilosError, JobCancelled, QueueFull, WorkerDied
from hilos.jobs.announcer import Announcer, Listener
from hilos.jobs.context import reporter
from hilos.jobs.job import FINAL, Job, Priority, State, monotonic
from hilos.jobs.machine import Machine
from hilos.jobs.retry import ONCE, Retry
from hilos.jobs.stats import Stats, stats_of
from hilos.locale import translator

_ = translator("jobs")

T = TypeVar("T")


OPEN: "weakref.WeakKeyDictionary[Queue, None]" = weakref.WeakKeyDictionary()
"""The queues of this process that take jobs, in the order in which they were opened, for who shows them."""


class Queue:
    """Runs jobs by priority on an executor.

    Arguments:
        executor: what runs the jobs, or a function that makes it.  The queue takes it over and shuts it down.  Given a
            function, it makes another one when the executor breaks, as `ProcessPoolExecutor` does when a worker is
            killed.
        slots: jobs in the executor's hands at once; its number of workers unless given.
        capacity: jobs that may wait; 0 for no limit.  When it is full, `submit` blocks or raises `QueueFull`.
        aging: seconds of head start that one level of priority is worth, so that none starves; None for strict
            priorities.
        retry: for jobs that are given none of their own.
        losses: deaths of workers after which a job is a dead letter.
        dead_letters: how many dead letters are kept.

    Raises:
        ValueError: `slots` is not given and the executor does not say how many workers it has.
    """

    def __init__(
        self,
        executor: Executor | Callable[[], Executor],
        *,
        slots: int | None = None,
        capacity: int = 0,
        aging: float | None = None,
        retry: Retry = ONCE,
        losses: int = 3,
        dead_letters: int = 10_000,
    ) -> None:
        if isinstance(executor, Executor):
            self._make: Callable[[], Executor] | None = None
            self._executor = executor
        else:
            self._make = executor
            self._executor = executor()
        if slots is None:
            slots = getattr(self._executor, "_max_workers", None)
        if not slots or slots < 1:
            raise ValueError("slots must be 1 or more; this executor does not say how many workers it has")
        self.slots = slots
        self.retry = retry
        # InterpreterPoolExecutor (3.14) is a ThreadPoolExecutor whose calls run elsewhere.
        self._pulls = (
            isinstance(self._executor, ThreadPoolExecutor)
            and type(self._executor).__name__ != "InterpreterPoolExecutor"
        )
        self._kill: Callable[[Future[Any]], bool] | None = getattr(self._executor, "kill", None)
        self._announcer = Announcer()
        self._outbox = self._announcer.outbox
        self._here = threading.local()
        self._remaking = threading.Lock()  # held while a broken executor is replaced, which may take seconds
        self._lock = threading.Lock()
        self._room = threading.Condition(self._lock)  # notified when a job leaves a full queue
        self._idle = threading.Condition(self._lock)  # notified when the last job ended
        self._tick = threading.Condition(self._lock)  # notified when the timekeeper must look again
        self._machine = Machine(capacity, aging, losses, dead_letters)
        self._free = slots
        self._futures: dict[int, Future[Any]] = {}
        self._deadlines: list[tuple[float, int, int, Job[Any]]] = []
        self._timekeeper: threading.Thread | None = None
        self._refill = False  # the executor broke: the timekeeper sends what waits to another one
        self._waiting_for_room = 0
        self._joining = 0
        self._closing = False
        self._broken = ""  # why no other executor could be made
        self.kind = type(self._executor).__name__
        OPEN[self] = None

    # What callers do.

    def submit(
        self,
        function: Callable[..., T],
        /,
        *args: Any,
        kwargs: dict[str, Any] | None = None,
        priority: int = Priority.NORMAL,
        timeout: float | None = None,
        retry: Retry | None = None,
        name: str = "",
        idempotent: bool = True,
        block: bool = True,
        patience: float | None = None,
    ) -> Job[T]:
        """Have `function(*args, **kwargs)` called.

        Arguments:
            priority: the lower, the sooner; see `Priority`.
            timeout: seconds that one attempt may take.  Worker processes are killed then; a thread cannot be, so its
                result is ignored, and it ends at its next `checkpoint()`.
            retry: how often it is tried and when; the queue's unless given.
            name: for people; the function's name and the job's number unless given.
            idempotent: whether it may run again after its worker died in the middle.
            block: whether to wait for room in a full queue.
            patience: seconds to wait for room; None for ever.

        Raises:
            QueueFull: there is no room, and none came.
            RuntimeError: the queue is closed.
        """
        job = Job(
            self,
            function,
            args,
            kwargs,
            priority=priority,
            timeout=timeout,
            retry=self.retry if retry is None else retry,
            name=name,
            idempotent=idempotent,
        )
        first: Job[Any] | None = None
        with self._lock:
            machine = self._machine
            if machine.capacity and not self._closing:
                self._wait_for_room(block, patience)
            if self._closing:
                raise RuntimeError(_("La cola está cerrada: no admite más trabajos."))
            now = monotonic()
            machine.submit(job, now)
            pull = False
            if self._free:
                if self._pulls:
                    self._free -= 1
                    pull = True
                else:
                    first = self._take(now)
                    if first is not None:
                        self._free -= 1
        if self._outbox:
            self._announcer.deliver()
        if pull:
            self._start_pull()
        elif first is not None:
            self._send(first)
        return job

    def join(self, timeout: float | None = None) -> bool:
        """Wait until every job has ended, up to `timeout` seconds; whether they all did."""
        end = None if timeout is None else monotonic() + timeout
        with self._lock:
            self._joining += 1
            try:
                while not self._machine.is_idle:
                    left = None if end is None else end - monotonic()
                    if left is not None and left <= 0:
                        return False
                    self._idle.wait(left)
            finally:
                self._joining -= 1
        return True

    def close(self, drain: bool = True, kill: bool = False) -> list[Job[Any]]:
        """Accept no more jobs, see to those that there are, and shut the executor down.  May be called again.

        Arguments:
            drain: run what waits; else it is cancelled and handed back.
            kill: end the running jobs too, where workers can be killed; elsewhere their end is waited for.

        Returns:
            The jobs that were not run, in the order in which they would have been.
        """
        given: list[Job[Any]] = []
        with self._lock:
            self._closing = True
            self._room.notify_all()
            if not drain:
                given = self._machine.hand_back(monotonic())
            running = list(self._machine.running.values()) if kill else []
        for job in running:
            job.cancel()
        self._announcer.deliver()
        with self._lock:
            self._joining += 1
            # Also for the slots: a submit may still be on its way to the executor, for a job that was handed back.
            while not self._machine.is_idle or self._free < self.slots:
                self._idle.wait()
            self._joining -= 1
            self._tick.notify_all()
        if self._timekeeper is not None:
            self._timekeeper.join()
        self._executor.shutdown(wait=True)
        OPEN.pop(self, None)
        self._announcer.deliver()
        return given

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` called with every `Change`, in order; returns a function that ends that.

        Listeners run in whichever thread made the change and should be quick.  One that raises is removed and logged.
        """
        leave = self._announcer.listen(listener)
        with self._lock:
            self._machine.changes = self._outbox

        def stop() -> None:
            leave()
            with self._lock:
                if not self._announcer.listeners:
                    self._machine.changes = None

        return stop

    def stats(self) -> Stats:
        """The queue at this moment."""
        with self._lock:
            return stats_of(self._machine, self.slots, monotonic())

    @property
    def dead_letters(self) -> tuple[Job[Any], ...]:
        """The jobs that failed for good, oldest first; `errors` tells why."""
        with self._lock:
            return tuple(self._machine.dead)

    def __enter__(self) -> "Queue":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drain; after an exception (Ctrl+C too) stop as soon as can be instead."""
        self.close(drain=kind is None, kill=kind is not None)

    # What jobs ask of their queue.

    def _event_of(self, job: Job[Any]) -> threading.Event | None:
        with self._lock:
            if job.state in FINAL:
                return None
            if job._event is None:
                job._event = threading.Event()
            return job._event

    def _cancel(self, job: Job[Any]) -> bool:
        future: Future[Any] | None = None
        with self._lock:
            if job.state is State.RUNNING:
                job._cancel_wanted = True
                future = self._futures.get(job.id)
                cancelled = future is not None and self._kill is not None
                if cancelled:
                    self._machine.cancel(job, monotonic())
            else:
                cancelled = self._machine.cancel(job, monotonic())
            self._settle()
        self._announcer.deliver()
        if future is not None:
            if self._kill is not None:
                self._kill(future)
            elif future.cancel():  # the executor had not begun with it: `_returned` has marked it by now
                return True
        return cancelled

    # Under the lock.

    def _wait_for_room(self, block: bool, patience: float | None) -> None:
        end = None if patience is None else monotonic() + patience
        self._waiting_for_room += 1
        try:
            while self._machine.is_full and not self._closing:
                left = None if end is None else end - monotonic()
                if not block or (left is not None and left <= 0):
                    raise QueueFull(
                        _(
                            "La cola está llena ({capacity} trabajos en espera). "
                            "Espera a que avance, o dale más capacidad."
                        ).format(capacity=self._machine.capacity)
                    )
                self._room.wait(left)
        finally:
            self._waiting_for_room -= 1

    def _take(self, now: float, worker: str = "") -> Job[Any] | None:
        job = self._machine.take(now, worker)
        if job is not None:
            if job.timeout is not None:
                heapq.heappush(self._deadlines, (now + job.timeout, job.id, job.attempts, job))
                self._watch_time()
            if self._waiting_for_room:
                self._room.notify()
        return job

    def _conclude(self, job: Job[Any], attempt: int, value: object, error: BaseException | None, text: str) -> None:
        """Tell the machine how an attempt ended, unless that attempt was given up meanwhile."""
        machine = self._machine
        if job.state is not State.RUNNING or job.attempts != attempt:
            return
        now = monotonic()
        if error is None:
            machine.succeed(job, value, now)
        elif job._cancel_wanted and isinstance(error, JobCancelled | CancelledError | WorkerDied):
            machine.cancel(job, now)
        elif isinstance(error, WorkerDied | BrokenExecutor):
            machine.lose(job, str(error), now)
        else:
            machine.fail(job, text, error, now, again=not isinstance(error, GiveUp))
        self._settle()

    def _release(self) -> None:
        """A slot is free again."""
        self._free += 1
        if self._joining and self._free == self.slots:
            self._idle.notify_all()

    def _settle(self) -> None:
        """Wake whoever the last change concerns."""
        if self._joining and self._machine.is_idle:
            self._idle.notify_all()
        if self._waiting_for_room:
            self._room.notify()
        if self._machine.next_due() is not None:
            self._watch_time()

    def _watch_time(self) -> None:
        if self._timekeeper is None:
            self._timekeeper = threading.Thread(target=self._keep_time, name="job queue clock", daemon=True)
            self._timekeeper.start()
        else:
            self._tick.notify()

    # Threads of this process: a slot takes jobs until there is none.

    def _start_pull(self) -> None:
        try:
            self._executor.submit(self._pull)
        except RuntimeError as error:  # somebody else shut it down, or the interpreter is ending
            with self._lock:
                self._release()
            self._break(str(error))

    def _pull(self) -> None:
        worker = threading.current_thread().name
        with self._lock:
            job = self._take(monotonic(), worker)
            if job is None:
                self._release()
        while job is not None:
            if self._outbox:
                self._announcer.deliver()
            attempt = job.attempts
            value, error, text = self._call(job, attempt)
            with self._lock:
                self._conclude(job, attempt, value, error, text)
                job = self._take(monotonic(), worker)
                if job is None:
                    self._release()
            del value, error  # nothing of a job is kept alive while the next one runs
        if self._outbox:
            self._announcer.deliver()

    def _call(self, job: Job[Any], attempt: int) -> tuple[Any, BaseException | None, str]:
        token = reporter.set(partial(self._checkpoint, job, attempt))
        try:
            return job.function(*job.args, **(job.kwargs or {})), None, ""
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001
            return None, error, traceback.format_exc()
        finally:
            reporter.reset(token)

    def _checkpoint(self, job: Job[Any], attempt: int, progress: float | None) -> None:
        if job._cancel_wanted or job.state is not State.RUNNING or job.attempts != attempt:
            raise JobCancelled(_("El trabajo «{name}» tiene que parar.").format(name=job.name))
        if progress is not None:
            job.progress = progress

    # Everything else: one call a job, and its completion sends the next.

    def _send(self, job: Job[Any]) -> None:
        # An executor that has the result at once calls `_returned` from within: without this a long backlog of such
        # jobs would be a deep recursion.
        waiting: deque[Job[Any]] | None = getattr(self._here, "waiting", None)
        if waiting is not None:
            waiting.append(job)
            return
        waiting = self._here.waiting = deque([job])
        try:
            while waiting:
                self._send_one(waiting.popleft())
        finally:
            self._here.waiting = None

    def _send_one(self, job: Job[Any]) -> None:
        attempt = job.attempts
        executor = self._executor
        for last in (False, True):
            try:
                future = self._hand_over(executor, job)
                break
            except RuntimeError as error:  # broken; or shut down, as the interpreter ends: then another makes no sense
                if last or not isinstance(error, BrokenExecutor) or not self._replace(executor):
                    self._lost_before_start(job, attempt, error)
                    return
                executor = self._executor
        with self._lock:
            self._futures[job.id] = future
            gone = job.state is not State.RUNNING or job.attempts != attempt
        on_progress = getattr(future, "on_progress", None)
        if on_progress is not None:
            on_progress(partial(self._progress, job, attempt))
        if gone and self._kill is not None:  # cancelled between being taken and being sent
            self._kill(future)
        future.add_done_callback(partial(self._returned, job, attempt))

    @staticmethod
    def _hand_over(executor: Executor, job: Job[Any]) -> Future[Any]:
        ranked = getattr(executor, "submit_with_priority", None)  # it orders what it holds, too
        if ranked is not None:
            return ranked(job.priority, job.function, *job.args, **(job.kwargs or {}))  # type: ignore[no-any-return]
        return executor.submit(job.function, *job.args, **(job.kwargs or {}))

    def _progress(self, job: Job[Any], attempt: int, progress: float | None, worker: str) -> None:
        if job.attempts == attempt:
            job.worker = worker
            if progress is not None:
                job.progress = progress

    def _returned(self, job: Job[Any], attempt: int, future: Future[Any]) -> None:
        value: Any = None
        error: BaseException | None
        if future.cancelled():
            error = CancelledError()
        else:
            error = future.exception()
            if error is None:
                value = future.result()
        text = "".join(traceback.format_exception(error)) if error is not None else ""
        with self._lock:
            if self._futures.get(job.id) is future:
                del self._futures[job.id]
            self._conclude(job, attempt, value, error, text)
            following = None if isinstance(error, BrokenExecutor) else self._take(monotonic())
            if following is None:
                self._release()
            if isinstance(error, BrokenExecutor):
                # ProcessPoolExecutor of 3.12 holds its lock while it says so: a submit from here would wait for ever.
                self._refill = True
                self._watch_time()
        if self._outbox:
            self._announcer.deliver()
        if following is not None:
            self._send(following)

    def _lost_before_start(self, job: Job[Any], attempt: int, error: BaseException) -> None:
        """The executor takes no more jobs and there is no other: nothing that waits can run."""
        with self._lock:
            if job.state is State.RUNNING and job.attempts == attempt:
                self._machine.fail(job, str(error), error, monotonic(), again=False)
            self._release()
        self._break(str(error))

    def _replace(self, broken: Executor) -> bool:
        if self._make is None:
            return False
        broken.shutdown(wait=False)
        with self._remaking:
            if self._executor is broken:
                try:
                    self._executor = self._make()
                except HilosError as error:
                    self._broken = str(error)
                    return False
                self._kill = getattr(self._executor, "kill", None)
        return True

    def _break(self, reason: str) -> None:
        if self._make is None:
            text = _(
                "El ejecutor se ha roto y no admite más trabajos: {reason}\n"
                "Da a la cola una función que lo haga (lambda: ProcessPoolExecutor(2)), o usa el motor «processes»."
            ).format(reason=reason)
        else:
            text = _("El ejecutor se ha roto, y no se pudo hacer otro: {reason}").format(reason=self._broken or reason)
        with self._lock:
            now = monotonic()
            while (job := self._machine.take(now)) is not None:
                self._machine.fail(job, text, None, now, again=False)
            self._settle()
        self._announcer.deliver()

    # Time: retries that are due, and time limits.

    def _keep_time(self) -> None:
        while True:
            expired: list[tuple[Job[Any], Future[Any] | None]] = []
            pulls = 0
            firsts: list[Job[Any]] = []
            with self._lock:
                now = monotonic()
                while self._deadlines and self._deadlines[0][0] <= now:
                    _when, number, attempt, job = heapq.heappop(self._deadlines)
                    if job.state is State.RUNNING and job.attempts == attempt:
                        expired.append((job, self._futures.get(number)))
                        self._expire(job, now)
                ready = self._machine.wake(now)
                if self._refill:
                    self._refill = False
                    ready = self.slots
                while ready and self._free:
                    if self._pulls:
                        self._free -= 1
                        ready -= 1
                        pulls += 1
                        continue
                    first = self._take(now)
                    if first is None:
                        break
                    self._free -= 1
                    ready -= 1
                    firsts.append(first)
                if not (expired or pulls or firsts):
                    if self._closing and self._machine.is_idle:
                        return
                    self._tick.wait(self._until_next(now))
                    continue
            self._announcer.deliver()
            for _job, future in expired:
                if future is not None and self._kill is not None:
                    self._kill(future)
                elif future is not None:
                    future.cancel()  # a cluster drops it; others can do nothing about one that runs
            for _number in range(pulls):
                self._start_pull()
            for job in firsts:
                self._send(job)

    def _expire(self, job: Job[Any], now: float) -> None:
        text = _("Agotó su límite de {seconds:g} s.").format(seconds=job.timeout)
        # What cannot be ended may still be running: it is only run again beside it if it may run twice.
        again = job.idempotent or self._kill is not None
        self._machine.fail(job, text, TimeoutError(text), now, again=again)
        self._settle()

    def _until_next(self, now: float) -> float | None:
        times = [self._deadlines[0][0]] if self._deadlines else []
        due = self._machine.next_due()
        if due is not None:
            times.append(due)
        return max(0.0, min(times) - now) if times else None
