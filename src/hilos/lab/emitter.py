"""Sends what the threads of this process do to the lab: lives in the lesson, needs the standard library only.

**Who sends matters.**  A thread of its own that sends every 25 ms is starved by threads that compute: with a switch
interval of half a second its news are more than a second old.  So the thread that has just made an event sends, if the
last sending is 25 ms ago, and a flusher thread is there for the rest: for when all threads wait (a deadlock is just
that, and the moment that a learner must see), and for the metrics.

**What must not happen.**  The program must not notice: an event is one `append` to a bounded deque; whoever sends does
it outside of all observed locks, one at a time (who comes second goes on), on a socket that never blocks.  What finds
no room is dropped, the oldest first, and counted.  Whatever fails here ends the sending and nothing else.

Lines of JSON go over one TCP connection to 127.0.0.1; the first says who is there:

    {"k": "hello", "token": "...", "v": 1, ...}     then items as `picture` reads them
    {"k": "s", "now": T, "dropped": N, "r": [time, lane, operation, lock, place, time, lane, ...]}
    {"k": "b", "now": T, "r": [lane, kind, lock, start, end, place, count, nanoseconds, lane, ...]}

The second stands for many events of a flood at once (`bursts`): whoever listens asks for it while `dense` says so.

Times are nanoseconds since `zero`.  `_thread` is used where `threading` would be seen: this module's thread and locks
are not the lesson's, and must neither be observed nor listed.
"""

import _thread
import atexit
import itertools
import json
import os
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter_ns, sleep
from typing import Any

EVERY = 25_000_000
"""Nanoseconds between two sendings."""
METRICS_EVERY = 200_000_000
"""Nanoseconds between two looks at the metrics."""
RATE = 16_000
"""Events a second that are sent in the long run; of more, the newest before each sending."""
ROOM = 4096
"""Events kept between two sendings, and sent at once after a time with few."""
OFTEN = 511
"""Events, less one, after which it is looked how fast they come: a power of two, less one."""
NEWS = 4096
"""Other items kept between two sendings."""
UNSENT = 512 * 1024
"""Bytes that may wait for a reader that is slow."""
LINE = 1024
"""Events in one line."""

REQUEST, ACQUIRED, RELEASED, TIMEOUT, TRY_FAILED, WAIT, WAKE, SLEEP = range(1, 9)
"""Operations."""

Event = tuple[int, int, int, int, int, int]
"""Number, time, lane, operation, lock (-1 for none), place (-1 for unknown)."""


def parse_address(text: str) -> tuple[str, int, str] | None:
    """Host, port and token of `HILOS_LAB`; None if it is not `127.0.0.1:PORT:TOKEN`."""
    parts = text.split(":")
    if len(parts) != 3 or parts[0] != "127.0.0.1" or not parts[1].isdigit() or not parts[2]:
        return None
    return parts[0], int(parts[1]), parts[2]


