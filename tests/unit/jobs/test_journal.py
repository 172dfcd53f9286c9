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

from hilos.jobs import DurableQueue, State
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
