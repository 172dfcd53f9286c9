"""What is counted of each lock, and the table of all that live.

**Statistics are kept in the lock's own record, while it is held.**  Whoever writes `t0`, `hold`, `wait` and their sums
has the lock, so the lock itself excludes all other writers: no further lock, no atomic operation, no buffer a thread,
and no count is ever lost.  That argument does not mention the GIL; it holds on free-threaded builds as it is, since
releasing the lock publishes what was written under it to the thread that takes it next.  A scrape reads without
taking the lock: `list.copy` and single attributes are read whole, and at worst a sum lags its buckets by one sample,
as Prometheus allows.  What is written by threads that do *not* hold the lock (timeouts, failed tries) goes through
`counting`, a lock of observe's own: they are rare, and have just waited.

Durations are counted in buckets by the bit length of their nanoseconds: one method call instead of a search.  How
often a lock was acquired is the sum of the hold buckets, plus one while it is held; only waits that really waited are
in `wait`, the others took no time and need no clock.

When a lock is no more, its counts move on to its family (all locks of one type and name), so that no counter ever
goes down.
"""

import weakref
from _thread import RLock as _make_guard  # noqa: N813  it is a type used as a function
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from hilos.events import Location
from hilos.observe import stacks
from hilos.observe.threads import ThreadState

SIZE = 64
"""Buckets: durations up to 2^63 nanoseconds."""
CURIOUS = 64
"""Acquisitions of a new lock whose line is noted; afterwards only those after a contended one."""

_NO_WAITS = [0] * SIZE
"""Of a lock that nobody has waited for; never changed, for `Totals.add` makes new lists."""

counting = _make_guard()
"""Guards what is not guarded by the lock that it is about.

Re-entrant, since a signal handler or finaliser may run in the middle and count something itself.  Not an observed lock.
"""


@dataclass(slots=True)
class Totals:
    """Counts of one lock or of many: how often, and for how long, in nanoseconds."""

    acquired: int = 0
    hold: list[int] = field(default_factory=lambda: [0] * SIZE)
    hold_sum: int = 0
    wait: list[int] = field(default_factory=lambda: [0] * SIZE)
    wait_sum: int = 0
    timeouts: int = 0
    failed: int = 0

    def add(self, other: "Totals") -> None:
        """Count what `other` counted too."""
        self.acquired += other.acquired
        self.hold_sum += other.hold_sum
        self.wait_sum += other.wait_sum
        self.timeouts += other.timeouts
        self.failed += other.failed
        self.hold = [mine + theirs for mine, theirs in zip(self.hold, other.hold, strict=True)]
        self.wait = [mine + theirs for mine, theirs in zip(self.wait, other.wait, strict=True)]

    @property
    def contended(self) -> int:
        """Acquisitions that had to wait."""
        return sum(self.wait)


