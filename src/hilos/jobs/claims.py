"""The jobs that this process has taken from the file: which run, which are ready, what became of them.

    the file ──take──► ready (by rank) ──► a batch to each free worker ──► results ──► the next commit
                          ▲                      │
                          └── came back ─────────┘ (its worker died, or its batch was recalled)

**Ahead.**  So that no worker waits for a commit, some jobs are taken before a worker is free, and short ones go to a
worker several at a time.  What a job of high priority may find before it is bounded in time, not in number: a batch
holds no more than `BATCH_SECONDS` of work, judged by how long jobs of that function took lately, and if that was wrong
it is recalled after `RECALL_SECONDS`.  What is merely ready gives way at once.  Only jobs whose function has proved
itself (`PROOFS` times in a row: short, without failing) share a batch: when a worker dies, what others in its batch did
in the last millisecond is done again.  Jobs with a time limit, those that may not run twice, and those that failed or
were lost before go alone.

Threads.  `lock` guards everything here, and is never held while an executor, a listener or the file is used.  Jobs
are given to workers by the workers' threads and the clock thread only, so that Ctrl+C cannot interrupt that.
"""

import heapq
import math
import random
import threading
import time
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter

from hilos.errors import UsageError
from hilos.jobs.announcer import Announcer
from hilos.jobs.batch import Batch
from hilos.jobs.durations import Durations
from hilos.jobs.job import FINAL, Change, State
from hilos.jobs.schema import New, Taken
from hilos.jobs.stats import Running
from hilos.jobs.store import Store
from hilos.locale import translator

_ = translator("jobs")

AHEAD_SECONDS = 0.01
"""Seconds of work that are held ready for each worker, and"""
MOST_AHEAD = 64
"""jobs at most."""
BATCH_SECONDS = 0.005
MOST_IN_BATCH = 64
RECALL_SECONDS = 0.02
PROOFS = 8
MOST_FUNCTIONS = 1000
"""of which times are kept."""
GATHER_SECONDS = 0.0005
"""Jobs much shorter than a message follow the last one no sooner: by then there are some more for it.  The first after
a pause goes at once.  (J. Nagle's rule for small packets, RFC 896.)"""
ENOUGH = 32
"""that are ready do not wait for more."""
LINGER = {"FULL": 0.005, "NORMAL": 0.002}
"""Seconds for which a result that nobody waits for may wait for a commit that takes it along."""
MOST_RESULTS = 512

_order = attrgetter("rank", "id")


@dataclass(frozen=True, slots=True)
class Seen:
    """A job as listeners are shown it; times on the wall clock."""

    id: int
    name: str
    priority: int
    attempts: int
    submitted: float
    started: float | None


Outcome = Callable[[Store, float], State | None]
Ended = tuple[Taken, float, float, bool, Outcome]
"""A job, when its attempt began and ended on the monotonic clock, whether well, and what is to be written."""


