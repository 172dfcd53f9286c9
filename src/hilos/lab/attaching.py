"""Attaches the lab to a lesson: what `hilos.lesson` calls as it begins, when `HILOS_LAB` says where the lab is.

It listens to `hilos.observe` for locks, to each thread's beginning and end, and reads the lesson's own registry for the
metrics.  Locks are observed in every lesson; one that does its own observing (and tells what that costs) says so with
`HILOS_LAB_INSTALL=0`.
"""

import faulthandler
import os
import platform
import sys
import threading
import time
import weakref
from contextlib import suppress
from types import CodeType
from typing import Any

from hilos.events import Kind
from hilos.lab.bursts import Bursts
from hilos.lab.emitter import (
    ACQUIRED,
    EVERY,
    RELEASED,
    REQUEST,
    SLEEP,
    TIMEOUT,
    TRY_FAILED,
    WAIT,
    WAKE,
    Emitter,
    parse_address,
)
from hilos.locale import language
from hilos.metrics import parsing
from hilos.observe import exporting, hub, installation, stacks, threads
from hilos.observe.findings import Deadlock, Inversion
from hilos.observe.records import Record
from hilos.observe.threads import ThreadState

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_OTHERS = {
    Kind.TIMEOUT.value: TIMEOUT,
    Kind.TRY_FAILED.value: TRY_FAILED,
    Kind.WAIT.value: WAIT,
    Kind.WAKE.value: WAKE,
    Kind.SLEEP.value: SLEEP,
}
DEADLOCKS_A_SECOND, ORDERS_A_SECOND = 10, 2
"""Findings that are told: a lesson that makes them on purpose makes many."""
THREADS_A_SECOND = 500
"""Threads that are told of: a lesson may start thousands."""
ROWS_A_SECOND = 4_000
"""Bursts that are told."""
MOST_LOCKS = 2000
STACK = 12
"""Calls of a place's stack that are told."""

_attached: "list[Attachment]" = []


def begin(registry: Any = None) -> None:
    """Attach to the lab that `HILOS_LAB` names; nothing happens if there is none, or it does not answer.

    Arguments:
        registry: the lesson's metrics, where it has some.
    """
    address = parse_address(os.environ.get("HILOS_LAB", ""))
    if address is None:
        return
    if _attached:
        if registry is not None:
            _attached[0].registries.append(registry)
        return
    _take_switch_interval(os.environ.get("HILOS_SWITCH_INTERVAL", ""))
    attachment = Attachment(registry)
    try:
        attachment.attach(address)
    except OSError:
        return  # by then the lab has ended: the lesson goes on without
    _attached.append(attachment)


def _take_switch_interval(text: str) -> None:
    try:
        seconds = float(text)
    except ValueError:
        return
    if 1e-6 <= seconds <= 10:
        sys.setswitchinterval(seconds)


