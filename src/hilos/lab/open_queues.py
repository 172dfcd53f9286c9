"""The job queues that a program has open, as its emitter tells of them."""

import itertools
import time
import weakref
from contextlib import suppress
from typing import Any

from hilos.jobs.job import Priority, State, last_line, monotonic
from hilos.jobs.queue import OPEN, Queue

ROWS = 50
"""Jobs of a kind that are listed."""

_numbers: "weakref.WeakKeyDictionary[Queue, int]" = weakref.WeakKeyDictionary()
_next = itertools.count(1)


def described() -> list[dict[str, Any]]:
    """Each of them, in the order in which they were opened; none where one is being opened just now."""
    found: list[Queue] = []
    with suppress(RuntimeError):  # the set changed while it was read
        found = list(OPEN)
    for queue in found:
        if queue not in _numbers:
            _numbers[queue] = next(_next)
    return [_queue(queue) for queue in found]


def _queue(queue: Queue) -> dict[str, Any]:
    stats = queue.stats()
    dead = queue.dead_letters[-ROWS:]
    busy = [
        {"name": each.worker or "–", "state": "running", "job": each.name, "since": each.seconds}
        for each in sorted(stats.running, key=lambda each: each.worker)[:ROWS]
    ]
    idle = min(stats.slots, ROWS) - len(busy)
    ago = time.time() - monotonic()
    return {
        "name": f"{queue.kind} {_numbers[queue]}",
        "waiting": {priority_name(priority): count for priority, count in stats.waiting.items()},
        "retrying": stats.states[State.RETRYING],
        "running": [{"name": each.name} for each in stats.running[:ROWS]],
        "workers": [*busy, *({"name": "–", "state": "idle", "job": "", "since": None} for _ in range(idle))],
        "dead": [
            {
                "id": job.id,
                "name": job.name,
                "error": last_line(job.errors),
                "attempts": job.attempts,
                "when": None if job.ended is None else job.ended + ago,
            }
            for job in reversed(dead)
        ],
        "finished": {
            "ok": stats.states[State.DONE],
            "failed": stats.states[State.FAILED],
            "cancelled": stats.states[State.CANCELLED],
        },
    }


def priority_name(priority: int) -> str:
    """`HIGH`, `NORMAL`, `LOW`, or the number."""
    return Priority(priority).name if priority in set(Priority) else str(priority)
