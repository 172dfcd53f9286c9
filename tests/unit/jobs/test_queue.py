"""The queue over threads: what the contract suite does not ask of every queue."""

import io
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from hilos.errors import JobCancelled, JobFailed, QueueFull
from hilos.jobs import Change, Priority, Queue, Retry, State, checkpoint, open_queue
from hilos.jobs.live import LiveView, one_line, table
from hilos.jobs.metrics import QueueMetrics
from hilos.metrics import Metrics
from support import work


class Gate:
    """A job that says that it runs and waits to be let go."""

    def __init__(self) -> None:
        self.running = threading.Event()
        self.go = threading.Event()

    def __call__(self) -> str:
        self.running.set()
        assert self.go.wait(30)
        return "through"


def test_retry_until_it_works(tmp_path: Path) -> None:
    """Two failures, then the result; the errors of both are kept."""
    with open_queue("threads", 1) as queue:
        job = queue.submit(work.flaky, str(tmp_path / "calls"), 2, retry=Retry(attempts=3, backoff=0.01))
        assert job.result(30) == 3
        assert len(job.errors) == 2
        assert queue.stats().retried == 2


def test_give_up_is_not_retried() -> None:
    """A job that says that no attempt makes sense is dead after one."""
    with open_queue("threads", 1, retry=Retry(attempts=5, backoff=0)) as queue:
        job = queue.submit(work.hopeless, "no such file")
        with pytest.raises(JobFailed, match="no such file"):
            job.result(30)
        assert job.attempts == 1
        assert queue.dead_letters == (job,)


def test_the_cause_of_a_failure_is_the_exception_itself() -> None:
    """So that it can be told by type."""
    with open_queue("threads", 1) as queue:
        job = queue.submit(work.fail, "x")
        with pytest.raises(JobFailed) as caught:
            job.result(30)
    assert isinstance(caught.value.__cause__, ValueError)


def test_cancel_what_waits() -> None:
    """It never runs, its result raises, and cancelling again says no."""
    gate = Gate()
    ran = []
    with open_queue("threads", 1) as queue:
        queue.submit(gate)
        assert gate.running.wait(30)
        job = queue.submit(ran.append, 1)
        assert job.cancel()
        assert not job.cancel()
        gate.go.set()
        with pytest.raises(JobCancelled):
            job.result(30)
    assert ran == []


def test_cancel_in_a_thread_takes_effect_at_its_checkpoint() -> None:
    """A thread cannot be stopped from outside: cancel says that it has not stopped yet."""
    started = threading.Event()

    def stubborn() -> None:
        while True:
            started.set()
            checkpoint(0.25)
            time.sleep(0.001)

    with open_queue("threads", 1) as queue:
        job = queue.submit(stubborn)
        assert started.wait(30)
        assert not job.cancel()
        with pytest.raises(JobCancelled):
            job.result(30)
        assert job.progress == 0.25


def test_a_time_limit_fails_the_job_and_its_late_result_counts_nothing() -> None:
    """In a thread the function goes on, its result is ignored, and the slot is free when it ends."""
    gate = Gate()
    with open_queue("threads", 1) as queue:
        job = queue.submit(gate, timeout=0.05)
        with pytest.raises(JobFailed, match=r"0\.05"):
            job.result(30)
        gate.go.set()
        assert queue.submit(work.add, 1, 1).result(30) == 2
        assert job.state is State.FAILED
        assert queue.stats().states[State.DONE] == 1


def test_a_full_queue_can_refuse() -> None:
    """At once, or after the caller's patience."""
    gate = Gate()
    with open_queue("threads", 1, capacity=1) as queue:
        queue.submit(gate)
        assert gate.running.wait(30)
        queue.submit(work.nothing)
        with pytest.raises(QueueFull):
            queue.submit(work.nothing, block=False)
        with pytest.raises(QueueFull):
            queue.submit(work.nothing, patience=0.02)
        gate.go.set()


def test_a_job_may_submit_jobs() -> None:
    """From its thread, without a deadlock."""
    with open_queue("threads", 1) as queue:
        outer = queue.submit(lambda: queue.submit(work.add, 2, 3))
        assert outer.result(30).result(30) == 5


def test_changes_are_told_in_order_and_a_failing_listener_is_removed(caplog: pytest.LogCaptureFixture) -> None:
    """Each job's changes follow the arrows; one bad listener does not disturb another."""
    seen: list[Change] = []

    def bad(change: Change) -> None:
        raise RuntimeError("on purpose")

    with open_queue("threads", 2) as queue:
        queue.listen(bad)
        queue.listen(seen.append)
        jobs = [queue.submit(work.add, 1, number) for number in range(50)]
        queue.join()
    for job in jobs:
        mine = [(change.old, change.new) for change in seen if change.job is job]
        assert mine == [(None, State.QUEUED), (State.QUEUED, State.RUNNING), (State.RUNNING, State.DONE)]
    assert sum("was removed" in record.message for record in caplog.records) == 1


