"""Turns a lesson's events into segments: the one place where that is done.

    REQUEST ... ACQUIRED     the thread waits          WAIT ... WAKE    it waits at a gate or condition
    ACQUIRED ... RELEASED    it holds the lock         else             it runs: not sent

A segment is a row `[lane, kind, lock, start, end, place]`, with two numbers more (how many, nanoseconds in all) where
it stands for many short holds (`bursts`).  One that is still open is sent with `end` null, and again,
with the same lane, kind, lock and start, when it closes.  Events may be missing (the emitter drops under a flood), so
what an event contradicts is closed: nobody takes a Lock that another still holds, and a thread that does anything no
longer waits.
"""

import json
from collections import deque
from typing import Any

from hilos.lab.emitter import ACQUIRED, RELEASED, REQUEST, SLEEP, TIMEOUT, WAIT, WAKE

WAITS, HOLDS, SLEEPS = 1, 2, 4
"""Kinds of segments that are sent (0 is running, 3 is kept for input and output)."""
EXCLUSIVE = frozenset({"Lock", "RLock", "Condition"})
MOST = 5000
"""Threads, locks and places that are remembered, of each."""
MEMORY = 60_000_000_000
"""Nanoseconds for which a thread that has ended, or a lock that is not used, is remembered."""

Row = list[Any]


class Lane:
    """One thread: what it waits for and what it holds, each with the batch in which it was last sent."""

    __slots__ = ("began", "ended", "holds", "last", "name", "wait")

    def __init__(self, name: str, began: int) -> None:
        self.name = name
        self.began = began
        self.ended: int | None = None
        self.last = 0
        self.wait: tuple[Row, int] | None = None
        self.holds: list[tuple[Row, int]] = []


