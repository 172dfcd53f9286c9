"""Jobs in a SQLite file: the schema, and one method for each thing that happens to them.

Everything here runs within a transaction that `DurableQueue` opens and commits; nothing here knows threads.

A job that a process has taken is `running` with that process as its `owner`.  `started` stays empty until a worker
really has
it: what was only taken goes back without any loss when its owner dies, and what had started counts one.  An owner
has a lease that it renews; it is gone when the lease is over, or at once when its process (number and start time)
is no longer there.

Whoever finishes a job says for which attempt: an owner that slept through the end of its lease (a laptop was
closed, SIGSTOP) and wakes up with a result for a job that others took over meanwhile changes nothing.
"""

import json
import random
import socket
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from hilos.errors import MissingError, UsageError
from hilos.jobs.job import State
from hilos.jobs.retry import Retry
from hilos.locale import translator

_ = translator("jobs")

VERSION = 1
APPLICATION = 0x68696C6F  # "hilo": tells this file from anybody else's

SCHEMA = """
CREATE TABLE owner (
    id INTEGER PRIMARY KEY AUTOINCREMENT, host TEXT NOT NULL, pid INTEGER NOT NULL, born REAL NOT NULL, lease REAL
    NOT NULL
) STRICT;
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL, function TEXT NOT NULL, arguments TEXT NOT NULL,
    priority INTEGER NOT NULL, rank REAL NOT NULL, state TEXT NOT NULL, due REAL,
    attempts INTEGER NOT NULL DEFAULT 0, losses INTEGER NOT NULL DEFAULT 0,
    errors TEXT NOT NULL DEFAULT '[]', result TEXT,
    retry TEXT NOT NULL, timeout REAL, idempotent INTEGER NOT NULL,
    owner INTEGER, unwanted INTEGER NOT NULL DEFAULT 0,
    submitted REAL NOT NULL, started REAL, ended REAL
) STRICT;
CREATE INDEX job_order ON job (state, rank, id);
CREATE INDEX job_due ON job (due) WHERE state = 'retrying';
CREATE INDEX job_owner ON job (owner) WHERE state = 'running';
CREATE INDEX job_ended ON job (ended) WHERE state IN ('done', 'cancelled');
"""


