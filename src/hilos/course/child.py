"""`python -m hilos.course.child REQUEST RESULT`: judges one answer in this process, whose limits it sets first.

Not for people: `hilos.course.grader` starts it, in a session of its own, and ends it.
"""

import json
import os
import resource
import signal
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from types import FrameType


def main() -> int:
    """Read the request, judge, write the result beside and rename it."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    result = Path(sys.argv[2])
    for limit, value in (
        (resource.RLIMIT_AS, request["memory"]),
        (resource.RLIMIT_CPU, request["seconds"] + 2),
        (resource.RLIMIT_FSIZE, 64 << 20),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    _tell_where_it_hangs(Path(request["stacks"]), max(0.5, request["seconds"] - 0.5))

    from hilos.course.catalogue import Catalogue
    from hilos.course.judging import judge
    from hilos.locale import set_language

    set_language(request["language"])
    catalogue = Catalogue(Path(request["root"]))
    exercise = catalogue.find(request["name"])
    shown = judge(exercise, Path(request["answer"]), catalogue.pristine[exercise.name])
    beside = result.with_suffix(".new")
    beside.write_text(json.dumps([asdict(each) for each in shown]), encoding="utf-8")
    beside.replace(result)
    sys.stdout.flush()
    # Threads of the answer that never end must not keep this process: everything is written.
    os._exit(0)


def _tell_where_it_hangs(stacks: Path, seconds: float) -> None:
    """Have the stack written to `stacks` after `seconds`: shortly before the grader's patience ends.

    By a signal, whose handler Python runs between two instructions of whichever fibre runs.  (faulthandler's own timer
    reads the frames from another thread, and has crashed in the middle of a switch of fibres.)
    """

    def write(number: int, frame: FrameType | None) -> None:
        lines = [f'File "{where.f_code.co_filename}", line {line}' for where, line in traceback.walk_stack(frame)]
        stacks.write_text("\n".join(lines) + "\n", encoding="utf-8")

    signal.signal(signal.SIGALRM, write)
    signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    raise SystemExit(main())
