"""What advanced/race_conditions teaches: the races are real, are counted, and the cures cure."""

import io
import sys
import threading
from functools import partial

import pytest

from hilos.lesson import Experiment, Narrator, elsewhere, repeat, together
from hilos.locale import using
from support import lessons

races = lessons.load("advanced/race_conditions/01_race_conditions.py")
has_gil = getattr(sys, "_is_gil_enabled", lambda: True)()


def test_with_a_forced_order_an_update_is_always_lost() -> None:
    """Both read before either writes: one and one make one, every time."""
    for _turn in range(20):
        counter, meeting = races.Counter(), threading.Barrier(2)
        together(*[partial(races.add_meeting, counter, meeting)] * 2)
        assert counter.value == 1


def test_handing_over_in_the_window_loses_updates() -> None:
    """A `sleep(0)` between the read and the write is enough."""
    experiment = Experiment(races.Counter, (races.add_handing_over, races.add_handing_over), races.missing)
    assert repeat(5, partial(experiment.run, 200)).wrong > 0


@pytest.mark.skipif(not has_gil, reason="without a GIL threads need no hand-over point to interleave")
def test_only_the_call_opens_a_hand_over_point() -> None:
    """`+= 1` has none between its read and its write, `= successor(...)` has; that is the honest case."""
    assert races.hand_over_points(races.add_in_one_line) == []
    assert races.hand_over_points(races.add_with_call)
    assert repeat(5, partial(races.HONEST.run, 20_000), races.SHORT).wrong == 0


@pytest.mark.parametrize("kind", races.PHENOMENA)
def test_each_phenomenon_happens_on_real_threads(kind: str) -> None:
    """Within a few hundred runs its invariant is broken."""
    experiment, size = races.PHENOMENA[kind]
    for _turn in range(20):
        if repeat(20, partial(experiment.run, size), races.SHORT).wrong:
            return
    pytest.fail(f"{kind} did not happen in 400 runs")


@pytest.mark.parametrize("cure", races.CURES)
def test_each_cure_keeps_the_invariant(cure: str) -> None:
    """Under the same hurry in which the disease shows."""
    assert repeat(5, partial(races.CURES[cure].run, 3_000), races.SHORT).wrong == 0


def test_messages_to_one_owner_lose_nothing() -> None:
    """Every message is counted."""
    assert races.add_by_messages(3, 500) == 1500


def test_waits_are_measured_one_by_one() -> None:
    """As many as acquisitions, none negative."""
    counter = races.Counter()
    waited = races.waits(counter, 50)
    assert len(waited) == counter.value == 50
    assert min(waited) >= 0


def test_the_plain_counter_runs_in_another_interpreter() -> None:
    """What is sent to a free-threaded Python is a whole program; here it runs in a fresh process of this one."""
    plain = [races.Counter, races.add_in_one_line, races.lost_in_plain_threads]
    lost = elsewhere.call(plain, 2, 5_000)
    assert lost == 0 if has_gil else isinstance(lost, int)


@pytest.mark.skipif(not has_gil, reason="greenlet would switch the GIL back on")
@pytest.mark.parametrize(
    ("name", "proved"),
    [
        ("honest", False),
        ("half cured", False),
        *((k, False) for k in races.PHENOMENA),
        *((k, True) for k in races.CURES),
    ],
)
def test_the_explorer_finds_every_disease_and_proves_every_cure(name: str, proved: bool) -> None:
    """The same functions that the threads run; also `+= 1`, which no run on this Python breaks."""
    from hilos.explore import Trouble, explore

    experiments = {"honest": races.HONEST, "half cured": races.HALF_CURED, **races.CURES}
    experiments.update({kind: experiment for kind, (experiment, _size) in races.PHENOMENA.items()})
    each = experiments[name]
    report = explore(setup=each.setup, workers=each.workers, invariant=each.invariant)
    assert report.proved is proved
    if not proved:
        assert report.finding.trouble is Trouble.INVARIANT
        assert report.trace


@pytest.mark.parametrize(
    "path", ["advanced/race_conditions/01_race_conditions.py", "advanced/deadlocks/03_deadlocks.py"]
)
def test_without_a_gil_the_explorer_is_left_alone(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing greenlet would switch the GIL on, so the lesson says so instead."""
    lesson = lessons.load(path)
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
    monkeypatch.setitem(sys.modules, "hilos.explore", None)  # importing it would raise
    told = io.StringIO()
    with using("en"):
        lesson.every_interleaving(Narrator(told))
    assert "switch this Python's GIL back on" in " ".join(told.getvalue().split())
