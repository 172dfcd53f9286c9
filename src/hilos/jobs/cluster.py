"""Jobs on a cluster: `dask.distributed` behind our executor, when one machine is not enough.

Dask runs the jobs, we keep the queue: a `Queue` hands over a job when a worker is free, so the order is ours, and
the priority goes with it, for the case that several queues share the cluster.  (Dask's own `Client.get_executor()`
takes no priority, hence this one, over `Client.submit`.)  A task whose worker dies is run again by Dask itself on
another one; if it kills several workers, Dask gives it up (`KilledWorker`), and the queue makes it a dead letter.

**Progress and cancelling.** Each call goes in the company of `_call`, which says over Dask's own events who runs it
and what its `checkpoint()` reports.  A call that is cancelled or out of time is dropped at the scheduler; a worker's
thread cannot be stopped, so one that runs already ends at its next `checkpoint()`, where it sees that it was dropped.

It is **not durable**: the scheduler keeps the tasks in memory, and they are gone when it is.  Jobs that must
survive that belong into `DurableQueue`, on one machine, or into Celery with a broker, on many.
"""

import contextlib
import itertools
import math
import time
import uuid
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, InvalidStateError
from types import ModuleType
from typing import Any

from hilos.errors import GiveUp, JobCancelled, MissingError, UsageError, WorkerDied
from hilos.jobs.context import reporter
from hilos.jobs.processes import Progress
from hilos.locale import translator

_ = translator("jobs")

TELL_EVERY = 0.05
"""Seconds between two reports of one job's progress at least."""


def distributed() -> ModuleType:
    """The package `distributed`.

    Raises:
        MissingError: it is not installed.
    """
    try:
        import distributed as package
    except ImportError:
        raise MissingError(
            _("El motor «cluster» necesita dask.distributed.\nInstálalo con: pip install 'hilos[cluster]'")
        ) from None
    return package


class ClusterFuture(Future[Any]):
    """A future whose call reports progress, and can be dropped while it runs."""

    def __init__(self) -> None:
        super().__init__()
        self.task: Any = None
        self.worker = ""
        self._progress: Progress | None = None

    def on_progress(self, listener: Progress) -> None:
        """Have `listener(progress, worker)` called at the call's start (progress None) and checkpoints."""
        self._progress = listener
        if self.worker:
            listener(None, self.worker)

    def heard(self, progress: float | None, worker: str) -> None:
        """`worker` has it, and is that far."""
        self.worker = worker
        if self._progress is not None:
            self._progress(progress, worker)

    def cancel(self) -> bool:
        """Drop it: if it waits it does not run, if it runs nobody hears of its end.  False if it has ended."""
        dropped = self.end(WorkerDied(_("el planificador la canceló")))
        if dropped:
            self.task.cancel()
        return dropped

    def end(self, error: BaseException | None, value: Any = None) -> bool:
        """It ended so, unless it had ended before; whether this was news."""
        try:
            if error is not None:
                self.set_exception(error)
            else:
                self.set_result(value)
        except InvalidStateError:
            return False
        return True


class ClusterExecutor(Executor):
    """An executor over a Dask cluster.

    Arguments:
        address: its scheduler's, as `hilos jobs cluster` prints it ("tcp://127.0.0.1:8786").
        timeout: seconds to wait for the scheduler and the first worker.

    Raises:
        MissingError: dask.distributed is not installed.
        UsageError: no scheduler answers there, or it has no workers.
    """

    def __init__(self, address: str, timeout: float = 10.0) -> None:
        package = distributed()
        try:
            self._client: Any = package.Client(address, timeout=timeout, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(
                _(
                    "No hay ningún planificador de Dask en {address}: {reason}.\nArranca uno con: hilos jobs cluster"
                ).format(address=address, reason=str(error).splitlines()[0] if str(error) else type(error).__name__)
            ) from None
        try:
            self._client.wait_for_workers(1, timeout=timeout)
        except TimeoutError:
            self._client.close()
            raise UsageError(
                _(
                    "El planificador de {address} no tiene trabajadores.\n"
                    "Añade con: hilos jobs cluster --join {address}"
                ).format(address=address)
            ) from None
        self._killed: type[BaseException] = package.KilledWorker
        self._cancelled: type[BaseException] = package.client.FutureCancelledError
        self._max_workers = self.threads()
        self._topic = f"hilos-jobs-{uuid.uuid4().hex}"
        self._numbers = itertools.count()
        self._futures: dict[int, ClusterFuture] = {}
        self._client.subscribe_topic(self._topic, self._heard)

    def threads(self) -> int:
        """How many tasks the cluster's workers run at once, now."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return max(1, sum(int(worker["nthreads"]) for worker in workers))

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> ClusterFuture:
        """Have `function(*args, **kwargs)` called on a worker."""
        return self.submit_with_priority(0, function, *args, **kwargs)

    def submit_with_priority(
        self, priority: int, function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> ClusterFuture:
        """The same, telling Dask the priority: as everywhere here, the lower the sooner."""
        future = ClusterFuture()
        number = next(self._numbers)
        self._futures[number] = future
        call = (self._topic, number, function, args, kwargs)
        # pure=False: two jobs with the same call are two jobs, and not one result shared.
        try:
            future.task = self._client.submit(_call, *call, pure=False, priority=-priority)
        except Exception as error:
            # The scheduler is gone and Dask has closed its client: this executor takes no more.
            self._futures.pop(number, None)
            raise BrokenExecutor(_("se perdió el planificador del clúster: {reason}").format(reason=error)) from error
        future.set_running_or_notify_cancel()
        future.task.add_done_callback(lambda done: self._finish(done, number, future))
        return future

    def _heard(self, event: tuple[float, tuple[int, float | None, str]]) -> None:
        _when, (number, progress, worker) = event
        future = self._futures.get(number)
        if future is not None:
            future.heard(progress, worker)

    def _finish(self, task: Any, number: int, future: ClusterFuture) -> None:
        self._futures.pop(number, None)
        try:
            error = task.exception() if task.status != "cancelled" else WorkerDied(_("el planificador la canceló"))
            if isinstance(error, self._killed):
                error = GiveUp(str(error))  # Dask has run it again on several workers already
            future.end(error, None if error is not None else task.result())
        except BaseException as error:  # noqa: BLE001  the scheduler is gone: the future must end all the same
            future.end(WorkerDied(str(error) or type(error).__name__))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; it goes on without us."""
        with contextlib.suppress(Exception):  # the scheduler is gone
            self._client.unsubscribe_topic(self._topic)
        self._client.close()


def _call(topic: str, number: int, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """On the worker: the call, with what its `checkpoint()` needs."""
    worker = distributed().get_worker()
    key = worker.get_current_task()
    name = f"worker {worker.name}"
    told = -math.inf

    def report(progress: float | None) -> None:
        nonlocal told
        task = worker.state.tasks.get(key)
        if task is not None and task.state == "cancelled":
            raise JobCancelled(_("El trabajo «{name}» tiene que parar.").format(name=key))
        now = time.monotonic()
        if progress is not None and now - told >= TELL_EVERY:
            told = now
            worker.log_event(topic, (number, float(progress), name))

    worker.log_event(topic, (number, None, name))
    token = reporter.set(report)
    try:
        return function(*args, **kwargs)
    finally:
        reporter.reset(token)
