"""Measures of locks: throughput and waiting under contention, how entries are shared out, the price of a free lock.

A lock here is whatever works in a `with` statement.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import pairwise
from typing import Any

from hilos.lesson.threads import together

Lock = AbstractContextManager[Any]


def visit(lock: Lock, times: int, inside: float, outside: float) -> float:
    """Work `outside` seconds outside and `inside` seconds within the lock, `times` times; seconds spent waiting."""
    waited = 0.0
    for _turn in range(times):
        time.sleep(outside)
        asked = time.perf_counter()
        with lock:
            waited += time.perf_counter() - asked
            time.sleep(inside)
    return waited


def throughput(lock: Lock, threads: int, times: int, inside: float, outside: float) -> tuple[float, float]:
    """Entries a second of all threads together, and the mean wait of an entry in seconds."""
    done = together(*[partial(visit, lock, times, inside, outside)] * threads)
    return threads * times / done.seconds, sum(done.results) / (threads * times)


def visits_per_second(
    reading: Callable[[], Lock], writing: Callable[[], Lock], readers: int, times: int, seconds: float
) -> tuple[float, float]:
    """Readings a second of `readers` readers, and seconds that one writer took meanwhile for `times` writings.

    Arguments:
        reading: gives what a reader enters.
        writing: gives what the writer enters.
        times: visits of each.
        seconds: length of a visit.
    """

    def read() -> float:
        start = time.perf_counter()
        for _turn in range(times):
            with reading():
                time.sleep(seconds)
        return time.perf_counter() - start

    def write() -> float:
        start = time.perf_counter()
        for _turn in range(times):
            with writing():
                time.sleep(seconds)
        return time.perf_counter() - start

    writer, *each = together(write, *[read] * readers).results
    return readers * times / max(each), writer


def compete(lock: Lock, owners: list[int], me: int, stop: threading.Event) -> None:
    """Enter as often as possible until `stop`, leaving one's number each time."""
    while not stop.is_set():
        with lock:
            owners.append(me)


def shares(lock: Lock, threads: int, seconds: float) -> tuple[int, int, float, float]:
    """Let `threads` threads compete for `seconds`: entries, changes of hands, and the least and greatest share."""
    owners: list[int] = []
    stop = threading.Event()

    def ring_the_bell() -> None:
        time.sleep(seconds)
        stop.set()

    together(*[partial(compete, lock, owners, me, stop) for me in range(threads)], ring_the_bell)
    changes = sum(before != after for before, after in pairwise(owners))
    each = [owners.count(me) / len(owners) for me in range(threads)]
    return len(owners), changes, min(each), max(each)


def prices(locks: Sequence[Lock], times: int, rounds: int = 7) -> list[float]:
    """Nanoseconds to enter and leave each of `locks`, all of them free: the best of `rounds` taken in turn.

    Arguments:
        times: turns of one round.
    """
    best = [float("inf")] * len(locks)
    for _round in range(rounds):
        for index, lock in enumerate(locks):
            start = time.perf_counter()
            for _turn in range(times):
                with lock:
                    pass
            best[index] = min(best[index], (time.perf_counter() - start) / times)
    return [each * 1e9 for each in best]
