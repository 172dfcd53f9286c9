"""Numbers that mean the same in every process.

Within a process threads and locations have small numbers, in the order in which they were first seen.  To send an
operation to another process they are exchanged for a hash of what identifies them (who started the thread, as how
many-eth; who made the object, as how many-eth; which part of it), and back.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from hilos.explore.causality.dependence import SHIFT, Footprint

_FLAGS = (1 << SHIFT) - 1


class Passport:
    """Gives out numbers, and knows their hashes."""

    def __init__(self) -> None:
        self._locations: list[tuple[Any, ...] | int] = []
        self._threads: list[tuple[Any, ...] | int] = []
        self._location_by_hash: dict[int, int] = {}
        self._thread_by_hash: dict[int, int] = {}
        self._foreign = False

    def location(self, key: tuple[Any, ...]) -> int:
        """The number of a location that is new to this process."""
        if self._foreign:
            known = self._location_by_hash.get(_hash(self._expanded(key)))
            if known is not None:
                return known
        self._locations.append(key)
        return len(self._locations) - 1

    def thread(self, key: tuple[int, int]) -> int:
        """The number of a thread that is new to this process: (parent's number or -1, which of its children)."""
        if self._foreign:
            known = self._thread_by_hash.get(_hash((self._outside(key[0]), key[1])))
            if known is not None:
                return known
        self._threads.append(key)
        return len(self._threads) - 1

    def _expanded(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        """The key with numbers of this process exchanged."""
        if len(key) == 2 and type(key[0]) is int:
            return self._outside(key[0]), key[1]
        if len(key) == 3 and key[2] == "in":
            return self._out(key[0]), key[1], "in"
        if key[0] == "spin":
            return "spin", self._outside(key[1])
        return key

    def _outside(self, thread: int) -> int:
        if thread < 0:
            return -1
        key = self._threads[thread]
        if isinstance(key, int):
            return key
        number = _hash((self._outside(key[0]), key[1]))
        self._threads[thread] = number
        self._thread_by_hash[number] = thread
        return number

    def _out(self, location: int) -> int:
        key = self._locations[location]
        if isinstance(key, int):
            return key
        number = _hash(self._expanded(key))
        self._locations[location] = number
        self._location_by_hash[number] = location
        return number

    def threads_out(self, threads: Iterable[int]) -> tuple[int, ...]:
        """Threads as others know them."""
        return tuple(self._outside(thread) for thread in threads)

    def threads_in(self, threads: Iterable[int]) -> list[int]:
        """Threads as this process knows them."""
        self._learn_all()
        found = []
        for number in threads:
            thread = self._thread_by_hash.get(number)
            if thread is None:
                thread = self._thread_by_hash[number] = len(self._threads)
                self._threads.append(number)
            found.append(thread)
        return found

    def print_out(self, footprint: Footprint) -> Footprint:
        """A footprint as others know it."""
        if isinstance(footprint, int):
            return self._out(footprint >> SHIFT) << SHIFT | footprint & _FLAGS
        return tuple(self._out(code >> SHIFT) << SHIFT | code & _FLAGS for code in footprint)

    def print_in(self, footprint: Footprint) -> Footprint:
        """A footprint as this process knows it."""
        self._learn_all()
        if isinstance(footprint, int):
            return self._in(footprint >> SHIFT) << SHIFT | footprint & _FLAGS
        return tuple(self._in(code >> SHIFT) << SHIFT | code & _FLAGS for code in footprint)

    def _in(self, number: int) -> int:
        location = self._location_by_hash.get(number)
        if location is None:
            location = self._location_by_hash[number] = len(self._locations)
            self._locations.append(number)
        return location

    def _learn_all(self) -> None:
        """From the first number from outside on, hashes are kept of all."""
        if not self._foreign:
            self._foreign = True
            self.threads_out(range(len(self._threads)))
            for location in range(len(self._locations)):
                self._out(location)


def _hash(key: tuple[Any, ...]) -> int:
    return int.from_bytes(blake2b(repr(key).encode(), digest_size=8).digest(), "big")
