"""What advanced/race_conditions teaches: the races are real, are counted, and the cures cure."""

import sys
import threading
from functools import partial

import pytest

from hilos.lesson import repeat, together
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
    assert repeat(5, partial(races.lost_updates, races.add_handing_over, 200)).wrong > 0


@pytest.mark.skipif(not has_gil, reason="without a GIL threads need no hand-over point to interleave")
def test_only_the_call_opens_a_hand_over_point() -> None:
    """`+= 1` has none between its read and its write, `= successor(...)` has; that is the honest case."""
    assert races.hand_over_points(races.add_in_one_line) == []
    assert races.hand_over_points(races.add_with_call)
    assert repeat(5, partial(races.lost_updates, races.add_in_one_line, 20_000), races.SHORT).wrong == 0


@pytest.mark.parametrize("kind", races.PHENOMENA)
def test_each_phenomenon_happens_on_real_threads(kind: str) -> None:
    """Within a few hundred runs its invariant is broken."""
    experiment, size = races.PHENOMENA[kind]
    for _turn in range(20):
        if repeat(20, partial(experiment, size), races.SHORT).wrong:
            return
    pytest.fail(f"{kind} did not happen in 400 runs")


@pytest.mark.parametrize(
    "experiment",
    [
        partial(races.lost_updates, races.add_locked, 3_000),
        partial(races.lost_updates, races.add_apart, 3_000),
        partial(races.overdrawn, races.withdraw_locked, 2_000),
        partial(races.money_changed, races.transfer_locked, 2_000),
        partial(races.built_twice, races.get_instance_locked, 2_000),
        partial(races.torn_reads, races.move_at_once, races.read_whole, 20_000),
    ],
    ids=["lock", "apart", "bank", "transfer", "lazy", "immutable"],
)
def test_each_cure_keeps_the_invariant(experiment: partial[int]) -> None:
    """Under the same hurry in which the disease shows."""
    assert repeat(5, experiment, races.SHORT).wrong == 0


def test_messages_to_one_owner_lose_nothing() -> None:
    """Every message is counted."""
    assert races.add_by_messages(3, 500) == 1500


def test_waits_are_measured_one_by_one() -> None:
    """As many as acquisitions, none negative."""
    counter = races.Counter()
    waited = races.waits(counter, 50)
    assert len(waited) == counter.value == 50
    assert min(waited) >= 0
