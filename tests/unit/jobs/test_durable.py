"""The queue in a file: what the contract suite does not ask of every queue."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from hilos.errors import JobFailed, UsageError
from hilos.jobs import DurableQueue, ProcessWorkers, Retry, State
from hilos.jobs.metrics import QueueMetrics
from hilos.jobs.schema import connect
from hilos.jobs.store import Store
from hilos.metrics import Metrics
from support import lessons, work

FULL = os.environ.get("HILOS_FULL") == "1"


def wait_until(condition: Callable[[], bool], deadline: float = 30.0) -> None:
    """Fail unless `condition` holds before the deadline."""
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.005)


def test_jobs_outlive_the_process_that_submitted_them(tmp_path: Path) -> None:
    """One submits and closes, another one runs."""
    with DurableQueue(tmp_path / "q.db", 0) as queue:
        number = queue.submit(work.add, 2, 3).id
        queue.submit_many(work.add, [((n, n), {}) for n in range(10)])
    with DurableQueue(tmp_path / "q.db", 2) as queue:
        assert queue.job(number).result(30) == 5
    with DurableQueue(tmp_path / "q.db", 0) as queue:
        assert queue.stats().states[State.DONE] == 11
        assert queue.job(number).result(0) == 5


def test_two_processes_share_a_file(tmp_path: Path) -> None:
    """One only submits and waits; the other's workers run it."""
    with DurableQueue(tmp_path / "q.db", 1), DurableQueue(tmp_path / "q.db", 0) as asking:
        assert asking.submit(work.add, 1, 2).result(30) == 3


def test_retries_limits_and_dead_letters(tmp_path: Path) -> None:
    """As in memory, with the tracebacks in the file; a dead letter can be revived."""
    with DurableQueue(tmp_path / "q.db", 2) as queue:
        flaky = queue.submit(work.flaky, str(tmp_path / "calls"), 2, retry=Retry(attempts=3, backoff=0.01))
        hopeless = queue.submit(work.hopeless, "no", retry=Retry(attempts=9))
        late = queue.submit(work.spin, 60, timeout=0.2)
        killer = queue.submit(work.die)
        assert flaky.result(30) == 3
        for job in (hopeless, late, killer):
            with pytest.raises(JobFailed):
                job.result(30)
        assert hopeless.attempts == 1
        assert "GiveUp: no" in hopeless.errors[0]
        assert "0.2" in late.errors[0]
        assert "SIGKILL" in killer.errors[0]
        assert [row.id for row in queue.dead_letters] == [hopeless.id, late.id, killer.id]
        assert queue.revive(hopeless.id) == 1
        wait_until(lambda: len(hopeless.errors) == 2)


def test_a_waiting_retry_does_not_keep_the_journal_busy(tmp_path: Path) -> None:
    """While it is not due nothing spins."""
    with DurableQueue(tmp_path / "q.db", 1) as queue:
        job = queue.submit(work.fail, "x", retry=Retry(attempts=2, backoff=30, jitter=0))
        wait_until(lambda: job.state is State.RETRYING)
        before = time.process_time()
        time.sleep(1.0)
        assert time.process_time() - before < 0.3
        assert job.cancel()


def test_cancel(tmp_path: Path) -> None:
    """Waiting, running here, and running in another process."""
    with DurableQueue(tmp_path / "q.db", 1) as queue, DurableQueue(tmp_path / "q.db", 0) as other:
        running = queue.submit(work.wait_for, str(tmp_path / "never"), "x")
        waiting = queue.submit(work.nothing)
        wait_until((tmp_path / "never.started").exists)
        assert waiting.cancel()
        assert running.cancel()
        assert not running.cancel()
        again = queue.submit(work.wait_for, str(tmp_path / "never2"), "x")
        wait_until((tmp_path / "never2.started").exists)
        other.job(again.id).cancel()
        wait_until(lambda: again.state is State.CANCELLED)
        assert queue.submit(work.add, 1, 1).result(30) == 2


