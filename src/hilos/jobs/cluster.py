"""Jobs on a cluster: `dask.distributed` behind our executor, when one machine is not enough.

Dask runs the jobs, we keep the queue: a `Queue` hands over a job when a worker is free, so the order is ours, and
the priority goes with it, for the case that several queues share the cluster.  (Dask's own `Client.get_executor()`
takes no priority, hence this one, over `Client.submit`.)  A task whose worker dies is run again by Dask itself on
another one; if it kills several workers, Dask gives it up (`KilledWorker`), and the queue makes it a dead letter.

It is **not durable**: the scheduler keeps the tasks in memory, and they are gone when it is.  Jobs that must
survive that belong into `DurableQueue`, on one machine, or into Celery with a broker, on many.
"""

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from types import ModuleType
from typing import Any

from hilos.errors import GiveUp, MissingError, UsageError, WorkerDied
from hilos.locale import translator

_ = translator("jobs")


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

    def threads(self) -> int:
        """How many tasks the cluster's workers run at once, now."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return max(1, sum(int(worker["nthreads"]) for worker in workers))

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Have `function(*args, **kwargs)` called on a worker."""
        return self.submit_with_priority(0, function, *args, **kwargs)

    def submit_with_priority(
        self, priority: int, function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> "Future[Any]":
        """The same, telling Dask the priority: as everywhere here, the lower the sooner."""
        future: Future[Any] = Future()
        # pure=False: two jobs with the same call are two jobs, and not one result shared.
        try:
            task = self._client.submit(function, *args, pure=False, priority=-priority, **kwargs)
        except Exception as error:
            # The scheduler is gone and Dask has closed its client: this executor takes no more.
            raise BrokenExecutor(_("se perdió el planificador del clúster: {reason}").format(reason=error)) from error
        future.set_running_or_notify_cancel()
        task.add_done_callback(lambda done: self._finish(done, future))
        return future

    def _finish(self, task: Any, future: "Future[Any]") -> None:
        try:
            error = task.exception() if task.status != "cancelled" else WorkerDied(_("el planificador la canceló"))
            if isinstance(error, self._killed):
                error = GiveUp(str(error))  # Dask has run it again on several workers already
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(task.result())
        except BaseException as error:  # noqa: BLE001  the scheduler is gone: the future must end all the same
            if not future.done():
                future.set_exception(WorkerDied(str(error) or type(error).__name__))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; it goes on without us."""
        self._client.close()
