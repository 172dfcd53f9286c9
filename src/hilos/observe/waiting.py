"""The slow path of an acquisition: the lock is taken, so the thread waits, and may be about to wait for ever.

**Yield before blocking.**  A Python-level lock can lose the interpreter while it holds the lock (the interpreter
switches threads at calls).  Threads that then block on it form a convoy: each release hands the lock to a sleeper, and
from there on every acquisition costs a switch of threads; throughput falls to a seventh of the raw lock's, and stays
there.  So a thread that finds the lock taken first gives up the interpreter a few times (`sleep(0)`), which lets the
holder run on and release, and blocks only after that.  It is the old spin-then-block of Ousterhout ("Scheduling
Techniques for Concurrent Systems", 1982), with the interpreter in the place of the processor.

**Detection at the moment of blocking.**  A thread says what it waits for *before* it looks at the others.  The last
one to join a cycle therefore sees all of it, at once and without a watching thread.  What it sees was not read at one
instant, so it looks twice: if each thread of the cycle is in the same wait (by its count) both times, all of them
waited at the instant between the looks, and none could have let go of its lock.  Waits with a time limit end by
themselves and close no cycle.

A plain Lock that its own holder waits for is not yet a deadlock: another thread may be meant to release it.  That is
reported only after `PATIENCE`, and never for a lock that was seen to be used so.
"""

import sys
from collections.abc import Callable
from time import perf_counter_ns, sleep
from types import CodeType

from hilos.events import Kind
from hilos.graphs import Wait, find_cycle
from hilos.observe import hub, records, stacks
from hilos.observe.findings import Blocked, Deadlock, Held
from hilos.observe.records import Record
from hilos.observe.threads import ThreadState

YIELDS = 8
"""Times that the interpreter is given up before the thread blocks."""
PATIENCE = 3.0
"""Seconds that a thread waits for a Lock that it holds itself before that is called a deadlock."""
AFTERWARDS = 4
"""Acquisitions whose line is noted after one that had to wait."""

WORTH_A_LINE = 1_000_000
"""Nanoseconds of a wait whose line is kept."""
MOST_SITES = 64
"""Pairs of lines kept for one lock."""

REMEMBERED = 1000
"""Deadlocks remembered as reported."""

_reported: set[frozenset[tuple[int, int]]] = set()

Acquire = Callable[..., bool]


def block(record: Record, me: ThreadState, acquire: Acquire, start: int) -> int:
    """Wait for `record`, which another thread holds, and return the time at which it was obtained.

    Arguments:
        acquire: the raw lock's method.
        start: when the thread first tried, in nanoseconds.

    Raises:
        DeadlockError: the wait closes a cycle and "raise" was asked for.
    """
    before = _begin(me, record, start, timed=False)
    taken = record.code, record.at
    try:
        if hub.state.loud:
            hub.emit(start, me, Kind.REQUEST, record)
        for _ in range(YIELDS):
            sleep(0)
            if acquire(False):
                break
        else:
            if record.owner is me:
                if not acquire(True, PATIENCE):
                    if record.owner is me and not record.signal:
                        _report((Wait(me, record, me),))
                    acquire()
            else:
                cycle = _confirmed_cycle(me)
                if cycle is not None:
                    _report(cycle)
                acquire()
    finally:
        # Before `owner` is set: nobody must see this thread both wait for the lock and hold it.
        me.waiting, me.timed, me.since = before
    now = perf_counter_ns()
    _count(record, now - start, taken)
    return now


def block_for(record: Record, me: ThreadState, acquire: Acquire, start: int, timeout: float) -> int | None:
    """As `block`, for at most `timeout` seconds; None if they were not enough."""
    before = _begin(me, record, start, timed=True)
    taken = record.code, record.at
    try:
        if hub.state.loud:
            hub.emit(start, me, Kind.REQUEST, record)
        obtained = acquire(True, timeout)
    finally:
        me.waiting, me.timed, me.since = before
    now = perf_counter_ns()
    if obtained:
        _count(record, now - start, taken)
        return now
    with records.counting:
        record.timeouts += 1
    if hub.state.loud:
        hub.emit(now, me, Kind.TIMEOUT, record)
    return None


def _begin(me: ThreadState, record: Record, start: int, timed: bool) -> tuple[Record | None, bool, int]:
    """Say that `me` waits; what is returned is to be put back, for this may be a signal handler inside another wait."""
    before = me.waiting, me.timed, me.since
    me.waits += 1
    me.timed = timed
    me.since = start
    me.waiting = record
    return before


def _count(record: Record, waited: int, taken: tuple[CodeType | None, int]) -> None:
    """Count a wait that has ended; the caller's caller holds the lock now."""
    record.waited(waited)
    record.curious = AFTERWARDS
    if waited >= WORTH_A_LINE:
        frame = stacks.program_frame(sys._getframe(3))
        sites = record.sites
        if sites is None:
            sites = record.sites = {}
        key = (frame.f_code, frame.f_lasti, *taken)
        if key in sites or len(sites) < MOST_SITES:
            entry = sites.setdefault(key, [0, 0])
            entry[0] += 1
            entry[1] += waited


def _wait_of(state: ThreadState) -> tuple[Record, ThreadState] | None:
    record = state.waiting
    if record is None or state.timed or record.signal:
        return None
    owner = record.owner
    return (record, owner) if owner is not None else None


def _confirmed_cycle(me: ThreadState) -> tuple[Wait[ThreadState, Record], ...] | None:
    first = find_cycle(me, _wait_of)
    if first is None:
        return None
    counts = [wait.waiter.waits for wait in first]
    second = find_cycle(me, _wait_of)
    if second != first or counts != [wait.waiter.waits for wait in second]:
        return None
    return first


def _report(cycle: tuple[Wait[ThreadState, Record], ...]) -> None:
    key = frozenset((wait.waiter.serial, wait.waiter.waits) for wait in cycle)
    with records.counting:
        if key in _reported:
            return
        if len(_reported) >= REMEMBERED:
            _reported.clear()  # what it kept from being told twice was told long ago
        _reported.add(key)
    hub.found_deadlock(Deadlock(tuple(_blocked(wait) for wait in cycle)))


def _blocked(wait: Wait[ThreadState, Record]) -> Blocked:
    state = wait.waiter
    return Blocked(
        thread=state.name,
        wants=wait.resource.name,
        wants_type=wait.resource.type,
        holder=wait.holder.name,
        holds=tuple(Held(each.name, each.type, *(each.taken_at() or (None, False))) for each in state.held()),
        stack=stacks.stack_of(state.ident),
    )


def forget() -> None:
    """Report again what was reported before, as a forked child may."""
    _reported.clear()
