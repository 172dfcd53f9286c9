"""Who is told what: listeners, and what happens when something is found.

Counting, lock order and deadlock detection are built into the observed locks, since they must cost next to nothing.
Everything else listens: `subscribe(listener)` has `listener(event)` called, in the thread that did it, for each event.
A listener that raises is removed and logged, and the program never notices.  While a listener runs, what its thread
does to observed locks makes no events.
"""

import logging
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import perf_counter_ns
from types import CodeType
from typing import Literal

from hilos.errors import DeadlockError
from hilos.events import Event, Kind
from hilos.observe import records, stacks
from hilos.observe.findings import Deadlock, Inversion
from hilos.observe.threads import ThreadState

Listener = Callable[[Event], None]
Recorder = Callable[[int, ThreadState, Kind, records.Record, CodeType | None, int], None]
OnDeadlock = Literal["report", "raise", "silent"] | Callable[[Deadlock], None]
OnInversion = Literal["report", "silent"] | Callable[[Inversion], None]

_log = logging.getLogger("hilos.observe")

KEPT = 100
"""Findings kept of each kind, the newest: a program that runs for days must not grow with what it finds."""


class _State:
    """What is in force."""

    def __init__(self) -> None:
        self.enabled = True
        self.listeners: tuple[Listener, ...] = ()
        self.recorders: tuple[Recorder, ...] = ()
        self.on_deadlock: OnDeadlock = "report"
        self.on_inversion: OnInversion = "report"
        self.deadlocks: deque[Deadlock] = deque(maxlen=KEPT)
        self.inversions: deque[Inversion] = deque(maxlen=KEPT)
        self.deadlocked = 0  # how often, those that are no longer kept included
        self.violations = 0
        self.followers: tuple[Follower, ...] = ()

    @property
    def loud(self) -> bool:
        """Whether somebody listens."""
        return bool(self.listeners or self.recorders)


class Found:
    """What `watch` collects: `deadlocks` and `inversions` found while it watched."""

    def __init__(self) -> None:
        self.deadlocks: list[Deadlock] = []
        self.inversions: list[Inversion] = []


@dataclass(frozen=True, slots=True)
class Follower:
    """What `follow` was given."""

    deadlock: Callable[[Deadlock], None]
    inversion: Callable[[Inversion], None]


state = _State()


def subscribe(listener: Listener) -> None:
    """Have `listener(event)` called for every event from now on."""
    with records.counting:
        state.listeners = (*state.listeners, listener)
    rearm()


def unsubscribe(listener: Listener) -> None:
    """Undo `subscribe`; nothing happens if `listener` is not subscribed."""
    with records.counting:
        state.listeners = tuple(each for each in state.listeners if each is not listener)
    rearm()


def record_with(recorder: Recorder) -> None:
    """Have `recorder` called with the raw parts of every event: cheaper than a listener."""
    with records.counting:
        state.recorders = (*state.recorders, recorder)
    rearm()


def stop_recording(recorder: Recorder) -> None:
    """Undo `record_with`."""
    with records.counting:
        state.recorders = tuple(each for each in state.recorders if each is not recorder)
    rearm()


def enable(on: bool = True) -> None:
    """Switch observing on or off for all observed objects; off, a lock costs no more than a raw one.

    Switch while no lock is held: a hold that began under the other setting is not counted.
    """
    with records.counting:
        state.enabled = on
        if not on:
            for record in records.living():
                record.owner = None
    rearm()


def rearm() -> None:
    """Have every observed object follow the present settings."""
    for record in records.living():
        if record.rearm is not None:
            record.rearm()


def emit(time: int, me: ThreadState, kind: Kind, record: records.Record) -> None:
    """Tell the listeners."""
    if me.busy:
        return
    me.busy = True
    try:
        frame = stacks.program_frame(sys._getframe(1))
        for recorder in state.recorders:
            try:
                recorder(time, me, kind, record, frame.f_code, frame.f_lasti)
            except Exception:  # noqa: BLE001  observing never disturbs
                stop_recording(recorder)
                _log.exception("a recorder of hilos.observe raised and was removed: %r", recorder)
        if state.listeners:
            event = Event(time, me.name, kind, record.name, record.type, stacks.location(frame))
            for listener in state.listeners:
                try:
                    listener(event)
                except Exception:  # noqa: BLE001  observing never disturbs
                    unsubscribe(listener)
                    _log.exception("a listener of hilos.observe raised and was removed: %r", listener)
    finally:
        me.busy = False


