"""The file of a durable queue: its tables, its rows as values, and opening it."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hilos.errors import MissingError, UsageError
from hilos.jobs.job import State
from hilos.jobs.retry import Retry
from hilos.locale import translator

if TYPE_CHECKING:
    from concurrent.futures import Future

    from hilos.jobs.batch import Batch

_ = translator("jobs")

VERSION = 2
APPLICATION = 0x68696C6F  # "hilo": tells this file from anybody else's

# Every index holds only the rows that somebody looks for there, so that a job that goes its usual way costs two or four
# entries in small ones.  An id is never given twice: the newest job is never forgotten, and no other can be the last.
SCHEMA = """
CREATE TABLE owner (
    id INTEGER PRIMARY KEY AUTOINCREMENT, host TEXT NOT NULL, pid INTEGER NOT NULL, born REAL NOT NULL,
    lease REAL NOT NULL
) STRICT;
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL, function TEXT NOT NULL, arguments TEXT NOT NULL,
    priority INTEGER NOT NULL, rank REAL NOT NULL, state TEXT NOT NULL, due REAL,
    attempts INTEGER NOT NULL, losses INTEGER NOT NULL DEFAULT 0,
    errors TEXT NOT NULL DEFAULT '[]', result TEXT,
    retry TEXT NOT NULL, timeout REAL, idempotent INTEGER NOT NULL,
    owner INTEGER, unwanted INTEGER NOT NULL DEFAULT 0,
    submitted REAL NOT NULL, started REAL, ended REAL
) STRICT;
CREATE INDEX job_queued ON job (rank) WHERE state = 'queued';
CREATE INDEX job_retrying ON job (due) WHERE state = 'retrying';
CREATE INDEX job_running ON job (owner) WHERE state = 'running';
CREATE INDEX job_failed ON job (state) WHERE state = 'failed';
CREATE INDEX job_cancelled ON job (state) WHERE state = 'cancelled';
CREATE TABLE forgotten (jobs INTEGER NOT NULL) STRICT;
INSERT INTO forgotten VALUES (0);
"""

CHECKPOINT_PAGES = 4000
"""Pages after which SQLite moves the journal into the file (which waits for the disk, twice): 16 MB."""


@dataclass(slots=True, eq=False)
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


@dataclass(slots=True, eq=False)
class Taken:
    """A job that this process has taken; `attempt` counts from 1.  The second half is for whoever runs it."""

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

    batch: "Batch | None" = None
    future: "Future[Any] | None" = None
    started: float | None = None
    since: float = 0.0
    worker: str = ""
    progress: float = 0.0
    timed_out: bool = False
    cancelled: bool = False
    lost: bool = False
    noted: bool = False


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


ROW = "id, name, state, priority, attempts, losses, errors, result, submitted, started, ended"


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
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
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
