"""Each system as a context manager that gives `submit(kind, log)`; two workers everywhere, default settings unless
named."""

import contextlib
import importlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from queues import work

Submit = Callable[[str, str], object]
HERE = Path(__file__).resolve().parent.parent
WORKERS = 2


def _now() -> int:
    return time.monotonic_ns()


def _bare(make: Callable[[], Executor]) -> Callable[[Path], "contextlib.AbstractContextManager[Submit]"]:
    @contextlib.contextmanager
    def system(folder: Path) -> Iterator[Submit]:
        with make() as executor:
            yield lambda kind, log: executor.submit(getattr(work, kind), log, _now())

    return system


def _ours(backend: str, **options: object) -> Callable[[Path], "contextlib.AbstractContextManager[Submit]"]:
    @contextlib.contextmanager
    def system(folder: Path) -> Iterator[Submit]:
        from hilos.jobs import open_queue

        given = {**options, "path": folder / "hilos.db"} if backend == "durable" else options
        with open_queue(backend, WORKERS, **given) as queue:
            yield lambda kind, log: queue.submit(getattr(work, kind), log, _now())

    return system


def _started(command: list[str], folder: Path, **extra: str) -> "subprocess.Popen[bytes]":
    with (folder / "worker.log").open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=HERE,
            env={**os.environ, **extra, "PYTHONPATH": str(HERE)},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End a consumer with all its children: its group is its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def _redis(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = _started([*command, "--dir", str(folder)], folder)
    try:
        end = time.monotonic() + 10
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if time.monotonic() > end:
                raise RuntimeError("redis-server did not start")
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        _stop(server)


def _peer(
    name: str, command: list[str], redis: bool, send: Callable[..., object]
) -> Callable[[Path], "contextlib.AbstractContextManager[Submit]"]:
    @contextlib.contextmanager
    def system(folder: Path) -> Iterator[Submit]:
        with contextlib.ExitStack() as stack:
            settings = {"QUEUE_APP": name, "QUEUE_FILE": str(folder / "huey.db")}
            if redis:
                settings["QUEUE_REDIS"] = stack.enter_context(_redis(folder))
            os.environ.update(settings)
            for module in ("queues.apps",):
                sys.modules.pop(module, None)
            apps = importlib.import_module("queues.apps")
            process = _started([sys.executable, "-m", *command], folder, **settings)
            stack.callback(_stop, process)
            yield lambda kind, log: send(apps.tasks[kind], log, _now())

    return system


def _huey(name: str, kind: str) -> Callable[[Path], "contextlib.AbstractContextManager[Submit]"]:
    command = ["huey.bin.huey_consumer", "queues.apps.app", "-w2", f"-k{kind}"]
    return _peer(name, command, name == "huey-redis", lambda task, *arguments: task(*arguments))


@contextlib.contextmanager
def _rq(folder: Path) -> Iterator[Submit]:
    import redis
    import rq

    with _redis(folder) as url:
        queue = rq.Queue(connection=redis.Redis.from_url(url))
        workers = [
            _started([sys.executable, "-m", "rq.cli", "worker", "--url", url, "-w", "rq.SimpleWorker", "-q"], folder)
            for _number in range(WORKERS)
        ]
        try:
            yield lambda kind, log: queue.enqueue(getattr(work, kind), log, _now(), result_ttl=0)
        finally:
            for worker in workers:
                _stop(worker)


@contextlib.contextmanager
def _dask(folder: Path) -> Iterator[Submit]:
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=WORKERS,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        kept: list[object] = []  # Dask forgets a task that nobody holds

        def submit(kind: str, log: str) -> None:
            kept.append(client.submit(getattr(work, kind), log, _now(), pure=False))

        yield submit


@contextlib.contextmanager
def _ours_on_dask(folder: Path) -> Iterator[Submit]:
    import distributed

    from hilos.jobs import open_queue

    with (
        distributed.LocalCluster(
            n_workers=WORKERS,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=50,
        ) as cluster,
        open_queue("cluster", address=cluster.scheduler_address) as queue,
    ):
        yield lambda kind, log: queue.submit(getattr(work, kind), log, _now())


def _processes() -> Executor:
    return ProcessPoolExecutor(WORKERS, mp_context=get_context("forkserver"))


SYSTEMS: dict[str, Callable[[Path], "contextlib.AbstractContextManager[Submit]"]] = {
    "ThreadPoolExecutor": _bare(lambda: ThreadPoolExecutor(WORKERS)),
    "hilos threads": _ours("threads"),
    "ProcessPoolExecutor": _bare(_processes),
    "hilos processes": _ours("processes"),
    "hilos durable FULL": _ours("durable", synchronous="FULL"),
    "Huey SQLite FULL": _huey("huey-full", "process"),
    "Huey SQLite FULL, threads": _huey("huey-full", "thread"),
    "hilos durable NORMAL": _ours("durable", synchronous="NORMAL"),
    "Huey SQLite NORMAL": _huey("huey-normal", "process"),
    "Huey SQLite NORMAL, threads": _huey("huey-normal", "thread"),
    "Huey SQLite OFF": _huey("huey-off", "process"),
    "Huey Redis": _huey("huey-redis", "process"),
    "RQ SimpleWorker": _rq,
    "Dramatiq": _peer("dramatiq", ["dramatiq", "queues.apps", "-p2", "-t1"], True, lambda t, *a: t.send(*a)),
    "Celery": _peer(
        "celery", ["celery", "-A", "queues.apps", "worker", "-c2", "-l", "ERROR"], True, lambda t, *a: t.delay(*a)
    ),
    "Dask": _dask,
    "hilos cluster (Dask)": _ours_on_dask,
}
NEEDS = {
    "Huey": "huey",
    "RQ": "rq",
    "Dramatiq": "dramatiq",
    "Celery": "celery",
    "Dask": "distributed",
    "hilos cluster": "distributed",
}


def missing(name: str) -> str:
    """Why a system cannot be measured here; empty if it can."""
    for prefix, package in NEEDS.items():
        if name.startswith(prefix) and importlib.util.find_spec(package) is None:
            return f"{package} is not installed"
    if name in ("Huey Redis", "RQ SimpleWorker", "Dramatiq", "Celery") and not shutil.which("redis-server"):
        return "redis-server is not installed"
    return ""
