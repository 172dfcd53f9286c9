"""What every job queue of the course keeps, written once: the lesson's own, and hilos.jobs on each back end."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from hilos.errors import JobFailed
from hilos.jobs import BACKENDS, Queue, open_queue
from support import lessons, require, work

HIGH, NORMAL, LOW = 0, 1, 2


class Lesson:
    """The queue built in sight in workers/job_queue_system.py."""

    opened = True

    def __init__(self, folder: Path, workers: int, **options: Any) -> None:
        self._queue = lessons.load("workers/job_queue_system.py").JobQueue(workers, **options)

    def submit(self, function: Callable[..., Any], *args: Any, priority: int = NORMAL) -> Any:
        return self._queue.submit(function, *args, priority=priority)

    def failure(self, job: Any) -> str:
        with pytest.raises(ValueError):
            job.result(30)
        return str(job.traceback)

    def close(self, drain: bool = True) -> int:
        self.opened = False
        return len(self._queue.close(drain))


class Library(Lesson):
    """hilos.jobs on one of its back ends."""

    backend = "threads"

    def __init__(self, folder: Path, workers: int, **options: Any) -> None:
        self._queue = self.make(folder, workers, **options)

    def make(self, folder: Path, workers: int, **options: Any) -> Any:
        return open_queue(self.backend, workers, **options)

    def failure(self, job: Any) -> str:
        with pytest.raises(JobFailed) as caught:
            job.result(30)
        return caught.value.attempts[-1]


class Processes(Library):
    """Worker processes."""

    backend = "processes"


class Interpreters(Library):
    """Sub-interpreters, where Python has them."""

    backend = "interpreters"


class AnyExecutor(Library):
    """An executor of the standard library that the caller made."""

    def make(self, folder: Path, workers: int, **options: Any) -> Any:
        return Queue(ThreadPoolExecutor(workers), **options)


class Durable(Library):
    """The file, with worker processes."""

    def make(self, folder: Path, workers: int, **options: Any) -> Any:
        return open_queue("durable", workers, path=folder / "queue.db", **options)

    def close(self, drain: bool = True) -> int:
        self.opened = False
        if drain:
            self._queue.close()
            return 0
        self._queue.close(drain=False)
        # What was not run stays in the file: that is handing it back.
        with open_queue("durable", 0, path=self._queue.path) as again:
            return sum(again.stats().waiting.values())


class Cluster(Library):
    """Dask, with worker processes of its own: two, of which a queue for one has one job at a time."""

    def make(self, folder: Path, workers: int, **options: Any) -> Any:
        return open_queue("cluster", address=CLUSTER[0], slots=workers, **options)


CLUSTER: list[str] = []
REPORTING = [Library, AnyExecutor, Processes, Durable, Cluster]
IMPLEMENTATIONS = [Lesson, *REPORTING]
if "interpreters" in BACKENDS:
    IMPLEMENTATIONS.append(Interpreters)


@pytest.fixture(params=IMPLEMENTATIONS, ids=lambda each: each.__name__.lower())
def queue_type(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Each implementation in turn; what a failed test left open is closed."""
    if request.param is Cluster:
        require.package("distributed")
        request.getfixturevalue("cluster")
    made = []

    def make(*args: Any, **options: Any) -> Any:
        made.append(request.param(*args, **options))
        return made[-1]

    yield make
    (tmp_path / "gate").touch()
    for queue in made:
        if queue.opened:
            queue.close(drain=False)


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """A real scheduler with workers in processes of their own."""
    import distributed

    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        silence_logs=50,
    ) as made:
        CLUSTER.append(made.scheduler_address)
        yield


def seen(path: Path) -> list[str]:
    """Lines of a file, none if it is not there."""
    return path.read_text().splitlines() if path.exists() else []


def wait_until(condition: Callable[[], bool], deadline: float = 30.0) -> None:
    """Fail unless `condition` holds before the deadline."""
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.002)


def blocked(queue: Any, folder: Path) -> Path:
    """Keep the only worker busy until the returned path exists."""
    gate = folder / "gate"
    queue.submit(work.wait_for, str(gate), "first", priority=HIGH)
    wait_until(lambda: bool(seen(folder / "gate.started")))
    return gate


def test_result_is_what_the_call_returned(queue_type: Any, tmp_path: Path) -> None:
    """Each job's result is its own."""
    queue = queue_type(tmp_path, 2)
    jobs = [queue.submit(work.add, number, 1) for number in range(20)]
    assert [job.result(30) for job in jobs] == [number + 1 for number in range(20)]
    queue.close()


