"""Names and ends the processes that the tests left behind: those that work in this repository's folder or run its
Python, other than this one and its ancestors.  Exit status 1 where there were any, for a test that leaves a process is
wrong even if it passed, and a process that holds the terminal's output open keeps CI waiting for its end.

    .venv/bin/python tools/leftovers.py
"""

import sys
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent


def belongs(process: psutil.Process) -> bool:
    """Whether a process was started from this repository, by its folder or its program."""
    try:
        places = [process.cwd(), *process.cmdline()[:2]]
    except psutil.Error:
        return False
    return any(place == str(ROOT) or place.startswith(f"{ROOT}/") for place in places)


def leftovers() -> list[psutil.Process]:
    """What belongs to the repository and is not an ancestor of this process, nor this process."""
    here = psutil.Process()
    own = {here.pid, *(parent.pid for parent in here.parents())}
    return [process for process in psutil.process_iter() if process.pid not in own and belongs(process)]


def main() -> int:
    """Name what is left, end it, and say whether there was any."""
    left = leftovers()
    for process in left:
        try:
            print(f"left behind: {process.pid} {' '.join(process.cmdline())[:150]}")
            process.kill()
        except psutil.Error:
            continue
    psutil.wait_procs(left, timeout=5)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
