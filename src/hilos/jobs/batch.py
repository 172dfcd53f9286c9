"""A batch: short jobs of the durable queue that go to a worker in one message.  (Its other end: worker.py.)"""

import pickle
import time
from typing import Any, Protocol

from hilos.jobs.schema import Taken
from hilos.jobs.worker import BATCH, Result


class Owner(Protocol):
    """Who is told what becomes of a batch; called by the workers' threads."""

    def heard_results(self, results: list[tuple[Taken, Result]], last: bool) -> None: ...
    def came_back(self, jobs: list[Taken], over: bool) -> None: ...
    def worker_died(self, victim: Taken | None, how: str) -> None: ...
    def cannot_run(self, reason: str) -> None: ...


class Batch:
    """What one worker has of the queue's jobs; a `Call`.

    Attributes:
        jobs: all of them, in their order.
        left: numbers of those that the worker has and has not answered for.
        since: when it was sent or last heard of, on the monotonic clock.
        recalled: what has not begun was asked back.
    """

    def __init__(self, jobs: list[Taken], owner: Owner) -> None:
        self.jobs = jobs
        self.left = set(range(len(jobs)))
        self.since = time.monotonic()
        self.recalled = False
        self._owner = owner
        self.payload = BATCH + pickle.dumps([(job.function, job.arguments) for job in jobs], pickle.HIGHEST_PROTOCOL)

    def given(self, worker: str) -> bool:
        """`worker` gets it now."""
        self.since = time.monotonic()
        for job in self.jobs:
            job.worker = worker
        return True

    def heard(self, kind: str, content: Any) -> None:
        """Results, progress, or what comes back."""
        if kind == "progress":
            number, progress = content
            if 0 <= number < len(self.jobs):
                self.jobs[number].progress = progress
        elif kind == "returned":
            self._back(content, over=False)
        else:
            self.since = time.monotonic()
            for result in content:
                self.left.discard(result[0])
            self._owner.heard_results([(self.jobs[result[0]], result) for result in content], kind == "last")

    def died(self, at: int, how: str) -> None:
        """The worker died while it ran number `at`: only that one is lost, the others go back."""
        victim = self.jobs[at] if at in self.left else None
        self.left.discard(at)
        self._owner.worker_died(victim, how)
        self._back(list(self.left), over=True)

    def broken(self, reason: str) -> None:
        """No worker can be started any more."""
        self._owner.cannot_run(reason)
        self._back(list(self.left), over=True)

    def cancel(self) -> bool:
        """It was taken back before any worker had it."""
        self._back(list(self.left), over=True)
        return True

    def _back(self, numbers: list[int], over: bool) -> None:
        mine = [number for number in sorted(numbers) if number in self.left]
        self.left.difference_update(mine)
        self._owner.came_back([self.jobs[number] for number in mine], over)
