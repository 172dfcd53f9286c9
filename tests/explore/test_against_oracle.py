"""The explorer against brute force: the same final states, and exactly one execution for each Mazurkiewicz trace.

Programs are made up from seeds (`support.oracle.generator`), enumerated by `support.oracle.interleavings`, which knows
nothing of the explorer, and written as ordinary Python for the explorer.  A hundred by default; `HILOS_ORACLE=1000`
runs a thousand.
"""

import os
from pathlib import Path
from types import ModuleType

import pytest

from hilos.explore import Trouble, Verdict, explore
from support.oracle.generator import FLAVOURS, generate
from support.oracle.interleavings import Outcomes
from support.oracle.model import Model
from support.oracle.source import write
from support.programs import module, parts

WANTED = int(os.environ.get("HILOS_ORACLE", "100"))
BATCH = 10


def load(source: str, path: Path) -> ModuleType:
    path.write_text(source, encoding="utf-8")
    return module(path)


def compare(model: Model, outcomes: Outcomes, path: Path) -> None:
    """Explore the program written to `path` and hold what comes out against the oracle's word."""
    loaded = load(write(model), path)
    report = explore(**parts(loaded), stop_on_first=False)
    said = path.read_text(encoding="utf-8")
    assert outcomes.finals == loaded.FINALS, said
    if "dict" in {kind for kind, _ in model.objects.values()}:  # `d[k] = v` changes the set of keys or not
        assert report.executions >= outcomes.traces, said
    else:
        assert report.executions == outcomes.traces, said
        assert report.certificate.blocked == 0
    assert report.failing == outcomes.stuck, said
    if outcomes.stuck:
        assert report.verdict is Verdict.VIOLATED
        assert {finding.trouble for finding in report.findings} <= {Trouble.DEADLOCK, Trouble.STUCK}
    else:
        assert report.verdict is Verdict.PROVED, report.why


@pytest.mark.timeout(600 if WANTED > 100 else 60)
@pytest.mark.parametrize("batch", range((WANTED + BATCH - 1) // BATCH))
def test_generated_programs(batch: int, tmp_path: Path) -> None:
    """Same final states, as many executions as there are traces, as many stuck ones."""
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        model, outcomes = generate(seed, most=1_500)
        compare(model, outcomes, tmp_path / f"generated_{seed}.py")


@pytest.mark.parametrize("flavour", sorted(FLAVOURS))
def test_each_kind_of_operation(flavour: str, tmp_path: Path) -> None:
    """A few programs of each flavour, so that none is left out by chance."""
    for seed in range(5_000, 5_004):
        model, outcomes = generate(seed, flavour, 800)
        compare(model, outcomes, tmp_path / f"generated_{flavour}_{seed}.py")


def explore_model(model: Model, path: Path) -> tuple[int, int]:
    """Executions, and how many of them failed."""
    report = explore(**parts(load(write(model), path)), stop_on_first=False)
    return report.executions, report.failing


@pytest.mark.parametrize(("threads", "traces"), [(2, 4), (3, 36), (4, 576)])
def test_unlocked_counters(threads: int, traces: int, tmp_path: Path) -> None:
    """n threads that read and then write one attribute: (n!)^2 traces."""
    model = Model({"x": ("attr", 0)}, ((("inc", "x"),),) * threads)
    assert explore_model(model, tmp_path / f"counters_{threads}.py") == (traces, 0)


def test_three_times_three_locked_increments(tmp_path: Path) -> None:
    """9! / 3!3!3! orders of the lock."""
    body = (("with", "m", (("inc", "x"),)),) * 3
    model = Model({"x": ("attr", 0), "m": ("lock", 0)}, (body,) * 3)
    assert explore_model(model, tmp_path / "locked_counters.py") == (1680, 0)


@pytest.mark.parametrize(("seats", "traces"), [(3, 7), (4, 15), (5, 31), (6, 63)])
def test_dining_philosophers(seats: int, traces: int, tmp_path: Path) -> None:
    """Who take left and then right: 2^n - 1 traces, one of them the deadlock."""
    threads = tuple((("with", f"f{i}", (("with", f"f{(i + 1) % seats}", ()),)),) for i in range(seats))
    model = Model({f"f{i}": ("lock", 0) for i in range(seats)}, threads)
    assert explore_model(model, tmp_path / f"philosophers_{seats}.py") == (traces, 1)


LOCKED_LOOK = """
import threading

SEEN = set()


class State:
    def __init__(self):
        self.lock = threading.{lock}
        self.order = []


def visit(name):
    def worker(state):
        {ways}
            state.order.append(name)

    return worker


WORKERS = [visit("a"), visit("b"), visit("c")]


def invariant(state):
    SEEN.add("".join(state.order))
    return True
"""


@pytest.mark.parametrize("lock", ["Lock()", "RLock()", "Semaphore(1)", "BoundedSemaphore(1)", "Condition()"])
def test_every_order_of_one_lock_is_seen(lock: str, tmp_path: Path) -> None:
    """All six orders of three threads, listed by hand; the strongest peer saw one of them and reported a pass."""
    loaded = load(LOCKED_LOOK.format(lock=lock, ways="with state.lock:"), tmp_path / f"orders_{lock[:-2]}.py")
    report = explore(**parts(loaded))
    assert {"abc", "acb", "bac", "bca", "cab", "cba"} == loaded.SEEN
    assert (report.verdict, report.executions) == (Verdict.PROVED, 6)


def test_the_verdict_does_not_depend_on_the_order_of_the_workers(tmp_path: Path) -> None:
    """A checker before or after the setter under one lock: violated both ways."""
    text = """
import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.flag = False
        self.seen = None


def check(state):
    with state.lock:
        state.seen = state.flag


def set_flag(state):
    with state.lock:
        state.flag = True


WORKERS = [{order}]


def invariant(state):
    return not state.seen
"""
    for number, order in enumerate(("check, set_flag", "set_flag, check")):
        loaded = load(text.format(order=order), tmp_path / f"checker_{number}.py")
        assert explore(**parts(loaded)).verdict is Verdict.VIOLATED