def test_what_may_not_run_twice_does_not(tmp_path: Path) -> None:
    """The process that ran it is gone: a dead letter; what may is queued again; what had not started costs nothing."""
    path = tmp_path / "q.db"
    with DurableQueue(path, 0) as queue:
        once = queue.submit(work.nothing, idempotent=False).id
        twice = queue.submit(work.nothing).id
        unstarted = queue.submit(work.nothing).id
    connection = connect(path)
    store = Store(connection)
    owner = store.enrol(0.0, lease=1.0)  # its lease was over in 1970
    taken = {each.id: each for each in store.take(owner, 3, 0.0)}
    store.start([(0.0, twice, owner, taken[twice].attempt)])
    assert store.recover(time.time()) == 2
    assert [store.row(number).state for number in (once, twice, unstarted)] == ["failed", "queued", "queued"]
    assert [store.row(number).losses for number in (once, twice, unstarted)] == [1, 1, 0]
    assert store.row(unstarted).attempts == 0
    connection.close()


def test_an_owner_that_overslept_changes_nothing(tmp_path: Path) -> None:
    """Its result comes for a job that others have taken over: refused."""
    connection = connect(tmp_path / "q.db")
    with DurableQueue(tmp_path / "q.db", 0) as queue:
        number = queue.submit(work.nothing).id
        store = Store(connection)
        sleeper = store.enrol(0.0, lease=1.0)
        (old,) = store.take(sleeper, 1, 0.0)
        store.recover(time.time())
        other = store.enrol(time.time(), lease=30.0)
        (new,) = store.take(other, 1, time.time())
        assert store.succeed(old, sleeper, '"late"', 0.0, 0.0) is None
        assert not store.renew(sleeper, time.time(), 30.0)
        assert store.succeed(new, other, '"right"', 0.0, 0.0) is State.DONE
        assert queue.row(number).result == '"right"'
    connection.close()


@pytest.mark.parametrize(
    ("function", "args"), [(lambda: None, ()), (work.add, (Path("x"), 1)), (work.add, (float("nan"), 1))]
)
def test_what_cannot_be_stored_is_refused(
    function: Callable[..., None], args: tuple[object, ...], tmp_path: Path
) -> None:
    """A function without a name, arguments that JSON cannot say."""
    with DurableQueue(tmp_path / "q.db", 0) as queue, pytest.raises(UsageError):
        queue.submit(function, *args)


def test_another_file_is_not_touched(tmp_path: Path) -> None:
    """A text, and somebody else's database."""
    (tmp_path / "text").write_text("hello, this is a text file that is no database at all " * 20)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE job (x)")
    other.close()
    before = (tmp_path / "other.db").read_bytes()
    for name in ("text", "other.db"):
        with pytest.raises(UsageError):
            DurableQueue(tmp_path / name, 0)
    assert (tmp_path / "text").read_text().startswith("hello")
    with sqlite3.connect(tmp_path / "other.db") as other:
        assert other.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
    other.close()
    assert len(before) == len((tmp_path / "other.db").read_bytes())


def test_workers_that_cannot_start_are_said_and_cost_the_jobs_nothing(tmp_path: Path) -> None:
    """Who waits is told why; the job stays in the file as it was."""
    workers = ProcessWorkers(1, initializer=work.fail, initargs=("no start",))
    queue = DurableQueue(tmp_path / "q.db", executor=workers)
    job = queue.submit(work.nothing)
    with pytest.raises(UsageError, match="__main__"):
        job.result(30)
    queue.close()
    with DurableQueue(tmp_path / "q.db", 1) as again:
        again.join()
        assert again.row(job.id).state is State.DONE
        assert again.row(job.id).losses == 0


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    """Whoever can write it can have functions called."""
    DurableQueue(tmp_path / "q.db", 0).close()
    assert (tmp_path / "q.db").stat().st_mode & 0o077 == 0


def test_results_are_forgotten_after_their_time(tmp_path: Path) -> None:
    """The file does not grow for ever; dead letters stay."""
    with DurableQueue(tmp_path / "q.db", 1, keep=0.1) as queue:
        queue.submit(work.nothing).result(30)
        with pytest.raises(JobFailed):
            queue.submit(work.fail, "x").result(30)
        wait_until(lambda: queue.stats().states[State.DONE] == 0)
        assert queue.stats().states[State.FAILED] == 1


