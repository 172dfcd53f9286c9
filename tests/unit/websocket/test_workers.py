"""The pool of processes: progress, failure, cancellation, death, and nobody left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from hilos.websocket.tasks import Tell
from hilos.websocket.workers import Pool, WorkerDied, WorkFailed

DEADLINE = 20


def task(kind: str, size: int, tell: Tell) -> object:
    """What the workers of these tests run."""
    if kind == "echo":
        tell(0.5)
        return {"pid": os.getpid(), "size": size, "nice": os.nice(0)}
    if kind == "raise":
        raise ValueError(f"no {size}")
    if kind == "die":
        tell(0.1)
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "deaf":
        tell(0.1)
        while True:
            time.sleep(0.01)
    while True:  # "obey": until told to stop
        tell(0.1)
        time.sleep(0.005)


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(DEADLINE):
            await test()

    asyncio.run(limited())
    deadline = time.monotonic() + 5
    while any("--multiprocessing-fork" in " ".join(_command(child)) for child in psutil.Process().children()):
        assert time.monotonic() < deadline, "a worker was left behind"
        time.sleep(0.02)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline() if process.status() != psutil.STATUS_ZOMBIE else []
    except psutil.NoSuchProcess:
        return []


def ignore(fraction: float) -> None:
    pass


def test_work_is_done_in_other_processes_at_low_priority() -> None:
    """Results and progress come back; more jobs than workers wait their turn; the workers are nice."""

    async def body() -> None:
        told: list[float] = []
        nice = os.nice(0)
        async with Pool(2, niceness=7, task=task) as pool:
            results = await asyncio.gather(*(pool.run("echo", size, told.append) for size in range(6)))
            assert [result["size"] for result in results] == list(range(6))  # type: ignore[index]
            assert os.getpid() not in {result["pid"] for result in results}  # type: ignore[index]
            assert {result["nice"] for result in results} == {min(19, nice + 7)}  # type: ignore[index]
            assert told == [0.5] * 6
            assert (pool.running, pool.waiting) == (0, 0)

    run(body)


def test_what_the_work_raises_comes_back_with_its_traceback() -> None:
    """A failed job does not harm its worker."""

    async def body() -> None:
        async with Pool(1, task=task) as pool:
            with pytest.raises(WorkFailed, match="ValueError: no 7") as caught:
                await pool.run("raise", 7, ignore)
            assert "in task" in caught.value.trace
            before = pool.pids
            await pool.run("echo", 1, ignore)
            assert pool.pids == before

    run(body)


def test_a_cancelled_job_stops_and_its_worker_lives() -> None:
    """Cancelling the call stops the work in the other process, and the same process does the next job."""

    async def body() -> None:
        async with Pool(1, task=task) as pool:
            begun = asyncio.Event()
            job = asyncio.create_task(pool.run("obey", 0, lambda fraction: begun.set()))
            await begun.wait()
            job.cancel()
            await asyncio.wait([job])
            assert job.cancelled()
            assert [(await pool.run("echo", 1, ignore))["pid"]] == pool.pids  # type: ignore[index]

    run(body)


def test_a_job_cancelled_in_the_queue_never_runs() -> None:
    """It gives up its place, and the worker is not disturbed."""

    async def body() -> None:
        async with Pool(1, task=task) as pool:
            begun = asyncio.Event()
            first = asyncio.create_task(pool.run("obey", 0, lambda fraction: begun.set()))
            await begun.wait()
            second = asyncio.create_task(pool.run("die", 0, ignore))
            await asyncio.sleep(0)
            assert pool.waiting == 1
            second.cancel()
            await asyncio.wait([second])
            assert pool.waiting == 0
            before = pool.pids
            first.cancel()
            await asyncio.wait([first])
            assert pool.pids == before

    run(body)


def test_one_that_does_not_obey_is_killed_and_replaced() -> None:
    """A deaf worker ends within a second or so, and the pool is whole again."""

    async def body() -> None:
        replaced: list[bool] = []
        async with Pool(1, task=task, on_replaced=lambda: replaced.append(True)) as pool:
            begun = asyncio.Event()
            job = asyncio.create_task(pool.run("deaf", 0, lambda fraction: begun.set()))
            await begun.wait()
            (deaf,) = pool.pids
            job.cancel()
            await asyncio.wait([job])
            assert (await pool.run("echo", 1, ignore))["pid"] != deaf  # type: ignore[index]
            assert replaced == [True]

    run(body)


def test_a_killed_worker_is_replaced_and_its_job_done_again() -> None:
    """SIGKILL in the middle: one retry, told, and the right result."""

    async def body() -> None:
        retries: list[bool] = []
        async with Pool(1, task=task) as pool:
            begun = asyncio.Event()
            job = asyncio.create_task(pool.run("obey", 0, lambda fraction: begun.set(), lambda: retries.append(True)))
            await begun.wait()
            begun.clear()
            os.kill(pool.pids[0], signal.SIGKILL)
            await begun.wait()
            assert retries == [True]
            job.cancel()
            await asyncio.wait([job])

    run(body)


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    """Two deaths are its share; others go on."""

    async def body() -> None:
        async with Pool(1, task=task) as pool:
            with pytest.raises(WorkerDied):
                await pool.run("die", 0, ignore)
            assert (await pool.run("echo", 3, ignore))["size"] == 3  # type: ignore[index]

    run(body)


def test_an_idle_worker_that_is_killed_is_replaced() -> None:
    """The next job never meets the dead one."""

    async def body() -> None:
        async with Pool(1, task=task) as pool:
            victim = (await pool.run("echo", 1, ignore))["pid"]  # type: ignore[index]
            os.kill(victim, signal.SIGKILL)
            assert (await pool.run("echo", 2, ignore))["pid"] != victim  # type: ignore[index]

    run(body)


def test_closing_leaves_nobody() -> None:
    """Busy, deaf and starting workers are gone when `close` returns, in well under two seconds."""

    async def body() -> None:
        async with Pool(3, task=task) as pool:
            begun = asyncio.Event()
            jobs = [asyncio.create_task(pool.run("deaf", 0, lambda fraction: begun.set())) for _ in range(2)]
            await begun.wait()
            pids = pool.pids
            started = time.monotonic()
            await pool.close()
            assert time.monotonic() - started < 1.5
            assert not any(psutil.pid_exists(pid) for pid in pids)
            for job in jobs:
                job.cancel()
            await asyncio.wait(jobs)

    run(body)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not show signal masks in /proc")
def test_ctrl_c_does_not_reach_the_first_worker_as_it_starts() -> None:
    """Also the first: the resource tracker, started with it, would unblock SIGINT again before Python 3.13."""
    done = subprocess.run([sys.executable, "-c", MASKS], capture_output=True, text=True, timeout=50, check=True)
    masks = [int(mask, 16) for mask in done.stdout.split()]
    assert len(masks) == 2
    assert all(mask & (1 << (signal.SIGINT - 1)) for mask in masks), done.stdout


MASKS = """
import asyncio
from pathlib import Path
from hilos.websocket.workers import Pool

async def main():
    async with Pool(2) as pool:
        for pid in pool.pids:
            status = Path(f"/proc/{pid}/status").read_text()
            print(next(line.split()[1] for line in status.splitlines() if line.startswith("SigBlk")))

asyncio.run(main())
"""
