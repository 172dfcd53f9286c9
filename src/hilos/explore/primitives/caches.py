"""Doubles of what `functools.lru_cache` and `functools.cache` make, and what reading a `cached_property` does.

The real ones look up, call the function and store in C or in uninstrumented code, where no other thread would ever come
in between: two threads that both find nothing, the usual mistake, would not be seen.  Here looking up and storing are
operations of their own.  In each execution a cache begins empty.
"""

import functools
import sys
from collections import OrderedDict
from types import MethodType
from typing import Any

from hilos.events import Kind
from hilos.explore.runtime.verbs import SHIFT, WRITE, Verbs, running

CACHED_FUNCTION: type = type(functools.lru_cache(len))
CACHED = (CACHED_FUNCTION, functools.cached_property)
LOCKED = sys.version_info < (3, 12)
"""Whether a `cached_property` has one lock for all objects of the class."""
_NOTHING: Any = object()


class CachedFunction:
    """A function with a cache: by Python's own rules, an update that another thread was faster with is kept."""

    def __init__(self, real: Any) -> None:
        verbs: Verbs = running()
        self._verbs = verbs
        self._place = verbs.number(self, "CachedFunction", real.__name__) << SHIFT
        self.real = real
        self._maxsize, self._typed = real.cache_parameters().values()
        self._found: OrderedDict[Any, Any] = OrderedDict()
        self._hits = self._misses = 0

    def __repr__(self) -> str:
        return f"<CachedFunction({self.real.__name__})>"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        verbs = self._verbs
        key = functools._make_key(arguments, named, self._typed)
        # To find something makes it the most recently used, which is a change.
        verbs.step(self._place if self._maxsize is None else self._place | WRITE, Kind.READ)
        found = self._found.get(key, _NOTHING) if self._maxsize != 0 else _NOTHING
        verbs.note(_NONE if found is _NOTHING else found)
        if found is not _NOTHING:
            self._hits += 1
            self._found.move_to_end(key)
            return found
        self._misses += 1
        result = self.real.__wrapped__(*arguments, **named)
        if self._maxsize != 0:
            verbs.step(self._place | WRITE, Kind.WRITE)
            verbs.note(result)
            verbs.adopt(result)
            if self._maxsize is None or key not in self._found:
                self._found[key] = result
            if self._maxsize is not None and len(self._found) > self._maxsize:
                self._found.popitem(last=False)
        return result

    def cache_clear(self) -> None:
        self._verbs.step(self._place | WRITE, Kind.CLEAR)
        self._found.clear()
        self._hits = self._misses = 0

    def cache_info(self) -> Any:
        self._verbs.step(self._place, Kind.READ)
        return functools._CacheInfo(self._hits, self._misses, self._maxsize, len(self._found))


class _Absent:
    def __repr__(self) -> str:
        return "—"


_NONE = _Absent()


def computed(owner: Any, name: str, maker: Any, place: int, lock: Any) -> Any:
    """The value of a `cached_property` of an object: the one that is there, or it is made and stored.

    Args:
        owner: the object.
        name: the attribute.
        maker: the `cached_property`.
        place: the attribute's location as a read footprint.
        lock: the double of its lock, where it has one.
    """
    verbs = running()
    own = owner.__dict__
    verbs.step(place, Kind.READ)
    found = own.get(name, _NOTHING)
    verbs.note(_NONE if found is _NOTHING else found)
    if found is not _NOTHING:
        return found
    if lock is None:
        return _made(owner, name, maker, place)
    with lock:
        verbs.step(place, Kind.READ)
        found = own.get(name, _NOTHING)
        verbs.note(_NONE if found is _NOTHING else found)
        return found if found is not _NOTHING else _made(owner, name, maker, place)


def _made(owner: Any, name: str, maker: Any, place: int) -> Any:
    verbs = running()
    value = maker.func(owner)
    verbs.step(place | WRITE, Kind.WRITE)
    verbs.note(value)
    verbs.adopt(value)
    owner.__dict__[name] = value
    return value
