"""Which double stands for what: functions and classes of the standard library, and objects made of them earlier.

Nothing is patched.  The explorer's hooks ask here, by value, at the moment at which instrumented code uses something.
"""

import _thread
import concurrent.futures
import fcntl
import os
import queue as real_queue
import threading as real_threading
import time as real_time
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

from hilos.explore.primitives import caches, condition, event, futures, lock, queue, semaphore, thread, time

_THREADING: dict[str, Any] = {
    "Thread": thread.Thread,
    "Timer": thread.Timer,
    "local": thread.local,
    "Lock": lock.Lock,
    "RLock": lock.RLock,
    "Condition": condition.Condition,
    "Semaphore": semaphore.Semaphore,
    "BoundedSemaphore": semaphore.BoundedSemaphore,
    "Event": event.Event,
    "Barrier": event.Barrier,
    "current_thread": thread.current_thread,
    "currentThread": thread.current_thread,
    "main_thread": thread.main_thread,
    "enumerate": thread.enumerate,
    "active_count": thread.active_count,
    "activeCount": thread.active_count,
    "get_ident": thread.get_ident,
    "get_native_id": thread.get_ident,
}
_QUEUE: dict[str, Any] = {
    "Queue": queue.Queue,
    "LifoQueue": queue.LifoQueue,
    "PriorityQueue": queue.PriorityQueue,
    "SimpleQueue": queue.SimpleQueue,
}
_FUTURES: dict[str, Any] = {
    "ThreadPoolExecutor": futures.ThreadPoolExecutor,
    "Future": futures.Future,
    "wait": futures.wait,
    "as_completed": futures.as_completed,
}
_TIME: dict[str, Any] = {
    name: getattr(time, name)
    for name in ("sleep", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "time", "time_ns")
}
_MODULES: list[tuple[ModuleType, dict[str, Any]]] = [
    (real_threading, _THREADING),
    (real_queue, _QUEUE),
    (concurrent.futures, _FUTURES),
    (real_time, _TIME),
]


class Module(SimpleNamespace):
    """A module with its doubles in place: what instrumented code sees instead of it."""


def _namespace(module: ModuleType, doubles: dict[str, Any]) -> Module:
    return Module(**{**vars(module), **doubles})


def substitutes() -> dict[int, Any]:
    """The double by the `id` of each module, class and function that has one."""
    table: dict[int, Any] = {}
    for module, doubles in _MODULES:
        for name, double in doubles.items():
            real = getattr(module, name, None)
            if real is not None:
                table[id(real)] = double
        table[id(module)] = _namespace(module, doubles)
    table[id(_thread.allocate_lock)] = lock.Lock
    table[id(_thread.RLock)] = lock.RLock
    table[id(_thread.get_ident)] = thread.get_ident
    table[id(concurrent)] = Module(**{**vars(concurrent), "futures": table[id(concurrent.futures)]})
    return table


def _copy_of_queue(real: Any, kind: type[queue.Queue]) -> queue.Queue:
    double = kind(real.maxsize)
    double.queue.extend(real.queue)
    double.taken(len(real.queue))
    double.unfinished_tasks = real.unfinished_tasks
    return double


def _copy_of_event(real: Any) -> event.Event:
    double = event.Event()
    double.flag = real.is_set()
    return double


_INSTANCES: dict[type, Callable[[Any], Any]] = {
    type(_thread.allocate_lock()): lambda real: lock.Lock(),
    type(real_threading.RLock()): lambda real: lock.RLock(),
    real_threading.Condition: lambda real: condition.Condition(stand_in(real._lock)),
    real_threading.Semaphore: lambda real: semaphore.Semaphore(real._value),
    real_threading.BoundedSemaphore: lambda real: semaphore.BoundedSemaphore(real._initial_value),
    real_threading.Event: _copy_of_event,
    real_threading.Barrier: lambda real: event.Barrier(real._parties, real._action, real._timeout),
    real_threading.local: lambda real: thread.local(),
    real_threading.Thread: thread.Adopted,
    real_threading.Timer: lambda real: thread.Timer(real.interval, real.function, real.args, real.kwargs),
    real_queue.Queue: lambda real: _copy_of_queue(real, queue.Queue),
    real_queue.LifoQueue: lambda real: _copy_of_queue(real, queue.LifoQueue),
    real_queue.PriorityQueue: lambda real: _copy_of_queue(real, queue.PriorityQueue),
    real_queue.SimpleQueue: lambda real: queue.SimpleQueue(),
    concurrent.futures.Future: lambda real: futures.Future(),
    concurrent.futures.ThreadPoolExecutor: lambda real: futures.ThreadPoolExecutor(real._max_workers),
    caches.CACHED_FUNCTION: caches.CachedFunction,
}

REAL = frozenset(kind for kind in _INSTANCES if not issubclass(kind, real_threading.Thread))
"""Types of real locks, queues and the like that a double stands for; threads, which programs derive from, apart."""

stood_in: dict[int, tuple[Any, Any]] = {}
"""Real objects that a double stands for in this execution, with the double, by the `id` of the real one."""


def maker(kind: type) -> Callable[[Any], Any] | None:
    """What makes the double of a real object of a type; None if none stands for such objects."""
    made = _INSTANCES.get(kind)
    if made is None and issubclass(kind, real_threading.Thread):
        return thread.Adopted
    if made is None and issubclass(kind, real_threading.local):
        return thread.derived
    return made


def stand_in(real: Any) -> Any:
    """The double that stands for a real object, the same one throughout an execution."""
    found = stood_in.get(id(real))
    if found is None:
        make = maker(type(real))
        if make is None:
            return real
        found = stood_in[id(real)] = (real, make(real))
    return found[1]


UNCONTROLLED: tuple[Callable[..., Any], ...] = tuple(
    getattr(module, name)
    for module, names in (
        (_thread, "start_new_thread start_new start_joinable_thread"),
        (fcntl, "flock lockf"),
        (os, "pipe pipe2 read readv pread preadv sendfile splice openpty eventfd eventfd_read lockf"),
        (os, "wait wait3 wait4 waitid waitpid"),
    )
    for name in names.split()
    if hasattr(module, name)
)
"""Functions of C that start what cannot be controlled, or wait; CPython does not announce (all of) them."""

LOCKS = (lock.Lock, lock.RLock)
DOUBLES = (
    Module,
    thread.Thread,
    thread.local,
    lock.Lock,
    lock.RLock,
    condition.Condition,
    semaphore.Semaphore,
    semaphore.BoundedSemaphore,
    event.Event,
    event.Barrier,
    queue.Queue,
    queue.SimpleQueue,
    futures.Future,
    futures.ThreadPoolExecutor,
    caches.CachedFunction,
)
"""Types of doubles: what instrumented code does with their attributes is no access to memory."""
