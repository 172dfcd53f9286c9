"""Worker processes that outlive the death of one of them.

`concurrent.futures.ProcessPoolExecutor` breaks for good when a worker is killed: all its futures fail, and it
takes no more. `ProcessWorkers` is an executor too, but it owns each worker:

    submit ──► idle worker's pipe ──► worker process ──► the collector thread ──► Future
          └──► _pending, if none is idle ────────────────┘ (it gives the freed worker the next)

* One pipe a worker and one call at a time: when a worker dies, exactly one call is concerned.  Its future fails with
  `WorkerDied`, which names the worker and the signal; the worker is replaced, and everything else goes on.
* A call can be ended (`kill`): its worker is.
* Progress: a call's `checkpoint(0.5)` comes back over the same pipe.
* A `Call` need not be one function and a future: the durable queue has batches of its own (`batch.py`).

Guarantees to whoever owns the process.  Workers ignore Ctrl+C, which a terminal sends to the whole group: their
parent decides. SIGINT is blocked while they start, so that none dies with a traceback before it could say so.  A
worker whose parent vanished, even by SIGKILL, ends itself: a thread in it waits on the parent.  Start method:
forkserver where there is one, else spawn; never fork, since the process that forks here has threads.

Assumption: a worker that ends by itself before it ever was ready did so for something that will happen again (its
main module cannot be imported, its initializer raises).  After three such ends in a row the pool is broken, and says
why.  One that was killed by a signal meanwhile does not count as much: thirty of those.
"""

import atexit
import contextlib
import multiprocessing
import os
import pickle
import selectors
import signal
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from hilos.errors import WorkerDied
from hilos.interrupts import sigint_blocked
from hilos.jobs.worker import CALL, serve
from hilos.locale import language, translator

_ = translator("jobs")

Progress = Callable[[float | None, str], None]


class RemoteTraceback(Exception):
    """The traceback of the worker, as text: the cause of the exception that the future raises here."""

    def __str__(self) -> str:
        return "\n" + str(self.args[0])


class Call(Protocol):
    """What a worker is given to do.  All methods save `cancel` are called by the workers' own threads."""

    payload: bytes

    def given(self, worker: str) -> bool:
        """`worker` gets it now; False if nobody wants it any more."""

    def heard(self, kind: str, content: Any) -> None:
        """The worker said this; see worker.py."""

    def died(self, at: int, how: str) -> None:
        """The worker died, while it ran number `at` of a batch (-1: none of them)."""

    def broken(self, reason: str) -> None:
        """No worker can be started any more."""

    def cancel(self) -> bool:
        """It was taken back before any worker had it."""


class WorkerFuture(Future[Any]):
    """A future whose call reports progress.  `worker` names who runs it, empty before it starts."""

    def __init__(self) -> None:
        super().__init__()
        self.payload = b""
        self.worker = ""
        self._progress: Progress | None = None

    def given(self, worker: str) -> bool:
        """`worker` gets it now; False if it was cancelled."""
        if not self.set_running_or_notify_cancel():
            return False
        self.worker = worker
        self._report(None)
        return True

    def heard(self, kind: str, content: Any) -> None:
        """The worker's progress, or its answer."""
        if kind == "progress":
            self._report(content[1])
        elif kind == "value":
            self.set_result(content)
        else:
            error, text = content
            error.__cause__ = RemoteTraceback(text)
            self.set_exception(error)

    def died(self, at: int, how: str) -> None:
        """Its worker did."""
        self.set_exception(WorkerDied(how))

    def broken(self, reason: str) -> None:
        """No worker can be started any more."""
        if not self.done():
            self.set_exception(BrokenExecutor(reason))

    def on_progress(self, listener: Progress) -> None:
        """Have `listener(progress, worker)` called at the call's start (progress None) and checkpoints."""
        self._progress = listener
        if self.worker:
            listener(None, self.worker)

    def _report(self, progress: float | None) -> None:
        if self._progress is not None:
            self._progress(progress, self.worker)


class _Worker:
    """One worker as its parent sees it."""

    def __init__(
        self, number: int, process: Any, pipe: "Connection[Any, Any]", recalls: "Connection[Any, Any]", mark: Any
    ) -> None:
        self.number = number
        self.name = f"worker {number + 1}"
        self.process = process
        self.pipe = pipe
        self.recalls = recalls
        self.mark = mark
        self.ready = False
        self.call: Call | None = None


