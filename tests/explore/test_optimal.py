"""Optimal DPOR on a machine without fibres, against brute force and the counts of the literature."""

import random

import pytest

from hilos.explore.search.dpor import Dpor
from support.machine import Operation, brute_force, philosophers, programs, search


@pytest.mark.parametrize(("threads", "traces"), [(2, 4), (3, 36), (4, 576)])
def test_unlocked_increments_have_as_many_traces_as_known(threads: int, traces: int) -> None:
    """n threads that each read, then write one variable: 4, 36, 576."""
    outcome = search(Dpor(), [[("r", "x"), ("w", "x")]] * threads)
    assert (outcome.executions, len(outcome.traces), outcome.redundant) == (traces, traces, 0)


def test_three_threads_of_three_locked_increments_have_1680_traces() -> None:
    """9! / (3!)^3 orders of the critical sections."""
    own: list[Operation] = [("acq", "L"), ("r", "x"), ("w", "x"), ("rel", "L")] * 3
    outcome = search(Dpor(), [own] * 3)
    assert (outcome.executions, len(outcome.traces), outcome.redundant) == (1680, 1680, 0)


@pytest.mark.parametrize(("n", "traces"), [(3, 7), (4, 15), (5, 31), (6, 63)])
def test_philosophers_have_one_trace_for_each_orientation_of_the_forks(n: int, traces: int) -> None:
    """2^n - 1, one of them the deadlock."""
    outcome = search(Dpor(), philosophers(n))
    assert (outcome.executions, len(outcome.traces), outcome.redundant) == (traces, traces, 0)


@pytest.mark.parametrize("seed", range(4))
def test_one_execution_for_each_trace_and_all_final_states(seed: int) -> None:
    """On random programs with locks, semaphores and events the search runs each trace once and misses none."""
    checked = 0
    for program, permits in programs(random.Random(seed), 40):
        truth = brute_force(program, permits, limit=2_000)
        if truth is None:
            continue
        found = search(Dpor(), program, permits)
        assert found.traces == truth.traces, program
        assert found.finals == truth.finals, program
        assert (found.executions, found.redundant) == (len(truth.traces), 0), program
        checked += 1
    assert checked > 20
