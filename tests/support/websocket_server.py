"""The WebSocket lesson's server, run as a learner runs it."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from support.lessons import ROOT, environment
from support.network import free_port, get_when_ready

SCRIPT = ROOT / "websockets" / "websocket_server.py"


@dataclass
class Running:
    """A server that is up."""

    port: int
    process: subprocess.Popen[str]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def workers(self) -> list[psutil.Process]:
        """Its worker processes."""
        return [child for child in psutil.Process(self.process.pid).children() if is_worker(child)]

    def stop(self, number: int = signal.SIGTERM, limit: float = 5.0) -> tuple[float, str]:
        """Send it a signal; how many seconds it took to leave, and what it had printed."""
        started = time.monotonic()
        self.process.send_signal(number)
        printed, _ = self.process.communicate(timeout=limit)
        return time.monotonic() - started, printed


def is_worker(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and "--multiprocessing-fork" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


@contextlib.contextmanager
def running(*arguments: str, port: int = 0, script: Path = SCRIPT, **extra: str) -> Iterator[Running]:
    """A server on a free port (or `port`) for as long as the block lasts."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, str(script), "--quiet", "--port", str(port), *arguments],
        cwd=ROOT,
        env=environment(**extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    try:
        get_when_ready(f"http://127.0.0.1:{port}/healthz")
        yield Running(port, process)
    finally:
        process.kill()
        process.communicate()
