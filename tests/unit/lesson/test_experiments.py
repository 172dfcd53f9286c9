"""Tasks in threads, experiments repeated, source as it is shown, operations put to the test."""

import sys
import threading

import pytest

from hilos.lesson import Experiment, grouped, repeat, source, switch_interval, together
from hilos.lesson.atomicity import OPERATIONS, Operation, Shared, effects_lost


def test_tasks_run_at_the_same_time_and_give_their_results_in_order() -> None:
    """Each task waits for the others, which only threads that run together survive."""
    meeting = threading.Barrier(3, timeout=10)
    done = together(*[lambda n=n: (meeting.wait(), n)[1] for n in range(3)])
    assert done.results == (0, 1, 2)
    assert done.seconds >= 0


def test_what_a_task_raises_is_raised() -> None:
    """A failure in a thread is not lost."""

    def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        together(fail, lambda: None)


def test_a_task_that_never_ends_is_named() -> None:
    """The limit passes, the stuck thread is named, and the caller goes on."""
    never = threading.Event()
    with pytest.raises(TimeoutError, match="2"):
        together(lambda: None, never.wait, limit=0.1)
    never.set()


def test_the_switch_interval_is_put_back_also_after_an_error() -> None:
    """Nothing of the interpreter stays changed."""
    before = sys.getswitchinterval()

    def fail() -> None:
        with switch_interval(1e-4):
            assert sys.getswitchinterval() == pytest.approx(1e-4)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert sys.getswitchinterval() == before
    with switch_interval(None):
        assert sys.getswitchinterval() == before


def test_a_tally_counts_wrong_runs_and_their_damage() -> None:
    """Of three runs one was right."""
    damage = iter([0, 2, 3])
    tally = repeat(3, lambda: next(damage))
    assert (tally.runs, tally.wrong, sum(tally.damage)) == (3, 2, 5)
    assert tally.seconds == sum(tally.durations)
    assert (tally + tally).wrong == 4


def shown(number: int) -> int:
    """A docstring."""
    # a comment
    return number + 1


def test_source_is_the_code_alone() -> None:
    """Neither docstring nor comment nor annotation, the same in every language."""
    assert source(shown) == "def shown(number):\n    return number + 1"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.text)
def test_one_thread_alone_loses_nothing(operation: Operation) -> None:
    """What the table counts as lost is lost to the other thread, never to the measuring."""
    shared = Shared()
    for _turn in range(50):
        operation.act(shared)
    assert operation.outcome(shared) == 50


def test_operations_of_builtin_types_lose_nothing_here() -> None:
    """A single C operation is one step for the other threads, on builds with and without a GIL."""
    for operation in OPERATIONS[:2]:
        assert effects_lost(operation, 2000) == 0


def test_digits_are_grouped_in_threes() -> None:
    """By a space, right in both languages."""
    assert grouped(1234567) == "1 234 567"


def test_an_experiment_is_the_same_for_threads_and_for_an_explorer() -> None:
    """`run` gives size and state to real threads, `invariant` judges a state of size 1."""

    def setup(size: int = 1) -> list[int]:
        return []

    def add(items: list[int], size: int = 1) -> None:
        items.extend([1] * size)

    def lacking(items: list[int], size: int = 1) -> int:
        return 2 * size - len(items)

    experiment = Experiment(setup, (add, add), lacking)
    assert experiment.run(5) == 0
    assert experiment.invariant([1, 1])
    assert not experiment.invariant([1])
    assert experiment.invariant.__name__ == "lacking() == 0"
