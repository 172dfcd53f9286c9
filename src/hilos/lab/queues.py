"""The job queues in files that this course's commands have used, as pages show them."""

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any

from hilos.jobs.job import State, last_line
from hilos.jobs.schema import APPLICATION
from hilos.jobs.store import Store
from hilos.lab.open_queues import ROWS, priority_name
from hilos.services.queues import known

WORKERS = """
SELECT host, pid, name, started FROM owner
LEFT JOIN job ON state = 'running' AND owner = owner.id AND started IS NOT NULL
ORDER BY owner.id, started LIMIT ?
"""
"""Each process that works on the file, once for each job that it has run for a moment."""


def described(root: Path) -> list[dict[str, Any]]:
    """The queues in files, those that can be read."""
    found = []
    for path in known(root):
        with contextlib.suppress(sqlite3.Error, ValueError, OSError):
            found.append(_queue(path))
    return found


def _queue(path: Path) -> dict[str, Any]:
    # Read-only, and without waiting: looking at a queue must never hold up those who work on it.
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0.5)) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            raise ValueError(f"{path} is no queue")
        store = Store(connection)
        counts = store.counts()
        running = store.rows(State.RUNNING, ROWS)
        dead = store.rows(State.FAILED, ROWS)
        workers = connection.execute(WORKERS, (ROWS,)).fetchall()
        return {
            "name": path.name,
            "file": str(path),
            "waiting": {priority_name(priority): count for priority, count in store.waiting().items()},
            "retrying": counts[State.RETRYING],
            "running": [{"id": row.id, "name": row.name, "since": row.started} for row in running],
            "workers": [
                {
                    "name": f"{host}:{pid}",
                    "state": "running" if job else "idle",
                    "job": job or "",
                    "since": max(0.0, time.time() - started) if job else None,
                }
                for host, pid, job, started in workers
            ],
            "dead": [
                {
                    "id": row.id,
                    "name": row.name,
                    "error": last_line(row.errors),
                    "attempts": row.attempts,
                    "when": row.ended,
                }
                for row in reversed(dead)
            ],
            "finished": {
                "ok": counts[State.DONE],
                "failed": counts[State.FAILED],
                "cancelled": counts[State.CANCELLED],
            },
        }
