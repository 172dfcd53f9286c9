"""Queues and pipes between processes, of bounded capacity."""

import queue as real_queue
from typing import TYPE_CHECKING, Any

from hilos.course.processes.copying import pickled
from hilos.course.processes.refusing import absent
from hilos.course.processes.sharing import Shared
from hilos.events import Kind
from hilos.explore.primitives.lock import Lock
from hilos.explore.primitives.queue import Queue, SimpleQueue
from hilos.explore.primitives.semaphore import BoundedSemaphore
from hilos.explore.primitives.thread import Thread
from hilos.explore.runtime.verbs import SHIFT, WRITE, running

if TYPE_CHECKING:
    from hilos.course.processes.machine import Machine

STOP = object()


class ProcessQueue(Shared):
    """`multiprocessing.Queue`."""

    def __init__(self, machine: "Machine", maxsize: int = 0) -> None:
        verbs = running()
        self._machine = machine
        self._pipe = Queue(machine.capacity)
        self._slots = BoundedSemaphore(maxsize) if maxsize > 0 else None
        self._reading = Lock()
        self._writing = Lock()
        self._feeders: dict[int, tuple[SimpleQueue, Thread]] = {}
        self._dying = verbs.number(self, "Queue", "dying") << SHIFT
        self._dead: set[int] = set()
        self._careless: set[int] = set()
        machine.add_queue(self)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Hand the item to this process's feeder."""
        if self._slots is not None and not self._slots.acquire(block, timeout):
            raise real_queue.Full
        item = pickled(self._machine, item)
        process = self._machine.current()
        feeder = self._feeders.get(process)
        if feeder is None:
            buffer = SimpleQueue()
            thread = Thread(target=lambda: self._feed(process, buffer), name="QueueFeederThread", daemon=True)
            feeder = self._feeders[process] = (buffer, thread)
            thread.start()
        feeder[0].put(item)

    def _feed(self, process: int, buffer: SimpleQueue) -> None:
        verbs = running()
        parts = self._machine.parts
        while True:
            item = buffer.get()
            if item is STOP:
                return
            verbs.step(self._dying, Kind.READ)
            if process in self._dead:
                return
            if parts == 1:
                self._pipe.put(item)
                continue
            self._writing.acquire()
            for part in range(parts):
                self._pipe.put(item if part == 0 else STOP)
            self._writing.release()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take a message from the pipe."""
        parts = self._machine.parts
        if parts == 1:
            item = self._pipe.get(block, timeout)
        else:
            self._reading.acquire()
            try:
                item = self._pipe.get(block, timeout)
                for _part in range(parts - 1):
                    self._pipe.get()
            finally:
                self._reading.release()
        if self._slots is not None:
            self._slots.release()
        return item

    def put_nowait(self, item: Any) -> None:
        """`put` without waiting for a place."""
        self.put(item, False)

    def get_nowait(self) -> Any:
        """`get` without waiting for a message: one that a feeder still holds is not there."""
        return self.get(False)

    def empty(self) -> bool:
        """Whether the pipe is empty, which says nothing of what feeders hold."""
        return self._pipe.empty()

    def qsize(self) -> int:
        """Not told: what it counts is not what can be taken."""
        absent("Queue.qsize")
        return 0

    def close(self) -> None:
        """This process puts no more."""

    def cancel_join_thread(self) -> None:
        """This process does not wait for its feeder when it ends: what is not written is lost."""
        self._careless.add(self._machine.current())

    def join_thread(self) -> None:
        """Wait until everything put by this process is written."""
        self._finish(self._machine.current())

    def flush(self, process: int) -> None:
        """Part of a process's end."""
        if process not in self._careless:
            self._finish(process)
        elif process in self._feeders:
            running().step(self._dying | WRITE, Kind.WRITE)
            self._dead.add(process)

    def _finish(self, process: int) -> None:
        if process in self._feeders:
            buffer, thread = self._feeders.pop(process)
            buffer.put(STOP)
            thread.join()


class DirectQueue(Shared):
    """`multiprocessing.SimpleQueue`: `put` writes into the pipe itself and waits for room."""

    def __init__(self, machine: "Machine") -> None:
        self._machine = machine
        self._pipe = Queue(machine.capacity)
        self._reading, self._writing = Lock(), Lock()

    def put(self, item: Any) -> None:
        """Write a message."""
        item = pickled(self._machine, item)
        with self._writing:
            for part in range(self._machine.parts):
                self._pipe.put(item if part == 0 else STOP)

    def get(self) -> Any:
        """Read one."""
        with self._reading:
            item = self._pipe.get()
            for _part in range(self._machine.parts - 1):
                self._pipe.get()
        return item

    def empty(self) -> bool:
        """Whether there is none in the pipe."""
        return self._pipe.empty()

    def close(self) -> None:
        """Nothing to give back in the model."""


class Connection(Shared):
    """One end of a `Pipe`."""

    def __init__(self, machine: "Machine", incoming: Queue, outgoing: Queue) -> None:
        self._machine = machine
        self._incoming, self._outgoing = incoming, outgoing

    def send(self, item: Any) -> None:
        """Write a message; waits while the pipe is full."""
        item = pickled(self._machine, item)
        for part in range(self._machine.parts):
            self._outgoing.put(item if part == 0 else STOP)

    def recv(self) -> Any:
        """Read a message; waits for one."""
        item = self._incoming.get()
        for _part in range(self._machine.parts - 1):
            self._incoming.get()
        return item

    def poll(self, timeout: float | None = 0.0) -> bool:
        """Whether there is something to read."""
        return not self._incoming.empty()

    def close(self) -> None:
        """Nothing to give back in the model."""


def pipe(machine: "Machine") -> tuple[Connection, Connection]:
    there, back = Queue(machine.capacity), Queue(machine.capacity)
    return Connection(machine, back, there), Connection(machine, there, back)
