"""What a job may say to its queue while it runs, wherever it runs."""

from collections.abc import Callable
from contextvars import ContextVar

reporter: ContextVar[Callable[[float | None], None] | None] = ContextVar("hilos_job_reporter", default=None)
"""Set around each job by whoever runs it: takes the progress (None: unchanged), raises if the job should stop."""


def checkpoint(progress: float | None = None) -> None:
    """Called by a job now and then: reports its progress, and ends it there if it was cancelled or is out of time.

    A thread cannot be stopped from outside, so a long job for threads should call this in its loop.  Outside of a
    job it does nothing, so that the function can also be called plainly.

    Arguments:
        progress: share that is done, from 0 to 1.

    Raises:
        JobCancelled: the job should stop; let it pass.
    """
    report = reporter.get()
    if report is not None:
        report(progress)
