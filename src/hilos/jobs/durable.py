"""A queue in a file: what was submitted is not lost, whatever is killed.

    submit ─► _operations ─►┌──────────────── the journal thread ────────────────┐
    results ─► _operations ─►│ one transaction: submissions, results, starts;    │─► commit ─► callers go on
                             │ then take the next jobs, in their order           │        └─► jobs to the executor
                             └────────────────────────────────────────────────────┘

**Group commit.** One thread owns the writing connection.  All that came while it was committing goes into its next
transaction, so that jobs share the price of a sync; each caller goes on only when the commit with its own has returned
(D. DeWitt et al., SIGMOD 1984).

**What is promised.** When `submit` has returned, the job is in the file.  When a result was given out, so is that
it is done, and it never runs again.  In between it runs at least once: if its worker, this process or the machine
dies it runs again, unless it said that it may not (`idempotent=False`): then it is a dead letter.

**Which commits wait for the disk.** With `synchronous="FULL"` (the default) every commit with a submission, a result or
the start of a job that may not run twice.  One that only takes jobs, or says that they started, does not: if a
power cut undoes it, those jobs are queued again, which they would have been anyway.  With NORMAL none does; a
power cut may then undo the last commits, a killed process cannot.

**Order.** By rank, as in memory.  So that no worker waits for the disk, this process holds a few taken jobs ready:
no more than about `AHEAD` seconds of work, so a job of high priority may find that much before it, and nothing at
all before it where jobs are longer than that.

Jobs are named functions with JSON arguments, not pickles: the file can be read by people, and outlives a new
version of the code. Still, whoever can write the file can have any importable function called: it is made readable
for its owner only.
"""

import contextlib
import heapq
import importlib
import json
import math
import random
import sqlite3
import threading
import time
import traceback
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from hilos.errors import GiveUp, JobCancelled, JobFailed, QueueFull, UsageError, WorkerDied
from hilos.jobs.announcer import Announcer, Listener
from hilos.jobs.durations import Durations
from hilos.jobs.job import FINAL, Change, Priority, State, last_line
from hilos.jobs.processes import ProcessWorkers
from hilos.jobs.retry import ONCE, Retry
from hilos.jobs.stats import Running, Stats, latency
from hilos.jobs.store import New, Row, Store, Taken, connect
from hilos.locale import translator

_ = translator("jobs")

AHEAD = 0.01
"""Seconds of work that are held ready for the workers."""
MOST_AHEAD = 32
POLL = 0.05
"""Seconds after which another process's changes to the file are seen."""


class DurableJob:
    """The handle of a job in a file.  `id` finds it again in any process: `queue.job(id)`."""

    def __init__(self, queue: "DurableQueue", number: int, name: str) -> None:
        self.id = number
        self.name = name
        self._queue = queue
        self._ended = threading.Event()

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._row().state

    @property
    def attempts(self) -> int:
        """How often it was started."""
        return self._row().attempts

    @property
    def errors(self) -> tuple[str, ...]:
        """One traceback or reason per failed attempt."""
        return self._row().errors

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds for its end, in whichever process; True if it ended."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            # The event is set by this process; for the others the file is looked at now and then.
            left = POLL if end is None else min(POLL, end - time.monotonic())
            self._ended.wait(max(0.0, left))
            self._ended.clear()
            if self._row().state in FINAL:
                return True
            self._queue._check()
            if end is not None and time.monotonic() >= end:
                return False

    def result(self, timeout: float | None = None) -> Any:
        """What the call returned (as JSON gives it back).

        Raises:
            TimeoutError, JobFailed, JobCancelled: as for a job in memory.
        """
        if not self.wait(timeout):
            raise TimeoutError(_("El trabajo «{name}» no ha terminado todavía.").format(name=self.name))
        row = self._row()
        if row.state is State.CANCELLED:
            raise JobCancelled(_("El trabajo «{name}» se canceló.").format(name=self.name))
        if row.state is State.FAILED:
            raise JobFailed(
                _("El trabajo «{name}» falló (intentos: {attempts}): {reason}").format(
                    name=self.name, attempts=row.attempts, reason=last_line(row.errors)
                ),
                row.errors,
            )
        return json.loads(row.result or "null")

    def cancel(self) -> bool:
        """Ask that it does not run, or stops; True if it is cancelled now."""
        return self._queue._cancel(self.id)

    def _row(self) -> Row:
        return self._queue.row(self.id)


