"""Group commit: whoever has something to write writes it for all that wait.

    submit ─► _pending ─┐
    submit ─► _pending ─┼─► the first that gets `_writing` commits all of them ─► the others find theirs done
    results ─► claims  ─┘   (and takes the next jobs for this process, in the same transaction)

There is no writer thread that callers would have to wake and wait for: a caller that finds nobody writing writes
itself.  While it waits for the disk others line up, and the next of them commits them all, so that jobs share the
price of a sync (D. DeWitt et al., SIGMOD 1984).  Results line up, too, and are taken along by the next commit that
waits for the disk anyway; only if none comes, the clock thread makes one.

**Interruption.**  The caller that writes may be the main thread, where Ctrl+C can raise an exception between any two
steps.  So nothing is removed from where it waits before it is `done`, and a turn that did not come to its end is
mended by the next one: what was not committed is rolled back and done again, what was is marked as done, and jobs that
were taken in the file but did not arrive in memory go back.  (tests/unit/jobs/test_journal.py interrupts at every
single step.)
"""

import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hilos.errors import UsageError
from hilos.jobs.claims import Claims, Plan, Result
from hilos.jobs.schema import New, connect
from hilos.jobs.store import Store
from hilos.locale import translator

_ = translator("jobs")


WATCH_SECONDS = 0.05
"""After which whoever waits looks for itself: the one that should have woken it may have been interrupted."""


class Operation:
    """Something for the next transaction: jobs to add, or anything else.

    Arguments:
        apply: run in the transaction; gives the operation's value.
        news: jobs to add instead; their ids are the value.
    """

    __slots__ = ("apply", "bell", "done", "error", "news", "value")

    def __init__(self, apply: Callable[[Store], Any] | None, news: list[New] | None = None) -> None:
        self.apply = apply
        self.news = news
        self.value: Any = None
        self.error: BaseException | None = None
        self.done = False
        self.bell: threading.Lock | None = None  # held until its caller should look again


def _wake(operation: Operation) -> None:
    bell = operation.bell
    if bell is not None:
        with contextlib.suppress(RuntimeError):  # it is awake
            bell.release()