def test_a_failure_is_kept_with_its_traceback_and_harms_nobody(queue_type: Any, tmp_path: Path) -> None:
    """The traceback names the error and the function that raised it; the worker does the next job."""
    queue = queue_type(tmp_path, 1)
    broken = queue.submit(work.fail, "on purpose")
    fine = queue.submit(work.add, 1, 1)
    text = queue.failure(broken)
    assert "ValueError: on purpose" in text
    assert "in fail" in text
    assert fine.result(30) == 2
    queue.close()


def test_priorities_are_kept_and_within_one_the_order_of_arrival(queue_type: Any, tmp_path: Path) -> None:
    """With one worker the order is exact."""
    queue = queue_type(tmp_path, 1)
    gate = blocked(queue, tmp_path)
    wanted = [(LOW, "a"), (NORMAL, "b"), (HIGH, "c"), (NORMAL, "d"), (HIGH, "e"), (LOW, "f")]
    for priority, name in wanted:
        queue.submit(work.note, str(tmp_path / "order"), name, priority=priority)
    gate.touch()
    queue.close()
    assert seen(tmp_path / "order") == [name for _priority, name in sorted(wanted)]


def test_aging_lets_what_waited_long_go_first(queue_type: Any, tmp_path: Path) -> None:
    """A low job that waited longer than its handicap goes before a high one that has just come."""
    queue = queue_type(tmp_path, 1, aging=0.05)
    gate = blocked(queue, tmp_path)
    queue.submit(work.note, str(tmp_path / "order"), "old and low", priority=LOW)
    queue.submit(work.note, str(tmp_path / "order"), "young and high", priority=HIGH)
    time.sleep(0.15)  # more than the handicap of 2 levels
    queue.submit(work.note, str(tmp_path / "order"), "late and high", priority=HIGH)
    gate.touch()
    queue.close()
    assert seen(tmp_path / "order") == ["young and high", "old and low", "late and high"]


def test_a_full_queue_makes_who_submits_wait(queue_type: Any, tmp_path: Path) -> None:
    """The third of two that fit waits until one leaves."""
    queue = queue_type(tmp_path, 1, capacity=2)
    gate = blocked(queue, tmp_path)
    queue.submit(work.add, 1, 1)
    queue.submit(work.add, 1, 1)
    with ThreadPoolExecutor(1) as helper:
        late = helper.submit(queue.submit, work.add, 2, 2)
        time.sleep(0.1)
        assert not late.done()
        gate.touch()
        assert late.result(30).result(30) == 4
    queue.close()


@pytest.mark.parametrize("queue_type", REPORTING, ids=lambda each: each.__name__.lower(), indirect=True)
def test_progress_is_seen_while_the_job_runs(queue_type: Any, tmp_path: Path) -> None:
    """What its `checkpoint` said, and which worker has it.  (The lesson's queue and sub-interpreters lack it.)"""
    queue = queue_type(tmp_path, 1)
    gate = blocked(queue, tmp_path)
    wait_until(lambda: [bool(each.worker) for each in queue._queue.stats().running if each.progress == 0.5] == [True])
    gate.touch()
    queue.close()


def test_close_runs_what_waits(queue_type: Any, tmp_path: Path) -> None:
    """Draining loses nothing."""
    queue = queue_type(tmp_path, 2)
    for number in range(20):
        queue.submit(work.note, str(tmp_path / "done"), str(number))
    assert queue.close() == 0
    assert sorted(seen(tmp_path / "done"), key=int) == [str(number) for number in range(20)]


def test_close_can_hand_back_what_waits(queue_type: Any, tmp_path: Path) -> None:
    """What runs is finished, what waits is handed back, and none is both or neither."""
    queue = queue_type(tmp_path, 1)
    gate = blocked(queue, tmp_path)
    for number in range(10):
        queue.submit(work.note, str(tmp_path / "done"), str(number))
    with ThreadPoolExecutor(1) as helper:
        closing = helper.submit(queue.close, False)
        time.sleep(0.1)
        gate.touch()
        given = closing.result(30)
    assert given == 10 - len(seen(tmp_path / "done"))
    assert given > 0


def test_a_closed_queue_takes_no_more(queue_type: Any, tmp_path: Path) -> None:
    """Submitting after close is refused, never forgotten."""
    queue = queue_type(tmp_path, 1)
    queue.close()
    with pytest.raises(RuntimeError):
        queue.submit(work.nothing)


def test_many_threads_may_submit(queue_type: Any, tmp_path: Path) -> None:
    """Jobs from four threads at once: each result comes to whoever asked for it."""
    queue = queue_type(tmp_path, 2)

    def ask(start: int) -> list[float]:
        return [queue.submit(work.add, start, number).result(30) for number in range(10)]

    with ThreadPoolExecutor(4) as helpers:
        answers = list(helpers.map(ask, (0, 100, 200, 300)))
    queue.close()
    assert answers == [[start + number for number in range(10)] for start in (0, 100, 200, 300)]
