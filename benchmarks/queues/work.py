"""The jobs.  Each appends one record (submitted, started; nanoseconds of the machine's monotonic clock) to a log.

The log is how completion and latency are measured in the same way for every system, in whichever process a job runs.
"""

import os
import struct
import time

RECORD = struct.Struct("qq")
_logs: dict[str, int] = {}


def _note(log: str, sent: int, started: int) -> None:
    descriptor = _logs.get(log)
    if descriptor is None:
        descriptor = _logs[log] = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, RECORD.pack(sent, started))


def noop(log: str, sent: int) -> None:
    """Nothing but its record."""
    _note(log, sent, time.monotonic_ns())


def millisecond(log: str, sent: int) -> None:
    """One millisecond of CPU."""
    started = time.monotonic_ns()
    end = time.process_time_ns() + 1_000_000
    while time.process_time_ns() < end:
        pass
    _note(log, sent, started)


def sleeping(log: str, sent: int) -> None:
    """One millisecond of waiting."""
    started = time.monotonic_ns()
    time.sleep(0.001)
    _note(log, sent, started)
