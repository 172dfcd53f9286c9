"""Whether what a program stands on is as it was: `threading`, `time`, `queue` and their like, and our doubles of them.

However an answer gets at them, a function, a class or a method that is another one afterwards is seen here.
"""

import asyncio
import builtins
import collections
import concurrent.futures
import contextlib
import functools
import heapq
import itertools
import multiprocessing
import multiprocessing.context
import multiprocessing.process
import os
import queue
import random
import sys
import threading
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from hilos.explore.primitives import condition, event, futures, lock, semaphore, thread
from hilos.explore.primitives import queue as queues
from hilos.explore.primitives import time as times
from hilos.explore.primitives.namespace import substitutes

_MODULES: tuple[ModuleType, ...] = (
    threading, time, queue, concurrent.futures, asyncio, asyncio.locks, asyncio.queues, asyncio.tasks, asyncio.events,
    asyncio.base_events, multiprocessing, multiprocessing.context, multiprocessing.process, os, sys, random, builtins,
    contextlib, functools, heapq, itertools, collections,
)  # fmt: skip
_NEW: Any = object()
_LIVELY = frozenset({"last_exc", "last_type", "last_value", "last_traceback", "_", "stdout", "stderr", "stdin"})


class Tools:
    """The tools as they were when this was made."""

    def __init__(self) -> None:
        self._before = {(label, name): value for label, names in _namespaces() for name, value in names}

    def changed(self) -> str:
        """The name of something that is another thing now; empty if all is as it was."""
        now = {(label, name): value for label, names in _namespaces() for name, value in names}
        labels = {label for label, _name in self._before}
        for (label, name), value in now.items():
            before = self._before.get((label, name), _NEW)
            if before is value or (not callable(value) and not callable(before)):
                continue  # counters, caches
            if before is _NEW and (label not in labels or label in sys.modules):
                continue  # modules load what they name when it is first asked for
            return f"{label}.{name}"
        missing = [f"{label}.{name}" for label, name in self._before if (label, name) not in now]
        return missing[0] if missing else _changed_double()


def _changed_double() -> str:
    """What instrumented code has in the place of a module, if it is not as it was made."""
    from hilos.explore import session

    for memory in session._idle:
        made = substitutes()
        for module in (threading, queue, concurrent.futures, time):
            ours, fresh = vars(memory.doubles[id(module)]), vars(made[id(module)])
            for name in {**ours, **fresh}:
                if ours.get(name) is not fresh.get(name) and (callable(ours.get(name)) or callable(fresh.get(name))):
                    return f"{module.__name__}.{name}"
    return ""


def _namespaces() -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """Each module and class, and what it names."""
    ours = (condition, event, futures, lock, queues, semaphore, thread, times)
    for module in (*_MODULES, *ours):
        names = [(name, value) for name, value in list(vars(module).items()) if name not in _LIVELY]
        yield module.__name__, names
        for name, value in names:
            if isinstance(value, type) and value.__module__.split(".")[0] == module.__name__.split(".")[0]:
                yield f"{module.__name__}.{name}", list(vars(value).items())