class Journal:
    """The one connection of a process that writes to its queue's file.

    Arguments:
        path: the file.
        synchronous: FULL or NORMAL.
        losses: deaths of workers after which a job is a dead letter.
        lease: seconds for which an owner's lease is renewed.
        keep: seconds for which the results of ended jobs are kept.
        claims: the jobs of this process.
    """

    def __init__(self, path: Path, synchronous: str, losses: int, lease: float, keep: float, claims: Claims) -> None:
        self.failure: UsageError | None = None
        self._path = path
        self._full = synchronous == "FULL"
        self._lease = lease
        self._keep = keep
        self._claims = claims
        self._db = connect(path, synchronous)
        self._synchronous = synchronous  # what the connection is set to now
        self._store = Store(self._db, losses)
        self._pending: deque[Operation] = deque()
        self._writing = threading.Lock()  # guards all below, and the connection
        self._version = -1
        self._torn = False  # a turn was begun and has not come to its end
        self._committing: tuple[list[Operation], list[Result]] | None = None
        self._open = True
        with self._writing:
            self._db.execute("BEGIN IMMEDIATE")
            now = time.time()
            self._store.recover(now)
            claims.owner = self._store.enrol(now, lease)
            self._db.execute("COMMIT")

    def do(self, operation: Operation) -> Any:
        """Have `operation` committed; returns its value then.

        Raises:
            RuntimeError: the queue is closed.
            UsageError: the file cannot be written.
            Exception: what the operation raised.
        """
        if self.failure is not None or not self._open:
            raise RuntimeError(_("La cola está cerrada: no admite más trabajos.")) from self.failure
        self._pending.append(operation)
        while not operation.done:
            if not self._writing.locked():
                with self._writing:
                    if not operation.done:
                        self._turn(beat=False)
                self._pass_on()
            elif operation.bell is None:
                operation.bell = threading.Lock()
                operation.bell.acquire()  # and look again: it may just have been done
            else:
                operation.bell.acquire(timeout=WATCH_SECONDS)
        if operation.error is not None:
            raise operation.error
        return operation.value

    def turn(self, beat: bool) -> None:
        """Commit what waits, if anything does; with `beat` also renew the lease and look after the file."""
        with self._writing:
            self._turn(beat)
        self._pass_on()

    def _pass_on(self) -> None:
        """Nobody writes now: have one of those that came meanwhile do so.

        Had they waited for `_writing` itself, those that are done would have to get it once more to go on, each after
        another commit of whoever is the quickest to take it again.
        """
        self._claims.deliver()
        with contextlib.suppress(IndexError):
            _wake(self._pending[0])

    def close(self) -> None:
        """The last turn is over."""
        with self._writing:
            self._open = False
            self._db.close()

    # With `_writing` held.

    def _turn(self, beat: bool) -> None:
        if not self._open or self.failure is not None:
            self._refuse()
            return
        try:
            if self._torn:
                self._mend()
            self._torn = True
            self._commit([operation for operation in self._pending.copy() if not operation.done], beat)
            self._torn = False
        except sqlite3.Error as error:
            self._fail(error)

    def _commit(self, operations: list[Operation], beat: bool) -> None:
        claims, store = self._claims, self._store
        sync = self._full and (bool(operations) or claims.results_are_due())
        # A commit that only takes jobs need not wait for the disk: if a power cut undoes it, they are queued again.
        results = claims.results.copy() if sync or not self._full else deque()
        plan = claims.plan([operation.news for operation in operations if operation.news is not None])
        if not (operations or results or plan or beat):
            claims.arrive(plan)  # what it knew that there may be jobs to take is not forgotten
            return
        self._set_synchronous(sync)
        now = time.time()
        self._db.execute("BEGIN IMMEDIATE")
        if self._others_wrote():
            plan.look = True
        for result in results:
            result.apply(store, now)
        for operation in operations:
            self._apply(operation, plan, now)
        if beat:
            self._beat(now)
        plan.take_part(store, now)
        if self._full and not sync and any(not job.idempotent for job in plan.taken):
            # Such a job must be known as started before it starts: this commit has to last, too.
            self._db.execute("COMMIT")
            self._set_synchronous(True)
            self._db.execute("BEGIN IMMEDIATE")
            store.renew(claims.owner, now, self._lease)
        self._committing = (operations, list(results))
        self._db.execute("COMMIT")
        claims.arrive(plan)
        self._finish()

    def _apply(self, operation: Operation, plan: Plan, now: float) -> None:
        operation.error = None
        try:
            if operation.news is not None:
                operation.value = plan.add(self._store, operation.news, now)
            elif operation.apply is not None:
                operation.value = operation.apply(self._store)
                plan.look = True
        except sqlite3.Error:
            raise  # the whole transaction is in doubt
        except Exception as error:  # noqa: BLE001  this caller's matter
            operation.error = error

    def _finish(self) -> None:
        """What was committed is done.  May be done twice."""
        operations, results = self._committing or ([], [])
        for operation in operations:
            operation.done = True
        while self._pending and self._pending[0].done:
            _wake(self._pending.popleft())
        for result in results:
            result.done = True
        self._claims.committed()
        self._committing = None

    def _mend(self) -> None:
        """A turn was interrupted by an exception from outside (Ctrl+C): bring memory and file together again."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
            self._committing = None
        self._finish()
        self._db.execute("BEGIN IMMEDIATE")
        self._claims.reconcile(self._store)
        self._db.execute("COMMIT")
        self._torn = False

    def _others_wrote(self) -> bool:
        """Another connection changed the file since the last look."""
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        before, self._version = self._version, version
        return bool(before != version)

    def _set_synchronous(self, sync: bool) -> None:
        wanted = "FULL" if sync else "NORMAL"
        if wanted != self._synchronous:
            self._db.execute(f"PRAGMA synchronous = {wanted}")
            self._synchronous = wanted

    def _beat(self, now: float) -> None:
        claims, store = self._claims, self._store
        if not store.renew(claims.owner, now, self._lease):
            # We slept through our lease and others took our jobs: results of those will be refused, one by one.
            claims.owner = store.enrol(now, self._lease)
        store.recover(now)
        store.purge(now - self._keep)
        for number in store.unwanted(claims.owner):
            if claims.give_up(number):
                store.cancel(number, now, mine=True)

    def _fail(self, error: sqlite3.Error) -> None:
        """The file cannot be written any more: say so to everybody who waits."""
        with contextlib.suppress(sqlite3.Error):
            self._db.execute("ROLLBACK")
        self.failure = UsageError(
            _("La cola de {path} no se puede escribir: {reason}.\nLo que ya se había confirmado sigue en ella.").format(
                path=self._path, reason=error
            )
        )
        self._claims.stop()
        self._refuse()

    def _refuse(self) -> None:
        reason = self.failure or RuntimeError(_("La cola está cerrada: no admite más trabajos."))
        while self._pending:
            operation = self._pending.popleft()
            operation.error = reason
            operation.done = True
            _wake(operation)
