"""Jobs in a SQLite file: one method for each thing that happens to them.

Everything here runs within a transaction that `Journal` opens and commits; nothing here knows threads.

A job that a process has taken is `running` with that process as its `owner`.  `started` stays empty until a worker
has had it for a moment: what was only taken goes back without any loss when its owner dies, and what had started
counts one.  An owner has a lease that it renews; it is gone when the lease is over, or at once when its process
(number and start time) is no longer there.

Whoever finishes a job says for which attempt: an owner that slept through the end of its lease (a laptop was
closed, SIGSTOP) and wakes up with a result for a job that others took over meanwhile changes nothing.
"""

import json
import random
import socket
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from hilos.jobs.job import State
from hilos.jobs.retry import Retry
from hilos.jobs.schema import ROW, New, Row, Taken
from hilos.locale import translator

_ = translator("jobs")


class Store:
    """What can happen to the jobs of one file, within the caller's transaction.

    Arguments:
        connection: from `connect`.
        losses: deaths after which a job is a dead letter.
    """

    def __init__(self, connection: sqlite3.Connection, losses: int = 3) -> None:
        self._db = connection
        self._losses = losses
        self._purged = 0  # the id up to which `purge` has looked

    # Submitting and taking.

    def add(self, jobs: Sequence[New]) -> list[int]:
        """Queue `jobs`; their ids, in order."""
        return [self._insert(job, "queued", 0, None, None) for job in jobs]

    def add_taken(self, jobs: Sequence[New], owner: int, now: float) -> list[Taken]:
        """Add `jobs` as already taken by `owner`: for a queue with nothing in it that goes before them."""
        return [
            Taken(
                self._insert(job, "running", 1, owner, None if job.idempotent else now),
                job.name,
                job.function,
                job.arguments,
                job.priority,
                1,
                0,
                job.retry,
                job.timeout,
                job.idempotent,
                job.submitted,
                job.rank,
            )
            for job in jobs
        ]

    def _insert(self, job: New, state: str, attempts: int, owner: int | None, started: float | None) -> int:
        return int(
            self._db.execute(
                "INSERT INTO job (name, function, arguments, priority, rank, state, attempts, retry, timeout, "
                "idempotent, owner, submitted, started) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    job.name,
                    job.function,
                    job.arguments,
                    job.priority,
                    job.rank,
                    state,
                    attempts,
                    _dump_retry(job.retry),
                    job.timeout,
                    job.idempotent,
                    owner,
                    job.submitted,
                    started,
                ),
            ).lastrowid
            or 0
        )

    def take(self, owner: int, limit: int, now: float) -> list[Taken]:
        """Up to `limit` jobs in their order, now of `owner`.  One that may not run twice counts as started at once."""
        rows = self._db.execute(
            "UPDATE job SET state = 'running', owner = ?, attempts = attempts + 1,"
            " started = CASE WHEN idempotent THEN NULL ELSE ? END"
            " WHERE id IN (SELECT id FROM job WHERE state = 'queued' ORDER BY rank, id LIMIT ?)"
            " RETURNING id, name, function, arguments, priority, attempts, losses, retry, timeout, idempotent, "
            "submitted, rank",
            (owner, now, limit),
        ).fetchall()
        rows.sort(key=lambda row: (row[-1], row[0]))  # RETURNING promises no order
        return [
            Taken(job, name, function, arguments, priority, attempt, losses, _load_retry(retry), *rest)
            for job, name, function, arguments, priority, attempt, losses, retry, *rest in rows
        ]

    def wake(self, now: float) -> int:
        """Queue the retries that are due; how many."""
        return self._db.execute(
            "UPDATE job SET state = 'queued', due = NULL WHERE state = 'retrying' AND due <= ?", (now,)
        ).rowcount

    def next_due(self) -> float | None:
        """When the next retry is due."""
        row = self._db.execute("SELECT min(due) FROM job WHERE state = 'retrying'").fetchone()
        return None if row is None else row[0]

    # What became of them.  `mine` is (id, owner, attempt).

    def start(self, mine: Iterable[tuple[float, int, int, int]]) -> None:
        """Workers have these now: (when, id, owner, attempt)."""
        self._db.executemany(
            "UPDATE job SET started = ? WHERE id = ? AND owner = ? AND attempts = ? AND state = 'running'", mine
        )

    def succeed(self, job: Taken, owner: int, result: str, started: float, now: float) -> State | None:
        """The attempt returned `result` (JSON): done, or None if it is no longer this owner's."""
        changed = self._db.execute(
            "UPDATE job SET state = 'done', result = ?, started = ?, ended = ?, owner = NULL"
            " WHERE id = ? AND owner = ? AND attempts = ? AND state = 'running'",
            (result, started, now, job.id, owner, job.attempt),
        ).rowcount
        return State.DONE if changed else None

    def fail(self, job: Taken, owner: int, error: str, now: float, again: bool, chance: random.Random) -> State | None:
        """The attempt failed: the job's new state, or None if it is no longer this owner's."""
        failed = job.attempt - job.losses
        retry = again and failed < job.retry.attempts
        state = State.RETRYING if retry else State.FAILED
        changed = self._db.execute(
            "UPDATE job SET state = ?, due = ?, ended = ?, owner = NULL, errors = json_insert(errors, '$[#]', ?)"
            " WHERE id = ? AND owner = ? AND attempts = ? AND state = 'running'",
            (
                state,
                now + job.retry.delay(failed, chance) if retry else None,
                None if retry else now,
                error,
                job.id,
                owner,
                job.attempt,
            ),
        ).rowcount
        return state if changed else None

    def lose(self, owner: int, ids: Sequence[int], reason: str, now: float) -> State | None:
        """The workers of these running jobs of `owner` died: they run again if they may and have not lost too many.

        Returns:
            The state of the last of them.
        """
        state: State | None = None
        for job in ids:
            self._db.execute(
                "UPDATE job SET losses = losses + 1, owner = NULL, started = NULL,"
                " state = CASE WHEN idempotent AND losses + 1 < ? THEN 'queued' ELSE 'failed' END,"
                " ended = CASE WHEN idempotent AND losses + 1 < ? THEN NULL ELSE ? END,"
                " errors = CASE WHEN idempotent AND losses + 1 < ? THEN errors ELSE json_insert(errors, '$[#]', ?) END"
                " WHERE id = ? AND owner = ? AND state = 'running'",
                (self._losses, self._losses, now, self._losses, reason, job, owner),
            )
            row = self._db.execute("SELECT state FROM job WHERE id = ?", (job,)).fetchone()
            state = None if row is None else State(row[0])
        return state

    def give_back(self, owner: int, ids: Iterable[int]) -> State:
        """These of `owner` were taken and not started: as if they had never been."""
        self._db.executemany(
            "UPDATE job SET state = 'queued', owner = NULL, started = NULL, attempts = attempts - 1"
            " WHERE id = ? AND owner = ? AND state = 'running'",
            [(job, owner) for job in ids],
        )
        return State.QUEUED

    def hand_back(self, owner: int, ids: Iterable[int]) -> None:
        """`owner` ends in peace: `ids` and whatever else it has not started go back."""
        self.give_back(owner, ids)
        self.give_back(owner, self._jobs_of(owner, "started IS NULL"))
        self.leave(owner)

    def cancel(self, job: int, now: float, mine: bool = False) -> bool:
        """Cancel a waiting job, or a running one of this process (`mine`); another's is marked for its owner."""
        states = "('queued', 'retrying', 'running')" if mine else "('queued', 'retrying')"
        changed = self._db.execute(
            "UPDATE job SET state = 'cancelled', ended = ?, owner = NULL"  # noqa: S608
            f" WHERE id = ? AND state IN {states}",
            (now, job),
        ).rowcount
        if not changed:
            self._db.execute("UPDATE job SET unwanted = 1 WHERE id = ? AND state = 'running'", (job,))
        return changed == 1

    def unwanted(self, owner: int) -> list[int]:
        """Running jobs of `owner` that another process wants cancelled."""
        return [
            row[0]
            for row in self._db.execute(
                "SELECT id FROM job WHERE state = 'running' AND owner = ? AND unwanted", (owner,)
            )
        ]

    def revive(self, job: int | None, now: float) -> int:
        """Queue dead letters again, all of them or one; how many."""
        where = "" if job is None else " AND id = ?"
        return self._db.execute(
            "UPDATE job SET state = 'queued', attempts = 0, losses = 0, started = NULL, ended = NULL"  # noqa: S608
            f" WHERE state = 'failed'{where}",
            () if job is None else (job,),
        ).rowcount

    # Owners.

    def enrol(self, now: float, lease: float) -> int:
        """Become an owner; its id."""
        import psutil  # here, since it does not load in sub-interpreters, where jobs import this package, too

        process = psutil.Process()
        cursor = self._db.execute(
            "INSERT INTO owner (host, pid, born, lease) VALUES (?, ?, ?, ?)",
            (socket.gethostname(), process.pid, process.create_time(), now + lease),
        )
        return int(cursor.lastrowid or 0)

    def renew(self, owner: int, now: float, lease: float) -> bool:
        """Renew the lease; False if it was over and others took this owner's jobs."""
        return self._db.execute("UPDATE owner SET lease = ? WHERE id = ?", (now + lease, owner)).rowcount == 1

    def others(self, owner: int, known: "set[int]") -> list[int]:
        """Jobs that are `owner`'s in the file, and not among those that it knows."""
        return [job for job in self._jobs_of(owner, "1") if job not in known]

    def leave(self, owner: int) -> None:
        """Stop being an owner."""
        self._db.execute("DELETE FROM owner WHERE id = ?", (owner,))

    def recover(self, now: float) -> int:
        """Take the jobs of owners that are gone back into the queue; how many jobs."""
        count = 0
        for owner, host, pid, born, lease in self._db.execute("SELECT * FROM owner").fetchall():
            if lease > now and not (host == socket.gethostname() and _is_dead(pid, born)):
                continue
            self.give_back(owner, self._jobs_of(owner, "started IS NULL"))
            lost = self._jobs_of(owner, "started IS NOT NULL")
            self.lose(owner, lost, _("murió el proceso que lo ejecutaba (PID {pid})").format(pid=pid), now)
            self.leave(owner)
            count += len(lost)
        return count

    def _jobs_of(self, owner: int, which: str) -> list[int]:
        return [
            row[0]
            for row in self._db.execute(
                f"SELECT id FROM job WHERE state = 'running' AND owner = ? AND {which}",  # noqa: S608
                (owner,),
            ).fetchall()
        ]

    # Looking.

    def row(self, job: int) -> Row | None:
        """One job."""
        found = self._db.execute(f"SELECT {ROW} FROM job WHERE id = ?", (job,)).fetchone()  # noqa: S608
        return None if found is None else _row(found)

    def rows(self, state: State, limit: int = -1) -> list[Row]:
        """Jobs in `state`: those that wait in the order in which they will run, others by age."""
        order = "rank, id" if state is State.QUEUED else "id"
        return [
            _row(found)
            for found in self._db.execute(
                # The state is written out, as in the indices: SQLite uses those for nothing else.
                f"SELECT {ROW} FROM job WHERE state = '{state}' ORDER BY {order} LIMIT ?",  # noqa: S608
                (limit,),
            )
        ]

    def counts(self) -> dict[State, int]:
        """How many jobs are in each state.  Those that are done are what the small indices do not hold."""
        others = [state for state in State if state is not State.DONE]
        columns = ", ".join(f"(SELECT count(*) FROM job WHERE state = '{state}')" for state in others)  # noqa: S608
        # One statement, so that all is of one moment.
        known, *found = self._db.execute(
            f"SELECT coalesce((SELECT max(id) FROM job), 0) - (SELECT jobs FROM forgotten), {columns}"  # noqa: S608
        ).fetchone()
        counts = dict.fromkeys(State, 0) | dict(zip(others, found, strict=True))
        counts[State.DONE] = known - sum(found)
        return counts

    def is_idle(self) -> bool:
        """Every job has ended."""
        live = " OR ".join(
            f"EXISTS (SELECT 1 FROM job WHERE state = '{state}')"  # noqa: S608
            for state in (State.QUEUED, State.RUNNING, State.RETRYING)
        )
        return not self._db.execute(f"SELECT {live}").fetchone()[0]

    def has_room(self, count: int, capacity: int) -> bool:
        """Whether `count` more jobs may wait; more than `capacity` at once only in an empty queue."""
        (waiting,) = self._db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM job WHERE state = 'queued' LIMIT ?)", (capacity,)
        ).fetchone()
        return waiting + count <= capacity or (waiting == 0 and count > capacity)

    def waiting(self) -> dict[int, int]:
        """Queued jobs by priority."""
        return dict(
            self._db.execute(
                "SELECT priority, count(*) FROM job WHERE state = 'queued' GROUP BY priority ORDER BY priority"
            ).fetchall()
        )

    def purge(self, before: float, limit: int = 10_000) -> int:
        """Forget jobs that were done or cancelled before then, save the newest one; how many.

        Looks at the next `limit` jobs only, going on where it stopped the time before, and not at those that were
        submitted since then.
        """
        (newest,) = self._db.execute("SELECT max(id) FROM job").fetchone()
        last, looked, young = self._db.execute(
            "SELECT max(id), count(*), max(submitted) >= ? FROM (SELECT id, submitted FROM job WHERE id > ?"
            " ORDER BY id LIMIT ?)",
            (before, self._purged, limit),
        ).fetchone()
        if not looked:
            self._purged = 0
            return 0
        count = self._db.execute(
            "DELETE FROM job WHERE id > ? AND id <= ? AND id < ? AND +state IN ('done', 'cancelled') AND ended < ?",
            (self._purged, last, newest, before),
        ).rowcount
        if count:
            self._db.execute("UPDATE forgotten SET jobs = jobs + ?", (count,))
        self._purged = 0 if young or looked < limit else last
        return count


def _row(found: tuple[Any, ...]) -> Row:
    job, name, state, priority, attempts, losses, errors, *rest = found
    return Row(job, name, State(state), priority, attempts, losses, tuple(json.loads(errors)), *rest)


def _is_dead(pid: int, born: float) -> bool:
    import psutil

    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - born) > 1.0 or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


@cache
def _dump_retry(retry: Retry) -> str:
    return json.dumps(asdict(retry))


@cache
def _load_retry(text: str) -> Retry:
    return Retry(**json.loads(text))
