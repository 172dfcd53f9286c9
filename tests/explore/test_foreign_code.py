"""Containers handed to code that is not instrumented: its access is one operation, and it counts."""

import copy
import itertools
import random
import statistics
from collections.abc import Callable
from typing import Any

import pytest

from hilos.explore import Verdict, explore


class State:
    def __init__(self) -> None:
        self.items = [1, 5]
        self.seen: Any = None


def append(state: State) -> None:
    state.items.append(30)


def shallow_copy(state: State) -> None:
    state.seen = copy.copy(state.items)


def choice(state: State) -> None:
    state.seen = random.Random(1).choices(state.items, k=9)


def mean(state: State) -> None:
    state.seen = statistics.mean(data=state.items)


def chained(state: State) -> None:
    state.seen = list(itertools.chain(state.items, ()))


@pytest.mark.parametrize("look", [shallow_copy, choice, mean, chained])
def test_a_library_function_that_reads_conflicts_with_a_write(look: Callable[[State], None]) -> None:
    """Both orders are tried: what it saw before the write and what it saw after."""
    seen = set()

    def note(state: State) -> bool:
        seen.add(repr(state.seen))
        return True

    report = explore(setup=State, workers=[look, append], invariant=note, check_determinism=False)
    assert report.verdict is Verdict.PROVED
    assert len(seen) == 2


def reader(state: State) -> None:
    state.seen = list(state.items)


def shuffle(state: State) -> None:
    random.Random(3).shuffle(state.items)


def test_a_library_function_that_writes_conflicts_with_a_read() -> None:
    """`random.shuffle` is a write to the list, whole."""
    seen = set()

    def note(state: State) -> bool:
        seen.add(repr(state.seen))
        return True

    assert explore(setup=State, workers=[reader, shuffle], invariant=note, check_determinism=False).proved
    assert len(seen) == len({repr([1, 5]), repr(shuffled([1, 5]))})


def test_two_that_only_read_do_not_conflict() -> None:
    """One execution stands for both orders."""
    assert explore(setup=State, workers=[shallow_copy, mean]).executions <= 2


def shuffled(values: list[int]) -> list[int]:
    random.Random(3).shuffle(values)
    return values
