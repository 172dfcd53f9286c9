"""Gives the durable queue's jobs to workers, and turns what became of them into what is to be written.

Two roads, as the executor allows: `ProcessWorkers` get batches, every other executor gets one call a job.
"""

import time
import traceback
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from functools import partial
from typing import Any

from hilos.errors import GiveUp, UsageError, WorkerDied
from hilos.jobs.batch import Batch
from hilos.jobs.claims import Claims, Ended, Outcome
from hilos.jobs.job import State
from hilos.jobs.named import call_by_name
from hilos.jobs.processes import ProcessWorkers
from hilos.jobs.schema import Taken
from hilos.jobs.worker import Result
from hilos.locale import translator

_ = translator("jobs")


class Dispatcher:
    """The workers of one durable queue in this process.

    Arguments:
        executor: what runs the jobs.
        claims: the jobs.
    """

    def __init__(self, executor: Executor, claims: Claims) -> None:
        self.executor = executor
        self._claims = claims
        self._workers = executor if isinstance(executor, ProcessWorkers) else None
        self._kill: Callable[[Any], bool] | None = getattr(executor, "kill", None)
        claims.can_kill = self._kill is not None

    # The clock thread.

    def send_ready(self) -> None:
        """Give free workers what is ready."""
        while group := self._claims.next_group():
            self._send(group)

    def look(self) -> None:
        """See to jobs that are late, unwanted, or stuck behind a long one."""
        for job in [*self._claims.late(), *self._claims.take_doomed()]:
            self.kill(job)
        if self._workers is not None:
            for batch in self._claims.look_at(partial(_at, self._workers)):
                self._workers.recall(batch)

    # Any thread.

    def kill(self, job: Taken) -> None:
        """End a job that is alone with its worker."""
        call = job.batch or job.future
        if self._kill is not None and call is not None:
            self._kill(call)

    def alone(self, job: Taken, patience: float = 1.0) -> bool:
        """Have a worker give back what it has besides `job`, or `job` itself; True if it could be killed now."""
        if self._kill is None:
            return False
        end = time.monotonic() + patience
        while True:
            batch = job.batch
            if self._workers is None or batch is None or len(batch.left) < 2:
                return True
            if time.monotonic() > end:
                return False
            self._workers.recall(batch)
            time.sleep(0.002)

    # Sending.

    def _send(self, group: list[Taken]) -> None:
        if self._workers is not None:
            batch = Batch(group, self)
            for job in group:
                job.batch = batch
            try:
                self._workers.submit_call(batch)
            except RuntimeError as error:  # broken, or shut down: nothing can be run here any more
                batch.broken(str(error))
            return
        for job in group:
            try:
                future = self.executor.submit(call_by_name, job.function, job.arguments)
            except RuntimeError as error:
                self.cannot_run(str(error))
                self._claims.back([job], over=True)
                continue
            job.future = future
            on_progress = getattr(future, "on_progress", None)
            if on_progress is not None:
                on_progress(partial(_progress, job))
            future.add_done_callback(partial(self._returned, job))

    def _follow(self, ended: list[Ended], last: bool) -> None:
        following = self._claims.ended(ended, last)
        if following:
            self._send(following)

    # What workers say of a batch; called by their threads.

    def heard_results(self, results: list[tuple[Taken, Result]], last: bool) -> None:
        """Some of it ended."""
        ended: list[Ended] = []
        for job, (_number, answer, failed, give_up, began, end) in results:
            outcome = self._failed(job, answer, give_up) if failed else self._done(job, answer)
            ended.append((job, began, end, not failed, outcome))
        self._follow(ended, last)

    def came_back(self, jobs: list[Taken], over: bool) -> None:
        """These had not begun."""
        self._claims.back(jobs, over)
        if over:
            self.send_ready()

    def worker_died(self, victim: Taken | None, how: str) -> None:
        """Its worker was killed, while it ran `victim`."""
        if victim is not None:
            now = time.monotonic()
            self._follow([(victim, victim.since or now, now, False, self._lost(victim, how))], last=False)

    def cannot_run(self, reason: str) -> None:
        """The executor is broken for good: whoever waits here is told, and the jobs stay in the file."""
        self._claims.fail(UsageError(reason))

    def _returned(self, job: Taken, future: Future[Any]) -> None:
        error = CancelledError() if future.cancelled() else future.exception()
        if isinstance(error, BrokenExecutor):
            self.cannot_run(str(error))
        outcome: Outcome
        if error is None:
            outcome = self._done(job, future.result())
        elif isinstance(error, WorkerDied | CancelledError | BrokenExecutor):
            outcome = self._lost(job, str(error))
        else:
            text = "".join(traceback.format_exception(error))
            outcome = self._failed(job, text, isinstance(error, GiveUp))
        self._follow([(job, job.since, time.monotonic(), error is None, outcome)], last=True)

    # What is to be written.

    def _done(self, job: Taken, value: str) -> Outcome:
        owner = self._claims.owner
        return lambda store, now: store.succeed(job, owner, value, job.started or now, now)

    def _failed(self, job: Taken, text: str, give_up: bool) -> Outcome:
        owner, chance = self._claims.owner, self._claims.chance
        return lambda store, now: store.fail(job, owner, text, now, not give_up, chance)

    def _lost(self, job: Taken, how: str) -> Outcome:
        owner, chance = self._claims.owner, self._claims.chance
        if job.cancelled:
            return lambda store, now: State.CANCELLED if store.cancel(job.id, now, mine=True) else None
        if job.timed_out:
            text = _("Agotó su límite de {seconds:g} s.").format(seconds=job.timeout)
            return lambda store, now: store.fail(job, owner, text, now, True, chance)
        if self._claims.stopping:  # close(kill=True), or no worker can start: not the job's fault
            return lambda store, now: store.give_back(owner, [job.id])
        job.lost = True
        return lambda store, now: store.lose(owner, [job.id], how, now)


def _at(workers: ProcessWorkers, batch: Batch) -> tuple[Taken | None, float]:
    number, since = workers.at(batch)
    return (batch.jobs[number] if 0 <= number < len(batch.jobs) else None), since


def _progress(job: Taken, progress: float | None, worker: str) -> None:
    job.worker = worker
    if progress is not None:
        job.progress = progress
