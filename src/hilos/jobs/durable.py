"""A queue in a file: what was submitted is not lost, whatever is killed.

    durable.py    the queue as its users see it
    journal.py    group commit: one transaction for all that wait
    claims.py     the jobs that this process has taken from the file
    dispatch.py   gives them to workers             batch.py, worker.py   several at a time
    store.py      what can happen to a job in SQL   schema.py             the tables

**What is promised.** When `submit` has returned, the job is in the file.  When a result was given out, so is that
it is done, and it never runs again.  In between it runs at least once: if its worker, this process or the machine
dies it runs again, unless it said that it may not (`idempotent=False`): then it is a dead letter.

**Which commits wait for the disk.** With `synchronous="FULL"` (the default) every commit with a submission, a result or
the start of a job that may not run twice.  One that only takes jobs, or says that they started, does not: if a
power cut undoes it, those jobs are queued again, which they would have been anyway.  A result that nobody waits for
may wait some milliseconds for a commit that takes it along.  With NORMAL none waits for the disk; a power cut may
then undo the last commits, a killed process cannot.

**Order.** By rank, as in memory; how much a job of high priority may find before it says claims.py.

Jobs are named functions with JSON arguments, not pickles: the file can be read by people, and outlives a new
version of the code. Still, whoever can write the file can have any importable function called: it is made readable
for its owner only.
"""

import contextlib
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from pathlib import Path
from types import TracebackType
from typing import Any

from hilos.errors import QueueFull, UsageError
from hilos.jobs.announcer import Announcer, Listener
from hilos.jobs.claims import Claims, Seen
from hilos.jobs.dispatch import Dispatcher
from hilos.jobs.job import FINAL, Priority, State, check_outcome
from hilos.jobs.journal import Journal, Operation
from hilos.jobs.named import arguments_to_json, name_of
from hilos.jobs.processes import ProcessWorkers
from hilos.jobs.retry import ONCE, Retry
from hilos.jobs.schema import New, Row, connect
from hilos.jobs.stats import Stats, latency
from hilos.jobs.store import Store
from hilos.locale import translator

_ = translator("jobs")

POLL = 0.05
"""Seconds after which another process's changes to the file are seen."""
BEAT = 1.0
"""Seconds between two looks after the file: leases, owners that are gone, results that are old."""


