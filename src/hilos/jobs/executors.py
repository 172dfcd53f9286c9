"""The back ends by name: what runs the jobs.

The seam is `concurrent.futures.Executor`, the standard library's own: a back end is one, and `Queue` takes any.
"durable" is the exception: what it adds is a queue that lives in a file, so it has a queue of its own, over the same
executors.
"""

import concurrent.futures
import sys
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hilos.errors import MissingError, UsageError
from hilos.jobs.durable import DurableQueue
from hilos.jobs.processes import ProcessWorkers, usable_cpus
from hilos.jobs.queue import Queue
from hilos.locale import translator

_ = translator("jobs")

HAS_INTERPRETERS = hasattr(concurrent.futures, "InterpreterPoolExecutor")
BACKENDS = ("threads", "processes", *(["interpreters"] if HAS_INTERPRETERS else []), "durable", "cluster")
"""Names of the back ends that this Python has."""


def executor_for(backend: str, workers: int | None = None, *, address: str | None = None, **options: Any) -> Executor:
    """The executor that back end `backend` runs jobs on.

    Arguments:
        backend: one of `BACKENDS`, save "durable".
        workers: how many; the CPUs that this process may use unless given.  A cluster has its own.
        address: of the cluster's scheduler.
        options: for the executor's constructor.

    Raises:
        UsageError: there is no such back end, or an argument that it needs is missing.
        MissingError: this Python or this installation lacks what it needs.
    """
    count = usable_cpus() if workers is None else workers
    if backend == "threads":
        return ThreadPoolExecutor(count, thread_name_prefix="worker", **options)
    if backend == "processes":
        return ProcessWorkers(count, **options)
    if backend == "interpreters":
        if not HAS_INTERPRETERS:
            raise MissingError(
                _("Este Python no tiene InterpreterPoolExecutor: llegó con la 3.14.\nUsa el motor «processes».")
            )
        # A new interpreter looks for modules where Python does at its start, and not in the program's own folder.
        options = {"initializer": exec, "initargs": (f"import sys; sys.path[:] = {sys.path!r}",)} | options
        return concurrent.futures.InterpreterPoolExecutor(count, **options)  # type: ignore[attr-defined, no-any-return]
    if backend == "cluster":
        from hilos.jobs.cluster import ClusterExecutor

        if address is None:
            raise UsageError(
                _(
                    "El motor «cluster» necesita la dirección del planificador (address).\n"
                    "Arráncalo con: hilos jobs cluster"
                )
            )
        return ClusterExecutor(address, **options)
    raise UsageError(
        _("No existe el motor «{backend}».\nLos que hay: {names}.").format(backend=backend, names=", ".join(BACKENDS))
    )


def open_queue(
    backend: str = "threads",
    workers: int | None = None,
    *,
    path: str | Path | None = None,
    address: str | None = None,
    **options: Any,
) -> Any:
    """A queue on back end `backend`: a `Queue`, or a `DurableQueue` for "durable".

    Arguments:
        backend, workers, address: as for `executor_for`.
        path: the file of the durable queue.
        options: for the queue (capacity, aging, retry...).
    """
    if backend != "durable":
        return Queue(lambda: executor_for(backend, workers, address=address), **options)
    if path is None:
        raise UsageError(_("El motor «durable» necesita el archivo de la cola (path)."))
    return DurableQueue(path, workers, **options)