@dataclass(frozen=True, slots=True)
class New:
    """What is written when a job is submitted; `arguments` is the JSON of [args, kwargs]."""

    name: str
    function: str
    arguments: str
    priority: int
    rank: float
    retry: Retry
    timeout: float | None
    idempotent: bool
    submitted: float


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that this process has taken; `attempt` counts from 1."""

    id: int
    name: str
    function: str
    arguments: str
    priority: int
    attempt: int
    losses: int
    retry: Retry
    timeout: float | None
    idempotent: bool
    submitted: float
    rank: float


@dataclass(frozen=True, slots=True)
class Row:
    """A job as the file has it."""

    id: int
    name: str
    state: State
    priority: int
    attempts: int
    losses: int
    errors: tuple[str, ...]
    result: str | None
    submitted: float
    started: float | None
    ended: float | None


_ROW = "id, name, state, priority, attempts, losses, errors, result, submitted, started, ended"


def connect(path: Path, synchronous: str = "FULL", create: bool = True) -> sqlite3.Connection:
    """Open the file of a queue, making it if it is not there.

    Arguments:
        synchronous: SQLite's: FULL survives a power cut right after a commit, NORMAL may lose the last ones then
            (never because a process was killed).

    Raises:
        UsageError: it cannot be opened, or is something else.
    """
    if sqlite3.sqlite_version_info < (3, 37):
        raise MissingError(
            _("La cola duradera necesita SQLite 3.37 o posterior, y este Python trae la {version}.").format(
                version=sqlite3.sqlite_version
            )
        )
    if not create and not path.is_file():
        raise UsageError(_("No hay ninguna cola en {path}.").format(path=path))
    connection: sqlite3.Connection | None = None
    try:
        if not path.exists():
            path.touch(mode=0o600)  # whoever may write it can have functions called in its owner's name
        connection = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        _make_tables(connection, path)
    except (sqlite3.Error, OSError) as error:
        if connection is not None:
            connection.close()
        raise UsageError(_("No se puede usar {path} como cola: {reason}.").format(path=path, reason=error)) from None
    return connection


def _make_tables(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables:
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
        elif application != APPLICATION or version != VERSION:
            raise UsageError(
                _("{path} no es una cola de trabajos de hilos (o es de otra versión).\nElige otro archivo.").format(
                    path=path
                )
            )
    except BaseException:
        connection.execute("ROLLBACK")
        connection.close()
        raise
    connection.execute("COMMIT")


class Store:
    """What can happen to the jobs of one file, within the caller's transaction.

    Arguments:
        connection: from `connect`.
        losses: deaths after which a job is a dead letter.
    """

    def __init__(self, connection: sqlite3.Connection, losses: int = 3) -> None:
        self._db = connection
        self._losses = losses

    # Submitting and taking.

    def add(self, jobs: Sequence[New]) -> list[int]:
        """Queue `jobs`; their ids, in order."""
        ids = []
        for job in jobs:
            cursor = self._db.execute(
                "INSERT INTO job (name, function, arguments, priority, rank, state, retry, timeout, idempotent, "
                "submitted) VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?)",
                (
                    job.name,
                    job.function,
                    job.arguments,
                    job.priority,
                    job.rank,
                    _dump_retry(job.retry),
                    job.timeout,
                    job.idempotent,
                    job.submitted,
                ),
            )
            ids.append(int(cursor.lastrowid or 0))
        return ids

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
        process = psutil.Process()
        cursor = self._db.execute(
            "INSERT INTO owner (host, pid, born, lease) VALUES (?, ?, ?, ?)",
            (socket.gethostname(), process.pid, process.create_time(), now + lease),
        )
        return int(cursor.lastrowid or 0)

    def renew(self, owner: int, now: float, lease: float) -> bool:
        """Renew the lease; False if it was over and others took this owner's jobs."""
        return self._db.execute("UPDATE owner SET lease = ? WHERE id = ?", (now + lease, owner)).rowcount == 1

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
        found = self._db.execute(f"SELECT {_ROW} FROM job WHERE id = ?", (job,)).fetchone()  # noqa: S608
        return None if found is None else _row(found)

    def rows(self, state: State, limit: int = -1) -> list[Row]:
        """Jobs in `state`: those that wait in the order in which they will run, others by age."""
        order = "rank, id" if state is State.QUEUED else "id"
        return [
            _row(found)
            for found in self._db.execute(
                f"SELECT {_ROW} FROM job WHERE state = ? ORDER BY {order} LIMIT ?",  # noqa: S608
                (state, limit),
            )
        ]

    def counts(self) -> dict[State, int]:
        """How many jobs are in each state."""
        counts = dict.fromkeys(State, 0)
        for state, count in self._db.execute("SELECT state, count(*) FROM job GROUP BY state"):
            counts[State(state)] = count
        return counts

    def waiting(self) -> dict[int, int]:
        """Queued jobs by priority."""
        return dict(
            self._db.execute(
                "SELECT priority, count(*) FROM job WHERE state = 'queued' GROUP BY priority ORDER BY priority"
            ).fetchall()
        )

    def purge(self, before: float, limit: int = 1000) -> int:
        """Forget up to `limit` jobs that were done or cancelled before then; how many."""
        return self._db.execute(
            "DELETE FROM job WHERE id IN"
            " (SELECT id FROM job WHERE state IN ('done', 'cancelled') AND ended < ? ORDER BY ended LIMIT ?)",
            (before, limit),
        ).rowcount


def _row(found: tuple[Any, ...]) -> Row:
    job, name, state, priority, attempts, losses, errors, *rest = found
    return Row(job, name, State(state), priority, attempts, losses, tuple(json.loads(errors)), *rest)


def _is_dead(pid: int, born: float) -> bool:
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - born) > 1.0 or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


_retries: dict[str, Retry] = {}
_dumped: dict[Retry, str] = {}


def _dump_retry(retry: Retry) -> str:
    text = _dumped.get(retry)
    if text is None:
        text = _dumped[retry] = json.dumps(asdict(retry))
    return text


def _load_retry(text: str) -> Retry:
    retry = _retries.get(text)
    if retry is None:
        retry = _retries[text] = Retry(**json.loads(text))
    return retry
