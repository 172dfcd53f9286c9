"""A queue's changes as metrics: `job_queue_*` of the catalogue."""

from collections.abc import Callable
from typing import Protocol

from hilos.jobs.job import FINAL, Change, State
from hilos.metrics import Metrics


class Listenable(Protocol):
    """Every queue of this package."""

    def listen(self, listener: Callable[[Change], None]) -> Callable[[], None]: ...


class QueueMetrics:
    """Counts a queue's changes into `metrics` from now on.

    Arguments:
        queue: what to listen to.
        metrics: where the catalogue's metrics are made.
    """

    def __init__(self, queue: Listenable, metrics: Metrics) -> None:
        self._submitted = metrics.counter("job_queue_submitted_total")
        self._finished = metrics.counter("job_queue_finished_total")
        self._retries = metrics.counter("job_queue_retries_total")
        self._deaths = metrics.counter("job_queue_worker_deaths_total")
        self._waiting = metrics.gauge("job_queue_waiting")
        self._running = metrics.gauge("job_queue_running")
        self._wait = metrics.histogram("job_queue_wait_seconds")
        self._run = metrics.histogram("job_queue_run_seconds")
        for outcome in sorted(FINAL):  # a counter that is there from the start can be told from one that is missing
            self._finished.labels(outcome)
        self._stop = queue.listen(self.on_change)

    def close(self) -> None:
        """Listen no more."""
        self._stop()

    def on_change(self, change: Change) -> None:
        """Count one change."""
        job, old, new = change.job, change.old, change.new
        priority = str(int(job.priority))
        if old is None:
            self._submitted.labels(priority).inc()
        elif old is State.QUEUED:
            self._waiting.labels(priority).dec()
        elif old is State.RUNNING:
            self._running.dec()
            if job.started is not None:
                outcome = "lost" if change.lost else str(new)
                self._run.labels(outcome).observe(max(0.0, change.time - job.started))
        if new is State.QUEUED:
            self._waiting.labels(priority).inc()
        elif new is State.RUNNING:
            self._running.inc()
            if job.attempts == 1:
                self._wait.labels(priority).observe(max(0.0, change.time - job.submitted))
        elif new is State.RETRYING:
            self._retries.inc()
        elif new in FINAL:
            self._finished.labels(str(new)).inc()
        if change.lost:
            self._deaths.inc()
