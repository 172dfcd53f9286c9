"""What a child process that runs a learner's program does first: it sets limits to itself."""

import resource
import signal
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any


def confine(request: Mapping[str, Any]) -> None:
    """Set the limits of this process.

    Arguments:
        request: as `confined.run` makes it: `memory` in bytes, `seconds` of wall time after which it is killed, and
            `stacks`, the file that says where it hung.
    """
    for limit, value in (
        (resource.RLIMIT_AS, request["memory"]),
        (resource.RLIMIT_CPU, request["seconds"] + 2),
        (resource.RLIMIT_FSIZE, 64 << 20),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    _tell_where_it_hangs(Path(request["stacks"]), max(0.5, request["seconds"] - 0.5))


def _tell_where_it_hangs(stacks: Path, seconds: float) -> None:
    """Have the stack written to `stacks` after `seconds`: shortly before the parent's patience ends.

    By a signal, whose handler Python runs between two instructions of whichever fibre runs.  (faulthandler's own timer
    reads the frames from another thread, and has crashed in the middle of a switch of fibres.)
    """

    def write(number: int, frame: FrameType | None) -> None:
        lines = [f'File "{where.f_code.co_filename}", line {line}' for where, line in traceback.walk_stack(frame)]
        stacks.write_text("\n".join(lines) + "\n", encoding="utf-8")

    signal.signal(signal.SIGALRM, write)
    signal.setitimer(signal.ITIMER_REAL, seconds)