class Emitter:
    """The connection to the lab.

    Arguments:
        address: host, port and token, as `parse_address` gives them.
        hello: what the first line says of this process.
        metrics: called by the flusher five times a second; what it returns is sent as an item of its own.

    Raises:
        OSError: the lab is not there.
    """

    def __init__(
        self,
        address: tuple[str, int, str],
        hello: dict[str, Any],
        metrics: Callable[[], dict[str, Any] | None] = lambda: None,
    ) -> None:
        self.zero = perf_counter_ns()
        self.flushed = self.zero
        self._metrics = metrics
        self._measured = self.zero - METRICS_EVERY  # the first look at once: panels have something to show
        self._pid = os.getpid()
        self._events: deque[Event] = deque(maxlen=ROOM)
        self._news: deque[dict[str, Any]] = deque(maxlen=NEWS)
        self._numbers = itertools.count()
        self._sent = -1  # number of the newest event that was sent or dropped
        self._dropped = 0
        self._rest = b""  # what the socket had no room for
        self._sending = _thread.allocate_lock()
        self._alarm = _thread.allocate_lock()
        self._alarm.acquire()
        self.alive = True
        self.dense = False  # whether more happens than can be sent one by one
        # Told of each sending (time, nanoseconds since the last one); gives the events so far that are told otherwise.
        self.between: Callable[[int, int], int] = lambda now, passed: 0
        self.lasting: Callable[[], bool] = lambda: False  # whether there may be something to tell
        self._counted = (0, 0)  # events, and those told otherwise, at the last look
        self._hurried = self.zero
        self._allowed = ROOM
        self._rows: deque[tuple[int, ...]] = deque(maxlen=ROOM)
        self._socket = socket.create_connection(address[:2], timeout=2)
        self._socket.sendall(_line({"k": "hello", "token": address[2], "v": 1, **hello}))
        self._socket.setblocking(False)
        with suppress(AttributeError):
            os.register_at_fork(after_in_child=self._forked)
        atexit.register(self.close)
        _thread.start_new_thread(self._flush_when_idle, ())

    def event(self, time: int, lane: int, operation: int, lock: int, place: int) -> None:
        """Take note of one event; `time` on `perf_counter_ns`'s clock."""
        number = next(self._numbers)
        self._events.append((number, time, lane, operation, lock, place))
        if not number & OFTEN:  # a flood must not wait for the next sending to be taken for one
            if time - self._hurried < (OFTEN + 1) * 1_000_000_000 // RATE:
                self.dense = True
            self._hurried = time

    def row(self, *row: int) -> None:
        """Take note of what stands for many events: lane, kind, lock, start, end, place, count, nanoseconds."""
        if len(self._rows) == ROOM:
            self._dropped += row[6] * 2
        self._rows.append(row)

    @property
    def rows(self) -> int:
        """How many of those wait to be sent."""
        return len(self._rows)

    def say(self, item: dict[str, Any]) -> None:
        """Take note of anything else: it goes before the events that are noted after it."""
        self._news.append(item)

    def flush(self) -> None:
        """Send what there is, unless another thread is at it.  Never blocks; not to be called with a lock held."""
        if not self.alive or not self._sending.acquire(False):
            return
        try:
            self._send()
        except Exception:  # noqa: BLE001  whatever it is, the lesson goes on
            self.alive = False
        finally:
            self._sending.release()

    def close(self) -> None:
        """Send the rest, waiting half a second at most, and say goodbye."""
        if not self.alive or os.getpid() != self._pid:
            return
        with suppress(Exception):
            self._measured = 0
            self._measure()
        self.say({"k": "bye", "t": perf_counter_ns() - self.zero})
        for _ in range(25):
            self.flush()
            if not self.alive or not (self._rest or self._news or self._events or self._rows):
                break
            sleep(0.02)
        self.alive = False
        with suppress(OSError):
            self._socket.close()

    def _send(self) -> None:
        now = perf_counter_ns()
        passed, self.flushed = now - self.flushed, now
        if self._rest and not self._write(b""):
            return  # the reader is slow: what happens meanwhile stays, as far as there is room
        self._look(now, passed)
        # Events first: what an event speaks of was put into the news before the event was noted.
        events = _taken(self._events)
        rows = _taken(self._rows)
        lines = [_line(item) for item in _taken(self._news)]
        if events:
            newest = events[-1][0]
            self._allowed = min(ROOM, self._allowed + max(64, RATE * passed // 1_000_000_000))
            events = events[-self._allowed :]
            self._allowed -= len(events)
            self._dropped += max(0, newest - self._sent - len(events))
            self._sent = newest
            for start in range(0, len(events), LINE):
                flat: list[int] = []
                for _number, time, lane, operation, lock, place in events[start : start + LINE]:
                    flat += (time - self.zero, lane, operation, lock, place)
                lines.append(_line({"k": "s", "now": now - self.zero, "dropped": self._dropped, "r": flat}))
                self._dropped = 0
        for start in range(0, len(rows), LINE):
            wide: list[int] = []
            for lane, kind, lock, begin, end, place, count, spent in rows[start : start + LINE]:
                wide += (lane, kind, lock, begin - self.zero, end - self.zero, place, count, spent)
            lines.append(_line({"k": "b", "now": now - self.zero, "r": wide}))
        if lines:
            self._write(b"".join(lines))

    def _look(self, now: int, passed: int) -> None:
        """Whether more happened since the last sending than can be sent."""
        newest = self._events[-1][0] + 1 if self._events else self._sent + 1
        otherwise = self.between(now, passed)
        happened = newest - self._counted[0] + otherwise - self._counted[1]
        self._counted = (newest, otherwise)
        if passed > EVERY // 5:
            rate = happened * 1_000_000_000 // passed
            self.dense = happened > OFTEN // 2 and rate > (RATE * 3 // 4 if self.dense else RATE)

    def _write(self, data: bytes) -> bool:
        """Send what was left and `data`; whether all went."""
        if len(self._rest) > UNSENT:
            return False
        self._rest += data
        try:
            while self._rest:
                self._rest = self._rest[self._socket.send(self._rest) :]
        except BlockingIOError:
            return False
        return True

    def _flush_when_idle(self) -> None:
        while self.alive and os.getpid() == self._pid:
            self._alarm.acquire(timeout=EVERY / 1e9)
            with suppress(Exception):
                self._measure()
            waiting = self._events or self._news or self._rest or self._rows
            if perf_counter_ns() - self.flushed >= EVERY and (waiting or self.dense or self.lasting()):
                self.flush()

    def _measure(self) -> None:
        now = perf_counter_ns()
        if now - self._measured >= METRICS_EVERY:
            self._measured = now
            item = self._metrics()
            if item:
                self.say({"k": "m", "t": now - self.zero, **item})

    def _forked(self) -> None:
        """In a forked child: the connection is its parent's."""
        self.alive = False
        with suppress(OSError):
            self._socket.close()


def _taken(items: "deque[Any]") -> list[Any]:
    taken = []
    with suppress(IndexError):
        while True:
            taken.append(items.popleft())
    return taken


def _line(item: dict[str, Any]) -> bytes:
    return json.dumps(item, separators=(",", ":"), default=str).encode() + b"\n"
