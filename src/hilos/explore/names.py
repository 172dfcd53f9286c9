"""Human names for the objects of a program: `account.balance`, `lock "forks[1]"`.

An object is named by the shortest way to it from the state, from the globals of the instrumented modules and from what
the functions close over; whatever cannot be reached from there, by its type.
"""

import contextlib
import os
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from types import CellType, ModuleType
from typing import Any

from hilos.explore.primitives import namespace
from hilos.explore.primitives.caches import CachedFunction
from hilos.explore.primitives.thread import Thread as ThreadDouble
from hilos.explore.runtime.execution import PLAIN, Thread

PLACE = "__hilos_place__"
"""Attribute of a module: whose memory it is, to tell one process's variables from another's."""
_MOST = 5_000
_DOUBLES = frozenset(namespace.DOUBLES)


class Names:
    """Names of what is alive in one execution."""

    def __init__(self, roots: Iterable[tuple[str, Any]]) -> None:
        self._names: dict[int, str] = {id(os.environ): "os.environ"}
        self._kept: list[Any] = []
        self._count: dict[str, int] = {}
        self.learn(roots)

    def learn(self, roots: Iterable[tuple[str, Any]]) -> None:
        """Find names for what has none yet."""
        pending = deque(roots)
        seen: set[int] = set()
        conditions: list[tuple[str, Any]] = []
        while pending and len(seen) < _MOST:
            name, thing = pending.popleft()
            kind = type(thing)
            if kind in PLAIN or id(thing) in seen:
                continue
            seen.add(id(thing))
            if namespace.maker(kind) is not None and id(thing) in namespace.stood_in:
                thing = namespace.stood_in[id(thing)][1]
            if id(thing) not in self._names:
                self._names[id(thing)] = name
                self._kept.append(thing)
            if isinstance(thing, tuple(_DOUBLES)):
                conditions.append((name, getattr(thing, "lock", None)))
                continue
            pending.extend(inside(name, thing))
        for name, lock in conditions:
            if lock is not None and id(lock) not in self._names:  # one that the condition made for itself
                self._names[id(lock)] = name
                self._kept.append(lock)

    def of(self, thing: Any) -> str:
        """The object's name."""
        name = self._names.get(id(thing))
        if name is None:
            kind = type(thing).__name__
            word = kind[:1].lower() + kind[1:]
            number = self._count[word] = self._count.get(word, 0) + 1
            name = self._names[id(thing)] = word if number == 1 else f"{word} {number}"
            self._kept.append(thing)
        return name

    def target(self, place: tuple[Any, Any, str] | None, hint: str = "") -> tuple[str, str]:
        """The human name and the type of a location, as `runtime.execution` keeps it in `places`."""
        if place is None:
            return hint or "?", "object"
        thing, part, sort = place
        if sort == "attribute":
            owner = thing.__name__ if isinstance(thing, type) else self.of(thing)
            return f"{owner}.{part}", sort
        if sort == "global":
            where = getattr(thing, PLACE, "")
            return f"{part} ({where})" if where else str(part), sort
        if sort == "variable":
            return str(part), sort
        if sort == "item":
            return f"{self.of(thing)}[{part[1]!r}]", sort
        if sort == "file":
            return f'file "{Path(part).name}"', sort
        if part is None:
            return self.of(thing), sort
        if isinstance(thing, Thread):
            return thing.name, "time" if sort == "float" else "Thread"
        return self.double(thing, sort)

    def double(self, thing: Any, sort: str = "") -> tuple[str, str]:
        """`lock "fork 2"` and `Lock`."""
        condition = getattr(thing, "condition", None)
        if condition is not None:
            thing = condition
        kind = type(thing).__name__
        strand = getattr(thing, "strand", None)
        if strand is not None:
            return f'thread "{strand.name}"', "Thread"
        if isinstance(thing, ThreadDouble):
            return f'thread "{thing.name}"', "Thread"  # one that is about to be started
        name = self._names.get(id(thing)) or self._names.get(id(getattr(thing, "lock", None)))
        word = _WORDS.get(kind, kind.lower())
        if name is None:
            name = thing.real.__qualname__ if isinstance(thing, CachedFunction) else self.of(thing)
        return f'{word} "{name}"', kind


_WORDS = {
    "Lock": "lock",
    "RLock": "rlock",
    "BoundedSemaphore": "semaphore",
    "LifoQueue": "queue",
    "PriorityQueue": "queue",
    "SimpleQueue": "queue",
    "ThreadPoolExecutor": "executor",
    "CachedFunction": "cache",
}


def inside(name: str, thing: Any) -> list[tuple[str, Any]]:
    """What an object holds, each with its name; nothing of the program's runs."""
    kind = type(thing)
    if kind in (list, tuple):
        return [(f"{name}[{position}]", item) for position, item in enumerate(thing[:200])]
    if kind is dict:
        return [(f"{name}[{key!r}]", item) for key, item in list(thing.items())[:200]]
    if isinstance(thing, ModuleType) or kind in PLAIN:
        return []
    found = [(f"{name}.{key}", item) for key, item in variables_of(thing).items()]
    for slot in slots_of(kind):
        with contextlib.suppress(AttributeError, TypeError):  # never set; not the object's own
            found.append((f"{name}.{slot}", object.__getattribute__(thing, slot)))
    return found


def variables_of(thing: Any) -> dict[str, Any]:
    """An object's dictionary, empty if it has none; no code of the program runs, whatever its class does."""
    try:
        own = object.__getattribute__(thing, "__dict__")
    except (AttributeError, TypeError):
        return {}
    return own if isinstance(own, dict) else {}


def slots_of(kind: type) -> list[str]:
    """The names of the slots of a type, its own first."""
    names: list[str] = []
    for base in kind.__mro__:
        slots = vars(base).get("__slots__", ())
        names += (slots,) if isinstance(slots, str) else slots
    return names


def state_name(state: Any, workers: Iterable[Any] = ()) -> str:
    """What the state is called: as all workers call it, if they agree.

    Else its class's name with a small letter, `state` for a built-in container.
    """
    called = {_first_parameter(worker) for worker in workers}
    if len(called) == 1:
        (name,) = called
        if name and not name.startswith("_") and name != "self":
            return name
    kind = type(state)
    if kind.__module__ == "builtins" or kind.__name__ == "SimpleNamespace":
        return "state"
    return kind.__name__[:1].lower() + kind.__name__[1:]


def _first_parameter(function: Any) -> str:
    code = getattr(function, "__code__", None)
    return code.co_varnames[0] if code is not None and code.co_argcount else ""


def cells(functions: Iterable[Any]) -> list[tuple[str, CellType]]:
    """What functions close over, as (variable, cell)."""
    found = []
    for function in functions:
        code = getattr(function, "__code__", None)
        closure = getattr(function, "__closure__", None)
        if code is not None and closure:
            found += list(zip(code.co_freevars, closure, strict=False))
    return found