def test_metrics_are_those_of_every_queue(tmp_path: Path) -> None:
    """Submitted, finished, waiting, running."""
    metrics = Metrics()
    with DurableQueue(tmp_path / "q.db", 1) as queue:
        QueueMetrics(queue, metrics)
        for _ in range(5):
            queue.submit(work.nothing)
        queue.submit(work.fail, "x", retry=Retry(attempts=2, backoff=0))
        queue.join()
    time.sleep(0.06)  # longer than one look at the queue serves a scrape
    value = metrics.registry.get_sample_value
    assert value("job_queue_submitted_total", {"priority": "1"}) == 6
    assert value("job_queue_finished_total", {"outcome": "done"}) == 5
    assert value("job_queue_finished_total", {"outcome": "failed"}) == 1
    assert value("job_queue_retries_total") == 1
    assert value("job_queue_waiting", {"priority": "1"}) == 0
    assert value("job_queue_running") == 0


def test_what_other_processes_submitted_counts_as_waiting(tmp_path: Path) -> None:
    """The gauge is the file's, not a tally of what this process saw."""
    metrics = Metrics()
    with DurableQueue(tmp_path / "q.db", 0) as queue:
        queue.submit_many(work.nothing, [((), {})] * 7)
    with DurableQueue(tmp_path / "q.db", 0) as queue:
        QueueMetrics(queue, metrics)
        assert metrics.registry.get_sample_value("job_queue_waiting", {"priority": "1"}) == 7


def test_a_file_that_cannot_be_written_is_said_to_everybody_who_waits(tmp_path: Path) -> None:
    """The disk is full (SQLite is told so by a limit on its pages): no caller hangs, what was confirmed is there."""
    queue = DurableQueue(tmp_path / "q.db", 0)
    queue.submit(work.note, "x", "y" * 100)
    pages = queue._reader_db.execute("PRAGMA page_count").fetchone()[0]
    queue._do(lambda store: store._db.execute(f"PRAGMA max_page_count = {pages + 1}"))
    with pytest.raises(UsageError, match="full"):
        for _ in range(1000):
            queue.submit(work.note, "x", "y" * 1000)
    with pytest.raises(RuntimeError):
        queue.submit(work.nothing)
    queue.close()
    with DurableQueue(tmp_path / "q.db", 0) as again:
        assert again.stats().states[State.QUEUED] >= 1


@pytest.mark.slow
@pytest.mark.timeout(600 if FULL else 120)
def test_killing_the_whole_process_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    """SIGKILL at random moments (50 with HILOS_FULL=1): what was acknowledged is done, and nothing twice after that."""
    path, log = tmp_path / "q.db", tmp_path / "log"
    chance = random.Random(20261124)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(lessons.ROOT / name) for name in ("tests", "src"))}
    acknowledged: set[int] = set()
    runs_when_done: dict[str, int] = {}
    first = 0

    def runs() -> Counter[str]:
        return Counter(log.read_text().splitlines()) if log.exists() else Counter()

    def start(count: int) -> "subprocess.Popen[str]":
        script = str(lessons.ROOT / "tests" / "support" / "durable_parent.py")
        return subprocess.Popen(
            [sys.executable, script, str(path), str(log), str(first), str(count)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    for _kill in range(50 if FULL else 8):
        process = start(100_000)
        assert process.stdout is not None
        if chance.random() < 0.8:  # else: while it starts
            acknowledged.add(int(process.stdout.readline()))
            time.sleep(chance.random() * 0.5)
        else:
            time.sleep(chance.random() * 0.5)
        process.kill()
        acknowledged |= {int(line) for line in process.communicate()[0].split() if line.isdecimal()}
        first = max(acknowledged, default=-1) + 2  # one beyond what may have been stored without being acknowledged
        time.sleep(0.1)  # its workers end with it
        if path.exists():
            with DurableQueue(path, 0, losses=10_000) as queue, queue._reading:
                done = queue._reader_db.execute(
                    "SELECT json_extract(arguments, '$[0][1]') FROM job WHERE state = 'done'"
                ).fetchall()
            counts = runs()
            for (number,) in done:
                runs_when_done.setdefault(number, counts[number])
    last = start(0)
    last.communicate(timeout=100)
    assert last.returncode == 0
    with DurableQueue(path, 0) as queue:
        states = queue.stats().states
    counts = runs()
    assert acknowledged <= {int(number) for number in counts}
    assert states[State.FAILED] == states[State.QUEUED] == states[State.RUNNING] == states[State.RETRYING] == 0
    assert states[State.DONE] == len(counts) >= len(acknowledged) > 0
    again = {number for number, count in runs_when_done.items() if counts[number] != count}
    assert not again
    print(f"{len(acknowledged)} acknowledged, {sum(counts.values()) - len(counts)} run again after a kill, none lost")