class Record:
    """One observed object.

    Attributes:
        type: what it is, as `lock_type` shows it (`Lock`, `RLock`, `MPLock`...).
        name: its human name.
        serial: counts the records of this process from 1.
        owner: the state of the thread that holds it, for what is held by one thread.
        prev: the lock that the owner took before this one and still holds.
        depth: how often the owner of a re-entrant lock has taken it.
        tried: the present hold was obtained without being ready to wait for ever.
        signal: it was released by another thread than its owner: it is used to signal and not to exclude, so it has
            no place in the lock order nor in the wait-for graph.
        sites: for waits of a millisecond or more, where the thread waited and where the lock had been taken: how often,
            and nanoseconds in all.
        seen: which held locks it was asked for under, and by whom (see `ordering`).
        curious: how many more acquisitions have their line noted.
        shared: many threads may hold it, or none does (semaphores, events, barriers): its acquisitions are `excess`.
        excess: acquisitions of what is shared.
    """

    __slots__ = (
        "__weakref__",
        "at",
        "code",
        "curious",
        "depth",
        "excess",
        "failed",
        "hold",
        "hold_sum",
        "lock",
        "name",
        "noted",
        "owner",
        "prev",
        "rearm",
        "seen",
        "serial",
        "shared",
        "signal",
        "sites",
        "t0",
        "timeouts",
        "tried",
        "type",
        "wait",
        "wait_sum",
    )

    def __init__(self, type: str, name: str) -> None:
        self.type = type
        self.name = name
        with counting:
            self.serial = next(_serials)
        self.owner: ThreadState | None = None
        self.prev: Record | None = None
        self.depth = 0
        self.tried = False
        self.signal = False
        self.seen: dict[object, int] = {}
        self.curious = CURIOUS
        self.code: CodeType | None = None
        self.at = 0
        self.noted = 0
        self.t0 = 0
        self.hold = [0] * SIZE
        self.hold_sum = 0
        self.wait: list[int] | None = None
        self.wait_sum = 0
        self.shared = False
        self.sites: dict[tuple[CodeType, int, CodeType | None, int], list[int]] | None = None
        self.excess = 0
        self.timeouts = 0
        self.failed = 0
        self.rearm: Callable[[], None] | None = None
        self.lock: weakref.ref[Any] | None = None
        _living[self.serial] = weakref.ref(self)
        if len(_graveyard) > 512:
            with counting:
                _bury()

    def between_processes(self) -> None:
        """Say that other processes may wait for it, too."""
        _between[self.serial] = weakref.ref(self)

    def waited(self, nanoseconds: int) -> None:
        """Count a wait; the caller holds the lock (or `counting`, for what has no single owner)."""
        wait = self.wait
        if wait is None:
            wait = self.wait = [0] * SIZE
        wait[nanoseconds.bit_length()] += 1
        self.wait_sum += nanoseconds

    def totals(self) -> Totals:
        """Its counts now."""
        hold = self.hold.copy()
        wait = self.wait
        held = 1 if self.owner is not None else 0
        return Totals(
            acquired=self.excess if self.shared else sum(hold) + held,
            hold=hold,
            hold_sum=self.hold_sum,
            wait=wait.copy() if wait is not None else _NO_WAITS,
            wait_sum=self.wait_sum,
            timeouts=self.timeouts,
            failed=self.failed,
        )

    def forget(self) -> None:
        """Set its counts to zero."""
        self.hold[:] = [0] * SIZE  # in place: the hot path holds on to the list
        self.hold_sum = self.wait_sum = 0
        self.wait = None
        self.excess = self.timeouts = self.failed = 0

    def waiting_elsewhere(self) -> int:
        """How many threads of other processes wait for it."""
        return 0

    def taken_at(self) -> tuple[Location, bool] | None:
        """Where it was taken, and whether that is known of the present hold or of an earlier one."""
        code = self.code
        if code is None:
            return None
        return stacks.line_of(code, self.at), self.noted == self.t0 and self.owner is not None

    def __del__(self) -> None:
        # Runs wherever the last reference goes, even inside observe: only atomic operations here.
        try:
            _living.pop(self.serial, None)
            _between.pop(self.serial, None)
            totals = self.totals()
            if totals.acquired or totals.failed or totals.timeouts:
                _graveyard.append((self.type, self.name, totals))
        except Exception:  # noqa: BLE001,S110  at interpreter exit the module's names may be gone
            pass


_serials = iter(range(1, 1 << 62))
_living: dict[int, "weakref.ref[Record]"] = {}
_between: dict[int, "weakref.ref[Record]"] = {}
_graveyard: deque[tuple[str, str, Totals]] = deque()
_retired: dict[tuple[str, str], Totals] = {}


def living() -> list[Record]:
    """Records of all observed objects that exist, oldest first."""
    return [record for reference in _living.copy().values() if (record := reference()) is not None]


def shared_between_processes() -> list[Record]:
    """Those of multiprocessing's locks."""
    return [record for reference in _between.copy().values() if (record := reference()) is not None]


def folded() -> dict[tuple[str, str], Totals]:
    """Counts by type and name, of all objects that exist or existed."""
    with counting:
        _bury()
        totals: dict[tuple[str, str], Totals] = {}
        for key, retired in _retired.items():
            totals[key] = Totals()
            totals[key].add(retired)
        for record in living():
            key = (record.type, record.name)
            known = totals.get(key)
            if known is None:
                totals[key] = record.totals()
            else:
                known.add(record.totals())
    return totals


def _bury() -> None:
    while _graveyard:
        type, name, totals = _graveyard.popleft()
        _retired.setdefault((type, name), Totals()).add(totals)


def forget() -> None:
    """Set every count to zero, as a forked child must: what was counted before is its parent's."""
    with counting:
        _graveyard.clear()
        _retired.clear()
        for record in living():
            record.forget()


def after_fork() -> None:
    """In a forked child: observe's own lock may have been held by a thread that is not here."""
    global counting
    counting = _make_guard()
