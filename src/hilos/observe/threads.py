"""What observe knows of each thread: its name, the locks it holds, what it waits for.

One `ThreadState` a thread, reached through thread-local storage, so that the state ends with its thread.  `top` begins
a linked list of the observed locks that the thread holds, newest first, through `Record.prev`: pushing and popping are
two assignments and allocate nothing.

A plain Lock may be released by a thread that did not take it, which changes a list that is not its own.  So an entry
counts only while `record.owner is state`; what does not is dropped where it is met (`held`).  On free-threaded builds
too: each attribute is read and written atomically, only the owning thread pushes, and an entry that is stale fails
that test, so the worst outcome of a race with such a foreign release is an edge or a name missed in a report.
"""

import threading
import weakref
from _thread import RLock as _make_guard  # noqa: N813  it is a type used as a function
from _thread import get_ident
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hilos.observe.records import Record

DEEPEST = 64
"""Held locks looked at, at most: also a bound for a list that a foreign release has tied into a loop."""


class ThreadState:
    """What observe keeps of one thread.

    Attributes:
        serial: counts the threads of this process from 1; never used twice, as an ident is.
        ident: as `threading.get_ident` gives it.
        top: the newest of the held locks.
        waiting: the lock that it waits for, or None.
        timed: whether that wait ends by itself.
        waits: counts its waits, so that two looks can tell whether they saw the same one.
        since: when the present wait began, in nanoseconds of `perf_counter_ns`.
        busy: true while observe itself is at work on this thread (then its events are not recorded), for a listener,
            a signal handler or a finaliser may take observed locks in the middle of it.
        resting: the condition, event or barrier that it sleeps at, or None.
        permits: for each semaphore (by serial), when the permits that this thread holds were obtained.
        ring: its events for the timeline, if there is one.
    """

    __slots__ = (
        "__weakref__",
        "_name",
        "_thread",
        "busy",
        "ident",
        "permits",
        "resting",
        "ring",
        "serial",
        "since",
        "timed",
        "top",
        "waiting",
        "waits",
    )

    def __init__(self, serial: int) -> None:
        self.serial = serial
        self.ident = get_ident()
        self.top: Record | None = None
        self.waiting: Record | None = None
        self.timed = False
        self.waits = 0
        self.since = 0
        self.busy = False
        self.resting: Record | None = None
        self.permits: dict[int, list[int]] = {}
        self.ring: object = None
        # Not current_thread(), which would make and register a dummy for a thread that `threading` did not start.
        thread = threading._active.get(self.ident)  # type: ignore[attr-defined]
        self._thread = weakref.ref(thread) if thread is not None else None
        self._name: str = thread.name if thread is not None else f"thread-{serial}"

    @property
    def name(self) -> str:
        """Its name as it is now, or as it was last known."""
        thread = self._thread() if self._thread is not None else None
        if thread is not None:
            self._name = thread.name
        return self._name

    @property
    def alive(self) -> bool:
        """Whether it still runs, as far as `threading` knows."""
        thread = self._thread() if self._thread is not None else None
        return bool(thread.is_alive()) if thread is not None else self._thread is None

    def held(self) -> "list[Record]":
        """The observed locks that it holds, newest first."""
        found: list[Record] = []
        record = self.top
        while record is not None and record.owner is self and len(found) < DEEPEST:
            found.append(record)
            record = record.prev
        return found

    def repair(self) -> "Record | None":
        """Drop entries at the top that other threads have released; returns the new top."""
        record = self.top
        for _ in range(DEEPEST):
            if record is None or record.owner is self:
                break
            record = record.prev
        else:
            record = None
        self.top = record
        return record

    def unlink(self, record: "Record") -> None:
        """Take `record` out of the held locks, where it need not be the newest."""
        above = self.top
        if above is record:
            self.top = record.prev
            return
        for _ in range(DEEPEST):
            if above is None:
                return
            if above.prev is record:
                above.prev = record.prev
                return
            above = above.prev


local = threading.local()
"""`local.me` is this thread's state; the hot paths read it and call `begin` where it is missing."""

_beginning = _make_guard()
"""Guards the serial numbers: on free-threaded builds two threads may ask an iterator at once.  Re-entrant, as a signal
handler may run in the middle."""
_living: dict[int, "weakref.ref[ThreadState]"] = {}
_serials = iter(range(1, 1 << 62))


def begin() -> ThreadState:
    """Make this thread's state: it has none yet."""
    with _beginning:
        serial = next(_serials)
    state = ThreadState(serial)
    _living[serial] = weakref.ref(state, lambda _ref, serial=serial, living=_living: living.pop(serial, None))  # type: ignore[misc]
    local.me = state
    return state


def me() -> ThreadState:
    """This thread's state."""
    try:
        state: ThreadState = local.me
    except AttributeError:
        state = begin()
    return state


def living() -> list[ThreadState]:
    """The states of all threads that observe has met and that still run."""
    # dict.copy is one atomic operation; iterating over the dict itself would fail if a thread began meanwhile.
    return [state for reference in _living.copy().values() if (state := reference()) is not None]


def only_this_thread() -> None:
    """After a fork: the other threads do not exist in the child."""
    global _beginning
    _beginning = _make_guard()
    mine = me()
    for state in living():
        if state is not mine:
            state.waiting = None
            _living.pop(state.serial, None)
    mine.ident = get_ident()
    mine.waiting = None
    mine.busy = False
