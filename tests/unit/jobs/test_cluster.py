"""Dask behind our executor: real schedulers, workers in processes of their own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from hilos.errors import JobCancelled, JobFailed, UsageError
from hilos.jobs import Queue, State, executor_for, open_queue
from support import lessons, network, require, work

pytestmark = [pytest.mark.slow, pytest.mark.real("distributed")]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers of one thread; starting them takes seconds, so that all tests of this module share them."""
    require.package("distributed")
    import distributed

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    ) as made:
        yield made


def test_a_killed_workers_job_runs_again_and_what_kills_workers_is_given_up(cluster: Any, tmp_path: Path) -> None:
    """Dask does that; the queue only hears how it ended."""
    with open_queue("cluster", address=cluster.scheduler_address) as queue:
        assert queue.submit(work.die_once, str(tmp_path / "flag")).result(60) == "survived"
        assert queue.submit(work.add, 1, 2).result(60) == 3


def test_what_is_cancelled_or_late_ends_at_its_checkpoint(cluster: Any, tmp_path: Path) -> None:
    """Both workers wait for what never comes: one job is cancelled, the other has a limit; then both do others."""
    with open_queue("cluster", address=cluster.scheduler_address) as queue:
        unwanted = queue.submit(work.wait_for, str(tmp_path / "never"), "x")
        late = queue.submit(work.wait_for, str(tmp_path / "never"), "x", timeout=1.0)
        end = time.monotonic() + 30
        while unwanted.progress != 0.5:
            assert time.monotonic() < end
            time.sleep(0.01)
        assert unwanted.cancel()
        with pytest.raises(JobCancelled):
            unwanted.result(30)
        with pytest.raises(JobFailed, match="1 s"):
            late.result(30)
        jobs = [queue.submit(work.add, 1, number, kwargs={}) for number in range(4)]
        assert [job.result(30) for job in jobs] == [1, 2, 3, 4]
        # An argument of the job's may have the name of one of Dask's own.
        assert queue.submit(dict, kwargs={"priority": 1, "key": "x", "workers": 2}).result(30)["key"] == "x"


def test_no_scheduler_is_said_with_the_command_that_starts_one() -> None:
    """Not a traceback of Dask's."""
    require.package("distributed")
    with pytest.raises(UsageError, match="hilos jobs cluster"):
        executor_for("cluster", address=f"tcp://127.0.0.1:{network.free_port()}", timeout=0.5)
    with pytest.raises(UsageError, match="hilos jobs cluster"):
        open_queue("cluster")


def test_the_documented_command_serves_jobs_and_metrics_and_leaves_nobody(tmp_path: Path) -> None:
    """`hilos jobs cluster`: one command; SIGINT ends it and its workers."""
    require.package("distributed")
    port, metrics = network.free_port(), network.free_port()
    arguments = f"--workers 1 --lang en --port {port} --metrics-port {metrics}"
    process = subprocess.Popen(
        [sys.executable, "-m", "hilos", "jobs", "cluster", *arguments.split()],
        env=lessons.environment(PYTHONPATH=str(lessons.ROOT / "tests"), HILOS_ROOT=str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    try:
        text = network.get_when_ready(f"http://127.0.0.1:{metrics}/metrics", deadline=40)
        assert re.search(r"^dask_scheduler_workers", text, re.M)
        with open_queue("cluster", address=f"tcp://127.0.0.1:{port}") as queue:
            assert queue.submit(work.add, 2, 2).result(30) == 4
        children = psutil.Process(process.pid).children(recursive=True)
    finally:
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=40)
    assert process.returncode == 130, err
    assert "1 workers at tcp://127.0.0.1" in " ".join(out.split())
    assert "Traceback" not in err
    end = time.monotonic() + 10
    while any(child.is_running() and child.status() != "zombie" for child in children):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_scheduler_that_vanishes_ends_the_jobs_with_a_reason(cluster: Any, tmp_path: Path) -> None:
    """It is not durable, but nobody waits for ever.  The last test of this module: it ends the cluster."""
    from hilos.jobs.cluster import ClusterExecutor

    queue = Queue(lambda: ClusterExecutor(cluster.scheduler_address, timeout=3), losses=1)
    queue._executor._client._timeout = 1
    jobs = [queue.submit(work.wait_for, str(tmp_path / "never"), "x") for _ in range(4)]
    cluster.close()
    for job in jobs:
        with pytest.raises(JobFailed):
            job.result(50)
    queue.close()
    assert queue.stats().states[State.FAILED] == 4
