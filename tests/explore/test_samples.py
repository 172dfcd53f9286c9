"""The searches that prove nothing, against brute force: what they may see, what a bounded one must see."""

from pathlib import Path

import pytest

from hilos.explore import Verdict, explore
from hilos.explore.exploration import Budget
from hilos.explore.search.knowledge import Knowledge
from hilos.explore.search.strategy import Trace
from support.oracle.generator import generate
from support.oracle.interleavings import bounded
from support.oracle.source import write
from support.programs import module, parts


# In the first execution of 110 and 198 a thread gets stuck before what it would share with others.
@pytest.mark.parametrize("seed", [*range(6), 72, 110, 198, 253])
def test_a_bounded_search_sees_all_within_its_bound(seed: int, tmp_path: Path) -> None:
    """With at most 0, 1 and 2 preemptions: the same final states as brute force, and stuck if and only if it is."""
    model, _outcomes = generate(seed, most=100)
    for preemptions in range(3):
        path = tmp_path / f"bounded_{preemptions}_{seed}.py"
        path.write_text(write(model), encoding="utf-8")
        loaded = module(path)
        wanted = bounded(model, preemptions)
        report = explore(**parts(loaded), budget=Budget(preemptions=preemptions), stop_on_first=False)
        assert wanted.finals == loaded.FINALS
        assert bool(report.failing) == bool(wanted.stuck)
        assert report.verdict is not Verdict.PROVED


@pytest.mark.parametrize("strategy", ["pos", "pct", "surw", "random", "kinds", "mix"])
def test_samples_see_nothing_that_cannot_be(strategy: str, tmp_path: Path) -> None:
    """Of each generated program only final states that brute force reaches, and no failure that is none."""
    for seed in range(12):
        model, outcomes = generate(seed, most=500)
        path = tmp_path / f"sampled_{strategy}_{seed}.py"
        path.write_text(write(model), encoding="utf-8")
        loaded = module(path)
        report = explore(**parts(loaded), strategy=strategy, budget=60, stop_on_first=False)
        assert outcomes.finals >= loaded.FINALS
        assert not report.failing or outcomes.stuck
        assert report.verdict is not Verdict.PROVED


def test_samples_miss_nothing_small(tmp_path: Path) -> None:
    """Four hundred of a mix see every final state of small programs: no decision that matters is left out."""
    for seed in range(8):
        model, outcomes = generate(seed, most=60)
        path = tmp_path / f"mixed_{seed}.py"
        path.write_text(write(model), encoding="utf-8")
        loaded = module(path)
        explore(**parts(loaded), strategy="mix", budget=400, stop_on_first=False)
        assert outcomes.finals == loaded.FINALS, path.read_text(encoding="utf-8")


LOCK, FIELD = 1 << 8, 2 << 8
TAKE, WRITE, READ = 1 | 2 | 8, 1, 0


def learned(*operations: tuple[int, int]) -> Knowledge:
    """What is known after one execution; location 1 is a lock."""
    knowledge = Knowledge()
    threads, prints = [thread for thread, _ in operations], [footprint for _, footprint in operations]
    knowledge.learn(Trace(threads, prints, [-1, -1], is_lock=lambda location: location == LOCK >> 8))
    return knowledge


def test_accesses_under_one_lock_are_decided_by_the_lock() -> None:
    """Both threads write under it: only the lock matters.  One writes without it: the field does, too."""
    under = [(0, LOCK | TAKE), (0, FIELD | WRITE), (0, LOCK | WRITE), (1, LOCK | TAKE), (1, FIELD | WRITE)]
    assert learned(*under).shared == {1}
    assert learned(*under, (1, LOCK | WRITE), (1, FIELD | WRITE)).shared == {1, 2}


def test_a_lock_that_others_give_back_is_no_mutex() -> None:
    """A signal: its release is awaited, so it matters when it happens."""
    assert learned((0, LOCK | TAKE), (0, LOCK | WRITE)).mutexes == {1}
    assert learned((0, LOCK | TAKE), (1, LOCK | WRITE)).mutexes == set()


def test_a_lock_that_is_asked_about_is_no_mutex() -> None:
    """`locked()` sees whether a release has happened."""
    assert learned((0, LOCK | TAKE), (1, LOCK | READ), (0, LOCK | WRITE)).mutexes == set()