def test_metrics_count_what_happened() -> None:
    """Submitted, finished by outcome, retried, waiting and running back at zero."""
    metrics = Metrics()
    with open_queue("threads", 2) as queue:
        QueueMetrics(queue, metrics)
        for _ in range(10):
            queue.submit(work.nothing, priority=Priority.HIGH)
        queue.submit(work.fail, "x", retry=Retry(attempts=2, backoff=0))
        queue.join()
    time.sleep(0.06)  # longer than one look at the queue serves a scrape
    value = metrics.registry.get_sample_value
    assert value("job_queue_submitted_total", {"priority": "0"}) == 10
    assert value("job_queue_finished_total", {"outcome": "done"}) == 10
    assert value("job_queue_finished_total", {"outcome": "failed"}) == 1
    assert value("job_queue_retries_total") == 1
    assert value("job_queue_waiting", {"priority": "0"}) == 0
    assert value("job_queue_running") == 0
    assert value("job_queue_wait_seconds_count", {"priority": "1"}) == 1
    assert value("job_queue_run_seconds_count", {"outcome": "retrying"}) == 1


def test_an_executor_that_breaks_is_made_again() -> None:
    """ProcessPoolExecutor breaks for good when a worker is killed: given a function, the queue makes another."""
    context = get_context("spawn")
    with Queue(lambda: ProcessPoolExecutor(1, mp_context=context), losses=2) as queue:
        killer = queue.submit(work.die)
        after = queue.submit(work.add, 1, 1)
        with pytest.raises(JobFailed):
            killer.result(60)
        assert after.result(60) == 2
        assert queue.stats().lost == 2


class Broken(Executor):
    """An executor that always is."""

    _max_workers = 1

    def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:
        raise BrokenExecutor("it is broken")


def test_an_executor_that_cannot_be_made_again_fails_the_jobs_with_the_reason() -> None:
    """Nobody waits for ever."""
    with Queue(Broken()) as queue:
        jobs = [queue.submit(work.nothing) for _ in range(3)]
        for job in jobs:
            with pytest.raises(JobFailed):
                job.result(30)
        assert any("it is broken" in job.errors[0] for job in jobs)


class Immediate(Executor):
    """Runs each call within submit."""

    _max_workers = 1

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(function(*args, **kwargs))
        return future


def test_an_executor_with_the_result_at_once_is_no_deep_recursion() -> None:
    """Each completion sends the next job: 5,000 of them in a row."""
    with Queue(Immediate()) as queue:
        queue._free = 0  # let them pile up behind a slot that is taken
        for _ in range(5000):
            queue.submit(work.nothing)
        queue._free = 1
        queue.submit(work.nothing)
        assert queue.join(30)
        assert queue.stats().states[State.DONE] == 5001


def test_a_queue_needs_to_know_its_slots() -> None:
    """An executor that does not say how many workers it has."""
    with pytest.raises(ValueError, match="slots"):
        Queue(type("Mute", (Executor,), {})())


def test_memory_does_not_grow_with_jobs_that_ended() -> None:
    """The queue keeps no reference to what is done."""
    import gc
    import weakref

    class Payload:
        """Something that a weak reference can watch."""

    with Queue(ThreadPoolExecutor(1)) as queue:
        payload = Payload()
        watch = weakref.ref(payload)
        queue.submit(id, payload).result(30)
        del payload
        queue.submit(work.nothing).result(30)
        queue.join()
        gc.collect()
        assert watch() is None


def test_the_view_shows_queue_and_workers(capsys: pytest.CaptureFixture[str]) -> None:
    """A line off the terminal; the table names the running job and its progress."""
    from rich.console import Console

    gate = Gate()
    with open_queue("threads", 2) as queue, LiveView(queue, log_interval=0.01):
        queue.submit(gate, name="the gate")
        assert gate.running.wait(30)
        stats = queue.stats()
        console = Console(width=80, record=True, file=io.StringIO())
        console.print(table(stats, 1.0))
        time.sleep(0.05)
        gate.go.set()
    assert "the gate" in console.export_text()
    assert one_line(stats) in capsys.readouterr().out


def test_the_package_loads_without_what_sub_interpreters_refuse() -> None:
    """A job there imports `hilos.jobs` for `checkpoint`; psutil, whose C part does not load there, must wait."""
    script = "import sys, hilos.jobs; sys.exit('psutil' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], timeout=30, check=False).returncode == 0
