"""How an exploration ends: by a proof, by a budget, by an error; and what it leaves behind, which is nothing."""

import queue
import threading
import time
from collections.abc import Callable
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest

from hilos.errors import HilosError, UsageError
from hilos.explore import Trouble, Verdict, explore
from hilos.explore.exploration import Budget
from support.programs import FAIL, PASS, load, module, write

COUNTERS = """
import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.value = 0


def count(state):
    with state.lock:
        state.value += 1


def spoil(state):
    {spoiling}


WORKERS = [count, count, count]
SPOILED = [count, spoil]


def invariant(state):
    return state.value == 3
"""


def counters(tmp_path: Path, spoiling: str = "pass") -> dict[str, Any]:
    return write(tmp_path / "counters.py", COUNTERS.format(spoiling=spoiling))


@pytest.mark.parametrize("executions", range(1, 6))
def test_a_budget_of_executions_that_is_too_small_is_no_proof(executions: int, tmp_path: Path) -> None:
    """Three locked counters have six traces: five executions say `unfinished`, and why."""
    report = explore(**counters(tmp_path), budget=executions)
    assert (report.verdict, report.executions) == (Verdict.UNFINISHED, executions)
    assert report.why


def test_a_budget_that_is_just_enough_is_a_proof(tmp_path: Path) -> None:
    """The sixth execution completes it."""
    report = explore(**counters(tmp_path), budget=6)
    assert (report.verdict, report.executions) == (Verdict.PROVED, 6)


def test_a_budget_of_seconds_is_no_proof() -> None:
    """Ten threads under one lock end with the time, near it, and as unfinished (or quickly as proved)."""
    began = time.monotonic()
    report = explore(**load(next(path for path in PASS if path.stem == "twostage_100")), budget=0.5)
    assert time.monotonic() - began < 40  # a recorded execution of a hundred threads is slow
    assert report.verdict is not Verdict.VIOLATED
    assert report.verdict is Verdict.PROVED or report.why


def test_a_bound_on_preemptions_is_no_proof(tmp_path: Path) -> None:
    """Not even where nothing was found."""
    text = COUNTERS.format(spoiling="pass").replace("    with state.lock:\n        state.value", "    state.value")
    program = write(tmp_path / "bounded.py", text)
    program["invariant"] = None
    report = explore(**program, budget=Budget(preemptions=0))
    assert report.verdict is Verdict.UNFINISHED
    assert report.certificate.preemptions == 0
    assert report.why


def test_samples_prove_nothing(tmp_path: Path) -> None:
    """However many they are."""
    for strategy in ("pos", "pct", "random", "mix"):
        report = explore(**counters(tmp_path), strategy=strategy, budget=50)
        assert report.verdict is Verdict.UNFINISHED, strategy


def snapshot(*functions: Callable[..., Any]) -> list[Any]:
    """What an exploration could leave changed."""
    modules = [dict(vars(thing)) for thing in (threading, time, queue, futures, futures.thread)]
    return [*modules, [function.__code__ for function in functions], [f.__globals__ is not None for f in functions]]


def test_nothing_is_left_changed(tmp_path: Path) -> None:
    """After a proof, a violation, an end by budget."""
    program = counters(tmp_path)
    functions = [*program["workers"], program["invariant"], program["setup"].__init__]
    before = snapshot(*functions)
    for budget in (None, 2):
        explore(**program, budget=budget)
        assert snapshot(*functions) == before
    program["invariant"] = lambda state: False
    assert explore(**program).verdict is Verdict.VIOLATED
    assert snapshot(*functions) == before


class Broken(Exception):
    """Raised by a setup."""


def test_nothing_is_left_changed_after_an_error(tmp_path: Path) -> None:
    """A setup that raises, an operation that is refused, an interrupt from the keyboard."""
    program = counters(tmp_path, "import socket; socket.create_connection(('127.0.0.1', 9))")
    functions = [*program["workers"], program["invariant"], program["setup"].__init__]
    before = snapshot(*functions)

    def broken() -> object:
        raise Broken

    def interrupted(state: object) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(HilosError):
        explore(broken, program["workers"], program["invariant"])
    assert snapshot(*functions) == before
    with pytest.raises(HilosError):
        explore(program["setup"], module(tmp_path / "counters.py").SPOILED, None)
    assert snapshot(*functions) == before
    with pytest.raises(KeyboardInterrupt):
        explore(program["setup"], program["workers"], interrupted)
    assert snapshot(*functions) == before