class Attachment:
    """What connects this process's observed locks, threads and metrics to an emitter.

    Arguments:
        registry: a prometheus_client registry, or None.
    """

    def __init__(self, registry: Any = None) -> None:
        self.registries = [registry] if registry is not None else []
        self._own = _own_registry()
        self._lanes: set[int] = set()
        self._locks: dict[int, int] = {}
        self._families: dict[tuple[str, str], int] = {}
        # By the code object's address: hashing a code object costs more than all the rest.  The object is kept, too,
        # so that its address is not used again.
        self._places: dict[tuple[int, int], tuple[int, CodeType]] = {}
        self._deadlocks = _Bucket(DEADLOCKS_A_SECOND)
        self._orders = _Bucket(ORDERS_A_SECOND)
        self._threads = _Bucket(THREADS_A_SECOND)
        self._had_queues = False
        self.emitter: Emitter
        self._bursts: Bursts

    def attach(self, address: tuple[str, int, str]) -> None:
        """Connect, and begin to send.

        Raises:
            OSError: the lab is not there.
        """
        gil = getattr(sys, "_is_gil_enabled", lambda: True)()
        hello = {
            "lesson": sys.argv[0],
            "pid": os.getpid(),
            "py": platform.python_version(),
            "gil": bool(gil),
            "switch": sys.getswitchinterval(),
            "epoch": time.time(),
            "lang": language(),
        }
        self.emitter = Emitter(address, hello, self._metrics)
        self._bursts = Bursts(self.emitter.row, self.emitter.event)
        self.emitter.between = self._between
        self.emitter.lasting = lambda: bool(self._bursts.lanes)
        if not faulthandler.is_enabled() and sys.stderr is not None:
            with suppress(OSError, ValueError, AttributeError):  # standard error may be no real file
                faulthandler.enable()  # a crash says where, in the log
        self._follow_threads()
        hub.record_with(self._record)
        hub.follow(self._deadlock, self._inversion)
        if os.environ.get("HILOS_LAB_INSTALL", "1") != "0":
            installation.install()

    def _record(self, now: int, me: ThreadState, kind: Kind, record: Record, code: CodeType | None, at: int) -> None:
        """Called for every event, often while the lock is held: as little as possible."""
        emitter = self.emitter
        if kind is Kind.ACQUIRE:
            operation = ACQUIRED
        elif kind is Kind.RELEASE:
            operation = RELEASED
        elif kind is Kind.REQUEST:
            operation = REQUEST
        else:
            found = _OTHERS.get(kind.value)
            if found is None:
                return
            operation = found
        lane = me.serial
        if lane not in self._lanes and not self._new_lane(me):
            return
        lock = self._locks.get(record.serial) or self._new_lock(record)
        place = self._places.get((id(code), at)) if code is not None else None
        number = place[0] if place is not None else self._new_place(code, at)
        if emitter.dense:
            self._bursts.take(now, lane, operation, lock, number)
        else:
            if self._bursts.lanes:
                self._bursts.settle(lane)
            emitter.event(now, lane, operation, lock, number)
        # Inline, by whoever made the event, and never while it holds an observed lock.
        if now - emitter.flushed >= EVERY and operation == RELEASED and me.top is None:
            emitter.flush()

    def _between(self, now: int, passed: int) -> int:
        """At each sending: what lasts is told, and the bursts get as long as they must."""
        bursts = self._bursts
        if bursts.lanes:
            bursts.look(now)
            bursts.adapt(self.emitter.rows, ROWS_A_SECOND * passed // 1_000_000_000)
        return bursts.merged

    def _new_lane(self, me: ThreadState) -> bool:
        """Tell of a thread.

        Not of what serves the metrics, nor of those past `THREADS_A_SECOND`, whose events are not told either.
        """
        if _serves_metrics(me._thread() if me._thread is not None else None):
            me.busy = True  # the tool's own: none of the learner's lanes, whatever it does to locks
            return False
        if not self._threads.take():
            return False
        self._lanes.add(me.serial)
        self.emitter.say({"k": "thread", "i": me.serial, "name": me.name, "ev": "start", "t": self._since()})
        return True

    def _new_lock(self, record: Record) -> int:
        """Tell of a lock.  After `MOST_LOCKS`, all new ones of one type and name are told as one."""
        number = record.serial
        if len(self._locks) >= MOST_LOCKS:
            known = self._families.get((record.type, record.name))
            if known is not None:
                return known
            if len(self._families) >= MOST_LOCKS:
                return -1
            self._families[record.type, record.name] = number
        else:
            self._locks[number] = number
        self.emitter.say({"k": "lock", "i": number, "name": record.name, "type": record.type})
        return number

    def _new_place(self, code: CodeType | None, at: int) -> int:
        if code is None:
            return -1
        number = len(self._places)
        self._places[(id(code), at)] = (number, code)
        where = stacks.line_of(code, at)
        frame = stacks.program_frame(sys._getframe(3))
        calls = stacks.read(stacks.capture(frame))[:STACK]
        shown = [call for call in calls if call.file != __file__]
        stack = [f"{stacks.short(call.file)}:{call.line} {call.function}" for call in shown]
        item = {"k": "place", "i": number, "file": stacks.short(where.file), "line": where.line}
        self.emitter.say({**item, "function": where.function, "stack": stack})
        return number

    def _since(self) -> int:
        return hub.now() - self.emitter.zero

    def _follow_threads(self) -> None:
        """Tell of each thread's beginning and end, by standing around what every thread runs."""
        original = threading.Thread._bootstrap_inner  # type: ignore[attr-defined]
        attachment = self

        def _bootstrap_inner(thread: threading.Thread) -> None:
            emitter = attachment.emitter
            if not emitter.alive:
                original(thread)
                return
            me = threads.me()
            # `me` was made before `threading` knew of the thread: now it has its name.
            me._thread, me._name = weakref.ref(thread), thread.name
            told = attachment._new_lane(me)
            try:
                original(thread)
            finally:
                if told:
                    attachment._end_lane(me)

        threading.Thread._bootstrap_inner = _bootstrap_inner  # type: ignore[attr-defined]
        self._new_lane(threads.me())

    def _end_lane(self, me: ThreadState) -> None:
        self._bursts.forget(me.serial)
        self.emitter.say({"k": "thread", "i": me.serial, "name": me.name, "ev": "end", "t": self._since()})
        if hub.now() - self.emitter.flushed >= EVERY:
            self.emitter.flush()

    def _deadlock(self, found: Deadlock) -> None:
        if self._deadlocks.take():
            cycle = [name for each in found.threads for name in (each.thread, each.wants)]
            self._mark("bad", "deadlock", [each.thread for each in found.threads], cycle, str(found))

    def _inversion(self, found: Inversion) -> None:
        if self._orders.take():
            names = list(dict.fromkeys(each.thread for each in found.nestings))
            self._mark("warn", "order", names, list(found.locks), str(found))

    def _mark(self, severity: str, id: str, names: list[str], cycle: list[str], text: str) -> None:
        item = {"k": "mark", "t": self._since(), "sev": severity, "id": id, "threads": names, "cycle": cycle}
        self.emitter.say({**item, "text": text, "trace": None, "lane": threads.me().serial, "place": -1})

    def _metrics(self) -> dict[str, Any] | None:
        threads.me().busy = True  # this is the flusher: what it does to locks is nobody's business
        self._tell_queues()
        found: dict[str, Any] = {"c": {}, "g": {}, "h": {}}
        seen: set[str] = set()
        for registry in (*self.registries, self._own):
            names = set()
            for family in registry.collect():
                if family.name not in seen:
                    names.add(family.name)
                    parsing.read(family, found)
            seen |= names
        if resource is not None:
            used = resource.getrusage(resource.RUSAGE_SELF)
            found["c"]["process_context_switches_total"] = used.ru_nvcsw + used.ru_nivcsw
        return found

    def _tell_queues(self) -> None:
        """The job queues that this program has open, if it has used any; once more when the last one is closed."""
        if "hilos.jobs.queue" not in sys.modules:
            return
        from hilos.lab import open_queues

        queues = open_queues.described()
        if queues or self._had_queues:
            self.emitter.say({"k": "jobs", "t": self._since(), "queues": queues})
        self._had_queues = bool(queues)


def _serves_metrics(thread: threading.Thread | None) -> bool:
    """Whether a thread runs a method of the server at which metrics are scraped: it listens, or answers one scrape."""
    owner = getattr(getattr(thread, "_target", None), "__self__", None)
    return type(owner).__module__.startswith("prometheus_client.")


class _Bucket:
    """Lets through `rate` a second."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._level = 0.0
        self._at = time.monotonic()

    def take(self) -> bool:
        """Whether one more may pass."""
        now = time.monotonic()
        self._level = max(0.0, self._level - (now - self._at) * self._rate)
        self._at = now
        if self._level >= self._rate:
            return False
        self._level += 1
        return True


def _own_registry() -> Any:
    from hilos.metrics import Metrics

    registry = Metrics().registry
    exporting.export(registry)
    return registry
