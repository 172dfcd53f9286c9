"""Observed locks: contention, lock order and deadlocks of a running program."""

from hilos.errors import DeadlockError, UsageError
from hilos.observe.exporting import export
from hilos.observe.findings import Blocked, Deadlock, Held, Inversion, Nesting
from hilos.observe.hub import (
    Found,
    configure,
    deadlocks,
    enable,
    inversions,
    subscribe,
    unsubscribe,
    violation,
    watch,
)
from hilos.observe.installation import install, uninstall
from hilos.observe.timeline import Timeline
from hilos.observe.wrapping import barrier, condition, event, lock, rlock, semaphore

__all__ = [
    "Blocked",
    "Deadlock",
    "DeadlockError",
    "Found",
    "Held",
    "Inversion",
    "Nesting",
    "Timeline",
    "UsageError",
    "barrier",
    "condition",
    "configure",
    "deadlocks",
    "enable",
    "event",
    "export",
    "install",
    "inversions",
    "lock",
    "rlock",
    "semaphore",
    "subscribe",
    "uninstall",
    "unsubscribe",
    "violation",
    "watch",
]
