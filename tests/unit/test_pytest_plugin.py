"""The pytest plugin, as a user has it: in a pytest of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

TESTS = """\
import threading
from hilos.explore import interleave

class Account:
    def __init__(self):
        self.balance = 0

def deposit(account):
    account.balance += 1

def test_fixture(explore):
    explore(setup=Account, workers=[deposit, deposit], invariant=lambda account: account.balance == 2)

def test_proved(explore):
    report = explore(setup=Account, workers=[deposit], invariant=lambda account: account.balance == 1)
    assert report.proved

@interleave()
def test_body(tmp_path):
    account = Account()
    threads = [threading.Thread(target=deposit, args=(account,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert account.balance == 2

def test_plain():
    assert 1 == 2
"""


def run(folder: Path, *arguments: str) -> str:
    """The output of a pytest over TESTS."""
    (folder / "test_accounts.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--no-header", *arguments]
    # Under CI pytest repeats whole messages in its summary, and here they are counted.
    inherited = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
    environment = {**inherited, "HILOS_LANG": "es", "COLUMNS": "100"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, timeout=50)
    return done.stdout + done.stderr


def test_a_counterexample_is_printed_as_it_is_and_can_be_replayed(tmp_path: Path) -> None:
    """No frame of the explorer, no `E ` before the lines; the printed command fails the same way, and only that."""
    output = run(tmp_path)
    assert "3 failed, 1 passed" in output
    assert output.count("Actualización perdida: «deposit") == 2
    assert "assert 1 == 2" in output
    assert "exploration.py" not in output
    for name in ("test_fixture", "test_body"):
        found = re.search(rf"pytest (\S+::{name}) (--hilos-replay=\S+)", output)
        assert found is not None
        again = run(tmp_path, found[1], found[2])
        assert "1 failed" in again
        assert "Actualización perdida" in again


def test_a_bad_token_or_budget_is_a_usage_error(tmp_path: Path) -> None:
    """One line, before any test runs."""
    for argument in ("--hilos-replay=foo", "--hilos-budget=soon"):
        output = run(tmp_path, argument)
        assert "ERROR" in output
        assert len(output.strip().splitlines()) <= 2