def test_threads_work_as_ever_after_an_exploration(tmp_path: Path) -> None:
    """Real threads, real locks, the very functions that were explored."""
    program = counters(tmp_path)
    explore(**program)
    state = program["setup"]()
    workers = [threading.Thread(target=worker, args=(state,)) for worker in program["workers"]]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10)
    assert state.value == 3
    assert type(state.lock) is type(threading.Lock())


STUBBORN = """
import threading


class State:
    def __init__(self):
        self.gate = threading.Semaphore(0)
        self.tries = 0
        self.finished = []


def wait_for_ever(state):
    {clause}


def quick(state):
    state.finished.append("quick")


WORKERS = [wait_for_ever, quick]
"""
CLAUSES = {
    "except_exception": """
    try:
        state.gate.acquire()
    except Exception:
        state.finished.append("swallowed")
""",
    "except_base_exception": """
    try:
        state.gate.acquire()
    except BaseException:
        state.finished.append("swallowed")
""",
    "bare_except_in_a_loop": """
    while True:
        try:
            state.gate.acquire()
        except:
            pass
""",
    "finally_that_waits_again": """
    try:
        state.gate.acquire()
    finally:
        state.gate.acquire()
""",
    "with_that_releases": """
    with state.gate:
        state.finished.append("in")
""",
}


@pytest.mark.parametrize("clause", CLAUSES)
def test_no_clause_of_the_program_swallows_the_end(clause: str, tmp_path: Path) -> None:
    """A thread that is blocked for ever is reported as such, whatever it catches."""
    program = write(tmp_path / f"{clause}.py", STUBBORN.format(clause=CLAUSES[clause].strip("\n").lstrip()))
    report = explore(**program)
    assert report.verdict is Verdict.VIOLATED
    assert report.finding is not None
    assert report.finding.trouble in (Trouble.STUCK, Trouble.DEADLOCK)
    assert report.finding.blocked[0].thread == "wait_for_ever"


ENDLESS = {
    "flag": "while not state.flag:\n        pass",
    "counting": "while True:\n        state.tries += 1",
    "trying": "while not state.lock.acquire(blocking=False):\n        pass",
    "polling": "while state.jobs.empty():\n        pass",
    "sleeping": "while not state.flag:\n        time.sleep(0.1)",
}


@pytest.mark.parametrize("loop", ENDLESS)
def test_an_endless_program_is_stopped_and_said_to_make_no_progress(loop: str, tmp_path: Path) -> None:
    """By its bound, as a finding, with the line that spins."""
    text = f"""
import queue
import threading
import time


class State:
    def __init__(self):
        self.flag = False
        self.tries = 0
        self.lock = threading.Lock()
        self.lock.acquire()
        self.jobs = queue.Queue()


def spin(state):
    {ENDLESS[loop]}


def other(state):
    state.tries += 0


WORKERS = [spin, other]
"""
    report = explore(**write(tmp_path / f"endless_{loop}.py", text), budget=Budget(seconds=20))
    assert report.verdict is Verdict.VIOLATED
    assert report.finding is not None
    assert report.finding.trouble is Trouble.NO_PROGRESS
    assert "spin" in str(report)


@pytest.mark.parametrize(
    ("setup", "workers", "invariant", "words"),
    [
        (dict, [3], None, "workers[0]"),
        (dict, [], None, "workers"),
        (dict, None, None, "workers"),
        (4, [print], None, "setup"),
        (dict, [len], "yes", "invariant"),
    ],
)
def test_arguments_that_make_no_sense(setup: Any, workers: Any, invariant: Any, words: str) -> None:
    """One or two lines that name the argument."""
    with pytest.raises(UsageError) as caught:
        explore(setup, workers, invariant)
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 2


def test_a_setup_that_raises(tmp_path: Path) -> None:
    """Is an error of the caller, and names the exception and the line."""
    program = write(tmp_path / "bad_setup.py", "def setup():\n    return {}['missing']\n\nWORKERS = [len]\n")
    with pytest.raises(UsageError) as caught:
        explore(**{**program, "invariant": None})
    assert "KeyError" in str(caught.value)
    assert "bad_setup.py" in str(caught.value)


@pytest.mark.parametrize("path", FAIL[::10], ids=lambda path: path.stem)
def test_the_report_checks_and_prints(path: Path) -> None:
    """`check` raises with the explanation, `to_dict` is JSON with a version, a schedule is in the text."""
    report = explore(**load(path), budget=Budget(seconds=10))
    with pytest.raises(AssertionError) as caught:
        report.check()
    assert str(caught.value) == str(report)
    assert report.finding is not None
    assert report.finding.schedule.token in str(report)
    assert report.to_dict()["version"] >= 1
