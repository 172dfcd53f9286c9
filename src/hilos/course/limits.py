"""What a child process that runs a learner's program does first, limits to itself, and last, its result."""

import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

_PARENT_DEATH_SIGNAL = 1
"""`PR_SET_PDEATHSIG` of Linux's <sys/prctl.h>."""


def confine(request: Mapping[str, Any]) -> None:
    """Set the limits of this process.

    Arguments:
        request: as `confined.run` makes it: `memory` in bytes, `seconds` of wall time after which it is killed, the
            moment `until` when that is, and `stacks`, the file that says where it hung.
    """
    _die_with_the_parent()
    for limit, value in (
        (resource.RLIMIT_AS, request["memory"]),
        (resource.RLIMIT_CPU, request["seconds"] + 2),
        (resource.RLIMIT_FSIZE, 64 << 20),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    watch(patience(request), partial(tell_where_it_hangs, Path(request["stacks"])))


def _die_with_the_parent() -> None:
    """Linux kills this process when whoever started it is gone, killed too; elsewhere its limit of time ends it."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def watch(seconds: float, act: Callable[[FrameType | None], None]) -> None:
    """Have `act` called after `seconds` with the frame that runs then; a later call takes the place of an earlier one.

    By a signal, whose handler Python runs between two instructions of whichever fibre runs.  (faulthandler's own timer
    reads the frames from another thread, and has crashed in the middle of a switch of fibres.)
    """
    signal.signal(signal.SIGALRM, lambda number, frame: act(frame))
    signal.setitimer(signal.ITIMER_REAL, seconds)


def tell_where_it_hangs(stacks: Path, frame: FrameType | None) -> None:
    """Write the stack to `stacks`."""
    lines = [f'File "{where.f_code.co_filename}", line {line}' for where, line in traceback.walk_stack(frame)]
    stacks.write_text("\n".join(lines) + "\n", encoding="utf-8")


def patience(request: Mapping[str, Any]) -> float:
    """Seconds from now until shortly before the parent's patience ends; both read the same clock of the system."""
    return max(0.1, float(request["until"]) - 0.5 - time.monotonic())


def hand_over(result: Path, value: Any) -> NoReturn:
    """Write `value`, JSON types, to the file `result` whole, and end this process, whatever threads are left in it."""
    beside = result.with_suffix(".new")
    beside.write_text(json.dumps(value), encoding="utf-8")
    beside.replace(result)
    sys.stdout.flush()
    os._exit(0)