class Picture:
    """What is known of a run's threads and locks."""

    def __init__(self) -> None:
        self.lanes: dict[int, Lane] = {}
        self.locks: dict[int, dict[str, Any]] = {}
        self.places: dict[int, dict[str, Any]] = {}
        self.now = 0
        self.dropped = 0  # since the last batch
        self.dropped_ever = 0
        self.merged_ever = 0  # holds that were told with others, as one row
        self.timeouts: list[tuple[int, int, int, int]] = []  # since the last batch: time, lane, lock, place
        self._rows: list[Row] = []
        self._ended: deque[tuple[int, int]] = deque()  # when and which lane, in order: to be forgotten in time
        self._ending: set[int] = set()  # lanes that have ended, of which segments may still be open
        self._batch = 0
        self._holders: dict[int, int] = {}
        self._exclusive: set[int] = set()

    def thread(self, item: dict[str, Any]) -> None:
        """A thread began or ended."""
        number, time = int(item["i"]), int(item["t"])
        lane = self.lanes.get(number)
        if lane is None:
            lane = self.lanes[number] = Lane(str(item["name"]), time)
            if len(self.lanes) > MOST:
                self._forget_lanes()
        self.now = max(self.now, time)
        if item["ev"] == "end":
            lane.ended = time
            self._ended.append((time, number))
            self._ending.add(number)

    def lock(self, item: dict[str, Any]) -> None:
        """A lock was met."""
        number = int(item["i"])
        self.locks[number] = {"i": number, "name": str(item["name"]), "type": str(item["type"]), "used": self.now}
        if item["type"] in EXCLUSIVE:
            self._exclusive.add(number)
        if len(self.locks) > MOST:
            self._forget_locks()

    def place(self, item: dict[str, Any]) -> None:
        """A line of the program was met."""
        if len(self.places) < MOST:
            self.places[int(item["i"])] = item

    def events(self, flat: list[int], now: int, dropped: int) -> None:
        """Events in their order: `time, lane, operation, lock, place` each."""
        self.dropped += dropped
        self.dropped_ever += dropped
        lanes = self.lanes
        for at in range(0, len(flat) - 4, 5):
            time, number, operation, lock, place = flat[at : at + 5]
            lane = lanes.get(number)
            if lane is None:
                continue
            wait = lane.wait
            if wait is not None:  # whatever it does, it does not wait any more
                self._close(wait, time if operation in (ACQUIRED, TIMEOUT, WAKE) else lane.last)
                lane.wait = None
            if operation == ACQUIRED:
                if lock in self._exclusive:
                    self._displace(lock, number, time)
                lane.holds.append((self._open(number, HOLDS, lock, time, place), self._batch))
            elif operation == RELEASED:
                self._release(lane, lock, time)
            elif operation in (REQUEST, WAIT):
                lane.wait = (self._open(number, WAITS, lock, time, place), self._batch)
            elif operation == SLEEP:
                lane.wait = (self._open(number, SLEEPS, lock, time, place), self._batch)
            elif operation == TIMEOUT:
                self.timeouts.append((time, number, lock, place))
            lane.last = time
            if lane.ended is not None:  # told late
                self._ending.add(number)
        self.now = max(self.now, now)

    def bursts(self, flat: list[int], now: int) -> None:
        """Rows that stand for many events each: lane, kind, lock, start, end, place, count, nanoseconds in all."""
        for at in range(0, len(flat) - 7, 8):
            number, kind, lock, start, end, place, count, spent = flat[at : at + 8]
            lane = self.lanes.get(number)
            if lane is None:
                continue
            self._rows.append([number, kind, lock, start, max(start, end), place, count, spent])
            known = self.locks.get(lock)
            if known is not None:
                known["used"] = end
            lane.last = max(lane.last, end)
            if kind == HOLDS:
                self.merged_ever += count
        self.now = max(self.now, now)

    def batch(self) -> dict[str, Any] | None:
        """The rows that are new since the last batch, as an item; None if there are none."""
        # A lesson may start hundreds of threads a minute: twenty times a second, only those that matter are looked at.
        for number in self._ending:
            lane = self.lanes.get(number)
            if lane is not None and lane.ended is not None:
                self._end(lane, lane.ended)
        self._ending.clear()
        while self._ended and self._ended[0][0] < self.now - MEMORY:
            self.lanes.pop(self._ended.popleft()[1], None)
        if not self._rows and not self.dropped:
            return None
        item = {"k": "s", "now": self.now, "r": self._rows, "dropped": self.dropped}
        self._rows, self.dropped = [], 0
        self._batch += 1
        return item

    def open_rows(self) -> list[Row]:
        """Copies of the segments that are open now."""
        found = []
        for lane in self.lanes.values():
            found += [list(row) for row, _batch in ([lane.wait] if lane.wait else []) + lane.holds]
        return found

    def waiting_since(self, names: list[str]) -> dict[int, int]:
        """For the threads called `names` that wait now: lane, and when the wait began."""
        return {
            number: lane.wait[0][3]
            for number, lane in self.lanes.items()
            if lane.name in names and lane.wait is not None and lane.ended is None
        }

    def described(self) -> dict[str, Any]:
        """What a page needs to know first: threads, locks, places."""
        horizon = self.now - MEMORY
        threads = [
            {"i": number, "name": lane.name, "t": lane.began, "end": lane.ended}
            for number, lane in self.lanes.items()
            if lane.ended is None or lane.ended >= horizon
        ]
        locks = [{"i": each["i"], "name": each["name"], "type": each["type"]} for each in self.locks.values()]
        return {"threads": threads, "locks": locks, "places": list(self.places.values())}

    def _open(self, lane: int, kind: int, lock: int, time: int, place: int) -> Row:
        row = [lane, kind, lock, time, None, place]
        self._rows.append(row)
        known = self.locks.get(lock)
        if known is not None:
            known["used"] = time
        return row

    def _close(self, segment: tuple[Row, int], time: int) -> None:
        row, batch = segment
        if batch != self._batch:  # it was sent as open: once more, now closed
            row = list(row)
            self._rows.append(row)
        row[4] = max(time, row[3])

    def _release(self, lane: Lane, lock: int, time: int) -> None:
        for at in range(len(lane.holds) - 1, -1, -1):
            if lane.holds[at][0][2] == lock:
                self._close(lane.holds.pop(at), time)
                return
        # A plain Lock may be released by another thread than its holder.
        holder = self.lanes.get(self._holders.get(lock, -1))
        if holder is not None and holder is not lane:
            self._release_all(holder, lock, time)

    def _displace(self, lock: int, number: int, time: int) -> None:
        """`number` has got an exclusive lock: if another thread seemed to hold it, its release was not told."""
        before = self._holders.get(lock)
        if before is not None and before != number:
            holder = self.lanes.get(before)
            if holder is not None:
                self._release_all(holder, lock, time)
        self._holders[lock] = number

    def _release_all(self, lane: Lane, lock: int, time: int) -> None:
        for segment in [each for each in lane.holds if each[0][2] == lock]:
            lane.holds.remove(segment)
            self._close(segment, time)

    def _end(self, lane: Lane, time: int) -> None:
        if lane.wait is not None:
            self._close(lane.wait, time)
            lane.wait = None
        for segment in lane.holds:
            self._close(segment, time)
        lane.holds.clear()

    def _forget_lanes(self) -> None:
        ended = sorted((lane.ended, number) for number, lane in self.lanes.items() if lane.ended is not None)
        for _time, number in ended[: len(self.lanes) // 2]:
            del self.lanes[number]

    def _forget_locks(self) -> None:
        held = {row[2] for row in self.open_rows()}
        oldest = sorted(self.locks.values(), key=lambda each: int(each["used"]))[: MOST // 2]
        for each in oldest:
            if each["i"] not in held:
                del self.locks[each["i"]]
                self._exclusive.discard(each["i"])
                self._holders.pop(each["i"], None)


def encoded(item: dict[str, Any]) -> str:
    """An item as it goes over the wire."""
    return json.dumps(item, separators=(",", ":"), ensure_ascii=False)
