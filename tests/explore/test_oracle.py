"""The oracle itself: its shortcut against its definition, counts known from arithmetic, lists made by hand."""

import threading
from math import factorial
from pathlib import Path

import pytest

from support.oracle.generator import FLAVOURS, generate
from support.oracle.interleavings import TooLarge, classes, naive
from support.oracle.model import Model
from support.oracle.source import write
from support.programs import module, parts


@pytest.mark.parametrize("flavour", sorted(FLAVOURS))
def test_going_forward_from_each_class_is_the_same_as_running_all_interleavings(flavour: str) -> None:
    """Same final states, same number of classes, same number of stuck ones."""
    compared = 0
    for seed in range(10):
        model, outcomes = generate(seed, flavour, 300)
        try:
            every = naive(model, 700)
        except TooLarge:
            continue
        compared += 1
        assert (every.finals, every.traces, every.stuck) == (outcomes.finals, outcomes.traces, outcomes.stuck)
    assert compared >= 3


@pytest.mark.parametrize(("threads", "traces"), [(2, 4), (3, 36), (4, 576)])
def test_unlocked_counters(threads: int, traces: int) -> None:
    """n threads that read and then write one attribute: (n!)^2."""
    model = Model({"x": ("attr", 0)}, ((("inc", "x"),),) * threads)
    assert classes(model).traces == traces == factorial(threads) ** 2


def test_locked_counters() -> None:
    """Three threads of three critical sections: 9! / 3!3!3! orders."""
    body = (("with", "m", (("inc", "x"),)),) * 3
    outcomes = classes(Model({"x": ("attr", 0), "m": ("lock", 0)}, (body,) * 3), 30_000)
    assert outcomes.traces == 1680
    assert outcomes.finals == {(9, 0, 0, 0)}


def test_interleavings_of_two_threads_of_two_reads() -> None:
    """Six interleavings, all of them one trace, for reads commute."""
    every = naive(Model({"x": ("attr", 0)}, ((("read", "x"), ("read", "x")),) * 2))
    assert (every.interleavings, every.traces) == (6, 1)


def test_a_read_and_a_write() -> None:
    """Either the old value is seen or the new one: by hand, 0 folds to 1 and 3 folds to 4."""
    every = naive(Model({"x": ("attr", 0)}, ((("read", "x"),), (("write", "x", 3),))))
    assert every.finals == {(3, 1, 0), (3, 4, 0)}
    assert every.traces == 2


def test_a_lost_update_by_hand() -> None:
    """Of the six interleavings of two `x += 1` two keep both; the other four are two classes that lose one."""
    every = naive(Model({"x": ("attr", 0)}, ((("inc", "x"),),) * 2))
    assert (every.interleavings, every.traces) == (6, 4)
    assert every.finals == {(1, 0, 0), (2, 0, 0)}


def test_a_notification_before_the_wait_is_lost() -> None:
    """Two orders of one lock, one of which waits for ever."""
    waiter = (("with", "c", (("wait", "c"),)),)
    notifier = (("with", "c", (("notify", "c", 1),)),)
    every = naive(Model({"c": ("condition", 0)}, (waiter, notifier)))
    assert (every.traces, every.stuck) == (2, 1)


@pytest.mark.parametrize("seed", range(0, 200, 10))
def test_a_plain_run_of_the_source_ends_as_the_oracle_says(seed: int, tmp_path: Path) -> None:
    """What real threads leave behind is among the final states."""
    model, outcomes = next(made for number in range(seed, seed + 10) if not (made := generate(number))[1].stuck)
    path = tmp_path / f"generated_plain_{seed}.py"
    path.write_text(write(model), encoding="utf-8")
    program = parts(module(path))
    state = program["setup"]()
    workers = [threading.Thread(target=worker, args=(state,), daemon=True) for worker in program["workers"]]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
        assert not worker.is_alive()
    assert program["invariant"](state)
    assert outcomes.finals >= module(path).FINALS
