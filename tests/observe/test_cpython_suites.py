"""CPython's own tests with every lock of the process observed: the outcomes are those without us.

A part that takes seconds; the whole of test_threading, test_queue, test_thread, test_threadsignals,
test_threading_local, test_sched and test_concurrent_futures is run by hand, as `hilos run -m unittest test.test_queue`.
"""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.lessons import environment

if importlib.util.find_spec("test.test_threading") is None:
    pytest.skip("this Python comes without its own tests (Debian: libpython3-testsuite)", allow_module_level=True)

SUITES = [
    "test.test_queue.CQueueTest",
    "test.test_queue.PyQueueTest",
    "test.test_threading.MiscTestCase",
    "test.test_threading.ThreadTests",
    "test.test_threading.ThreadJoinOnShutdown",
    "test.test_threading.BoundedSemaphoreTests",
    "test.test_threading.ConditionAsRLockTests",
    "test.test_threading_local",
    "test.test_sched",
]


def outcomes(folder: Path, *command: str) -> tuple[list[str], str]:
    """Each test with its outcome, sorted, and the summary."""
    result = subprocess.run(
        [*command, "-m", "unittest", "-v", *SUITES],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    each = re.findall(r"^(\w+ \([\w.]+\))(?:\n[^\n]*?)?? \.\.\. (ok|FAIL|ERROR|skipped)", result.stderr, re.MULTILINE)
    summary = re.sub(r" in [\d.]+s", "", "".join(re.findall(r"^(?:Ran|OK|FAILED).*$", result.stderr, re.MULTILINE)))
    return sorted(" ".join(pair) for pair in each), summary


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_their_outcomes_are_the_same(tmp_path: Path) -> None:
    """Test by test."""
    plain = outcomes(tmp_path, sys.executable)
    observed = outcomes(tmp_path, sys.executable, "-m", "hilos", "run", "--report", str(tmp_path / "report.txt"))
    assert len(plain[0]) > 100
    assert observed == plain
    assert "tomado" in (tmp_path / "report.txt").read_text("utf-8")
