"""A queue's changes as metrics: `job_queue_*` of the catalogue.

Counters and histograms follow the changes; the gauges are read off the queue when they are scraped, so that they
cost nothing in between, and are right for a file that other processes use too.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

from hilos.jobs.job import FINAL, Change, State
from hilos.jobs.stats import Stats
from hilos.metrics import Metrics


class Listenable(Protocol):
    """Every queue of this package."""

    def listen(self, listener: Callable[[Change], None]) -> Callable[[], None]: ...
    def stats(self) -> Stats: ...


class QueueMetrics:
    """Counts a queue's changes into `metrics` from now on.

    Arguments:
        queue: what to listen to.
        metrics: where the catalogue's metrics are made.
    """

    def __init__(self, queue: Listenable, metrics: Metrics) -> None:
        self._queue = queue
        self._submitted = metrics.counter("job_queue_submitted_total")
        self._finished = metrics.counter("job_queue_finished_total")
        self._retries = metrics.counter("job_queue_retries_total")
        self._deaths = metrics.counter("job_queue_worker_deaths_total")
        self._waiting = metrics.gauge("job_queue_waiting")
        self._wait = metrics.histogram("job_queue_wait_seconds")
        self._run = metrics.histogram("job_queue_run_seconds")
        self._stats = queue.stats()
        self._looked = time.monotonic()
        self._priorities: set[int] = set()
        for outcome in sorted(FINAL):  # a counter that is there from the start can be told from one that is missing
            self._finished.labels(outcome)
        metrics.gauge("job_queue_running").set_function(lambda: len(self._look().running))
        for priority in self._stats.waiting:
            self._meet(priority)
        self._stop = queue.listen(self.on_change)

    def close(self) -> None:
        """Listen no more."""
        self._stop()

    def on_change(self, change: Change) -> None:
        """Count one change."""
        job, old, new = change.job, change.old, change.new
        if job.priority not in self._priorities:
            self._meet(job.priority)
        priority = str(int(job.priority))
        if old is None:
            self._submitted.labels(priority).inc()
        elif old is State.RUNNING and job.started is not None:
            self._run.labels("lost" if change.lost else str(new)).observe(max(0.0, change.time - job.started))
        if new is State.RUNNING:
            if job.attempts == 1:
                self._wait.labels(priority).observe(max(0.0, change.time - job.submitted))
        elif new is State.RETRYING:
            self._retries.inc()
        elif new in FINAL:
            self._finished.labels(str(new)).inc()
        if change.lost:
            self._deaths.inc()

    def _meet(self, priority: int) -> None:
        self._priorities.add(priority)
        self._waiting.labels(str(int(priority))).set_function(partial(self._count, priority))

    def _count(self, priority: int) -> float:
        return self._look().waiting.get(priority, 0)

    def _look(self) -> Stats:
        """The queue now; one look serves all gauges of a scrape."""
        now = time.monotonic()
        if now - self._looked > 0.05:
            self._stats = self._queue.stats()
            self._looked = now
        return self._stats
