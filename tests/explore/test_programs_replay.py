"""A finding replays: the same way every time, in another process, under another Python version."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hilos.explore import Finding, Verdict, explore
from hilos.explore.exploration import Budget
from support.programs import FAIL, load, signature

ROOT = Path(__file__).resolve().parents[2]
TIMES = int(os.environ.get("HILOS_REPLAYS", "10"))


@pytest.fixture(scope="module")
def findings() -> dict[str, Finding]:
    """The first finding of each buggy program."""
    found = {}
    for path in FAIL:
        report = explore(**load(path), budget=Budget(seconds=10))
        if report.finding is not None:
            found[path.stem] = report.finding
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_replay_is_the_same_every_time(findings: dict[str, Finding]) -> None:
    """For each buggy program: same failure, same steps, same values (`HILOS_REPLAYS=100` for a hundred)."""
    assert len(findings) > 100
    for path in FAIL:
        if path.stem not in findings:
            continue
        expected = signature(findings[path.stem])
        for _ in range(TIMES):
            report = explore(**load(path), schedule=findings[path.stem].schedule, check_determinism=False)
            assert report.verdict is Verdict.VIOLATED, path.stem
            assert report.finding is not None
            assert signature(report.finding) == expected, path.stem


def pythons() -> list[Path]:
    """This interpreter, and those of other versions that are set up beside it (`.venv312`, `.venv313`)."""
    found = [Path(sys.executable)]
    for folder in (".venv", ".venv312", ".venv313", ".venv314"):
        python = ROOT / folder / "bin" / "python"
        if python.exists() and python.parent != Path(sys.executable).parent:
            found.append(python)
    return found


@pytest.mark.parametrize("python", pythons(), ids=lambda path: path.parent.parent.name)
def test_a_token_replays_in_a_fresh_process(python: Path, findings: dict[str, Finding]) -> None:
    """Under each Python that is set up here, by tokens alone."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "src", ROOT / "tests")))}
    done = subprocess.run(
        [str(python), str(Path(__file__).with_name("replaying.py"))],
        input=json.dumps({name: finding.schedule.token for name, finding in findings.items()}),
        capture_output=True,
        text=True,
        env=environment,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    differing = [n for n, f in findings.items() if again[n] != json.loads(json.dumps(signature(f)))]
    assert not differing
