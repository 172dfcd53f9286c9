"""Doubles of the functions of `time`.

Time is virtual and belongs to the thread: sleeping takes it forward at once, and it is handed on with locks, events,
queues and joins.  It orders nothing: a thread that sleeps one second may be overtaken by one that sleeps two, as on a
busy computer.
"""

import math

from hilos.events import Kind
from hilos.explore.runtime.verbs import SHIFT, running

EPOCH = 1_700_000_000.0
"""What `time.time()` says at the beginning of an execution."""


_TICKS = 2**30
"""A second's; a power of two, so that sums are exact and who slept 0.01 s never measures less."""


def sleep(seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    verbs = running()
    me = verbs.current
    if me is None:
        return
    if not me.clock:
        me.clock = verbs.number(me, "clock")
    verbs.step(me.clock << SHIFT, Kind.SLEEP)
    verbs.note(seconds)
    me.time += math.ceil(seconds * _TICKS) / _TICKS


def monotonic() -> float:
    me = running().current
    if me is None:
        return 1000.0
    me.looked_at_clock = True
    return 1000.0 + float(me.time)


def monotonic_ns() -> int:
    return round(monotonic() * 1e9)


def time() -> float:
    return EPOCH - 1000.0 + monotonic()


def time_ns() -> int:
    return round(time() * 1e9)


perf_counter = monotonic
perf_counter_ns = monotonic_ns
