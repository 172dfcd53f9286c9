"""Observed locks: contention, lock order and deadlocks of a running program."""

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
from hilos.observe.wrapping import barrier, condition, event, lock, rlock, semaphore

__all__ = [
    "Blocked",
    "Deadlock",
    "Found",
    "Held",
    "Inversion",
    "Nesting",
    "barrier",
    "condition",
    "configure",
    "deadlocks",
    "enable",
    "event",
    "export",
    "inversions",
    "lock",
    "rlock",
    "semaphore",
    "subscribe",
    "unsubscribe",
    "violation",
    "watch",
]
