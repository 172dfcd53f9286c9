"""Tells of a flood of short holds by bursts, in the lesson: many events become one row, and none is left out.

A thread that takes and releases a lock a hundred thousand times a second does more than can be sent, and more than can
be drawn: a pixel is some milliseconds wide.  While a program is that dense, successive holds of one lock by one thread
with less than `gap` between them are told as one row: from when to when, how many, and how long it was held in all.
Waits longer than `gap`, holds that last, timeouts and whatever else happens are told each by itself, as always.

**Whose data.**  A lane's state is changed by its own thread only, without a lock.  The flusher looks at what lasts (a
thread that waits or holds has no occasion to say so itself) and says it; should its owner go on in that very moment,
the next look puts right what was told.
"""

from collections.abc import Callable

from hilos.lab.emitter import ACQUIRED, RELEASED, REQUEST

LASTS = 20_000_000
"""Nanoseconds after which a wait or a hold that goes on is told by the flusher."""
LONGEST = 50_000_000
"""Nanoseconds that a burst may last before it is told."""
LEAST_GAP, MOST_GAP = 100_000, 5_000_000
WAITS, HOLDS = 1, 2
"""Kinds of rows, as `picture` has them."""

Row = Callable[[int, int, int, int, int, int, int, int], None]
"""Takes a row: lane, kind, lock, start, end, place, how many, nanoseconds in all."""
Event = Callable[[int, int, int, int, int], None]
"""Takes an event: time, lane, operation, lock, place."""


class _Burst:
    __slots__ = ("begun", "count", "depth", "first", "held", "last", "place", "told")

    def __init__(self, now: int, place: int) -> None:
        self.first = self.last = self.begun = now
        self.count = self.held = self.depth = 0
        self.place = place
        self.told = False  # that it holds now


class _Lane:
    __slots__ = ("bursts", "merged", "pending", "told")

    def __init__(self) -> None:
        self.bursts: dict[int, _Burst] = {}
        self.merged = 0
        self.pending: tuple[int, int, int] | None = None  # time, lock and place of a wait that goes on
        self.told = False  # that it waits


class Bursts:
    """The bursts of one process.

    Arguments:
        row, event: take what is to be sent.
    """

    def __init__(self, row: Row, event: Event) -> None:
        self.lanes: dict[int, _Lane] = {}
        self.gap = LEAST_GAP
        self._row = row
        self._event = event
        self._merged = 0  # of lanes that were settled

    def take(self, now: int, lane: int, operation: int, lock: int, place: int) -> None:
        """One event of the thread that calls."""
        state = self.lanes.get(lane)
        if state is None:
            # What the thread was at before is not known here: its first event is told as it is.
            self.lanes[lane] = _Lane()
            self._event(now, lane, operation, lock, place)
            return
        state.merged += 1
        if operation == ACQUIRED:
            pending, state.pending = state.pending, None
            if state.told:
                state.told = False
                state.merged -= 1
                self._event(now, lane, ACQUIRED, lock, place)
                return
            if pending is not None and now - pending[0] >= self.gap:
                self._row(lane, WAITS, lock, pending[0], now, pending[2], 1, now - pending[0])
            burst = state.bursts.get(lock)
            if burst is not None and burst.depth == 0 and (burst.told or now - burst.last >= self.gap):
                self._close(lane, lock, state.bursts.pop(lock))
                burst = None
            if burst is None:
                burst = state.bursts[lock] = _Burst(now, place)
            if burst.depth == 0:
                burst.begun = now
            burst.depth += 1
            return
        if operation == RELEASED:
            burst = state.bursts.get(lock)
            if burst is not None and burst.depth > 0:
                burst.depth -= 1
                if burst.depth == 0:
                    burst.last = now
                    burst.count += 1
                    burst.held += now - burst.begun
                    if burst.told or now - burst.first >= LONGEST:
                        self._close(lane, lock, state.bursts.pop(lock))
                return
        elif operation == REQUEST:
            state.pending = (now, lock, place)
            return
        state.merged -= 1
        pending, state.pending = state.pending, None
        if pending is not None and not state.told:
            self._event(pending[0], lane, REQUEST, pending[1], pending[2])
        state.told = False
        self._event(now, lane, operation, lock, place)

    def look(self, now: int) -> None:
        """What lasts and what is over: to be called now and then by another thread."""
        for lane, state in list(self.lanes.items()):
            pending = state.pending
            if pending is not None and not state.told and now - pending[0] >= LASTS:
                state.told = True
                if state.pending is pending:
                    self._event(pending[0], lane, REQUEST, pending[1], pending[2])
                else:
                    state.told = False
            for lock, burst in list(state.bursts.items()):
                if burst.depth == 0 and now - burst.last >= LONGEST:
                    if state.bursts.pop(lock, None) is burst:
                        self._close(lane, lock, burst)
                elif burst.depth > 0 and not burst.told and now - burst.begun >= LASTS:
                    burst.told = True
                    self._event(burst.begun, lane, ACQUIRED, lock, burst.place)

    def settle(self, lane: int) -> None:
        """The flood is over: the thread that calls tells what it is at, and is told of as always from now on."""
        state = self.lanes.pop(lane, None)
        if state is None:
            return
        for lock, burst in state.bursts.items():
            begun, told, holds = burst.begun, burst.told, burst.depth > 0
            self._close(lane, lock, burst)
            if holds and not told:
                self._event(begun, lane, ACQUIRED, lock, burst.place)
        if state.pending is not None and not state.told:
            self._event(state.pending[0], lane, REQUEST, state.pending[1], state.pending[2])
        self._merged += state.merged

    def forget(self, lane: int) -> None:
        """The thread has ended."""
        if lane in self.lanes:
            self.settle(lane)

    @property
    def merged(self) -> int:
        """Events so far that were told as part of a burst."""
        return self._merged + sum(state.merged for state in list(self.lanes.values()))

    def adapt(self, rows: int, allowed: int) -> None:
        """Widen the gap if more rows than `allowed` were made, narrow it if far fewer."""
        if rows > allowed:
            self.gap = min(MOST_GAP, self.gap * 2)
        elif rows < allowed // 4:
            self.gap = max(LEAST_GAP, self.gap // 2)

    def _close(self, lane: int, lock: int, burst: _Burst) -> None:
        """Tell of a burst; one whose last hold was told as it went on ends that hold too."""
        if burst.told:
            if burst.depth == 0:
                self._event(burst.last, lane, RELEASED, lock, burst.place)
                burst.count -= 1
                burst.held -= burst.last - burst.begun
            burst.last = burst.begun
        elif burst.depth > 0:
            burst.last = burst.begun
        if burst.count > 0:
            self._row(lane, HOLDS, lock, burst.first, burst.last, burst.place, burst.count, burst.held)
