"""The corpus: every bug is found, every corrected twin is proved or honestly unfinished.

The folder is the verdict: `tests/programs/fail/NAME.py` has a bug, `tests/programs/pass/NAME.py` is the same program
without it.  The first line of each says what is to be found.
"""

import ast
from pathlib import Path

import pytest

from hilos.explore import Trouble, Verdict, explore
from hilos.explore.exploration import Budget
from support.programs import FAIL, PASS, expected, load

FOUND = {
    "invariant": {Trouble.INVARIANT},
    "exception": {Trouble.ASSERTION, Trouble.EXCEPTION, Trouble.DOUBLE_RELEASE},
    "deadlock": {Trouble.DEADLOCK, Trouble.STUCK},
    "no progress": {Trouble.NO_PROGRESS},
}


def name(path: Path) -> str:
    return path.stem


def test_every_program_has_a_twin() -> None:
    """Same names on both sides, more than a hundred of them."""
    assert [path.stem for path in FAIL] == [path.stem for path in PASS]
    assert len(FAIL) > 100


def test_programs_are_ordinary_code() -> None:
    """Nothing but the standard library, and not a word of the explorer."""
    for path in FAIL + PASS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert all(alias.name in ("functools", "queue", "threading", "time") for alias in node.names), path
            elif isinstance(node, ast.ImportFrom):
                assert node.module in ("collections", "concurrent.futures"), path


FAR = pytest.mark.xfail(reason="needs more than ten seconds yet", strict=False)
HARD = {"safestack": FAR}


@pytest.mark.parametrize(
    "path", [pytest.param(path, marks=HARD[path.stem]) if path.stem in HARD else path for path in FAIL], ids=name
)
def test_the_bug_is_found(path: Path) -> None:
    """Within ten seconds, and it is the one that the first line names."""
    report = explore(**load(path), budget=Budget(seconds=3 if path.stem in HARD else 10))
    assert report.verdict is Verdict.VIOLATED, f"{report.verdict} after {report.executions}: {report.why}"
    kinds = set().union(*(FOUND[word] for word in expected(path).split(" or ")))
    assert report.finding is not None
    assert report.finding.trouble in kinds
    assert report.seconds < 10


@pytest.mark.parametrize("strategy", ["pos", "pct", "random", "mix"])
def test_samples_find_bugs_too(strategy: str) -> None:
    """Each strategy finds most of a cross-section in two hundred executions; none calls anything proved."""
    missed = []
    for path in FAIL[::4]:
        report = explore(**load(path), strategy=strategy, budget=Budget(executions=200, seconds=2), seed=1)
        assert report.verdict is not Verdict.PROVED
        if report.verdict is not Verdict.VIOLATED:
            missed.append(path.stem)
    assert len(missed) <= 5, missed


@pytest.mark.parametrize("path", PASS, ids=name)
def test_the_twin_is_proved(path: Path) -> None:
    """Or, where its first line says that it is too large for that, unfinished, and never wrong."""
    wanted = expected(path)
    too_large = wanted.startswith("unfinished")
    report = explore(**load(path), budget=Budget(seconds=1 if too_large else 40))
    assert report.verdict is not Verdict.VIOLATED, str(report)
    if too_large:
        assert report.verdict is Verdict.PROVED or report.why
    else:
        assert wanted == "proved"
        assert report.verdict is Verdict.PROVED, report.why


def test_no_sample_of_a_twin_fails() -> None:
    """The twins are right: samples of each find nothing."""
    for path in PASS:
        report = explore(**load(path), strategy="mix", budget=Budget(executions=20, seconds=2))
        assert report.verdict is Verdict.UNFINISHED, str(report)