class ProcessWorkers(Executor):
    """An executor over worker processes of its own.

    Arguments:
        workers: how many; the CPUs that this process may use unless given.
        affinity: for each worker the CPUs it is pinned to, in turn; nothing where the system cannot pin.
        initializer, initargs: called in each worker as it starts.
        method: multiprocessing's start method.
        preload: modules that workers need and that take long to import: the fork server does so once, and workers are
            copies of it.  One fork server serves the whole program, so the first `ProcessWorkers` decides.

    Raises:
        ValueError: `workers` is less than 1.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        affinity: Sequence[Sequence[int]] = (),
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
        method: str | None = None,
        preload: Sequence[str] = (),
    ) -> None:
        self._max_workers = usable_cpus() if workers is None else workers
        if self._max_workers < 1:
            raise ValueError(f"workers must be 1 or more, not {workers}")
        if method is None:
            method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        self._context: Any = multiprocessing.get_context(method)
        if method == "forkserver" and preload:
            self._context.set_forkserver_preload(["__main__", *preload])  # the first is what it has by default
        self._affinity = [tuple(cpus) for cpus in affinity]
        self._setup = (initializer, initargs)
        self.deaths = 0
        self._lock = threading.Lock()  # guards all below; never held while a pipe is written or a future is set
        self._workers: dict[int, _Worker] = {}
        self._idle: list[_Worker] = []
        self._pending: deque[Call] = deque()
        self._stillborn = 0
        self._closing = False
        self._broken = ""
        self._waker, self._wake_end = self._context.Pipe(duplex=False)
        self._poller = _Poller()
        self._poller.add(self._waker, None)
        try:
            for number in range(self._max_workers):
                self._start(number)
            self._collector = threading.Thread(target=self._collect, name="job workers' collector", daemon=True)
            self._collector.start()
            _pools.add(self)
        except BaseException:  # Ctrl+C: the interpreter would wait for ever for those that are started already
            self._abandon()
            raise

    # What callers do.

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> WorkerFuture:
        """Have `function(*args, **kwargs)` called in a worker.  All three must pickle; if not, the future says so."""
        future = WorkerFuture()
        try:
            future.payload = CALL + pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # noqa: BLE001
            future.set_exception(error)
            return future
        self.submit_call(future)
        return future

    def submit_call(self, call: Call) -> None:
        """Have the next free worker do `call`.

        Raises:
            BrokenExecutor: no worker can be started.
            RuntimeError: the workers were shut down.
        """
        with self._lock:
            if self._broken:
                raise BrokenExecutor(self._broken)
            if self._closing:
                raise RuntimeError("cannot submit: the workers were shut down")
            worker = self._idle.pop() if self._idle else None
            if worker is None:
                self._pending.append(call)
                return
            worker.call = call
        self._give(worker, call)

    def recall(self, call: Call) -> None:
        """Have its worker give back what it has not begun of the batch `call`; it answers with "returned"."""
        with self._lock:
            worker = self._busy_with(call)
            if worker is not None:
                with contextlib.suppress(OSError, ValueError):
                    worker.recalls.send_bytes(b"")

    def at(self, call: Call) -> tuple[int, float]:
        """Which of the batch `call` runs now (-1: none), and since when on the monotonic clock."""
        with self._lock:
            worker = self._busy_with(call)
            return (-1, 0.0) if worker is None else (int(worker.mark[0]) - 1, float(worker.mark[1]))

    def kill(self, call: "Call | Future[Any]") -> bool:
        """End `call` by ending its worker; True if it was running or waiting here."""
        with self._lock:
            pending = next((each for each in self._pending if each is call), None)
            if pending is None:
                victim = self._busy_with(call)
                if victim is not None:
                    victim.process.kill()
                return victim is not None
            self._pending.remove(pending)
        pending.cancel()
        return True

    def pids(self) -> dict[str, int]:
        """Process id of each worker, by its name."""
        with self._lock:
            return {worker.name: worker.process.pid for worker in self._workers.values()}

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; end the workers when those that there are have ended."""
        with self._lock:
            self._closing = True
            dropped = list(self._pending) if cancel_futures else []
            if cancel_futures:
                self._pending.clear()
        for call in dropped:
            call.cancel()
        with contextlib.suppress(OSError, ValueError):
            self._wake_end.send_bytes(b"")
        if wait and threading.current_thread() is not self._collector:
            self._collector.join()

    # Workers.

    def _busy_with(self, call: "Call | Future[Any]") -> _Worker | None:
        """Under the lock: the worker that has `call`."""
        return next((worker for worker in self._workers.values() if worker.call is call), None)

    def _start(self, number: int) -> None:
        ours, theirs = self._context.Pipe()
        recalled, recalls = self._context.Pipe(duplex=False)
        mark = self._context.RawArray("d", 2)
        cpus = self._affinity[number % len(self._affinity)] if self._affinity else ()
        with sigint_blocked():
            process = self._context.Process(
                target=serve,
                args=(theirs, recalled, mark, language(), cpus, *self._setup),
                name=f"hilos worker {number + 1}",
                daemon=False,
            )
            process.start()
            # Still within: a Ctrl+C that came meanwhile is raised as the block ends; `_abandon` must know this one.
            worker = _Worker(number, process, ours, recalls, mark)
            with self._lock:
                self._workers[number] = worker
        theirs.close()
        recalled.close()
        self._poller.add(ours, worker)

    def _give(self, worker: _Worker, call: Call) -> None:
        if not call.given(worker.name):
            self._freed(worker)
            return
        # A worker that died under our hands: the collector sees it too, and fails the call.
        with contextlib.suppress(OSError, ValueError):
            worker.pipe.send_bytes(call.payload)
        call.payload = b""

    def _freed(self, worker: _Worker) -> None:
        """Give `worker` the next call, or note that it is idle."""
        with self._lock:
            if not self._pending:
                worker.call = None
                self._idle.append(worker)
                return
            call = worker.call = self._pending.popleft()
        self._give(worker, call)

    def _abandon(self) -> None:
        with self._lock:
            self._closing = True
            self._pending.clear()
            workers = list(self._workers.values())
        for worker in workers:
            worker.process.kill()

    # The collector thread.

    def _collect(self) -> None:
        while True:
            for worker in self._poller.ready():
                if worker is None:
                    self._waker.recv_bytes()
                else:
                    self._read(worker)
            with self._lock:
                done = self._closing and not self._pending and all(w.call is None for w in self._workers.values())
            if done or self._broken:
                self._end_workers()
                return

    def _read(self, worker: _Worker) -> None:
        try:
            message = worker.pipe.recv_bytes()
        except (EOFError, OSError):
            self._bury(worker)
            return
        kind, content = pickle.loads(message)  # noqa: S301  from our own child, over a private pipe
        if kind == "ready":
            worker.ready = True
            self._stillborn = 0
            self._freed(worker)
            return
        call = worker.call
        if kind not in ("progress", "some", "returned"):
            # What hears of the end may submit the next call at once: first make the worker available for it.
            self._freed(worker)
        if call is not None:
            call.heard(kind, content)

    def _bury(self, worker: _Worker) -> None:
        self._poller.remove(worker.pipe)
        worker.pipe.close()
        worker.recalls.close()
        worker.process.join(5)
        how = _how_it_died(worker)
        with self._lock:
            self._workers.pop(worker.number, None)
            self._idle = [each for each in self._idle if each is not worker]
            call, worker.call = worker.call, None
            closing = self._closing and not self._pending
            self.deaths += 1
            if not worker.ready:
                self._stillborn += 1 if (worker.process.exitcode or 0) < 0 else 10
            hopeless = self._stillborn >= 30
        if hopeless:
            self._give_up(how)
        elif not closing:
            self._start(worker.number)
        if call is not None:
            call.died(int(worker.mark[0]) - 1, how)

    def _give_up(self, how: str) -> None:
        self._broken = _(
            "Los procesos trabajadores mueren al arrancar: {how}\n"
            "¿Se puede importar tu módulo principal sin que arranque nada? "
            "Protege su código con: if __name__ == '__main__':"
        ).format(how=how)
        with self._lock:
            dropped = list(self._pending)
            self._pending.clear()
            calls = [worker.call for worker in self._workers.values() if worker.call is not None]
        for call in [*dropped, *calls]:
            call.broken(self._broken)

    def _end_workers(self) -> None:
        for worker in self._workers.values():
            worker.pipe.close()  # end of file: it returns
            worker.recalls.close()
        for worker in self._workers.values():
            worker.process.join(5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._poller.close()
        self._waker.close()
        self._wake_end.close()


def _end_all() -> None:
    """As the interpreter ends: whoever was interrupted before `shutdown` must not be kept waiting by its workers."""
    for pool in list(_pools):
        pool._abandon()


_pools: "weakref.WeakSet[ProcessWorkers]" = weakref.WeakSet()
# Registered after multiprocessing's own, which waits for its children, and so called before it.
atexit.register(_end_all)


class _Poller:
    """Which pipes have something to read.  A selector kept open where pipes are files, `wait` on Windows."""

    def __init__(self) -> None:
        self._of: dict[Any, _Worker | None] = {}
        self._selector = None if sys.platform == "win32" else selectors.DefaultSelector()

    def add(self, pipe: Any, worker: _Worker | None) -> None:
        self._of[pipe] = worker
        if self._selector is not None:
            self._selector.register(pipe, selectors.EVENT_READ, worker)

    def remove(self, pipe: Any) -> None:
        self._of.pop(pipe, None)
        if self._selector is not None:
            self._selector.unregister(pipe)

    def ready(self) -> list[_Worker | None]:
        """Wait until there is something; whose pipes, None for the waker."""
        if self._selector is None:
            return [self._of[pipe] for pipe in wait(list(self._of))]
        return [key.data for key, _events in self._selector.select()]

    def close(self) -> None:
        if self._selector is not None:
            self._selector.close()


def _how_it_died(worker: _Worker) -> str:
    code = worker.process.exitcode
    if code is not None and code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        return _("{worker} murió por la señal {signal}").format(worker=worker.name, signal=name)
    return _("{worker} terminó por su cuenta con el código {code}").format(worker=worker.name, code=code)


def usable_cpus() -> int:
    """CPUs that this process may use."""
    if hasattr(os, "process_cpu_count"):
        return int(os.process_cpu_count() or 1)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
