"""Fibres are used again, and nobody can tell."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

from hilos.explore import Verdict, explore
from hilos.explore.runtime.fibre import fibre, here

whose = ContextVar("whose", default=0)


class Seen:
    """What threads found in a context variable."""

    def __init__(self) -> None:
        self.found: list[int] = []


def look(state: Seen) -> None:
    state.found.append(whose.get())
    whose.set(whose.get() + 1)


def test_a_fibre_works_again() -> None:
    """The second piece of work is done by the fibre that did the first."""
    home, done = here(), []

    def work(number: int) -> object:
        done.append(number)
        return home

    first = fibre(lambda: work(1))
    first.switch()
    second = fibre(lambda: work(2))
    second.switch()
    assert done == [1, 2]
    assert first is second


def test_a_fibre_that_is_busy_is_left_alone() -> None:
    """Work that has not been done keeps its fibre."""
    home = here()

    def half() -> object:
        home.switch()
        return home

    first = fibre(half)
    first.switch()
    second = fibre(lambda: home)
    assert second is not first
    second.switch()
    first.switch()


def test_context_variables_are_those_of_a_new_thread() -> None:
    """Each thread of each execution finds the default."""
    report = explore(
        setup=Seen, workers=[look, look], invariant=lambda state: state.found == [0, 0], check_determinism=False
    )
    assert report.verdict is Verdict.PROVED


def test_each_thread_of_the_system_has_its_own() -> None:
    """Explorations in threads that come and go, one after another, do not meet in a fibre."""

    def search(_number: int) -> Verdict:
        return explore(setup=Seen, workers=[look, look], invariant=lambda state: len(state.found) == 2).verdict

    for _ in range(3):
        found: list[Verdict] = []
        thread = threading.Thread(target=lambda found=found: found.append(search(0)))
        thread.start()
        thread.join()
        assert found == [Verdict.PROVED]
    assert search(0) is Verdict.PROVED
    with ThreadPoolExecutor(1) as pool:
        assert set(pool.map(search, range(3))) == {Verdict.PROVED}
