"""Optimal DPOR on a machine without fibres, against brute force and the counts of the literature."""

import itertools
import random
from collections.abc import Sequence

import pytest

from hilos.explore.search.dpor import Dpor
from hilos.explore.search.parts import Frontier
from support.machine import Operation, Outcome, brute_force, canonical, philosophers, programs, run, search


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


def in_parts(program: Sequence[Sequence[Operation]], permits: int, every: int, rng: random.Random) -> Outcome:
    """The search cut up after `every` executions again and again, its parts run in random order."""
    outcome, numbers, frontier = Outcome(), {}, Frontier()
    dpor, part = Dpor(), None
    while True:
        for count in itertools.count(1):
            plan = dpor.next()
            if plan is None:
                break
            trace, state = run(plan, program, permits, numbers)
            outcome.executions += 1
            outcome.redundant += trace.redundant
            outcome.traces.add(canonical(trace.threads, trace.prints))
            outcome.finals.add(state.final())
            dpor.cut = count >= every
            dpor.learn(trace)
            if dpor.cut:
                break
        if part is not None:
            frontier.ask(part, dpor.requests)
        if dpor.cut:
            frontier.add(dpor.places())
        if not frontier.pending:
            return outcome
        part = frontier.pending.pop(rng.randrange(len(frontier.pending)))
        dpor = Dpor(part)


@pytest.mark.parametrize("every", [1, 4])
def test_a_search_cut_into_parts_runs_each_trace_once(every: int) -> None:
    """In whatever order the parts are run, the traces are those of the search in one piece, each once."""
    rng = random.Random(every)
    assert in_parts(philosophers(5), 1, every, rng).executions == 31
    for program, permits in programs(random.Random(10 + every), 40):
        whole = search(Dpor(), program, permits, limit=500)
        if whole.executions == 500:
            continue
        parts = in_parts(program, permits, every, rng)
        assert parts.traces == whole.traces, program
        assert (parts.executions, parts.redundant) == (len(whole.traces), 0), program


def test_races_seen_before_are_looked_at_again() -> None:
    """Two programs of which a search that looks at new races only misses four traces each."""
    one = [
        [("w", "z"), ("w", "x"), ("two", "z", "x")],
        [("two", "y", "z"), ("w", "y")],
        [("w", "y"), ("w", "z"), ("r", "z")],
        [("skip", "z", 1), ("r", "x"), ("w", "y")],
    ]
    other = [
        [("r", "x"), ("r", "x"), ("r", "y")],
        [("r", "x"), ("w", "y"), ("w", "z")],
        [("w", "y"), ("two", "y", "z"), ("skip", "z", 2), ("two", "x", "z")],
        [("w", "y"), ("w", "y"), ("skip", "x", 1), ("w", "x")],
    ]
    assert search(Dpor(), one, 0).executions == 778
    assert search(Dpor(), other, 0).executions == 1371
