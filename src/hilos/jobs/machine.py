"""What runs next, decided without threads: the states, the order, the retries that are due, the limit.

`Machine` is the whole logic of an in-memory queue as plain method calls that take the time as an argument.  It
holds no lock and starts nothing, so it is tested by calling it, and explored by our own explorer inside the
`Queue` that wraps it.

**Order.** A heap of (rank, number): the smallest leaves first.  Without aging the rank is the priority, so the
order is by priority and, within one, by number: first in, first out.  With aging the rank is *submission time +
priority × aging*: each level of priority is a head start of `aging` seconds and no more.  The rank never changes
while a job waits, so the heap needs no upkeep, and the bound is read off it: a job is overtaken only by jobs of a
higher priority that were submitted less than (difference of priority) × `aging` seconds after it.  Hence none
starves.  (Linear aging as a static key is how virtual-deadline schedulers do it: J. Nieh and M. Lam, SMART, SOSP 1997.)

A job that comes back (its worker died, or its retry is due) has its old rank: it does not lose its place.

**Cancelled jobs** stay in the heap until they come up, and are skipped then; when they are more than half of it,
it is rebuilt.
"""

import heapq
import random
from collections import deque
from typing import Any

from hilos.errors import QueueFull
from hilos.jobs.durations import Durations
from hilos.jobs.job import FINAL, NEXT, Change, Job, State
from hilos.locale import translator

_ = translator("jobs")


