"""Worker processes that may be killed, and leave nobody behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, wait
from multiprocessing import get_all_start_methods
from pathlib import Path

import psutil
import pytest

from hilos.errors import JobCancelled, JobFailed, WorkerDied
from hilos.jobs import ProcessWorkers, State, open_queue
from hilos.jobs.affinity import allowed_cpus, can_pin
from support import lessons, work


def wait_until(condition: Callable[[], bool], deadline: float = 30.0) -> None:
    """Fail unless `condition` holds before the deadline."""
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.005)


def test_it_is_an_executor() -> None:
    """submit, map, results in order, exceptions as themselves with the worker's traceback."""
    with ProcessWorkers(2) as workers:
        assert list(workers.map(work.add, range(5), range(5))) == [0, 2, 4, 6, 8]
        with pytest.raises(ValueError, match="boom") as caught:
            workers.submit(work.fail, "boom").result(30)
        assert "in fail" in str(caught.value.__cause__)


def test_what_does_not_pickle_fails_its_own_call_only() -> None:
    """A lambda in, a generator out; the workers go on."""
    with ProcessWorkers(1) as workers:
        with pytest.raises(Exception, match="pickle"):
            workers.submit(lambda: None).result(30)
        with pytest.raises(Exception, match="pickle"):
            workers.submit(iter, work.__dict__.keys()).result(30)
        assert workers.submit(work.add, 1, 1).result(30) == 2


def test_a_killed_worker_fails_one_call_and_is_replaced(tmp_path: Path) -> None:
    """The others do not notice."""
    with ProcessWorkers(2) as workers:
        doomed = workers.submit(work.wait_for, str(tmp_path / "never"), "doomed")
        wait_until((tmp_path / "never.started").exists)
        before = workers.pids()
        other = workers.submit(work.add, 1, 1)
        assert other.result(30) == 2
        os.kill(before[doomed.worker], signal.SIGKILL)
        with pytest.raises(WorkerDied, match="SIGKILL"):
            doomed.result(30)
        assert workers.submit(work.add, 2, 2).result(30) == 4
        wait_until(lambda: len(workers.pids()) == 2 and set(workers.pids().values()) != set(before.values()))
        assert workers.deaths == 1


@pytest.mark.slow
def test_killing_the_worker_again_and_again_loses_nothing(tmp_path: Path) -> None:
    """A job whose worker is killed runs again each time (100 times with HILOS_FULL=1), and is done in the end."""
    kills = 100 if os.environ.get("HILOS_FULL") == "1" else 15
    gate, started = tmp_path / "gate", tmp_path / "gate.started"
    with open_queue("processes", 2, losses=1000) as queue:
        job = queue.submit(work.wait_for, str(gate), "x")
        wait_until(started.exists)
        slowest = 0.0
        for kill in range(kills):
            wait_until(lambda: bool(job.worker))
            begin = time.monotonic()
            os.kill(queue._executor.pids()[job.worker], signal.SIGKILL)
            wait_until(lambda count=kill + 2: len(started.read_text().splitlines()) >= count)
            slowest = max(slowest, time.monotonic() - begin)
        gate.touch()
        assert job.result(30) == "x"
        stats = queue.stats()
    assert stats.lost == job.losses == kills
    assert stats.states[State.DONE] == 1
    print(f"slowest to run again: {slowest * 1000:.0f} ms")


def test_time_limits_and_cancel_end_the_process(tmp_path: Path) -> None:
    """Both at once, not at the function's next checkpoint."""
    with open_queue("processes", 2) as queue:
        late = queue.submit(work.spin, 60, timeout=0.2)
        unwanted = queue.submit(work.wait_for, str(tmp_path / "never"), "x")
        wait_until((tmp_path / "never.started").exists)
        begin = time.monotonic()
        assert unwanted.cancel()
        with pytest.raises(JobCancelled):
            unwanted.result(30)
        with pytest.raises(JobFailed, match=r"0\.2"):
            late.result(30)
        assert queue.submit(work.add, 1, 1).result(30) == 2
        assert time.monotonic() - begin < 20


def test_progress_comes_from_the_other_process(tmp_path: Path) -> None:
    """checkpoint(0.5) there, job.progress here, with the worker's name."""
    with open_queue("processes", 1) as queue:
        job = queue.submit(work.wait_for, str(tmp_path / "go"), "x")
        wait_until(lambda: job.progress == 0.5)
        assert job.worker == "worker 1"
        (tmp_path / "go").touch()
        job.result(30)


def test_workers_that_cannot_start_are_an_error_and_no_endless_loop() -> None:
    """Three deaths before the first is ready: broken, with the reason."""
    with pytest.raises(BrokenExecutor):
        with ProcessWorkers(1, initializer=work.fail, initargs=("no start",)) as workers:
            futures = [workers.submit(work.nothing) for _ in range(3)]
            wait(futures, 30)
            for future in futures:
                future.result(0)


