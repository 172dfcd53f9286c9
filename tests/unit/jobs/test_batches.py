"""Short jobs that go to a worker several at a time: nobody waits behind a long one, and only the culprit is blamed."""

import itertools
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from hilos.jobs import Change, DurableQueue, State
from support import work


def warm(
    queue: DurableQueue, log: Path, function: Callable[..., object] = work.note, *rest: object, count: int = 300
) -> None:
    """Have the queue believe that jobs of `function` are very short."""
    queue.submit_many(function, [((str(log), f"warm {number}", *rest), {}) for number in range(count)])
    assert queue.join(30)


@pytest.mark.alone
def test_short_jobs_share_a_message_and_long_ones_do_not(tmp_path: Path) -> None:
    """Batches of many when jobs take microseconds, of one when they take longer than a batch may."""
    sizes: list[int] = []
    with DurableQueue(tmp_path / "q.db", 1, synchronous="NORMAL") as queue:
        dispatcher = queue._dispatcher
        assert dispatcher is not None
        send = dispatcher._send
        dispatcher._send = lambda group: (sizes.append(len(group)), send(group))[1]  # type: ignore[method-assign]
        warm(queue, tmp_path / "log", work.slow_or_not, 0.0)
        assert max(sizes) > 8
        sizes.clear()
        for _wave in range(2):  # all of the first may be in one message, before any has told how long it takes
            queue.submit_many(work.slow_or_not, [((str(tmp_path / "log"), "slow", 0.02), {})] * 20)
            assert queue.join(30)
        assert sizes[-5:] == [1] * 5


@pytest.mark.alone
def test_what_waits_behind_a_long_job_in_a_batch_is_recalled(tmp_path: Path) -> None:
    """Two workers, a queue that believes in short jobs, and a long one first: the others do not wait for it."""
    log = tmp_path / "log"
    with DurableQueue(tmp_path / "q.db", 2, synchronous="NORMAL") as queue:
        warm(queue, log, work.slow_or_not, 0.0)
        calls = [((str(log), f"{number}", 3.0 if number == 0 else 0.0), {}) for number in range(60)]
        begin = time.monotonic()
        jobs = queue.submit_many(work.slow_or_not, calls)
        for job in jobs[1:]:
            assert job.result(30) is not None
        assert time.monotonic() - begin < 2.5
        assert jobs[0].state is State.RUNNING
        assert [each.name for each in queue.stats().running] == ["slow_or_not"]
        assert jobs[0].result(30) == "0"
    assert max(Counter(log.read_text().splitlines()).values()) == 1


def test_a_job_of_a_batch_can_be_cancelled(tmp_path: Path) -> None:
    """Behind a long one, before or after the recall; it does not run."""
    log = tmp_path / "log"
    with DurableQueue(tmp_path / "q.db", 1, synchronous="NORMAL") as queue:
        warm(queue, log, work.slow_or_not, 0.0)
        calls = [((str(log), f"{number}", 0.5 if number == 0 else 0.0), {}) for number in range(20)]
        jobs = queue.submit_many(work.slow_or_not, calls)
        assert jobs[10].cancel()
        assert queue.join(30)
        assert jobs[10].state is State.CANCELLED
    assert "10" not in log.read_text().splitlines()


def test_only_the_job_that_killed_its_worker_is_blamed(tmp_path: Path) -> None:
    """The others of its batch run again without a loss, and each change that listeners hear is a legal one."""
    log, flag = tmp_path / "log", tmp_path / "flag"
    changes: list[Change] = []
    with DurableQueue(tmp_path / "q.db", 1, synchronous="NORMAL") as queue:
        warm(queue, log, work.die_once_after, str(flag))
        queue.listen(changes.append)
        names = [f"{number}" for number in range(40)]
        names[20] = "killer"
        jobs = queue.submit_many(work.die_once_after, [((str(log), name, str(flag)), {}) for name in names])
        assert queue.join(30)
        rows = [queue.row(job.id) for job in jobs]
    assert flag.exists()
    assert [row.state for row in rows] == [State.DONE] * 40
    assert {row.losses for place, row in enumerate(rows) if place != 20} == {0}
    assert rows[20].losses == 1
    assert rows[20].attempts == 2
    assert queue.stats().lost == 1
    for row in rows:
        arrows = [(change.old, change.new) for change in changes if change.job.id == row.id]
        assert all(before[1] is after[0] for before, after in itertools.pairwise(arrows))
        assert arrows[-1][1] is State.DONE


def test_a_job_of_high_priority_waits_for_no_more_than_a_batch(tmp_path: Path) -> None:
    """Behind a long backlog of short jobs: at most what the workers hold runs before it, judged by their records."""
    log = tmp_path / "log"
    with DurableQueue(tmp_path / "q.db", 1, synchronous="NORMAL") as queue:
        warm(queue, log)
        queue.submit_many(work.note, [((str(log), "low"), {})] * 5000, priority=2)
        queue.submit(work.note, str(log), "high", priority=0)
        before = log.read_text().splitlines().count("low")
        assert queue.join(60)
    lines = log.read_text().splitlines()
    assert lines[: lines.index("high")].count("low") <= before + 64 + 64  # its batch, and what ran while we looked


def test_jobs_of_a_function_that_is_not_known_go_alone(tmp_path: Path) -> None:
    """One of them kills its worker amid many short ones of another function: nothing that was done is done again."""
    log = tmp_path / "log"
    with DurableQueue(tmp_path / "q.db", 1, synchronous="NORMAL") as queue:
        warm(queue, log)
        for round_ in range(5):
            queue.submit_many(work.note, [((str(log), f"{round_} {number}"), {}) for number in range(30)])
            queue.submit(work.die)
            queue.submit_many(work.note, [((str(log), f"{round_} {number}"), {}) for number in range(30, 60)])
        assert queue.join(60)
        assert queue.stats().states[State.FAILED] == 5
    assert set(Counter(log.read_text().splitlines()).values()) == {1}


def test_a_short_job_after_a_pause_does_not_wait_for_others(tmp_path: Path) -> None:
    """Gathering is for jobs that follow each other: neither a single one nor a pair waits for the clock's next look."""
    log = tmp_path / "log"
    with DurableQueue(tmp_path / "q.db", 1, synchronous="NORMAL") as queue:
        warm(queue, log)
        slowest: list[float] = []
        for number in range(30):
            time.sleep(0.01)
            begin = time.monotonic()
            pair = [queue.submit(work.note, str(log), f"{number} {which}") for which in "ab"]
            for job in pair:
                job.result(30)
            slowest.append(time.monotonic() - begin)
    assert sorted(slowest)[15] < 0.04
