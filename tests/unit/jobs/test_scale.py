"""Very many jobs, one in a hundred failing, and workers killed at random."""

import contextlib
import os
import random
import signal
import threading
import time

import psutil
import pytest

from hilos.jobs import Change, Priority, State, open_queue
from hilos.jobs.job import FINAL
from support import work

FULL = os.environ.get("HILOS_FULL") == "1"
JOBS = 100_000 if FULL else 6_000


class Books:
    """Checks every change as it happens; keeps one byte a job."""

    def __init__(self, count: int) -> None:
        self.ended = bytearray(count + 1)
        self.waiting = dict.fromkeys(Priority, 0)
        self.out_of_order = 0
        self.wrong_arrows = 0

    def __call__(self, change: Change) -> None:
        job = change.job
        if change.new is State.QUEUED:
            self.waiting[job.priority] += 1
        elif change.old is State.QUEUED:
            self.waiting[job.priority] -= 1
            if change.new is State.RUNNING and any(self.waiting[p] for p in Priority if p < job.priority):
                self.out_of_order += 1
        if change.new in FINAL:
            self.ended[job.id] += 1
        elif self.ended[job.id]:
            self.wrong_arrows += 1


@pytest.mark.slow
@pytest.mark.timeout(600 if FULL else 120)
def test_every_job_ends_once_in_order_and_memory_stays_flat() -> None:
    """100,000 jobs with HILOS_FULL=1: each ends exactly once, none overtakes a more urgent one, dead ones say why."""
    chance = random.Random(5)
    books = Books(JOBS)
    stop = threading.Event()
    me = psutil.Process()
    with open_queue("processes", 2, capacity=1000) as queue:
        queue.listen(books)

        def kill_at_random() -> None:
            while not stop.wait(chance.uniform(0.1, 0.6)):
                pids = list(queue._executor.pids().values())
                if pids:  # else: both are being replaced
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(chance.choice(pids), signal.SIGKILL)

        killer = threading.Thread(target=kill_at_random)
        killer.start()
        begin = time.monotonic()
        early = 0
        for number in range(JOBS):
            queue.submit(work.sometimes, number, 1, priority=number % 3)
            if number == JOBS // 4:
                early = me.memory_info().rss
        assert queue.join(500)
        seconds = time.monotonic() - begin
        stop.set()
        killer.join()
        grown = me.memory_info().rss - early
        stats = queue.stats()
        dead = queue.dead_letters
    assert bytes(books.ended[1:]) == b"\x01" * JOBS
    assert books.out_of_order == books.wrong_arrows == 0
    assert stats.states[State.DONE] + stats.states[State.FAILED] == JOBS
    by_value = [job for job in dead if "ValueError: number" in job.errors[-1]]
    assert len(by_value) == len([n for n in range(JOBS) if n % 100 == 7])
    assert all(job.losses >= 3 and "SIGKILL" in job.errors[-1] for job in dead if job not in by_value)
    # The dead letters themselves are kept, with their tracebacks: some kilobytes each.
    assert grown < 20e6 + 8_000 * len(dead)
    print(
        f"{JOBS} jobs in {seconds:.1f} s ({JOBS / seconds:.0f}/s), {queue._executor.deaths} workers killed, "
        f"{stats.lost} jobs lost and run again, {len(dead)} dead letters, memory grew by {grown / 1e6:.1f} MB"
    )