@pytest.mark.skipif(not can_pin(), reason="this system cannot pin processes to CPUs")
def test_workers_are_pinned_where_asked() -> None:
    """Each to its own CPUs."""
    cpus = allowed_cpus()
    with ProcessWorkers(2, affinity=[[cpus[0]], [cpus[-1]]]) as workers:
        workers.submit(work.nothing).result(30)
        wait_until(
            lambda: (
                sorted(psutil.Process(pid).cpu_affinity() for pid in workers.pids().values())
                == sorted([[cpus[0]], [cpus[-1]]])
            )
        )


def test_shutdown_leaves_no_process() -> None:
    """Neither after close nor after an exception with jobs running."""
    queue = open_queue("processes", 2)
    pids = list(queue._executor.pids().values())
    with pytest.raises(KeyboardInterrupt), queue:
        queue.submit(work.spin, 60)
        queue.submit(work.spin, 60)
        raise KeyboardInterrupt
    assert not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not show signal masks in /proc")
def test_ctrl_c_does_not_reach_what_is_starting(tmp_path: Path) -> None:
    """SIGINT is blocked in the fork server and the workers from their first moment: none dies with a traceback."""
    script = tmp_path / "masks.py"
    script.write_text(MASKS)
    path = os.pathsep.join([str(lessons.ROOT / "tests"), str(lessons.ROOT / "src")])
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=50,
    )
    masks = [int(mask, 16) for mask in done.stdout.split()]
    assert len(masks) >= 2, done.stderr  # the fork server and the worker
    assert all(mask & (1 << (signal.SIGINT - 1)) for mask in masks)


MASKS = """
import psutil
from pathlib import Path
from support import work
from hilos.jobs import ProcessWorkers
if __name__ == "__main__":
    with ProcessWorkers(1, method="forkserver") as workers:
        workers.submit(work.nothing).result(30)
        for child in psutil.Process().children(recursive=True):
            if "resource_tracker" not in " ".join(child.cmdline()):  # Python's own; it ignores SIGINT instead
                status = Path(f"/proc/{child.pid}/status").read_text()
                print(next(line.split()[1] for line in status.splitlines() if line.startswith("SigBlk")))
"""


@pytest.mark.skipif("forkserver" not in get_all_start_methods(), reason="this system has no fork server")
def test_what_is_preloaded_need_not_be_imported_by_workers() -> None:
    """It is there before the worker's first call.  In a program of its own, since the first pool decides."""
    done = subprocess.run([sys.executable, "-c", PRELOADED], capture_output=True, text=True, timeout=50, check=False)
    assert done.stdout.split() == ["True", "False"], done.stderr


PRELOADED = """
from hilos.jobs import ProcessWorkers
with ProcessWorkers(1, preload=["colorsys"]) as workers:
    for name in ("colorsys", "this"):
        print(workers.submit(eval, f"{name!r} in __import__('sys').modules").result(30))
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this system has no signal masks")
def test_ctrl_c_while_workers_start_ends_the_program(tmp_path: Path) -> None:
    """It comes while the second one is started, before the constructor returned: nobody waits for the first."""
    script = tmp_path / "early.py"
    script.write_text(EARLY)
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(lessons.ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 3, done.stderr


EARLY = """
import multiprocessing.context, os, signal, sys
from hilos.jobs import ProcessWorkers
class Interrupted(multiprocessing.context.ForkServerProcess):
    started = 0
    def start(self):
        super().start()
        Interrupted.started += 1
        if Interrupted.started == 2:
            os.kill(os.getpid(), signal.SIGINT)
if __name__ == "__main__":
    multiprocessing.context.ForkServerContext.Process = Interrupted
    try:
        ProcessWorkers(2, method="forkserver")
    except KeyboardInterrupt:
        sys.exit(3)
"""

PARENT = """
import sys, time
from support import work
from hilos.jobs import open_queue
if __name__ == "__main__":
    queue = open_queue("processes", 2)
    jobs = [queue.submit(work.spin, 60) for _ in range(4)]
    while len([j for j in jobs if j.worker]) < 2:
        time.sleep(0.01)
    print(*queue._executor.pids().values(), flush=True)
    queue.join()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_workers_end_with_their_parent_however_it_ends(how: signal.Signals, tmp_path: Path) -> None:
    """Even by SIGKILL, in the middle of jobs of a minute, and without a traceback from a worker."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    path = os.pathsep.join([str(lessons.ROOT / "tests"), str(lessons.ROOT / "src")])
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(pids) == 2
    children = psutil.Process(process.pid).children(recursive=True)
    if how is signal.SIGINT:  # as a terminal does: to the whole group; nothing catches it here but Python's own handler
        os.killpg(process.pid, how)
        wait_until(lambda: not any(child.is_running() and "Fork" in child.name() for child in children), 1)
        time.sleep(0.3)
        os.kill(process.pid, signal.SIGKILL)
    else:
        os.kill(process.pid, how)
    _out, err = process.communicate(timeout=30)
    wait_until(lambda: not any(child.is_running() and child.status() != "zombie" for child in children))
    assert "hilos worker" not in err
    assert err.count("Traceback") <= 1
