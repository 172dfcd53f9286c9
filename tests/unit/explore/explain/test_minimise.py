"""The fewest context switches: what the search finds, against all schedules of small machines."""

import itertools
from collections.abc import Callable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from hilos.explore.explain.minimise import Attempt, Run, minimise, switches

Fails = Callable[[tuple[int, ...]], bool]


def machine(lengths: Sequence[int], fails: Fails) -> Run:
    """Threads that never wait, of so many operations each; what has failed is told from the order alone."""

    def run(plan: Sequence[int]) -> Attempt | None:
        left = list(lengths)
        done: list[int] = []
        for number in plan:
            if left[number] == 0:
                return None
            left[number] -= 1
            done.append(number)
        while any(left):
            current = done[-1] if done and left[done[-1]] else next(n for n, rest in enumerate(left) if rest)
            left[current] -= 1
            done.append(current)
        return Attempt(tuple(done), fails(tuple(done)))

    return run


def orders(lengths: Sequence[int]) -> set[tuple[int, ...]]:
    """All interleavings."""
    everything = [number for number, length in enumerate(lengths) for _ in range(length)]
    return set(itertools.permutations(everything))


def test_a_lost_update_needs_two_switches() -> None:
    """Read, then the other's read and write, then the write: whatever it was found with."""

    def lost(done: tuple[int, ...]) -> bool:
        first = {number: done.index(number) for number in (0, 1)}
        last = {number: len(done) - 1 - done[::-1].index(number) for number in (0, 1)}
        return first[0] < last[1] and first[1] < last[0]

    found = minimise((0, 1, 0, 1), machine([2, 2], lost))
    assert found == (0, 1, 1, 0)


def test_what_cannot_be_simpler_stays() -> None:
    """A failure that only one order shows is kept as it is."""
    only = (0, 1, 0, 1, 0)
    assert minimise(only, machine([3, 2], lambda done: done == only)) == only


def test_nothing_is_returned_that_does_not_fail() -> None:
    """A budget of nothing gives back what was found."""
    assert minimise((1, 0, 1, 0), machine([2, 2], lambda done: True), runs=0) == (1, 0, 1, 0)


@given(st.lists(st.integers(1, 3), min_size=2, max_size=3), st.data())
@settings(max_examples=60, deadline=None)
def test_no_failing_order_has_fewer_switches(lengths: list[int], data: st.DataObject) -> None:
    """With enough budget the answer has as few switches as any failing order at all."""
    everything = sorted(orders(lengths))
    failing = set(data.draw(st.lists(st.sampled_from(everything), min_size=1, max_size=5)))
    start = data.draw(st.sampled_from(sorted(failing)))
    found = minimise(start, machine(lengths, failing.__contains__), runs=100_000, seconds=30)
    assert found in failing
    assert switches(found) == min(map(switches, failing))


def test_a_loop_goes_round_less_often() -> None:
    """A long block is halved as long as it fails, at whatever place of the round it ends."""

    def run(plan: Sequence[int]) -> Attempt | None:
        rounds = list(plan).index(1) if 1 in plan else len(plan)
        return Attempt(tuple(plan), 1 in plan and rounds % 5 == 2)

    assert len(minimise([0] * 252 + [1], run)) < 30
