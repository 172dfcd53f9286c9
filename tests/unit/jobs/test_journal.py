"""Group commit, and what Ctrl+C in the middle of it does."""

import linecache
import os
import sys
import threading
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from hilos.jobs import DurableQueue, Retry, State
from hilos.jobs.announcer import Announcer
from hilos.jobs.claims import Claims, Plan
from hilos.jobs.journal import Journal, Operation
from hilos.jobs.schema import New
from support import work

JOBS = f"hilos{os.sep}jobs"


class Interrupter:
    """Raises KeyboardInterrupt at the n-th line that this thread runs in hilos.jobs.

    Not at a `with`: Python looks for signals after its lock was taken or released, never in between.
    """

    def __init__(self, at: int) -> None:
        self.at = at
        self.seen = 0

    def __call__(self, frame: FrameType, event: str, _argument: Any) -> "Interrupter | None":
        if JOBS not in frame.f_code.co_filename:
            return None
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).lstrip()
        if event == "line" and not line.startswith("with "):
            self.seen += 1
            if self.seen == self.at:
                raise KeyboardInterrupt
        return self


@pytest.mark.slow
@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize("synchronous", ["NORMAL", "FULL"])
def test_an_exception_at_any_step_of_a_submission_loses_nothing(synchronous: str, busy: bool, tmp_path: Path) -> None:
    """At each line in turn: the job is there or not, what was acknowledged is done, once, and the queue goes on."""
    gate, log = tmp_path / "gate", tmp_path / "log"
    acknowledged: set[str] = set()
    with DurableQueue(tmp_path / "q.db", 1, synchronous=synchronous) as queue:
        if busy:  # so that the submissions wait in the file; else most are taken in the transaction that adds them
            queue.submit(work.wait_for, str(gate), "x")
        step = 0
        while True:
            step += 1
            interrupter = Interrupter(step)
            sys.settrace(interrupter)
            try:
                queue.submit(work.note, str(log), str(step), priority=step % 3)
            except KeyboardInterrupt:
                sys.settrace(None)
                queue.submit(work.note, str(log), f"after {step}")  # mends what was torn
                acknowledged.add(f"after {step}")
                continue
            finally:
                sys.settrace(None)
            acknowledged.add(str(step))
            if interrupter.seen < step:
                break
            assert step < 2000
        queue.submit(work.note, str(log), "last")
        gate.touch()
        assert queue.join(30)
        states = queue.stats().states
    runs = Counter(log.read_text().splitlines())
    assert step > 40
    assert acknowledged <= set(runs)
    assert max(runs.values()) == 1
    assert states[State.DONE] == len(runs) + busy
    assert sum(states.values()) == states[State.DONE]


def test_callers_that_wait_for_the_disk_share_a_commit(tmp_path: Path) -> None:
    """Eight threads submit at once: far fewer transactions than jobs, and every job is there."""
    each, threads = 25, 8
    with DurableQueue(tmp_path / "q.db", 0) as queue:
        commits: list[str] = []
        queue._journal._db.set_trace_callback(lambda text: commits.append(text) if text == "COMMIT" else None)
        together = threading.Barrier(threads)

        def submit() -> None:
            together.wait()
            for _number in range(each):
                queue.submit(work.nothing)

        crowd = [threading.Thread(target=submit) for _ in range(threads)]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()
        assert queue.stats().states[State.QUEUED] == each * threads
        assert len(commits) < each * threads / 2


def test_a_start_whose_turn_was_rolled_back_is_noted_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl+C between writing that a job runs and the commit: the file still comes to know it."""
    claims = Claims(1, "FULL", Announcer(), lambda: None, batches=False)
    journal = Journal(tmp_path / "q.db", "FULL", 3, 30.0, 60.0, claims)
    new = New("note", "support.work:nothing", "[[], {}]", 1, 1.0, Retry(), None, True, 0.0)
    (number,) = journal.do(Operation(None, [new]))
    (job,) = claims.next_group()
    job.since -= 1.0  # it has run for a second

    def interrupted(plan: Plan, store: Any, now: float) -> None:
        take_part(plan, store, now)
        raise KeyboardInterrupt

    take_part = Plan.take_part
    for patched in (interrupted, take_part):
        claims.look_at(lambda _batch: (None, 0.0))
        monkeypatch.setattr(Plan, "take_part", patched)
        try:
            journal.turn(beat=False)
        except KeyboardInterrupt:
            assert not job.noted
    assert job.noted
    row = journal._store.row(number)
    assert row is not None
    assert row.started is not None
    journal.close()