@dataclass(frozen=True, slots=True)
class Seen:
    """A job as listeners are shown it; times on the wall clock."""

    id: int
    name: str
    priority: int
    attempts: int
    submitted: float
    started: float | None


class _Running:
    """A job that this process has taken."""

    __slots__ = ("cancelled", "future", "lost", "progress", "since", "started", "taken", "timed_out", "worker")

    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        self.future: Future[Any] | None = None
        self.started = 0.0
        self.since = 0.0
        self.worker = ""
        self.progress = 0.0
        self.timed_out = False
        self.lost = False
        self.cancelled = False


class _Operation:
    """Something for the next transaction.  `apply` runs in it, `committed` after it."""

    __slots__ = ("apply", "committed", "done", "error", "rank", "sync", "value")

    def __init__(
        self,
        apply: Callable[[Store], Any],
        committed: Callable[[Any], None] | None,
        sync: bool,
        rank: float = math.inf,
    ) -> None:
        self.apply = apply
        self.committed = committed
        self.sync = sync
        self.rank = rank  # the lowest of those that it queues
        self.done = threading.Lock()  # a lock taken now and released once is the cheapest event there is
        self.done.acquire()
        self.value: Any = None
        self.error: BaseException | None = None


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
        self._lease = lease
        self._keep = keep
        self._sync = synchronous
        self._db = connect(self.path, synchronous)
        self._store = Store(self._db, losses)
        self._reading = threading.Lock()  # guards the connection that readers share
        self._reader_db = connect(self.path, synchronous)
        self._reader = Store(self._reader_db, losses)
        self._chance = random.Random()
        self._announcer = Announcer()
        self._handles: weakref.WeakValueDictionary[int, DurableJob] = weakref.WeakValueDictionary()
        self._lock = threading.Lock()  # guards all below
        self._news = threading.Condition(self._lock)  # notified when the journal has something to do
        self._operations: list[_Operation] = []
        self._ready: deque[_Running] = deque()  # taken, waiting for a free worker here
        self._running: dict[int, _Running] = {}
        self._starts: dict[int, tuple[float, int, int, int]] = {}
        self._deadlines: list[tuple[float, int, int]] = []
        self._waits = Durations()
        self._runs = Durations()
        self._recent = 0.0  # moving mean of how long a job runs
        self._retried = 0
        self._lost = 0
        self._look = True  # there may be jobs to take
        self._due: float | None = None  # when the next retry is, on the wall clock
        self._syncs = synchronous  # what the connection is set to now
        self._stopping = False
        self._closed = False
        self._failure: BaseException | None = None
        self._unable: UsageError | None = None  # why this process cannot run jobs, if it cannot
        self._last: Stats | None = None  # what `stats` says once the file is closed
        if workers == 0 and executor is None:
            self._executor: Executor | None = None
            self.slots = 0
        else:
            made = ProcessWorkers(workers) if executor is None else executor
            self._executor = made if isinstance(made, Executor) else made()
            self.slots = int(getattr(self._executor, "_max_workers", None) or workers or 1)
        self._kill: Callable[[Future[Any]], bool] | None = getattr(self._executor, "kill", None)
        self._free = self.slots
        with self._transaction():
            now = time.time()
            self._store.recover(now)
            self._owner = self._store.enrol(now, lease)
        self._journal = threading.Thread(target=self._keep_journal, name="job queue journal", daemon=True)
        self._journal.start()

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
                _to_json([args, kwargs]),
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
        lowest = min((new.rank for new in news), default=math.inf)
        ids = self._do(lambda store: store.add(news), look=True, rank=lowest)
        jobs = [DurableJob(self, number, new.name) for number, new in zip(ids, news, strict=True)]
        with self._lock:
            for job in jobs:
                self._handles[job.id] = job
            for job, new in zip(jobs, news, strict=True):
                self._note(Seen(job.id, job.name, new.priority, 0, new.submitted, None), None, State.QUEUED, now)
        self._announcer.deliver()
        return jobs

    def job(self, number: int) -> DurableJob:
        """The handle of a job by its id.

        Raises:
            UsageError: there is none, or it ended long ago and was forgotten.
        """
        row = self.row(number)
        with self._lock:
            handle = self._handles.get(number)
            if handle is None:
                handle = self._handles[number] = DurableJob(self, number, row.name)
        return handle

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
        return int(self._do(lambda store: store.revive(number, time.time()), look=True))

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` called with every `Change` that this process makes; returns a function that ends that."""
        return self._announcer.listen(listener)

    def stats(self) -> Stats:
        """The queue at this moment: states from the file, workers and times of this process."""
        if self._last is not None:
            return self._last
        with self._reading:
            counts, waiting = self._reader.counts(), self._reader.waiting()
        now = time.monotonic()
        with self._lock:
            running = tuple(
                Running(each.taken.name, each.worker, now - each.since, each.progress)
                for each in self._running.values()
            )
            return Stats(
                counts,
                waiting,
                running,
                self.slots,
                self._retried,
                self._lost,
                latency(self._waits),
                latency(self._runs),
            )

    def join(self, timeout: float | None = None) -> bool:
        """Wait until every job in the file has ended, whoever runs it; whether they all did."""
        end = None if timeout is None else time.monotonic() + timeout
        pause = 0.002
        while True:
            with self._reading:
                counts = self._reader.counts()
            if not (counts[State.QUEUED] or counts[State.RUNNING] or counts[State.RETRYING]):
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
        if drain and self._executor is not None and self._failure is None and self._unable is None:
            self.join()
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._stopping = True  # no more jobs are taken or started
            given = list(self._ready)
            self._ready.clear()
            running = list(self._running.values())
        if kill and self._kill is not None:
            for each in running:
                if each.future is not None:
                    self._kill(each.future)
        if self._executor is not None:
            self._executor.shutdown(wait=True)  # their results are journalled as ever
        with contextlib.suppress(sqlite3.Error, RuntimeError):
            self._do(lambda store: store.hand_back(self._owner, [each.taken.id for each in [*given, *self._ready]]))
        with self._lock:
            self._stopping = True
            self._owner = -1
            self._news.notify()
        self._journal.join()
        self._last = self.stats()
        self._db.close()
        with self._reading:
            self._reader_db.close()

    def __enter__(self) -> "DurableQueue":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drain; after an exception (Ctrl+C too) end the running jobs, which are queued again, and leave the rest."""
        self.close(drain=kind is None, kill=kind is not None)

    def _note(self, seen: Seen, old: State | None, new: State, when: float, lost: bool = False) -> None:
        if self._announcer.listeners:
            self._announcer.outbox.append(Change(when, seen, old, new, lost))

    # How operations get into the journal.

    def _check(self) -> None:
        problem = self._failure or self._unable
        if problem is not None:
            raise problem

    def _do(self, apply: Callable[[Store], Any], look: bool = False, rank: float = math.inf) -> Any:
        """Run `apply` in the next transaction, and wait for its commit."""
        operation = _Operation(apply, None, True, rank)
        with self._lock:
            if self._failure is not None or self._owner < 0:
                raise RuntimeError(_("La cola está cerrada: no admite más trabajos.")) from self._failure
            self._operations.append(operation)
            self._look = self._look or look
            self._news.notify()
        operation.done.acquire()
        if operation.error is not None:
            raise operation.error
        return operation.value

    def _wait_for_room(self, count: int, block: bool, patience: float | None) -> None:
        end = None if patience is None else time.monotonic() + patience
        while True:
            with self._reading:
                waiting = sum(self._reader.waiting().values())
            if waiting + count <= self._capacity or (waiting == 0 and count > self._capacity):
                return
            if not block or (end is not None and time.monotonic() >= end):
                raise QueueFull(
                    _(
                        "La cola está llena ({capacity} trabajos en espera). Espera a que avance, o dale más capacidad."
                    ).format(capacity=self._capacity)
                )
            time.sleep(0.005)

    def _cancel(self, number: int) -> bool:
        with self._lock:
            mine = self._running.get(number)
            ready = next((each for each in self._ready if each.taken.id == number), None)
            if ready is not None:
                self._ready.remove(ready)
            killable = mine is not None and mine.future is not None and self._kill is not None
            if mine is not None and killable:
                mine.cancelled = True
        here = ready is not None or killable
        cancelled = bool(self._do(lambda store: store.cancel(number, time.time(), here)))
        if mine is not None and mine.future is not None and self._kill is not None:
            self._kill(mine.future)
        if cancelled and mine is None:
            row = self.row(number)
            seen = Seen(row.id, row.name, row.priority, row.attempts, row.submitted, row.started)
            self._note(seen, State.QUEUED, State.CANCELLED, time.time())
            self._announcer.deliver()
        self._tell_ended([number])
        return cancelled

    def _tell_ended(self, ids: Iterable[int]) -> None:
        with self._lock:
            handles = [self._handles.get(number) for number in ids]
        for handle in handles:
            if handle is not None:
                handle._ended.set()

    # The journal thread.

    def _keep_journal(self) -> None:
        beat = time.monotonic()
        version = -1
        operations: list[_Operation] = []
        try:
            while True:
                with self._lock:
                    if not self._operations and not self._can_take():
                        self._news.wait(self._until_next())
                    operations, self._operations = self._operations, []
                    starts, self._starts = list(self._starts.values()), {}
                    if self._owner < 0 and not operations:
                        return
                now = time.monotonic()
                due = now - beat >= self._lease / 3 or (now - beat >= 1.0 and not operations)
                if due:
                    beat = now
                seen = self._db.execute("PRAGMA data_version").fetchone()[0]
                with self._lock:
                    retry = self._due is not None and time.time() >= self._due
                    self._look = self._look or seen != version or due or retry
                version = seen
                self._commit(operations, starts, due)
                self._expire()
        except BaseException as error:  # noqa: BLE001  a full disk, a broken file: nobody may wait for ever
            self._fail(error, operations)

    def _can_take(self) -> bool:
        wanted = self._wanted()
        return self._look and not self._stopping and wanted > 0 and len(self._ready) <= wanted // 2

    def _wanted(self) -> int:
        """How many jobs to hold beyond those that run."""
        ahead = min(MOST_AHEAD, int(AHEAD / self._recent)) if self._recent else 0
        return self._free + ahead * self.slots

    def _until_next(self) -> float:
        wait = POLL
        if self._deadlines:
            wait = min(wait, self._deadlines[0][0] - time.monotonic())
        if self._due is not None and not self._look:
            wait = min(wait, self._due - time.time())
        return max(0.0, wait)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _commit(self, operations: list[_Operation], starts: list[tuple[float, int, int, int]], beat: bool) -> None:
        lowest = min((operation.rank for operation in operations), default=math.inf)
        with self._lock:
            # What is held ready gives way to what goes before it.
            outranked = [each for each in self._ready if each.taken.rank > lowest]
            for each in outranked:
                self._ready.remove(each)
            wanted = max(0, self._wanted() - len(self._ready)) if self._look and not self._stopping else 0
            if wanted:
                self._look = False  # before looking: what comes while we do sets it again
        if not (operations or starts or wanted or beat):
            return
        sync = any(operation.sync for operation in operations)
        self._set_sync("FULL" if sync else "NORMAL")
        taken: list[Taken] = []
        next_due: float | None = None
        now = time.time()
        with self._transaction():
            if starts:
                self._store.start(starts)
            for operation in operations:
                self._apply(operation)
            if outranked:
                self._store.give_back(self._owner, [each.taken.id for each in outranked])
            if beat:
                self._beat(now)
            if wanted:
                self._store.wake(now)
                taken = self._store.take(self._owner, wanted, now)
                next_due = self._store.next_due()
        if self._sync == "FULL" and not sync and any(not each.idempotent for each in taken):
            # Such a job must be known as started before it starts.  The frames are written; this makes them last.
            self._set_sync("FULL")
            with self._transaction():
                self._store.renew(self._owner, now, self._lease)
        for operation in operations:
            operation.done.release()
            if operation.committed is not None:
                operation.committed(operation.value)
        if wanted:
            with self._lock:
                self._look = self._look or len(taken) == wanted
                self._due = next_due
                self._ready.extend(map(_Running, taken))
            self._start_ready()

    def _set_sync(self, wanted: str) -> None:
        if self._sync == "FULL" and wanted != self._syncs:
            self._db.execute(f"PRAGMA synchronous = {wanted}")
            self._syncs = wanted

    def _apply(self, operation: _Operation) -> None:
        try:
            operation.value = operation.apply(self._store)
        except sqlite3.Error:
            raise  # the whole transaction is in doubt
        except Exception as error:  # noqa: BLE001  this caller's matter
            operation.error = error

    def _beat(self, now: float) -> None:
        if self._owner < 0:
            return
        if not self._store.renew(self._owner, now, self._lease):
            # We slept through our lease and others took our jobs: results of those will be refused, one by one.
            self._owner = self._store.enrol(now, self._lease)
        self._store.recover(now)
        self._store.purge(now - self._keep)
        for number in self._store.unwanted(self._owner):
            with self._lock:
                mine = self._running.get(number)
            if mine is not None and mine.future is not None and self._kill is not None:
                mine.cancelled = True
                self._store.cancel(number, now, mine=True)
                self._kill(mine.future)

    def _fail(self, error: BaseException, operations: list[_Operation]) -> None:
        """The file cannot be written any more: say so to everybody who waits."""
        reason = UsageError(
            _("La cola de {path} no se puede escribir: {reason}.\nLo que ya se había confirmado sigue en ella.").format(
                path=self.path, reason=error
            )
        )
        with self._lock:
            self._failure = reason
            self._stopping = True
            operations = operations + self._operations
            self._operations = []
        for operation in operations:
            if operation.done.locked():
                operation.error = reason
                operation.done.release()

    # Running.

    def _start_ready(self) -> None:
        while True:
            with self._lock:
                if not self._free or not self._ready or self._stopping:
                    return
                self._free -= 1
                running = self._ready.popleft()
                self._begin(running)
            self._send(running)

    def _begin(self, running: _Running) -> None:
        """Under the lock: from here on the job counts as started."""
        taken = running.taken
        running.since = time.monotonic()
        running.started = time.time()
        if taken.attempt == 1:
            self._waits.add(running.started - taken.submitted)
        self._running[taken.id] = running
        self._starts[taken.id] = (running.started, taken.id, self._owner, taken.attempt)
        self._note(_seen(running), State.QUEUED, State.RUNNING, running.started)
        if taken.timeout is not None:
            heapq.heappush(self._deadlines, (running.since + taken.timeout, taken.id, taken.attempt))

    def _send(self, running: _Running) -> None:
        assert self._executor is not None
        try:
            future = self._executor.submit(call_by_name, running.taken.function, running.taken.arguments)
        except RuntimeError as error:  # broken, or shut down: nothing can be run here any more
            self._cannot_run(error)
            future = Future()
            future.set_exception(WorkerDied(str(error)))
        running.future = future
        on_progress = getattr(future, "on_progress", None)
        if on_progress is not None:
            on_progress(partial(self._progress, running))
        future.add_done_callback(partial(self._returned, running))

    def _cannot_run(self, error: BaseException) -> None:
        """The executor is broken for good: whoever waits here is told, and the jobs stay in the file."""
        with self._lock:
            self._stopping = True
            self._unable = self._unable or UsageError(str(error))

    @staticmethod
    def _progress(running: _Running, progress: float | None, worker: str) -> None:
        running.worker = worker
        if progress is not None:
            running.progress = progress

    def _returned(self, running: _Running, future: Future[Any]) -> None:
        error = CancelledError() if future.cancelled() else future.exception()
        value = "" if error is not None else future.result()
        taken = running.taken
        took = time.monotonic() - running.since
        operation = _Operation(self._outcome(running, value, error), partial(self._ended, running), sync=True)
        following: _Running | None = None
        with self._lock:
            self._running.pop(taken.id, None)
            self._starts.pop(taken.id, None)  # its result says it all
            self._runs.add(took)
            self._recent = took if not self._recent else 0.9 * self._recent + 0.1 * took
            self._operations.append(operation)
            if self._ready and not self._stopping:
                following = self._ready.popleft()
                self._begin(following)
            else:
                self._free += 1
            self._look = True
            self._news.notify()
        self._announcer.deliver()
        if following is not None:
            self._send(following)

    def _outcome(self, running: _Running, value: str, error: BaseException | None) -> Callable[[Store], State | None]:
        """What to write: a function that does, and returns the job's new state, None if it was no longer ours."""
        taken, owner, now = running.taken, self._owner, time.time()
        if error is None:
            return lambda store: store.succeed(taken, owner, value, running.started, now)
        if running.cancelled:
            return lambda store: State.CANCELLED if store.cancel(taken.id, now, mine=True) else None
        if running.timed_out:
            text = _("Agotó su límite de {seconds:g} s.").format(seconds=taken.timeout)
            return lambda store: store.fail(taken, owner, text, now, True, self._chance)
        if isinstance(error, BrokenExecutor):
            self._cannot_run(error)
        if isinstance(error, WorkerDied | CancelledError | BrokenExecutor):
            if self._stopping:  # close(kill=True), or no worker can start: not the job's fault
                return lambda store: store.give_back(owner, [taken.id])
            running.lost = True
            return lambda store: store.lose(owner, [taken.id], str(error), now)
        text = "".join(traceback.format_exception(error))
        return lambda store: store.fail(taken, owner, text, now, not isinstance(error, GiveUp), self._chance)

    def _ended(self, running: _Running, state: State | None) -> None:
        """In the journal thread, after the commit that says how an attempt ended."""
        if running.cancelled and state is None:
            state = State.CANCELLED  # written by whoever cancelled it
        if state is None:
            return
        self._retried += state is State.RETRYING
        self._lost += running.lost
        self._note(_seen(running), State.RUNNING, state, time.time(), running.lost)
        self._announcer.deliver()
        if state in FINAL:
            with self._lock:
                handle = self._handles.get(running.taken.id)
            if handle is not None:
                handle._ended.set()

    def _expire(self) -> None:
        late: list[Future[Any]] = []
        with self._lock:
            now = time.monotonic()
            while self._deadlines and self._deadlines[0][0] <= now:
                _when, number, attempt = heapq.heappop(self._deadlines)
                running = self._running.get(number)
                if running is not None and running.taken.attempt == attempt and running.future is not None:
                    running.timed_out = True
                    late.append(running.future)
        for future in late:
            if self._kill is not None:
                self._kill(future)


def _seen(running: _Running) -> Seen:
    taken = running.taken
    return Seen(taken.id, taken.name, taken.priority, taken.attempt, taken.submitted, running.started)


def name_of(function: Callable[..., Any]) -> str:
    """ "module:function", by which another process finds it.

    Raises:
        UsageError: it cannot be found again that way.
    """
    module = getattr(function, "__module__", None)
    path = getattr(function, "__qualname__", "")
    if not module or module == "__main__" or "<" in path or not path:
        raise UsageError(
            _(
                "Otro proceso no podría encontrar {function}: la cola duradera guarda funciones por su nombre.\n"
                "Defínela en un módulo que se pueda importar, fuera de otra función y fuera del programa principal."
            ).format(function=path or repr(function))
        )
    return f"{module}:{path}"


def _to_json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UsageError(
            _(
                "La cola duradera guarda los argumentos como JSON, y estos no lo son: {reason}.\n"
                "Usa números, textos, listas y diccionarios; de un archivo, su ruta."
            ).format(reason=error)
        ) from None


def call_by_name(function: str, arguments: str) -> str:
    """In the worker: import the function, call it, and give its result as JSON."""
    module, _colon, path = function.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise GiveUp(f"{function}: {error}") from error
    args, kwargs = json.loads(arguments)
    value = found(*args, **kwargs)
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise GiveUp(f"{function} returned what JSON cannot say: {error}") from error