class _Pace:
    """How long jobs of one function take lately, and how many in a row were short and ended well."""

    __slots__ = ("proofs", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.proofs = 0


class Result:
    """How an attempt ended, for the next transaction."""

    __slots__ = ("_outcome", "done", "job", "state", "when")

    def __init__(self, job: Taken, outcome: Outcome) -> None:
        self.job = job
        self.when = time.monotonic()
        self.done = False
        self.state: State | None = None
        self._outcome = outcome

    def apply(self, store: Store, now: float) -> None:
        """Write it; `state` is then the job's new one, None if the job was no longer ours."""
        self.state = self._outcome(store, now)


class Plan:
    """What a transaction does for this process's own workers.

    Arguments:
        owner: this process's.
        look: there may be jobs in the file to take.
        room: how many may be taken.
        hungry: there is so little ready that jobs should be taken.
        displaced: jobs that were ready and give way to such as are submitted.
        starts: jobs that have run for a while, which the file does not know yet.
    """

    __slots__ = ("_displaced", "_hungry", "_room", "added", "look", "looked", "next_due", "owner", "starts", "taken")

    def __init__(
        self, owner: int, look: bool, room: int, hungry: bool, displaced: list[Taken], starts: list[Taken]
    ) -> None:
        self.owner = owner
        self.look = look
        self.looked = False
        self.taken: list[Taken] = []
        self.added: list[tuple[int, New]] = []
        self.next_due: float | None = None
        self._room = room
        self._hungry = hungry
        self._displaced = displaced
        self.starts = starts

    def __bool__(self) -> bool:
        return bool((self.look and self._hungry) or self._displaced or self.starts)

    def add(self, store: Store, news: list[New], now: float) -> list[int]:
        """Add jobs: as taken at once, if none can go before them and there is room; their ids."""
        if not self.look and len(news) <= self._room:
            self._room -= len(news)
            taken = store.add_taken(news, self.owner, now)
            self.taken.extend(taken)
            ids = [job.id for job in taken]
        else:
            self.look = True
            ids = store.add(news)
        self.added.extend(zip(ids, news, strict=True))
        return ids

    def take_part(self, store: Store, now: float) -> None:
        """Give back what was displaced, and take the next jobs."""
        if self.starts:
            store.start([(job.started or now, job.id, self.owner, job.attempt) for job in self.starts])
        if self._displaced:
            store.give_back(self.owner, [job.id for job in self._displaced])
            self.look = self._hungry = True
        if self.look and self._hungry and self._room > 0:
            store.wake(now)
            taken = store.take(self.owner, self._room, now)
            self.taken.extend(taken)
            self.next_due = store.next_due()
            self.look, self.looked = len(taken) == self._room, True


class Claims:
    """See above.

    Arguments:
        slots: how many workers this process has.
        synchronous: FULL or NORMAL.
        announcer: who is told of changes.
        wake: wakes the clock thread.
        batches: whether a worker can be given several jobs at once.
    """

    def __init__(
        self, slots: int, synchronous: str, announcer: Announcer, wake: Callable[[], None], batches: bool
    ) -> None:
        self.slots = slots
        self.owner = 0
        self.lock = threading.Lock()
        self.results: deque[Result] = deque()
        self.running: dict[int, Taken] = {}
        self.waits = Durations()
        self.runs = Durations()
        self.retried = 0
        self.lost = 0
        self.stopping = False
        self.unable: UsageError | None = None  # why this process cannot run jobs, if it cannot
        self.waiters: dict[int, list[threading.Event]] = {}
        self.free = slots
        self.can_kill = False
        self.doomed: list[Taken] = []  # to be ended by the clock thread
        self.linger = LINGER[synchronous]
        self._announcer = announcer
        self._wake = wake
        self._batches = batches
        self._ready: list[Taken] = []  # by rank
        self._left: list[Taken] = []  # came back when no more are started
        self._starts: list[Taken] = []  # run for a while, which the file does not know yet
        self._deadlines: list[tuple[float, int, int]] = []
        self._looks_soon = False  # the clock thread's next look is within `GATHER_SECONDS`
        self._paces: dict[str, _Pace] = {}  # by function
        self._sent = 0.0  # when a worker was last given something
        self._recent = 0.0  # moving mean of how long a job runs
        self._urgent = False  # somebody waits for a result
        self._look = True  # there may be jobs in the file to take
        self._due: float | None = None  # when the next retry is, on the wall clock
        self.chance = random.Random()

    # In a transaction's course; see journal.py.

    def results_are_due(self) -> bool:
        """They should not wait for others any longer."""
        try:
            oldest = self.results[0].when
        except IndexError:
            return False
        return (
            self._urgent
            or self.stopping
            or len(self.results) >= MOST_RESULTS
            or time.monotonic() - oldest >= self.linger
        )

    def plan(self, submitted: list[list[New]]) -> Plan:
        """What to do in a transaction that also adds `submitted`."""
        with self.lock:
            if self.stopping:
                return Plan(self.owner, True, 0, False, [], [])
            if self._due is not None and time.time() >= self._due:
                self._look = True
            room = self._wanted() - len(self._ready)
            displaced: list[Taken] = []
            if submitted and self._ready and (self._look or sum(map(len, submitted)) > room):
                displaced = self._displaced_by([new.rank for news in submitted for new in news])
            plan = Plan(self.owner, self._look, room + len(displaced), self._is_hungry(room), displaced, self._starts)
            self._look = False  # before looking: what comes while we do sets it again
            self._starts = []
            return plan

    def _displaced_by(self, ranks: list[float]) -> list[Taken]:
        """As many as now go before the last of those that are ready: so many of the last give way to them."""
        sooner = sum(rank < self._ready[-1].rank for rank in ranks)
        if not sooner:
            return []
        displaced = [job for job in self._ready[-sooner:] if job.rank > min(ranks)]
        del self._ready[len(self._ready) - len(displaced) :]
        return displaced

    def arrive(self, plan: Plan) -> None:
        """The transaction was committed: what it took is here."""
        with self.lock:
            self._look = self._look or plan.look
            for job in plan.starts:  # only now: a turn that is rolled back leaves them to be noted by the next one
                job.noted = True
            if plan.looked:
                self._due = plan.next_due
            if self._announcer.listeners:
                for number, new in plan.added:
                    what = Seen(number, new.name, new.priority, 0, new.submitted, None)
                    self.note(what, None, State.QUEUED, new.submitted)
            for job in plan.taken:
                insort(self._ready, job, key=_order)
            wake = (bool(plan.taken) and self._clock_must_send()) or self._can_take()
        if wake:
            self._wake()

    def committed(self) -> None:
        """Results were committed: tell those who wait."""
        self._urgent = False
        while self.results and self.results[0].done:
            result = self.results[0]
            self._tell(result)
            self.results.popleft()

    def _tell(self, result: Result) -> None:
        job, state = result.job, result.state
        result.state = None
        if job.cancelled and state is None:
            state = State.CANCELLED  # written by whoever cancelled it
        if state is None:
            return
        self.retried += state is State.RETRYING
        self.lost += job.lost
        if state not in (State.DONE, State.CANCELLED, State.FAILED):
            self._look = True
        self.note(seen(job), State.RUNNING, state, time.time(), job.lost)
        if state in FINAL and self.waiters:
            self.tell_ended(job.id)

    def reconcile(self, store: Store) -> None:
        """After an interruption: jobs that are ours in the file, and did not arrive here, go back."""
        with self.lock:
            known = {job.id for job in self._ready} | set(self.running) | {each.job.id for each in self.results}
            known |= {job.id for job in self._left}
            self._look = True
        store.give_back(self.owner, store.others(self.owner, known))

    # Order and room, under the lock.

    def _wanted(self) -> int:
        """How many jobs to hold beyond those that run."""
        if not self.slots:
            return 0
        ahead = min(MOST_AHEAD, int(AHEAD_SECONDS / self._recent)) if self._recent else 0
        return self.free + ahead * self.slots

    def _is_hungry(self, room: int) -> bool:
        # Not before half of them are gone: so that each look at the file brings many.
        return room > 0 and len(self._ready) <= room

    def _can_take(self) -> bool:
        return self._look and not self.stopping and self._is_hungry(self._wanted() - len(self._ready))

    def needs_turn(self) -> bool:
        """There is something to commit for this process."""
        with self.lock:
            self._look = self._look or (self._due is not None and time.time() >= self._due)
            return bool(self._starts) or self._can_take() or self.results_are_due()

    def pause(self, longest: float) -> float:
        """Seconds for which the clock thread has nothing to do."""
        wait = longest
        with self.lock:
            if self.results:
                wait = min(wait, self.linger)
            now = time.monotonic()
            self._looks_soon = bool(self.free) and now - self._sent < 4 * GATHER_SECONDS
            if self._looks_soon:
                wait = min(wait, GATHER_SECONDS)
            if self._deadlines:
                wait = min(wait, self._deadlines[0][0] - now)
            if self._due is not None and not self._look:
                wait = min(wait, self._due - time.time())
            if any(job.batch is not None and len(job.batch.left) > 1 for job in self.running.values()):
                wait = min(wait, RECALL_SECONDS)
        return max(0.0, wait)

    # Running.

    def next_group(self) -> list[Taken]:
        """Jobs for one free worker; empty if there is none of either."""
        with self.lock:
            return self._next_group() if self.free else []

    def _share(self, job: Taken) -> float:
        """Seconds that it probably takes; infinite if it has to go alone."""
        if job.timeout is not None or not job.idempotent or job.attempt > 1 or job.losses:
            return math.inf
        pace = self._paces.get(job.function)
        return pace.seconds if pace is not None and pace.proofs >= PROOFS else math.inf

    def _learn(self, job: Taken, took: float, well: bool) -> None:
        self._recent = took if not self._recent else 0.9 * self._recent + 0.1 * took
        pace = self._paces.get(job.function)
        if pace is None:
            if len(self._paces) >= MOST_FUNCTIONS:
                self._paces.clear()
            pace = self._paces[job.function] = _Pace(took)
        pace.seconds = 0.9 * pace.seconds + 0.1 * took
        pace.proofs = pace.proofs + 1 if well and took < BATCH_SECONDS else 0

    def _gathers(self, now: float) -> bool:
        """Whether the few short jobs that are ready wait for others."""
        return (
            self._batches
            and 0.0 < self._recent < GATHER_SECONDS / 4
            and now - self._sent < GATHER_SECONDS
            and len(self._ready) < ENOUGH
            and (not self._ready or self._share(self._ready[0]) < BATCH_SECONDS)
        )

    def _clock_must_send(self) -> bool:
        """Nobody else does, and the clock thread does not look soon by itself."""
        return bool(self._ready and self.free) and not (self._looks_soon and self._gathers(time.monotonic()))

    def _next_group(self) -> list[Taken]:
        ready = self._ready
        now = time.monotonic()
        if not ready or self.stopping or self._gathers(now):
            return []
        self._sent = now
        self.free -= 1
        count = 1
        if self._batches:
            most = min(MOST_IN_BATCH, -(-len(ready) // (self.free + 1)))
            work = self._share(ready[0])
            while count < most and (work := work + self._share(ready[count])) <= BATCH_SECONDS:
                count += 1
        group = ready[:count]
        del ready[:count]
        for job in group:
            self.running[job.id] = job
        if count == 1:
            self._begun(group[0], now)
        return group

    def _begun(self, job: Taken, since: float) -> None:
        """It runs since then: known from the start for a job that went alone, else when the worker says so."""
        job.since = since
        job.started = time.time() - (time.monotonic() - since)
        if job.attempt == 1:
            self.waits.add(job.started - job.submitted)
        if self._announcer.listeners:
            self.note(seen(job), State.QUEUED, State.RUNNING, job.started)
        if job.timeout is not None:
            heapq.heappush(self._deadlines, (since + job.timeout, job.id, job.attempt))

    def ended(self, ended: "Iterable[Ended]", last: bool) -> list[Taken]:
        """Attempts ended.

        Arguments:
            last: their worker is free now.

        Returns:
            What that worker is to do next.
        """
        following: list[Taken] = []
        with self.lock:
            for job, since, end, well, outcome in ended:
                self.running.pop(job.id, None)
                if not job.since:
                    self._begun(job, since)
                took = end - since
                self.runs.add(took)
                self._learn(job, took, well)
                self.results.append(Result(job, outcome))
                if job.id in self.waiters:
                    self._urgent = True
            if last:
                self.free += 1
                following = self._next_group()
            wake = self._urgent or self._can_take() or (last and self._clock_must_send())
        self.deliver()
        if wake or len(self.results) >= MOST_RESULTS:
            self._wake()
        return following

    def back(self, jobs: list[Taken], over: bool) -> None:
        """They were not begun after all; `over`: their worker is free now."""
        with self.lock:
            self.free += over
            for job in jobs:
                self.running.pop(job.id, None)
                job.batch = None
                if job.since:
                    # It counted as begun, since it went alone: for listeners it is queued again.
                    self.note(seen(job), State.RUNNING, State.QUEUED, time.time())
                    job.since, job.started = 0.0, None
                if self.stopping or job.cancelled:
                    self._left.append(job)
                else:
                    insort(self._ready, job, key=_order)
        self.deliver()
        self._wake()

    def look_at(self, at: Callable[[Batch], tuple[Taken | None, float]]) -> list[Batch]:
        """Ask the workers which job of its batch each runs; returns the batches that have to be recalled.

        Arguments:
            at: gives the job of a batch that runs, and since when.
        """
        with self.lock:
            batches = {job.batch for job in self.running.values() if job.batch is not None}
        now = time.monotonic()
        stale: list[Batch] = []
        for batch in batches:
            current, since = at(batch)
            with self.lock:
                if current is None or current.batch is not batch or self.running.get(current.id) is not current:
                    continue
                if not current.since and now - since > RECALL_SECONDS / 2:
                    self._begun(current, since)
                if len(batch.left) > 1 and not batch.recalled and now - batch.since > RECALL_SECONDS:
                    batch.recalled = True
                    self._learn(current, now - batch.since, well=False)
                    stale.append(batch)
        with self.lock:
            for job in self.running.values():
                if job.since and not job.noted and now - job.since > RECALL_SECONDS and job not in self._starts:
                    self._starts.append(job)
        self.deliver()
        return stale

    def late(self) -> list[Taken]:
        """Running jobs whose time is over."""
        late: list[Taken] = []
        with self.lock:
            now = time.monotonic()
            while self._deadlines and self._deadlines[0][0] <= now:
                _when, number, attempt = heapq.heappop(self._deadlines)
                job = self.running.get(number)
                if job is not None and job.attempt == attempt:
                    job.timed_out = True
                    late.append(job)
        return late

    def stop(self) -> list[Taken]:
        """Start no more; the jobs that run now."""
        with self.lock:
            self.stopping = True
            self._left.extend(self._ready)
            self._ready.clear()
            return list(self.running.values())

    def fail(self, reason: UsageError) -> None:
        """This process can run no more jobs: whoever waits is told why."""
        self.unable = self.unable or reason
        self.stop()

    def left(self) -> list[int]:
        """Ids of the jobs that were taken and not run, after `stop`."""
        with self.lock:
            return [job.id for job in self._left if not job.cancelled]

    def withdraw(self, number: int) -> tuple[Taken | None, bool]:
        """A job is to be cancelled: it is no more ready.  The job if it is here, and whether a worker has it."""
        with self.lock:
            for place, job in enumerate(self._ready):
                if job.id == number:
                    del self._ready[place]
                    job.cancelled = True
                    return job, False
            running = self.running.get(number)
            return running, running is not None

    def give_up(self, number: int) -> bool:
        """Another process wants the job cancelled: whether it can be ended, which the clock thread does then."""
        with self.lock:
            job = self.running.get(number)
            if job is None or not self.can_kill or (job.batch is not None and len(job.batch.left) > 1):
                return False
            job.cancelled = True
            self.doomed.append(job)
        self._wake()
        return True

    def take_doomed(self) -> list[Taken]:
        """Those of `give_up`, once."""
        with self.lock:
            doomed, self.doomed = self.doomed, []
            return [job for job in doomed if job.id in self.running]

    def now_running(self) -> tuple[Running, ...]:
        """For people."""
        with self.lock:
            now = time.monotonic()
            return tuple(
                Running(job.name, job.worker, now - job.since, job.progress)
                for job in self.running.values()
                if job.since
            )

    # Telling.

    def watch(self, number: int) -> threading.Event:
        """An event that is set when this process learns that the job ended; its result is committed at once then."""
        event = threading.Event()
        with self.lock:
            self.waiters.setdefault(number, []).append(event)
            self._urgent = True
            wake = bool(self.results)
        if wake:
            self._wake()
        return event

    def unwatch(self, number: int, event: threading.Event) -> None:
        """Nobody waits for that any more."""
        with self.lock:
            events = self.waiters.get(number, [])
            if event in events:
                events.remove(event)
            if not events:
                self.waiters.pop(number, None)

    def tell_ended(self, number: int) -> None:
        """Whoever waits for the job goes on."""
        with self.lock:
            events = self.waiters.pop(number, [])
        for event in events:
            event.set()

    def deliver(self) -> None:
        """Tell the listeners what is new; with no lock held."""
        if self._announcer.outbox:
            self._announcer.deliver()

    def note(self, what: Seen, old: State | None, new: State, when: float, lost: bool = False) -> None:
        """For the listeners, if there are any."""
        if self._announcer.listeners:
            self._announcer.outbox.append(Change(when, what, old, new, lost))


def seen(job: Taken) -> Seen:
    """`job` as listeners see it."""
    return Seen(job.id, job.name, job.priority, job.attempt, job.submitted, job.started)
