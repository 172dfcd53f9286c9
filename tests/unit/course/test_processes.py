"""The model of `multiprocessing` says what real processes do, and adds what is left to luck there."""

import subprocess
import sys
from ast import literal_eval
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hilos.course.judging import _load
from hilos.course.processes import Machine
from hilos.errors import Unexplorable
from hilos.explore import Report, Trouble, Verdict, atomic, explore

FACTS = """
import multiprocessing
import threading

context = multiprocessing.get_context("fork")
spawning = multiprocessing.get_context("spawn")
lock = threading.Lock()
number = 1
things = ["parent"]


class Account:
    kind = "parent"

    def __init__(self):
        self.balance = 100


account = Account()


def send(queue, *values):
    queue.put(values)


def ran(made, target, *args):
    results = made.Queue()
    process = made.Process(target=target, args=(results, *args))
    process.start()
    answer = results.get()
    process.join()
    return answer, process.exitcode


def change(queue, given):
    global number
    number += 1
    things.append("child")
    given.append("child")
    account.balance -= 1
    queue.put((number, things, given, account.balance))


def globals_and_arguments_are_copies():
    given = ["argument"]
    return ran(context, change, given), number, things, given, account.balance


def look(queue):
    queue.put((number, list(things), lock.locked(), Account.kind))


def fork_sees_the_parents_changes_and_the_lock_as_it_is():
    global number
    number = 7
    things.append("more")
    Account.kind = "changed"
    with lock:
        return ran(context, look)


def spawn_sees_what_importing_makes():
    global number
    number = 7
    things.append("more")
    Account.kind = "changed"
    with lock:
        return ran(spawning, look)


def closed_over(queue):
    queue.put("never")


def fork_takes_a_closure():
    word = ["parent"]

    def inner(queue):
        word.append("child")
        queue.put(word)

    return ran(context, inner), word


def spawn_takes_no_closure():
    def inner(queue):
        queue.put(1)

    try:
        return ran(spawning, inner)
    except Exception:
        return "refused"


def a_fork_context_gives_no_queue_to_spawn():
    try:
        spawning.Process(target=send, args=(context.Queue(), 1)).start()
    except RuntimeError:
        return "refused"


def bad():
    raise ValueError("on purpose")


def a_child_that_fails_has_exit_code_1():
    process = context.Process(target=bad)
    process.start()
    process.join()
    return process.exitcode


def add(value, array):
    with value.get_lock():
        value.value += 5
    array[1] = 9


def values_and_arrays_are_shared():
    value, array = context.Value("i", 1), context.Array("i", [1, 2, 3])
    process = context.Process(target=add, args=(value, array))
    process.start()
    process.join()
    return value.value, list(array), len(array)


def echo(end):
    end.send(["got", end.recv()])


def pipes_go_both_ways_and_copy():
    ours, theirs = context.Pipe()
    process = context.Process(target=echo, args=(theirs,))
    process.start()
    sent = ["hello"]
    ours.send(sent)
    got = ours.recv()
    process.join()
    return got, got[1] is sent


def wait(event, queue):
    queue.put(event.wait())


def events_are_shared():
    event, results = context.Event(), context.Queue()
    process = context.Process(target=wait, args=(event, results))
    process.start()
    event.set()
    answer = results.get()
    process.join()
    return answer
"""
NAMES = [
    "globals_and_arguments_are_copies",
    "fork_sees_the_parents_changes_and_the_lock_as_it_is",
    "spawn_sees_what_importing_makes",
    "fork_takes_a_closure",
    "spawn_takes_no_closure",
    "a_fork_context_gives_no_queue_to_spawn",
    "a_child_that_fails_has_exit_code_1",
    "values_and_arrays_are_shared",
    "pipes_go_both_ways_and_copy",
    "events_are_shared",
]
SCRIPT = """

if __name__ == "__main__":
    import sys

    print(repr(globals()[sys.argv[1]]()))
"""


def machine_of(folder: Path, text: str, **options: Any) -> tuple[Machine, ModuleType]:
    file = folder / "answer.py"
    file.write_text(text, encoding="utf-8")
    module = _load(file, text)
    assert isinstance(module, ModuleType)
    machine = Machine(module, **options)
    return machine, machine.images[0]


