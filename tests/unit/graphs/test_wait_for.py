"""The wait-for graph, on hand-written waits."""

from hypothesis import given
from hypothesis import strategies as st

from hilos.graphs import Wait, find_cycle, find_cycles, stuck


def test_two_threads_that_wait_for_each_other_are_a_cycle() -> None:
    """The classic deadlock, told from the thread that asks."""
    waits = {"T1": ("B", "T2"), "T2": ("A", "T1")}
    assert find_cycle("T2", waits.get) == (Wait("T2", "A", "T1"), Wait("T1", "B", "T2"))


def test_a_chain_that_ends_at_a_running_thread_is_none() -> None:
    """Waiting is not yet a deadlock."""
    waits = {"T1": ("B", "T2"), "T2": ("C", "T3")}
    assert find_cycle("T1", waits.get) is None


def test_a_thread_that_waits_for_a_cycle_finds_it_without_being_in_it() -> None:
    """The cycle leaves out who only leads to it."""
    waits = {"T0": ("A", "T1"), "T1": ("B", "T2"), "T2": ("A", "T1")}
    assert find_cycle("T0", waits.get) == (Wait("T1", "B", "T2"), Wait("T2", "A", "T1"))


def test_a_thread_can_wait_for_itself() -> None:
    """A lock that is not re-entrant, taken twice."""
    assert find_cycle("T1", {"T1": ("A", "T1")}.get) == (Wait("T1", "A", "T1"),)


@given(st.dictionaries(st.integers(0, 12), st.integers(0, 12), max_size=13))
def test_cycles_are_those_of_the_definition(holders: dict[int, int]) -> None:
    """A thread is in a reported cycle exactly if following its waits comes back to it; no cycle twice."""
    waits = {thread: (f"lock {thread}", holder) for thread, holder in holders.items()}

    def comes_back(thread: int) -> bool:
        here = thread
        for _ in range(len(waits)):
            if here not in waits:
                return False
            here = waits[here][1]
            if here == thread:
                return True
        return False

    cycles = find_cycles(waits)
    members = [wait.waiter for cycle in cycles for wait in cycle]
    assert sorted(members) == sorted(thread for thread in waits if comes_back(thread))
    for cycle in cycles:
        assert [wait.holder for wait in cycle] == [wait.waiter for wait in (*cycle[1:], cycle[0])]
        assert find_cycle(cycle[0].waiter, waits.get) == cycle


def test_a_semaphore_with_one_holder_that_runs_is_no_deadlock() -> None:
    """Who may be woken by somebody that runs is not stuck, and frees those who wait for it."""
    assert stuck({"T1": ["T2", "T3"], "T2": ["T1"]}) == set()
    assert stuck({"T1": ["T2"], "T2": ["T1"]}) == {"T1", "T2"}
    assert stuck({"T1": []}) == {"T1"}
    assert stuck({"T1": ["T2"], "T2": ["T1"], "T3": ["T1", "T4"]}) == {"T1", "T2"}
