"""Jobs for tests: importable by name, so that every back end can run them in another process."""

import os
import signal
import threading
import time
from pathlib import Path

from hilos.errors import GiveUp
from hilos.jobs import checkpoint


def nothing() -> None:
    """Return None."""


def add(left: float, right: float) -> float:
    """Their sum."""
    return left + right


def fail(text: str) -> None:
    """Raise ValueError(text)."""
    raise ValueError(text)


def hopeless(text: str) -> None:
    """Raise GiveUp(text)."""
    raise GiveUp(text)


def spin(seconds: float) -> float:
    """Use the CPU for `seconds`."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
    return seconds


def note(path: str, text: str) -> str:
    """Append one line to a file, in one write."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{text}\n".encode())
    finally:
        os.close(descriptor)
    return text


def wait_for(path: str, text: str = "") -> str:
    """Wait until `path` exists, calling `checkpoint`; notes `text` in the file beside it first."""
    if text:
        note(path + ".started", text)
    while not Path(path).exists():
        checkpoint(0.5)
        time.sleep(0.002)
    return text


def flaky(path: str, failures: int) -> int:
    """Fail the first `failures` times; returns how often it was called."""
    note(path, "called")
    calls = len(Path(path).read_text().splitlines())
    if calls <= failures:
        raise ConnectionError(f"call {calls}")
    return calls


def die_once(path: str) -> str:
    """Kill its own process by SIGKILL the first time."""
    if not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "survived"


def die() -> None:
    """Kill its own process by SIGKILL."""
    os.kill(os.getpid(), signal.SIGKILL)


def where() -> tuple[int, str]:
    """Process id and thread name."""
    return os.getpid(), threading.current_thread().name


def sometimes(number: int, more: int) -> int:
    """Fail for one number in a hundred."""
    if number % 100 == 7:
        raise ValueError(f"number {number}")
    return number + more


def slow_or_not(log: str, text: str, seconds: float) -> str:
    """Sleep for `seconds`, then note `text`."""
    time.sleep(seconds)
    return note(log, text)


def die_once_after(log: str, text: str, flag: str) -> str:
    """Note `text`; "killer" dies by SIGKILL instead the first time, and makes the file `flag` then."""
    if text == "killer":
        die_once(flag)
    return note(log, text)
