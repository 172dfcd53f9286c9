"""What several threads write to: the question whether more work means more of it."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from hilos.course.catalogue import Text
from hilos.course.gates import Colour, Judge
from hilos.course.judging import _load

PROGRAM = """
import threading

def run(times, workers):
    slots = [0] * workers
    lock = threading.Lock()
    total = [0]

    def work(number):
        mine = 0
        for _ in range(times):
            {step}
        with lock:
            total[0] += mine

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def judged(tmp_path: Path, step: str, workers: int = 2) -> Judge:
    """The judge after the question, of a program whose threads do `step` in their loop."""
    text = PROGRAM.format(step=step)
    file = tmp_path / "sharing_program.py"
    file.write_text(text)
    module = _load(file, text)
    assert isinstance(module, ModuleType)
    try:
        judge = Judge(module)

        def program(times: int) -> Callable[[], None]:
            def body() -> None:
                before = threading.active_count()
                module.run(times, workers)
                assert workers < 2 or before < 0, "to be looked at"

            return body

        judge.apart(Text("2 hilos", "2 threads"), few=program(1), many=program(3), shared=Text("Más", "More"))
        return judge
    finally:
        del sys.modules[module.__name__]


@pytest.mark.parametrize(
    ("step", "name"),
    [("slots[number] += 1", "list"), ("total[0] += 0", "list"), ("with lock: mine += 1", 'lock "lock"')],
)
def test_writes_that_grow_with_the_work_are_named(tmp_path: Path, step: str, name: str) -> None:
    """An element of one's own in a list that others fill too counts as shared: the list has one lock."""
    (shown,) = judged(tmp_path, step).shown
    assert shown.colour is Colour.RED
    assert name in shown.text
    assert "línea 12" in shown.text


def test_what_is_merged_once_does_not_grow(tmp_path: Path) -> None:
    """A local variable is nobody else's, however often it is written."""
    (shown,) = judged(tmp_path, "mine += 1").shown
    assert shown.colour is Colour.GREEN


def test_one_thread_shares_nothing_and_is_refused(tmp_path: Path) -> None:
    """No execution had several threads: there is nothing to look at."""
    (shown,) = judged(tmp_path, "mine += 1", workers=1).shown
    assert shown.colour is Colour.RED
    assert "un solo hilo" in shown.text