class DurableJob:
    """The handle of a job in a file.  `id` finds it again in any process: `queue.job(id)`."""

    __slots__ = ("_queue", "id", "name")

    def __init__(self, queue: "DurableQueue", number: int, name: str) -> None:
        self.id = number
        self.name = name
        self._queue = queue

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._queue.row(self.id).state

    @property
    def attempts(self) -> int:
        """How often it was started."""
        return self._queue.row(self.id).attempts

    @property
    def errors(self) -> tuple[str, ...]:
        """One traceback or reason per failed attempt."""
        return self._queue.row(self.id).errors

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds for its end, in whichever process; True if it ended."""
        return self._queue._wait(self.id, timeout).state in FINAL

    def result(self, timeout: float | None = None) -> Any:
        """What the call returned (as JSON gives it back).

        Raises:
            TimeoutError, JobFailed, JobCancelled: as for a job in memory.
        """
        row = self._queue._wait(self.id, timeout)
        check_outcome(self.name, row.state, row.attempts, row.errors, None)
        return json.loads(row.result or "null")

    def cancel(self) -> bool:
        """Ask that it does not run, or stops; True if it is cancelled now."""
        return self._queue._cancel(self.id)


class DurableQueue:
    """A queue in a SQLite file, and the workers of this process on it.  Several processes may share a file.

    Arguments:
        path: the file; made if it is not there.
        workers: worker processes of this process; 0 to only submit.
        executor: what runs the jobs instead, or a function that makes it; taken over.
        synchronous: FULL or NORMAL, see above.
        capacity: jobs that may wait in the file; 0 for no limit.  Checked by each process when it submits.
        aging: as for `Queue`, on the wall clock.
        retry: for jobs that are given none.
        losses: deaths of workers after which a job is a dead letter.
        lease: seconds after which a process that does not renew it counts as gone, if its death was not seen before.
        keep: seconds for which the results of ended jobs are kept; dead letters stay.

    Raises:
        UsageError: the file cannot be used, or `synchronous` is something else.
    """

    def __init__(
        self,
        path: str | Path,
        workers: int | None = None,
        *,
        executor: Executor | Callable[[], Executor] | None = None,
        synchronous: str = "FULL",
        capacity: int = 0,
        aging: float | None = None,
        retry: Retry = ONCE,
        losses: int = 3,
        lease: float = 30.0,
        keep: float = 7 * 86400.0,
    ) -> None:
        if synchronous not in ("FULL", "NORMAL"):
            raise UsageError(_("synchronous tiene que ser FULL o NORMAL, no {value}.").format(value=synchronous))
        self.path = Path(path)
        self.retry = retry
        self._aging = aging
        self._capacity = capacity
        self._reading = threading.Lock()  # guards the connection that readers share
        self._announcer = Announcer()
        self._bell = threading.Lock()  # held while the clock thread has no reason to wake
        self._bell.acquire()
        self._asleep_until = 0.0  # the clock thread wakes by itself then
        self._closing = threading.Lock()
        self._closed = False
        self._last: Stats | None = None  # what `stats` says once the file is closed
        made: Executor | None = None
        if executor is not None:
            made = executor if isinstance(executor, Executor) else executor()
        elif workers != 0:
            made = ProcessWorkers(workers)
        self.slots = 0 if made is None else int(getattr(made, "_max_workers", None) or workers or 1)
        self._claims = Claims(self.slots, synchronous, self._announcer, self._ring, isinstance(made, ProcessWorkers))
        self._dispatcher = None if made is None else Dispatcher(made, self._claims)
        try:
            self._journal = Journal(self.path, synchronous, losses, lease, keep, self._claims)
            self._reader_db = connect(self.path, synchronous)
        except BaseException:
            if made is not None:
                made.shutdown()
            raise
        self._reader = Store(self._reader_db, losses)
        self._clock = threading.Thread(target=self._keep_time, name="job queue clock", daemon=True)
        self._clock.start()

    # What callers do.

    def submit(
        self,
        function: Callable[..., Any] | str,
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
    ) -> DurableJob:
        """Have `function(*args, **kwargs)` called; returns when the job is safe in the file.

        Arguments:
            function: one that can be imported by name, or that name: "package.module:function".
            args, kwargs: what JSON can say.
            priority, timeout, retry, name, idempotent, block, patience: as for `Queue.submit`.

        Raises:
            UsageError: the function has no name to import it by, or the arguments are not JSON.
            QueueFull, RuntimeError: as for `Queue.submit`.
        """
        call = (args, kwargs or {})
        return self.submit_many(
            function,
            [call],
            priority=priority,
            timeout=timeout,
            retry=retry,
            name=name,
            idempotent=idempotent,
            block=block,
            patience=patience,
        )[0]

    def submit_many(
        self,
        function: Callable[..., Any] | str,
        calls: Iterable[tuple[tuple[Any, ...], dict[str, Any]]],
        *,
        priority: int = Priority.NORMAL,
        timeout: float | None = None,
        retry: Retry | None = None,
        name: str = "",
        idempotent: bool = True,
        block: bool = True,
        patience: float | None = None,
    ) -> list[DurableJob]:
        """Submit one job for each (args, kwargs) in one transaction: all are safe when it returns, or none is."""
        path = function if isinstance(function, str) else name_of(function)
        now = time.time()
        news = [
            New(
                name or path.rpartition(":")[2],
                path,
                arguments_to_json(args, kwargs),
                int(priority),
                priority if self._aging is None else now + priority * self._aging,
                self.retry if retry is None else retry,
                timeout,
                idempotent,
                now,
            )
            for args, kwargs in calls
        ]
        if self._capacity:
            self._wait_for_room(len(news), block, patience)
        ids = self._journal.do(Operation(None, news))
        return [DurableJob(self, number, new.name) for number, new in zip(ids, news, strict=True)]

    def job(self, number: int) -> DurableJob:
        """The handle of a job by its id.

        Raises:
            UsageError: there is none, or it ended long ago and was forgotten.
        """
        return DurableJob(self, number, self.row(number).name)

    def row(self, number: int) -> Row:
        """A job as the file has it now; raises as `job`."""
        with self._reading:
            row = self._reader.row(number)
        if row is None:
            raise UsageError(_("No hay ningún trabajo con el número {number}.").format(number=number))
        return row

    @property
    def dead_letters(self) -> tuple[Row, ...]:
        """The jobs that failed for good, oldest first."""
        with self._reading:
            return tuple(self._reader.rows(State.FAILED))

    def revive(self, number: int | None = None) -> int:
        """Queue a dead letter (None: all of them) again; returns how many."""
        return int(self._do(lambda store: store.revive(number, time.time())))

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` called with every `Change` that this process makes; returns a function that ends that."""
        return self._announcer.listen(listener)

    def stats(self) -> Stats:
        """The queue at this moment: states from the file, workers and times of this process."""
        if self._last is not None:
            return self._last
        with self._reading:
            counts, waiting = self._reader.counts(), self._reader.waiting()
        claims = self._claims
        if self._dispatcher is not None:
            self._dispatcher.look()
        running = claims.now_running()
        with claims.lock:
            wait, run = latency(claims.waits), latency(claims.runs)
        return Stats(counts, waiting, running, self.slots, claims.retried, claims.lost, wait, run)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until every job in the file has ended, whoever runs it; whether they all did."""
        end = None if timeout is None else time.monotonic() + timeout
        pause = 0.002
        while True:
            with self._reading:
                if self._reader.is_idle():
                    return True
            if end is not None and time.monotonic() >= end:
                return False
            self._check()
            time.sleep(pause)
            pause = min(pause * 1.5, POLL)

    def close(self, drain: bool = True, kill: bool = False) -> None:
        """Stop working on the file.  Jobs that wait stay in it for the next process.

        Arguments:
            drain: first run all that the file holds.
            kill: end the running jobs instead of waiting for them; they are queued again.
        """
        claims, dispatcher = self._claims, self._dispatcher
        if drain and dispatcher is not None and self._journal.failure is None and claims.unable is None:
            self.join()
        with self._closing:
            if self._closed:
                return
            running = claims.stop()
            if dispatcher is not None:
                if kill:
                    for job in running:
                        dispatcher.kill(job)
                dispatcher.executor.shutdown(wait=True)  # their results are journalled as ever
            with contextlib.suppress(sqlite3.Error, RuntimeError, UsageError):
                self._do(lambda store: store.hand_back(claims.owner, claims.left()))
            self._closed = True
            self._ring()
            self._clock.join()
            self._last = self.stats()
            self._journal.close()
            with self._reading:
                self._reader_db.close()

    def __enter__(self) -> "DurableQueue":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drain; after an exception (Ctrl+C too) end the running jobs, which are queued again, and leave the rest."""
        self.close(drain=kind is None, kill=kind is not None)

    # What handles ask for.

    def _do(self, apply: Callable[[Store], Any]) -> Any:
        return self._journal.do(Operation(apply))

    def _check(self) -> None:
        problem = self._journal.failure or self._claims.unable
        if problem is not None:
            raise problem

    def _wait(self, number: int, timeout: float | None) -> Row:
        """The job as it ended, or as it is after `timeout` seconds."""
        row = self.row(number)
        if row.state in FINAL:
            return row
        end = None if timeout is None else time.monotonic() + timeout
        ended = self._claims.watch(number)
        try:
            while True:
                # The event is set by this process; for the others the file is looked at now and then.
                left = POLL if end is None else min(POLL, end - time.monotonic())
                ended.wait(max(0.0, left))
                row = self.row(number)
                if row.state in FINAL:
                    return row
                self._check()
                if end is not None and time.monotonic() >= end:
                    return row
        finally:
            self._claims.unwatch(number, ended)

    def _wait_for_room(self, count: int, block: bool, patience: float | None) -> None:
        end = None if patience is None else time.monotonic() + patience
        while True:
            with self._reading:
                if self._reader.has_room(count, self._capacity):
                    return
            self._check()
            if not block or (end is not None and time.monotonic() >= end):
                raise QueueFull(
                    _(
                        "La cola está llena ({capacity} trabajos en espera). Espera a que avance, o dale más capacidad."
                    ).format(capacity=self._capacity)
                )
            time.sleep(0.005)

    def _cancel(self, number: int) -> bool:
        job, with_worker = self._claims.withdraw(number)
        here = job is not None
        if job is not None and with_worker:
            here = self._dispatcher is not None and self._dispatcher.alone(job)
            job, with_worker = self._claims.withdraw(number)  # it may have come back meanwhile
            if job is not None and here:
                job.cancelled = True
        cancelled = bool(self._do(lambda store: store.cancel(number, time.time(), here)))
        if job is not None and with_worker and here and self._dispatcher is not None:
            self._dispatcher.kill(job)
        if cancelled and not with_worker:
            row = self.row(number)
            seen = Seen(row.id, row.name, row.priority, row.attempts, row.submitted, row.started)
            self._claims.note(seen, State.QUEUED, State.CANCELLED, time.time())
            self._announcer.deliver()
        self._claims.tell_ended(number)
        return cancelled

    # The clock thread: sends what is ready, and sees to what is due.

    def _ring(self) -> None:
        # The lock is a binary semaphore: released, the clock thread does not sleep.
        with contextlib.suppress(RuntimeError):
            self._bell.release()

    def _keep_time(self) -> None:
        try:
            beat = time.monotonic()
            while not self._closed:
                self._bell.acquire(timeout=self._claims.pause(POLL))
                due = time.monotonic() - beat >= BEAT and not self._claims.stopping
                if due:
                    beat = time.monotonic()
                self._look_after(due)
        except BaseException as error:
            self._claims.fail(UsageError(f"{type(error).__name__}: {error}"))  # nobody may wait for ever
            raise

    def _look_after(self, beat: bool) -> None:
        claims, dispatcher = self._claims, self._dispatcher
        if dispatcher is not None:
            dispatcher.look()
            dispatcher.send_ready()
        if beat or claims.needs_turn():
            self._journal.turn(beat)
            if dispatcher is not None:
                dispatcher.send_ready()