def run(machine: Machine, body: Callable[[], Any]) -> Report:
    from hilos.course.fresh import Fresh

    fresh = [Fresh(image) for image in machine.images]

    def restored() -> None:
        for each in fresh:
            each.restore()
        body()

    return explore(body=restored, instrument=machine.images)


@pytest.mark.parametrize("name", NAMES)
def test_the_model_agrees_with_real_processes(name: str, tmp_path: Path) -> None:
    """In every interleaving of the model comes out what comes out with real processes."""
    if name == "a_fork_context_gives_no_queue_to_spawn" and not hasattr(get_context("fork").Lock(), "_is_fork_ctx"):
        pytest.skip("early Pythons 3.11 (3.11.2) give it, and the child crashes: the model refuses it all the same")
    script = tmp_path / "real.py"
    script.write_text(FACTS + SCRIPT, encoding="utf-8")
    real = subprocess.run(
        [sys.executable, str(script), name], capture_output=True, text=True, timeout=50, check=True
    ).stdout
    machine, image = machine_of(tmp_path, FACTS)
    seen: list[Any] = []
    note = atomic(lambda value: seen.append(value))  # no memory of the program's
    report = run(machine, lambda: note(machine.main(getattr(image, name))))
    assert report.verdict is Verdict.PROVED, str(report)
    assert seen
    assert all(repr(each) == repr(literal_eval(real)) for each in seen), (real, seen)


LARGE = """
import multiprocessing

context = multiprocessing.get_context("fork")


def put(queue):
    queue.put("x" * 1_000_000)
    CANCEL


def join_first():
    queue = context.Queue()
    process = context.Process(target=put, args=(queue,))
    process.start()
    process.join(JOIN)
    return process.is_alive()


if __name__ == "__main__":
    import os

    print(join_first(), flush=True)
    os.kill(multiprocessing.active_children()[0].pid, 9) if multiprocessing.active_children() else None
"""


def test_a_message_larger_than_the_pipe_keeps_its_process_alive(tmp_path: Path) -> None:
    """A real child has not ended after a second; the model says that it never does."""
    script = tmp_path / "real.py"
    script.write_text(LARGE.replace("CANCEL", "pass").replace("JOIN", "1"), encoding="utf-8")
    real = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=50, check=True).stdout
    assert real.strip() == "True"
    machine, image = machine_of(tmp_path, LARGE.replace("CANCEL", "pass").replace("JOIN", ""), parts=2)
    report = run(machine, lambda: machine.main(image.join_first))
    assert report.verdict is Verdict.VIOLATED
    assert report.findings[0].trouble in (Trouble.DEADLOCK, Trouble.STUCK)
    machine, image = machine_of(tmp_path, LARGE.replace("CANCEL", "pass").replace("JOIN", ""))
    assert run(machine, lambda: machine.main(image.join_first)).verdict is Verdict.PROVED


def test_cancelling_the_join_loses_or_keeps_the_message(tmp_path: Path) -> None:
    """Both come out: the feeder may have written it before the process ended, or not."""
    text = """
import multiprocessing


def put(queue):
    queue.put(1)
    queue.cancel_join_thread()


def fetch():
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=put, args=(queue,))
    process.start()
    process.join()
    return queue.empty()
"""
    machine, image = machine_of(tmp_path, text)
    seen: set[bool] = set()
    note = atomic(lambda value: seen.add(value))
    run(machine, lambda: note(machine.main(image.fetch)))
    assert seen == {True, False}


def test_what_is_not_modelled_is_refused(tmp_path: Path) -> None:
    """A pool ends the exploration with its name."""
    machine, image = machine_of(tmp_path, "import multiprocessing\n\n\ndef go():\n    multiprocessing.Pool(2)\n")
    with pytest.raises(Unexplorable, match="Pool"):
        run(machine, lambda: machine.main(image.go))


def test_too_many_processes_are_refused(tmp_path: Path) -> None:
    """The model says how many there can be."""
    text = """
import multiprocessing


def go():
    for _ in range(3):
        multiprocessing.Process(target=print).start()
"""
    machine, image = machine_of(tmp_path, text, processes=2)
    with pytest.raises(Unexplorable, match="2"):
        run(machine, lambda: machine.main(image.go))
