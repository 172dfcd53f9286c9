"""What advanced/deadlocks teaches: the deadlock is real and found, and each cure breaks its condition."""

import sys
import threading
import time
from functools import partial

import pytest

from hilos import observe
from hilos.lesson import inspection, together
from hilos.lesson.traffic import Outcome, drive
from support import lessons, require

deadlocks = lessons.load("advanced/deadlocks/03_deadlocks.py")


def test_the_classic_deadlock_happens_and_is_found_with_both_stacks() -> None:
    """Both threads are stuck; the report names both, both locks, and the lines where they wait."""
    one, two = deadlocks.observed("A", "B")
    with observe.watch() as found:
        threads = deadlocks.deadlock(one, two)
        deadline = time.monotonic() + 10
        while not found.deadlocks and time.monotonic() < deadline:
            time.sleep(0.01)
    assert all(thread.is_alive() for thread in threads)
    assert one.used == two.used == 0
    (cycle,) = found.deadlocks
    assert {(each.thread, each.wants) for each in cycle.threads} == {("Ana", "B"), ("Luis", "A")}
    assert all(each.stack[0].function == "naive" for each in cycle.threads)


def test_a_victim_frees_the_other() -> None:
    """One is given DeadlockError, the other one gets its work done."""
    one, two = deadlocks.observed("A", "B")
    assert deadlocks.deadlock_with_victim(one, two) == 1
    assert one.used == two.used == 1
    assert not one.lock.locked()
    assert not two.lock.locked()


def test_opposite_orders_are_found_in_a_run_that_does_not_hang() -> None:
    """No deadlock, one inversion, with both threads."""
    with observe.watch() as found:
        deadlocks.opposite_orders(*deadlocks.observed("A", "B"))
    assert not found.deadlocks
    (inversion,) = found.inversions
    assert {nesting.thread for nesting in inversion.nestings} == {"Ana", "Luis"}


@pytest.mark.parametrize("strategy", deadlocks.CURES)
def test_each_cure_gets_work_done_in_the_worst_case(strategy: str) -> None:
    """Both ways at once, nothing hangs, and what was done is what was counted."""
    with observe.watch() as found:
        traffic = deadlocks.opposite_transfers(deadlocks.CURES[strategy], 0.3)
    assert found.deadlocks == []
    assert sum(traffic.shares) > 0
    assert traffic.percentile(0.5) <= traffic.percentile(0.99)


@pytest.mark.parametrize("strategy", [*deadlocks.CURES, "arbitrator"])
def test_philosophers_eat_under_every_cure(strategy: str) -> None:
    """Nobody starves to death in the classical sense: there is no deadlock."""
    with observe.watch() as found:
        traffic = deadlocks.dinner(deadlocks.CURES.get(strategy), 0.3)
    assert found.deadlocks == []
    assert len(traffic.shares) == 5
    assert sum(traffic.shares) > 0


def test_ordering_takes_the_lower_first_whoever_asks() -> None:
    """It finds the higher one free while it waits for the lower: no circle can close."""
    one, two = deadlocks.resources(2)
    one.lock.acquire()
    waiting = threading.Thread(target=deadlocks.ordered, args=(two, one))
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()
    assert not two.lock.locked()
    one.lock.release()
    waiting.join(10)
    assert (one.used, two.used) == (1, 1)


def test_hierarchy_refuses_the_way_down_every_time_and_remembers_nothing() -> None:
    """Upwards is silent, downwards is a violation, and afterwards the thread holds no level."""
    one, two = deadlocks.resources(2)
    assert deadlocks.ranked(one, two) == Outcome()
    assert deadlocks.ranked(two, one) == Outcome(avoided=1, failures=1)
    assert one.ranked.held.levels == []
    with two.ranked, pytest.raises(deadlocks.HierarchyViolation, match="level 0 while holding 1"), one.ranked:
        pass


def test_try_lock_gives_up_what_it_has() -> None:
    """While the second is taken it holds nothing between attempts, and says how often it failed."""
    one, two = deadlocks.resources(2)
    two.lock.acquire()
    free: list[bool] = []
    outcome = deadlocks.trylock(one, two, back_off=lambda _n: free.append(not one.lock.locked()), attempts=3)
    assert outcome == Outcome(done=False, avoided=3, failures=3)
    assert free == [True, True, True]


