"""A schedule is a short word that shows the same failure again: here, in a fresh process, on another Python."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from explore import shared_programs as programs
from hilos.errors import Nondeterminism
from hilos.explore import Trouble, explore, replay

ROOT = Path(__file__).resolve().parents[2]
CASES: dict[str, tuple[list[Any], Any]] = {
    "lost update": ([programs.deposit] * 2, programs.holds),
    "missed notification": ([programs.wait_for_flag, programs.notify], None),
    "double release": ([programs.release_twice], None),
    "no progress": ([programs.spin], None),
}
SETUPS = {"lost update": programs.Account}


def found(case: str) -> tuple[Trouble, str]:
    workers, invariant = CASES[case]
    report = explore(SETUPS.get(case, programs.Flag), workers, invariant)
    return report.findings[0].trouble, report.findings[0].schedule.token


@pytest.mark.parametrize("case", CASES)
def test_a_finding_replays_the_same_a_hundred_times(case: str) -> None:
    """Same trouble, same steps."""
    trouble, token = found(case)
    workers, invariant = CASES[case]
    first = None
    for _ in range(100):
        report = replay(token, SETUPS.get(case, programs.Flag), workers, invariant, check_determinism=False)
        told = report.findings[0].trouble, report.findings[0].steps
        first = first or told
        assert told == first
    assert first is not None
    assert first[0] is trouble


def test_a_deadlock_with_threads_started_by_threads_replays() -> None:
    """Threads go by the order in which they were started."""
    report = explore(body=programs.crossed)
    assert report.findings[0].trouble is Trouble.DEADLOCK
    again = explore(body=programs.crossed, schedule=report.findings[0].schedule.token)
    assert again.findings[0].cycle == report.findings[0].cycle


def test_a_token_of_another_program_is_refused() -> None:
    """Rather than showing something else."""
    _trouble, token = found("lost update")
    with pytest.raises(Nondeterminism):
        replay(token, programs.Counter, [programs.add_three] * 2)


SCRIPT = """
import json, sys
sys.path[:0] = [{tests!r}, {source!r}]
from explore import test_replay as cases
from hilos.explore import replay
told = {{}}
for case, token in json.loads(sys.argv[1]).items():
    workers, invariant = cases.CASES[case]
    report = replay(token, cases.SETUPS.get(case, cases.programs.Flag), workers, invariant)
    finding = report.findings[0]
    steps = [[step.thread, step.kind.value, step.target, step.value] for step in finding.steps]
    told[case] = [finding.trouble.value, steps]
print(json.dumps(told))
"""


def interpreters() -> list[str]:
    """This Python, and others beside it that have what is needed."""
    names = [sys.executable, *os.environ.get("HILOS_PYTHONS", "").split(os.pathsep)]
    names += [str(ROOT / folder / "bin" / "python") for folder in (".venv", ".venv312", ".venv313", ".venv314")]
    return list(dict.fromkeys(name for name in names if name and Path(name).exists()))


@pytest.mark.parametrize("python", interpreters(), ids=lambda name: Path(name).parent.parent.name)
def test_findings_replay_in_a_fresh_process_of_each_python(python: str) -> None:
    """A token made by this Python shows the same steps there."""
    tokens = {case: found(case)[1] for case in CASES}
    here = {}
    for case, token in tokens.items():
        workers, invariant = CASES[case]
        finding = replay(token, SETUPS.get(case, programs.Flag), workers, invariant).findings[0]
        steps = [[step.thread, step.kind.value, step.target, step.value] for step in finding.steps]
        here[case] = [finding.trouble.value, steps]
    script = SCRIPT.format(tests=str(ROOT / "tests"), source=str(ROOT / "src"))
    done = subprocess.run(
        [python, "-c", script, json.dumps(tokens)], capture_output=True, text=True, check=False, timeout=50
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == here
