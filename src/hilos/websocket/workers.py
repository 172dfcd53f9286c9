"""Processes that work for an event loop: progress while they do, cancellation, and replacement of those that die.

`concurrent.futures.ProcessPoolExecutor` is the standard answer, and not enough for a server that strangers use: what
runs in it cannot be cancelled, it reports no progress, and after one worker's death the whole pool is broken for good.
Here each worker has a pipe of its own, which carries tasks and «cancel» one way, progress and outcomes the other way.

* **No thread.**  The loop watches the pipes (`add_reader`); end of file on one means that its worker is dead.
* **Spawn.**  Workers are fresh interpreters.  `fork` would copy the server: its sockets (a client would not see its
  connection closed while a worker lives) and its locks, held by threads that do not exist in the copy.
* **A death** (`kill -9`, out of memory) costs one attempt.  A job is tried twice: the first death may not be its fault,
  and a job that kills every worker it meets must not be tried for ever.
* **Cancelling** asks first: the task ends within some 30 ms, and the worker with its imports lives on.  One that does
  not obey within a second is killed and replaced.
* **No orphan.**  A worker leaves when its pipe ends, at the latest with its next progress message, so even
  `kill -9` on the server leaves none behind.
* **Nice.**  Workers take a lower priority than the loop: a reply takes microseconds, work takes seconds, and where
  there are more of them than cores the scheduler must know which can wait.

The messages are pickled; both ends are this program, and nothing that a client sends goes through except a checked kind
and size.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType

from hilos.interrupts import sigint_blocked
from hilos.websocket.tasks import Stopped, Tell, work

ATTEMPTS = 2
"""Times that a job is tried if its worker dies."""

OBEY_SECONDS = 1.0
"""How long a worker may take to obey «cancel»."""


class WorkerDied(Exception):
    """The worker died under the job, at its last attempt."""


class WorkFailed(Exception):
    """The work raised an exception; `trace` is its traceback in the worker."""

    def __init__(self, trace: str) -> None:
        super().__init__(trace.strip().splitlines()[-1])
        self.trace = trace


class Pool:
    """Some worker processes, for one event loop; an asynchronous context manager.

    Arguments:
        size: how many.
        niceness: how far their priority is lowered, 0 to 19 (`os.nice`).
        on_replaced: called when one died, or was killed because it did not obey, and another takes its place.
        task: what workers run: `task(kind, size, tell)`, importable by name.

    Attributes:
        waiting: jobs that wait for a free worker.
        running: jobs that have one.
    """

    def __init__(
        self,
        size: int,
        *,
        niceness: int = 10,
        on_replaced: Callable[[], None] = lambda: None,
        task: Callable[[str, int, Tell], object] = work,
    ) -> None:
        self._size = size
        self._niceness = niceness
        self._on_replaced = on_replaced
        self._task = task
        self._workers: set[_Worker] = set()
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._closing = False
        self._early_deaths = 0
        self._made = 0
        self.waiting = 0
        self.running = 0

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers."""
        return [worker.pid for worker in self._workers]

    async def run(self, kind: str, size: int, tell: Tell, on_retry: Callable[[], None] = lambda: None) -> object:
        """Do the work in the next free worker, first come, first served; cancel this call to stop it.

        Arguments:
            kind, size: what the pool's task takes.
            tell: called here, in the loop, with the fraction done.
            on_retry: called when the worker died and the job begins again.

        Raises:
            WorkFailed: the work raised.
            WorkerDied: its worker died, `ATTEMPTS` times.
        """
        for attempt in range(1, ATTEMPTS + 1):
            worker = await self._borrow()
            self.running += 1
            try:
                return await worker.compute(kind, size, tell)
            except WorkerDied:
                if attempt == ATTEMPTS:
                    raise
                on_retry()
            finally:
                self.running -= 1
                if worker.alive:
                    self._idle.put_nowait(worker)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _borrow(self) -> "_Worker":
        self.waiting += 1
        try:
            while True:
                worker = await self._idle.get()
                if worker.alive:
                    return worker
        finally:
            self.waiting -= 1

    def _hire(self) -> None:
        if self._closing:
            return
        self._made += 1
        try:
            worker = _Worker(self._made, self._niceness, self._task, self._bury)
        except OSError:  # no memory or no process to be had now: try again soon
            asyncio.get_running_loop().call_later(1.0, self._hire)
            return
        self._workers.add(worker)
        self._idle.put_nowait(worker)

    def _bury(self, worker: "_Worker") -> None:
        self._workers.discard(worker)
        if self._closing:
            return
        self._on_replaced()
        # Workers that cannot even start must not be made as fast as the machine can fork.
        self._early_deaths = 0 if worker.ready else self._early_deaths + 1
        delay = min(5.0, 0.1 * 2**self._early_deaths) if self._early_deaths else 0.0
        asyncio.get_running_loop().call_later(delay, self._hire)

    async def close(self) -> None:
        """End every worker, busy or not, and wait until all are gone."""
        self._closing = True
        workers = list(self._workers)
        for worker in workers:
            worker.kill()

        def join() -> None:
            for worker in workers:
                worker.join()

        await asyncio.to_thread(join)

    async def __aenter__(self) -> "Pool":
        for _ in range(self._size):
            self._hire()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class _Worker:
    """The loop's side of one process."""

    def __init__(
        self,
        number: int,
        niceness: int,
        task: Callable[[str, int, Tell], object],
        on_death: Callable[["_Worker"], None],
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, niceness, task), name=f"worker-{number}", daemon=True
        )
        with theirs, sigint_blocked():
            self._process.start()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._pipe.fileno(), self._listen)
        self._on_death = on_death
        self._outcome: asyncio.Future[object] | None = None
        self._tell: Tell = _ignore
        self.alive = True
        self.ready = False

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    async def compute(self, kind: str, size: int, tell: Tell) -> object:
        """One task, from its sending to its outcome."""
        outcome = self._outcome = self._loop.create_future()
        self._tell = tell
        if self._say((kind, size)):
            try:
                # shield: cancelling this call must not cancel the future, which still has to hear of the end.
                return await asyncio.shield(outcome)
            except asyncio.CancelledError:
                self._tell = _ignore
                await self._stop(outcome)
                raise
        raise WorkerDied

    async def _stop(self, outcome: "asyncio.Future[object]") -> None:
        obeyed = False
        try:
            if self._say("cancel"):
                await asyncio.wait([outcome], timeout=OBEY_SECONDS)
                obeyed = outcome.done()
        finally:  # also when this, too, is cancelled
            if not obeyed:
                self.kill()
            if outcome.done() and not outcome.cancelled():
                outcome.exception()  # it was not asked for any more: say that it has been seen

    def _say(self, message: object) -> bool:
        try:
            self._pipe.send(message)
        except OSError:
            self._died()
            return False
        return True

    def _listen(self) -> None:
        """The pipe has something: called by the loop."""
        try:
            what, value = self._pipe.recv()
        except (EOFError, OSError):
            self._died()
            return
        if what == "progress":
            self._tell(value)
        elif what == "ready":
            self.ready = True
        elif self._outcome is not None and not self._outcome.done():
            if what == "done":
                self._outcome.set_result(value)
            elif what == "stopped":
                self._outcome.set_exception(Stopped())
            else:
                self._outcome.set_exception(WorkFailed(value))

    def _died(self) -> None:
        if not self.alive:
            return
        self.alive = False
        self._loop.remove_reader(self._pipe.fileno())
        self._pipe.close()
        self._process.kill()  # a pipe can end before its process does
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_exception(WorkerDied())
            self._outcome.exception()  # nobody may be waiting: a death is no error of this program
        self._on_death(self)

    def kill(self) -> None:
        """End the process at once; the work is lost."""
        self._process.kill()
        self._died()

    def join(self) -> None:
        """Wait until the process is gone.  Blocks for the moment that the system takes to end a killed process."""
        self._process.join(5)


def _ignore(fraction: float) -> None:
    pass


def _serve(pipe: "Connection[object, object]", niceness: int, task: Callable[[str, int, Tell], object]) -> None:
    """The life of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        os.nice(niceness)

    def tell(fraction: float) -> None:
        if pipe.poll() and pipe.recv() == "cancel":
            raise Stopped
        pipe.send(("progress", fraction))

    try:
        pipe.send(("ready", None))
        while True:
            message = pipe.recv()
            if not isinstance(message, tuple):
                continue  # a «cancel» that came after the end of its task
            kind, size = message
            try:
                pipe.send(("done", task(kind, size, tell)))
            except Stopped:
                pipe.send(("stopped", None))
            except Exception:  # noqa: BLE001  whatever the work raised is the client's to hear
                pipe.send(("failed", traceback.format_exc()))
    except (EOFError, OSError):
        # The server is gone, and so is who would have read an error.
        sys.exit(0)