def test_a_time_limit_leaves_the_work_undone_and_says_so() -> None:
    """It lets go of the first and counts a failure."""
    one, two = deadlocks.resources(2)
    two.lock.acquire()
    assert deadlocks.with_timeout(one, two, limit=0.01) == Outcome(done=False, avoided=1, failures=1)
    assert not one.lock.locked()
    assert one.used == 0


def test_giving_way_in_step_fails_over_and_over() -> None:
    """Both hold one, both try, both fail, for as long as they keep step: here a barrier keeps it for them."""
    one, two = deadlocks.resources(2)
    step = threading.Barrier(2)
    tasks = [
        partial(deadlocks.trylock, mine, other, step.wait, lambda _failures: None, attempts=10)
        for mine, other in ((one, two), (two, one))
    ]
    assert [outcome.failures for outcome in together(*tasks).results] == [10, 10]


def test_the_waiter_never_seats_all() -> None:
    """With four of five seated the fifth waits, and is counted."""
    table = deadlocks.Table(deadlocks.resources(3))
    for _seat in range(2):
        table.waiter.acquire()
    third = threading.Thread(target=table.dine_with_waiter, args=(2,))
    third.start()
    third.join(0.1)
    assert third.is_alive()
    table.waiter.release()
    third.join(10)
    assert not third.is_alive()


def test_traffic_counts_what_was_done_and_who_did_it() -> None:
    """Failures and shares are those of the attempts."""
    traffic = drive([Outcome, lambda: Outcome(done=False, avoided=2, failures=1)], 0.05)
    assert traffic.shares[0] > 0
    assert traffic.shares[1] == 0
    failed = sum(not outcome.done for outcome in traffic.outcomes)
    assert (traffic.failures, traffic.avoided) == (failed, 2 * failed)
    assert len(traffic.durations) == len(traffic.outcomes)
    assert traffic.rate > 0


def test_faulthandler_says_where_a_hung_process_hangs() -> None:
    """Two threads, both at the inner `with`, with the line numbers of the program as it is shown."""
    line = deadlocks.HUNG.splitlines().index("        with second:") + 1
    dump = inspection.by_faulthandler(deadlocks.HUNG, 0.5)
    assert sum(f"line {line} in take" in each for each in dump) == 2


def test_py_spy_says_it_from_outside_or_is_not_there() -> None:
    """The same two places, where py-spy is installed and may look."""
    dump = inspection.by_py_spy(deadlocks.HUNG)
    if dump is None:
        require.program("py-spy")
        pytest.skip("py-spy is not installed, or the system does not let it look")
    line = deadlocks.HUNG.splitlines().index("        with second:") + 1
    assert sum(f"take (hung.py:{line})" in each for each in dump) == 2


explored = pytest.mark.skipif(
    not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="greenlet would switch the GIL back on"
)


@explored
def test_the_explorer_finds_the_deadlock_of_two_and_of_three() -> None:
    """And of three philosophers all 7 orders, one of them the deadlock, as is known."""
    from hilos.explore import Trouble, explore

    for setup, workers in (
        (deadlocks.Pair, deadlocks.head_on(deadlocks.naive)),
        (deadlocks.three_seats, deadlocks.guests(deadlocks.naive)),
    ):
        report = explore(setup=setup, workers=workers)
        assert report.finding.trouble is Trouble.DEADLOCK
    everything = explore(setup=setup, workers=workers, stop_on_first=False)
    assert (everything.executions, everything.failing) == (7, 1)


@explored
@pytest.mark.parametrize("name", ["ordered", "ranked", "trylock_twice", "with_timeout"])
def test_the_explorer_proves_each_cure(name: str) -> None:
    """No order of two opposite threads is a deadlock, and both resources are used equally often in all of them."""
    from hilos.explore import explore

    explore(
        setup=deadlocks.Pair,
        workers=deadlocks.head_on(getattr(deadlocks, name)),
        invariant=lambda pair: pair.a.used == pair.b.used,
    ).check()


@explored
@pytest.mark.parametrize("name", ["ordered", "ranked", "waiter"])
def test_the_explorer_proves_the_cures_of_the_philosophers(name: str) -> None:
    """Three of them, also with the waiter, of whom the lock-order graph warns."""
    from hilos.explore import explore

    take = getattr(deadlocks, name, None)
    explore(setup=deadlocks.three_seats, workers=deadlocks.guests(take)).check()
