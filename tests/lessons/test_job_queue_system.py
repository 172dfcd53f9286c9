"""workers/job_queue_system.py: what it claims, and how it ends."""

import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest

from hilos.jobs import Retry
from support import lessons

PATH = "workers/job_queue_system.py"


@pytest.fixture(scope="module")
def lesson():  # type: ignore[no-untyped-def]
    """The lesson as a module."""
    return lessons.load(PATH)


def test_the_order_is_by_priority_and_then_by_arrival(lesson) -> None:  # type: ignore[no-untyped-def]
    """The code that is read is the code that is tested."""
    assert lesson.order_of_execution([2, 1, 0, 1, 0, 2]) == [2, 4, 1, 3, 0, 5]


def test_strict_priorities_starve_and_aging_does_not(lesson) -> None:  # type: ignore[no-untyped-def]
    """Strict: all that kept coming overtook it.  Aging: its turn came while they still did."""
    strict, _wait = lesson.starved(None, 30, 0.002)
    aged, _wait = lesson.starved(0.01, 30, 0.002)
    assert aged < strict == 30


def test_back_pressure_bounds_what_waits(lesson) -> None:  # type: ignore[no-untyped-def]
    """And makes who submits take longer."""
    bounded, slow = lesson.deepest(5, 60, 0.002)
    unbounded, fast = lesson.deepest(0, 60, 0.002)
    assert bounded <= 5 < unbounded
    assert slow > fast


def test_jitter_spreads_the_return(lesson) -> None:  # type: ignore[no-untyped-def]
    """All return, none before its time, and not in one heap."""
    together = lesson.comeback(0.0, 20, 0.2)
    spread = lesson.comeback(0.8, 20, 0.2)
    assert len(together) == len(spread) == 20
    assert min(together) >= 0.199
    assert spread[-1] - spread[0] > 0.04
    assert Retry(backoff=0.2, jitter=0.8).delay(1, random.Random(0)) <= 0.2


@pytest.mark.parametrize("language", ["es", "en"])
def test_it_runs_and_every_claim_holds(language: str) -> None:
    """As a learner runs it: both languages, no claim broken, no traceback beside the one that is shown."""
    done = lessons.run(PATH, "--fast", "--once", "--lang", language)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "✗" not in done.stdout
    assert done.stdout.count("✓") == 10
    assert ("Colas de trabajos" if language == "es" else "Job queues") in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_nonsense_is_said_in_two_lines() -> None:
    """Status 2, no traceback."""
    done = lessons.run(PATH, "--seed", "many")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0.2, 1.0, 1.6, 2.2, 3.0])
def test_ctrl_c_at_any_moment_leaves_no_process(moment: float) -> None:
    """To the whole group, as a terminal does: status 130 (or it was done), nobody stays, no traceback."""
    process = subprocess.Popen(
        [sys.executable, str(lessons.ROOT / PATH), "--fast"],
        env=lessons.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(moment)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    _out, err = process.communicate(timeout=30)
    assert process.returncode in (0, 130, -signal.SIGINT), err
    if process.returncode == 130:
        assert "Traceback" not in err, err
    group = [each for each in psutil.process_iter() if _group_of(each.pid) == process.pid]
    end = time.monotonic() + 5
    while any(each.is_running() and each.status() != "zombie" for each in group):
        assert time.monotonic() < end, group
        time.sleep(0.02)


def _group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0
