"""The back ends by name: what runs the jobs.

The seam is `concurrent.futures.Executor`, the standard library's own: a back end is one, and `Queue` takes any.
"""

import concurrent.futures
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from hilos.errors import MissingError, UsageError
from hilos.jobs.processes import ProcessWorkers, usable_cpus
from hilos.jobs.queue import Queue
from hilos.locale import translator

_ = translator("jobs")

BACKENDS = ("threads", "processes", "interpreters")
"""Names that `executor_for` knows."""


def executor_for(backend: str, workers: int | None = None, **options: Any) -> Executor:
    """The executor that back end `backend` runs jobs on.

    Arguments:
        backend: one of `BACKENDS`.
        workers: how many; the CPUs that this process may use unless given.
        options: for its constructor.

    Raises:
        UsageError: there is no such back end.
        MissingError: this Python or this installation lacks what it needs.
    """
    count = usable_cpus() if workers is None else workers
    if backend == "threads":
        return ThreadPoolExecutor(count, thread_name_prefix="worker", **options)
    if backend == "processes":
        return ProcessWorkers(count, **options)
    if backend == "interpreters":
        pool = getattr(concurrent.futures, "InterpreterPoolExecutor", None)
        if pool is None:
            raise MissingError(
                _("Este Python no tiene InterpreterPoolExecutor: llegó con la 3.14.\nUsa el motor «processes».")
            )
        return pool(count, **options)  # type: ignore[no-any-return]
    raise UsageError(
        _("No existe el motor «{backend}».\nLos que hay: {names}.").format(backend=backend, names=", ".join(BACKENDS))
    )


def open_queue(backend: str = "threads", workers: int | None = None, **options: Any) -> Queue:
    """A queue on back end `backend`.

    Arguments:
        backend, workers: as for `executor_for`.
        options: for `Queue` (capacity, aging, retry...).
    """
    return Queue(lambda: executor_for(backend, workers), **options)
