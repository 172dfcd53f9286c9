"""Looks into a Python process that hangs, from outside: faulthandler's tracebacks and py-spy's.

The hung process is a child with a time limit: it ends by itself even if whoever started it is killed.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

LIMIT = 20
"""Seconds after which the child ends by itself, whatever happens to its parent."""

# The program arrives as an argument, so that its lines are numbered as it is shown.
_LIMITED = """import faulthandler, sys
faulthandler.dump_traceback_later(float(sys.argv[2]), exit=True)
exec(compile(sys.argv[1], "hung.py", "exec"))
"""


def by_faulthandler(program: str, seconds: float) -> list[str]:
    """Run `program` in a child that prints every thread's traceback after `seconds` and ends.

    Returns:
        The lines of the traceback that speak of the program itself, and those that head a thread.

    Raises:
        subprocess.TimeoutExpired: the child did not end by itself.
    """
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, program, str(seconds)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    return _relevant(done.stderr, '"hung.py"')


def by_py_spy(program: str) -> list[str] | None:
    """Run `program` in a child and ask py-spy, from outside, where each of its threads is.

    The program says on standard output, with a line, that it has begun to hang.

    Returns:
        As for `by_faulthandler`; None where py-spy is not installed or the system does not let it look.
    """
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if spy is None:
        return None
    child = subprocess.Popen(
        [sys.executable, "-c", _LIMITED, program, str(LIMIT)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert child.stdout is not None
        child.stdout.readline()
        seen = subprocess.run(
            [spy, "dump", "--pid", str(child.pid)], capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    finally:
        child.kill()
        child.communicate()
    return _relevant(seen.stdout, "(hung.py") if seen.returncode == 0 else None


def _relevant(text: str, place: str) -> list[str]:
    """Lines that head a thread or name `place`, with addresses and process numbers left out."""
    kept: list[str] = []
    for line in text.splitlines():
        if line.startswith("Thread"):
            heading = re.sub(r"^Thread (0x)?[0-9a-f]+ *", "Thread ", line)
            if kept and kept[-1].startswith("Thread"):
                kept.pop()  # a thread without a line of the program
            kept.append(heading)
        elif place in line:
            kept.append("  " + line.strip())
    return kept[:-1] if kept and kept[-1].startswith("Thread") else kept
