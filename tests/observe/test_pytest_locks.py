"""`pytest --hilos-locks`, on a suite of its own in a process of its own."""

import subprocess
import sys
from pathlib import Path

from support.lessons import environment

SUITE = """
import threading

a = threading.Lock()
b = threading.Lock()

def in_a_thread(*locks):
    def body():
        with locks[0], locks[1]:
            pass
    thread = threading.Thread(target=body)
    thread.start()
    thread.join()

def test_forwards():
    in_a_thread(a, b)

def test_backwards():
    in_a_thread(b, a)

def test_correct():
    in_a_thread(a, b)

def test_deadlock():
    c, d = threading.Lock(), threading.Lock()
    both = threading.Barrier(2)
    def body(first, second):
        try:
            with first:
                both.wait(20)
                with second:
                    pass
        except Exception:
            pass
    threads = [threading.Thread(target=body, args=pair) for pair in ((c, d), (d, c))]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

def test_fails_by_itself():
    assert a.locked(), "its own reason"
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the suite."""
    (folder / "test_suite.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "test_suite.py"]
    return subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=50
    )


def test_a_test_that_inverts_locks_or_deadlocks_fails(tmp_path: Path) -> None:
    """With what was found, and nobody else's; the run does not hang."""
    result = run(tmp_path, "--hilos-locks")
    assert result.returncode == 1
    failed = sorted(line.split(" ")[1] for line in result.stdout.splitlines() if line.startswith("FAILED"))
    assert failed == [f"test_suite.py::{name}" for name in ("test_backwards", "test_deadlock", "test_fails_by_itself")]
    assert "2 passed" in result.stdout
    assert "«b (test_suite.py:5)» → «a (test_suite.py:4)» → «b (test_suite.py:5)»" in result.stdout
    assert result.stdout.count("DEADLOCK: 2 hilos") >= 1
    assert "its own reason" in result.stdout


def test_without_the_option_nothing_is_observed(tmp_path: Path) -> None:
    """The suite without its deadlock passes but for what fails by itself."""
    result = run(tmp_path, "--deselect", "test_suite.py::test_deadlock")
    assert "1 failed, 3 passed" in result.stdout
    assert "INVERSIÓN" not in result.stdout
