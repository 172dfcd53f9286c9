"""Exploring in several processes comes to the same as exploring in one."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from hilos.errors import UsageError
from hilos.explore import Verdict, explore
from support.programs import FAIL, PASS, load

NAMES = ("reorder_4", "streamcluster3", "mutex", "wronglock_3", "barrier", "multiplex")
PROGRAMS = {path: load(path) for path in FAIL + PASS if path.stem in NAMES}  # before processes are forked


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with ProcessPoolExecutor(2) as made:
        yield made


@pytest.mark.parametrize("name", NAMES)
def test_a_proof_in_two_processes(name: str, pool: Executor) -> None:
    """Same verdict, same number of executions: each trace once, in one process or the other."""
    program = load(next(path for path in PASS if path.stem == name))
    alone, together = explore(**program), explore(**program, executor=pool)
    assert alone.verdict is together.verdict is Verdict.PROVED
    assert alone.executions == together.executions


@pytest.mark.parametrize("name", NAMES)
def test_all_failures_in_two_processes(name: str, pool: Executor) -> None:
    """As many failing executions, of the same kinds."""
    program = load(next(path for path in FAIL if path.stem == name))
    alone = explore(**program, stop_on_first=False)
    together = explore(**program, stop_on_first=False, executor=pool)
    assert (alone.executions, alone.failing) == (together.executions, together.failing)
    assert {finding.trouble for finding in alone.findings} == {finding.trouble for finding in together.findings}


def test_a_finding_from_another_process_replays_here(pool: Executor) -> None:
    """Its schedule is as good as any."""
    program = load(next(path for path in FAIL if path.stem == "reorder_4"))
    report = explore(**program, executor=pool)
    assert report.schedule is not None
    assert explore(**program, schedule=report.schedule).verdict is Verdict.VIOLATED


def test_a_program_that_does_not_pickle_is_refused(pool: Executor) -> None:
    """Closures cannot go to another process: an error that says so and what to do."""
    program = load(next(path for path in PASS if path.stem == "din_phil3"))
    with pytest.raises(UsageError) as caught:
        explore(**program, executor=pool)
    assert "dine" in str(caught.value)


def test_any_executor_will_do() -> None:
    """Threads of this process bring no speed but the same answer."""
    program = load(next(path for path in PASS if path.stem == "reorder_4"))
    with ThreadPoolExecutor(2) as pool:
        report = explore(**program, executor=pool)
    assert (report.verdict, report.executions) == (Verdict.PROVED, explore(**program).executions)