def now() -> int:
    """The clock of all events, in nanoseconds."""
    return perf_counter_ns()


def say(text: str) -> None:
    """Write a report to standard error, whatever state that is in."""
    with suppress(Exception):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def found_inversion(inversion: Inversion) -> None:
    """Count it, keep it, and do what was asked for."""
    with records.counting:
        state.violations += 1
        state.inversions.append(inversion)
        followers = state.followers
    for follower in followers:
        with suppress(Exception):  # observing never disturbs
            follower.inversion(inversion)
    action = state.on_inversion
    if callable(action):
        try:
            action(inversion)
        except Exception:  # noqa: BLE001  observing never disturbs
            _log.exception("on_inversion raised")
    elif action == "report":
        say(str(inversion))


def found_deadlock(deadlock: Deadlock) -> None:
    """Count it, keep it, and do what was asked for.

    Raises:
        DeadlockError: that was asked for ("raise"), or the function that was given raised it.
    """
    with records.counting:
        state.deadlocked += 1
        state.deadlocks.append(deadlock)
        followers = state.followers
    for follower in followers:
        with suppress(Exception):  # observing never disturbs
            follower.deadlock(deadlock)
    action = state.on_deadlock
    if callable(action):
        try:
            action(deadlock)
        except DeadlockError:
            raise
        except Exception:  # noqa: BLE001  observing never disturbs
            _log.exception("on_deadlock raised")
    elif action == "raise":
        raise DeadlockError(str(deadlock))
    elif action == "report":
        say(str(deadlock))


def follow(deadlock: Callable[[Deadlock], None], inversion: Callable[[Inversion], None]) -> Follower:
    """Have these called with all that is found from now on, in the thread that found it, whatever else is to happen.

    `configure` and `watch` are the program's own; this is for who looks on.  What they raise is swallowed.
    """
    follower = Follower(deadlock, inversion)
    with records.counting:
        state.followers = (*state.followers, follower)
    return follower


def configure(*, on_deadlock: OnDeadlock | None = None, on_inversion: OnInversion | None = None) -> None:
    """Say what happens when something is found; None leaves it as it is.

    Arguments:
        on_deadlock: "report" on standard error and go on blocking (the default), "raise" `DeadlockError` in the
            thread whose wait closed the cycle, "silent", or a function that is called in that thread.
        on_inversion: "report" (the default), "silent", or a function.

    Raises:
        ValueError: another word was given.
    """
    if on_deadlock is not None:
        if not callable(on_deadlock) and on_deadlock not in ("report", "raise", "silent"):
            raise ValueError(f"on_deadlock is 'report', 'raise', 'silent' or a function, not {on_deadlock!r}")
        state.on_deadlock = on_deadlock
    if on_inversion is not None:
        if not callable(on_inversion) and on_inversion not in ("report", "silent"):
            raise ValueError(f"on_inversion is 'report', 'silent' or a function, not {on_inversion!r}")
        state.on_inversion = on_inversion


@contextmanager
def watch(*, on_deadlock: OnDeadlock = "silent", on_inversion: OnInversion = "silent") -> Iterator[Found]:
    """Collect what is found, by whatever thread, while the block runs.

    Arguments:
        on_deadlock, on_inversion: as for `configure`, for this block only; unless given, nothing is printed.
    """
    before = state.on_deadlock, state.on_inversion
    found = Found()
    configure(on_deadlock=on_deadlock, on_inversion=on_inversion)
    follower = follow(found.deadlocks.append, found.inversions.append)
    try:
        yield found
    finally:
        with records.counting:
            state.followers = tuple(each for each in state.followers if each is not follower)
        state.on_deadlock, state.on_inversion = before


def violation() -> None:
    """Count a violation of a lock order that the program itself found, as of a hierarchy that it keeps."""
    with records.counting:
        state.violations += 1


def deadlocks() -> tuple[Deadlock, ...]:
    """The deadlocks found so far in this process, oldest first; the newest `KEPT` of them."""
    return tuple(state.deadlocks)


def inversions() -> tuple[Inversion, ...]:
    """The inversions found so far in this process, oldest first; the newest `KEPT` of them."""
    return tuple(state.inversions)


def forget() -> None:
    """Keep nothing of what was found so far, as a forked child must: its parent found it."""
    with records.counting:
        state.deadlocks.clear()
        state.deadlocked = 0
        state.inversions.clear()
        state.violations = 0