class Machine:
    """The state of one queue.

    Arguments:
        capacity: jobs that may wait to run at once; 0 for no limit.
        aging: seconds of head start that one level of priority is worth; None for strict priorities.
        losses: deaths of workers after which a job is a dead letter: it probably kills them.
        dead_letters: how many of the jobs that failed are kept, the oldest go first; all are counted.
        chance: where the jitter of retries comes from.
    """

    def __init__(
        self,
        capacity: int = 0,
        aging: float | None = None,
        losses: int = 3,
        dead_letters: int = 10_000,
        chance: random.Random | None = None,
    ) -> None:
        self.capacity = capacity
        self.aging = aging
        self.losses = losses
        self.chance = random.Random() if chance is None else chance
        self.running: dict[int, Job[Any]] = {}
        self.dead: deque[Job[Any]] = deque(maxlen=dead_letters)
        self.counts = dict.fromkeys(State, 0)
        self.waiting: dict[int, int] = {}  # queued jobs by priority
        self.lost = 0
        self.retried = 0
        self.submitted = 0
        self.waits = Durations()  # from submission to the first start
        self.runs = Durations()  # of attempts that ended, well or not
        self.changes: deque[Change] | None = None  # filled only while somebody listens
        self._ready: list[tuple[float, int, Job[Any]]] = []
        self._later: list[tuple[float, int, Job[Any]]] = []
        self._stale = 0  # entries of `_ready` and `_later` whose job was cancelled

    # What callers ask.

    @property
    def is_full(self) -> bool:
        """No job may be added now."""
        return bool(self.capacity) and self.counts[State.QUEUED] >= self.capacity

    @property
    def is_idle(self) -> bool:
        """Every job that was submitted has ended."""
        counts = self.counts
        return not (counts[State.QUEUED] or counts[State.RUNNING] or counts[State.RETRYING])

    def next_due(self) -> float | None:
        """When the next retry is due; None if there is none."""
        return self._later[0][0] if self._later else None

    # What happens.

    def submit(self, job: Job[Any], now: float) -> None:
        """Add a new job.

        Raises:
            QueueFull: `capacity` jobs wait already.
        """
        if self.capacity and self.counts[State.QUEUED] >= self.capacity:
            raise QueueFull(_("La cola está llena ({capacity} trabajos en espera).").format(capacity=self.capacity))
        self.submitted += 1
        job.id = self.submitted
        job.submitted = now
        job.rank = job.priority if self.aging is None else now + job.priority * self.aging
        self.counts[State.QUEUED] += 1
        self.waiting[job.priority] = self.waiting.get(job.priority, 0) + 1
        heapq.heappush(self._ready, (job.rank, job.id, job))
        if self.changes is not None:
            self.changes.append(Change(now, job, None, State.QUEUED))

    def take(self, now: float, worker: str = "") -> Job[Any] | None:
        """The job to run now, already marked as running; None if none is ready."""
        if self._later:
            self.wake(now)
        ready = self._ready
        while ready:
            job = heapq.heappop(ready)[2]
            if job.state is State.QUEUED:
                job.attempts += 1
                if job.attempts == 1:
                    self.waits.add(now - job.submitted)
                job.started = now
                job.worker = worker
                self._move(job, State.RUNNING, now)
                return job
            self._stale -= 1
        return None

    def wake(self, now: float) -> int:
        """Queue the retries that are due; returns how many."""
        woken = 0
        later = self._later
        while later and later[0][0] <= now:
            job = heapq.heappop(later)[2]
            if job.state is State.RETRYING:
                self._queue_again(job, now)
                woken += 1
            else:
                self._stale -= 1
        return woken

    def succeed(self, job: Job[Any], value: object, now: float) -> None:
        """The running `job` returned `value`."""
        job._value = value
        job.progress = 1.0
        self._end(job, State.DONE, now)

    def fail(self, job: Job[Any], error: str, cause: BaseException | None, now: float, again: bool = True) -> None:
        """The running `job` raised `cause`, whose traceback is `error`: it will be retried or is dead.

        Arguments:
            again: whether another attempt makes sense, if its retry policy has one left.
        """
        job.errors = (*job.errors, error)
        job._cause = cause
        if not again or job.attempts - job.losses >= job.retry.attempts:
            self._bury(job, now)
            return
        self.retried += 1
        self._move(job, State.RETRYING, now)
        due = now + job.retry.delay(job.attempts - job.losses, self.chance)
        heapq.heappush(self._later, (due, job.id, job))

    def lose(self, job: Job[Any], reason: str, now: float) -> None:
        """The worker that ran `job` died: it runs again if it may and has not lost too many."""
        self.lost += 1
        job.losses += 1
        if job.idempotent and job.losses < self.losses:
            self._queue_again(job, now, lost=True)
            return
        job.errors = (*job.errors, reason)
        self._bury(job, now, lost=True)

    def cancel(self, job: Job[Any], now: float) -> bool:
        """Cancel `job` wherever it stands; False if it has ended."""
        if job.state in FINAL:
            return False
        if job.state is not State.RUNNING:
            self._stale += 1
        self._end(job, State.CANCELLED, now)
        if self._stale > 64 and self._stale * 2 > len(self._ready) + len(self._later):
            self._rebuild()
        return True

    def hand_back(self, now: float) -> list[Job[Any]]:
        """Cancel all jobs that wait, in the order in which they would have run, and return them."""
        waiting = [entry[2] for entry in sorted(self._ready)] + [entry[2] for entry in sorted(self._later)]
        given = [job for job in waiting if job.state in (State.QUEUED, State.RETRYING)]
        for job in given:
            self._stale += 1
            self._end(job, State.CANCELLED, now)
        self._rebuild()
        return given

    # How.

    def _queue_again(self, job: Job[Any], now: float, lost: bool = False) -> None:
        self._move(job, State.QUEUED, now, lost)
        heapq.heappush(self._ready, (job.rank, job.id, job))

    def _bury(self, job: Job[Any], now: float, lost: bool = False) -> None:
        self._end(job, State.FAILED, now, lost)
        self.dead.append(job)

    def _end(self, job: Job[Any], state: State, now: float, lost: bool = False) -> None:
        job.ended = now
        self._move(job, state, now, lost)
        if job._event is not None:
            job._event.set()

    def _move(self, job: Job[Any], new: State, now: float, lost: bool = False) -> None:
        old = job.state
        if new not in NEXT[old]:
            raise AssertionError(f"{job!r} cannot become {new}: a bug in hilos.jobs, please report it")
        counts = self.counts
        counts[old] -= 1
        counts[new] += 1
        if old is State.QUEUED:
            self.waiting[job.priority] -= 1
        elif new is State.QUEUED:
            self.waiting[job.priority] += 1
        if new is State.RUNNING:
            self.running[job.id] = job
        elif old is State.RUNNING:
            del self.running[job.id]
            if job.started is not None:
                self.runs.add(now - job.started)
        job.state = new
        if self.changes is not None:
            self.changes.append(Change(now, job, old, new, lost))

    def _rebuild(self) -> None:
        self._ready = [entry for entry in self._ready if entry[2].state is State.QUEUED]
        self._later = [entry for entry in self._later if entry[2].state is State.RETRYING]
        heapq.heapify(self._ready)
        heapq.heapify(self._later)
        self._stale = 0
