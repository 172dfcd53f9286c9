"""What the explorer does not control is refused by name and line, or reported as nondeterminism; never skipped."""

import signal
import threading
from pathlib import Path

import pytest

from hilos.errors import Nondeterminism, Unexplorable, UsageError
from hilos.explore import Verdict, explore, watchdog
from support.programs import write

PROGRAM = """
import datetime
import fcntl
import functools
import itertools
import multiprocessing
import os
import queue
import random
import secrets
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
import _thread
from multiprocessing import Process
from _thread import start_new_thread as begin

calls = []


class Thing:
    pass


class State:
    def __init__(self):
        self.value = 0
        self.other = 0
        self.lock = threading.Lock()


def first(state):
    {line}


def second(state):
    state.other += 1


WORKERS = [first, second]
"""
LINE = PROGRAM[: PROGRAM.index("{line}")].count("\n") + 1

REFUSED = {
    "socket": "socket.create_connection(('127.0.0.1', 9))",
    "accept": "socket.socket().accept()",
    "subprocess": "subprocess.run([sys.executable, '-c', ''])",
    "system": "os.system('true')",
    "pipe": "os.pipe()",
    "read": "os.read(0, 1)",
    "wait": "os.waitpid(-1, 0)",
    "pause": "signal.pause()",
    "flock": "fcntl.flock(0, fcntl.LOCK_EX)",
    "shared_lock": "multiprocessing.Lock().acquire()",
    "select": "select.select([0], [], [], 1)",
    "raw_thread": "_thread.start_new_thread(print, ())",
    "raw_thread_by_alias": "begin(print, ())",
    "raw_thread_in_partial": "functools.partial(begin, print)(())",
    "process": "Process(target=print).start()",
    "input": "input()",
    "fork": "os.fork()",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_explored_is_refused(name: str, tmp_path: Path) -> None:
    """The message names the operation and its line."""
    program = write(tmp_path / f"refused_{name}.py", PROGRAM.format(line=REFUSED[name]))
    with pytest.raises(Unexplorable) as caught:
        explore(**program)
    assert f"refused_{name}.py:{LINE}" in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 3


def test_a_step_that_waits_for_ever_is_found_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C code that blocks in a way nobody foresaw: the message has its line, also if it tries to go on."""
    monkeypatch.setattr(watchdog, "WAITING", 0.3)
    monkeypatch.setattr(watchdog, "_PAUSE", 0.1)
    before, threads = signal.getsignal(signal.SIGURG), set(threading.enumerate())
    line = f"os.mkfifo({str(tmp_path / 'fifo')!r})\n    try:\n        open({str(tmp_path / 'fifo')!r})\n"
    line += "    except Exception:\n        pass\n    state.value = 1"
    program = write(tmp_path / "waits.py", PROGRAM.format(line=line))
    with pytest.raises(Unexplorable, match=rf"waits\.py:{LINE + 2}: «open\("):
        explore(**program)
    assert signal.getsignal(signal.SIGURG) is before
    assert set(threading.enumerate()) <= threads


def test_a_step_that_computes_for_ever_is_found_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop with no operation on shared memory, which no bound on operations ends."""
    monkeypatch.setattr(watchdog, "COMPUTING", 0.3)
    monkeypatch.setattr(watchdog, "_PAUSE", 0.1)
    program = write(
        tmp_path / "computes.py", PROGRAM.format(line="for number in itertools.count():\n        number += 1")
    )
    with pytest.raises(Unexplorable, match=rf"computes\.py:({LINE}|{LINE + 1}): "):
        explore(**program)


def test_exceptions_of_what_is_refused_may_be_raised(tmp_path: Path) -> None:
    """Who stands in for a process in a test raises its exceptions."""
    line = "try:\n        raise subprocess.TimeoutExpired('x', 1)\n    except subprocess.TimeoutExpired:\n"
    program = write(tmp_path / "raises.py", PROGRAM.format(line=line + "        state.value = 1"))
    assert explore(**program).verdict is Verdict.PROVED


UNCONTROLLED = {
    "random": "state.value = random.random()",
    "random_length": "for _ in range(random.randrange(1000)):\n        state.value += 1",
    "every_second_run": "calls.append(1)\n    if len(calls) % 2:\n        state.value = 1",
    "secrets": "state.value = secrets.randbits(64)",
    "uuid": "state.value = uuid.uuid4().hex",
    "urandom": "state.value = os.urandom(8)",
    "date": "state.value = datetime.datetime.now()",
    "processor_time": "state.value = time.process_time_ns()",
    "environment": "os.environ['HILOS_TEST'] = os.environ.get('HILOS_TEST', '') + 'x'\n"
    "    state.value = os.environ['HILOS_TEST']",
    "sleep_at_random": "time.sleep(random.random())",
    "kept_between_runs": "calls.append(1)\n    state.value = len(calls)",
    "grows_between_runs": "calls.append(1)\n    for _ in calls:\n        state.value += 1",
}


@pytest.mark.parametrize("name", UNCONTROLLED)
def test_nondeterminism_is_reported(name: str, tmp_path: Path) -> None:
    """Two runs of one schedule differ, and the message says at which line."""
    program = write(tmp_path / f"uncontrolled_{name}.py", PROGRAM.format(line=UNCONTROLLED[name]))
    with pytest.raises((Nondeterminism, Unexplorable)) as caught:
        explore(**program)
    assert f"uncontrolled_{name}.py:" in str(caught.value)


def test_the_order_of_a_set_of_objects_is_reported(tmp_path: Path) -> None:
    """Objects in a set are ordered by their addresses, which differ from run to run."""
    line = "things = {Thing() for _ in range(50)}\n    for number, thing in enumerate(sorted(things, key=id)):\n"
    line += "        thing.number = number\n    state.value = [thing.number for thing in things]"
    program = write(tmp_path / "set_order.py", PROGRAM.format(line=line))
    try:
        report = explore(**program)
    except Nondeterminism as error:
        assert "set_order.py:" in str(error)  # noqa: PT017
    else:  # the allocator may give the same addresses again: then there was nothing to see
        assert report.verdict is Verdict.PROVED


MEDDLING = {
    "touched": ("state.other += 1", "state.other: 1 → 2"),
    "untouched": ("state.value += 1", "state.value: 0 → 1"),
    "item": ("state.things['a'].append(7)", "state.things['a'][1]: — → 7"),
    "of_a_library": ("random.Random(1).shuffle(state.numbers)", "state.numbers[0]: "),
    "new": ("state.seen = True", "state.seen: — → True"),
}


@pytest.mark.parametrize("name", MEDDLING)
def test_an_invariant_that_changes_the_state_is_an_error(name: str, tmp_path: Path) -> None:
    """It would be asked again when a finding is replayed, of another state; the message says what changed, and how."""
    line, change = MEDDLING[name]
    text = PROGRAM.format(line="pass").replace("self.other = 0\n", "self.other = 0\n" + INSIDE, 1)
    text += f"\n\ndef invariant(state):\n    {line}\n    return True\n"
    program = write(tmp_path / f"meddling_{name}.py", text)
    with pytest.raises(UsageError) as caught:
        explore(**program)
    assert "«invariant»" in str(caught.value)
    assert change in str(caught.value)


INSIDE = "        self.things = {'a': [1]}\n        self.numbers = [1, 2, 3, 4]\n"
LOOKING = (
    "with state.lock:\n        calls.append(state.other)\n    mine = sorted(state.things['a'])\n    mine.append(1)\n"
    "    state.value = state.value\n    helper = functools.partial(max, state.numbers)\n    return helper() == 4"
)


def test_an_invariant_may_look_at_all_and_keep_notes_elsewhere(tmp_path: Path) -> None:
    """It takes a lock, copies, and notes what it saw where no thread looks."""
    text = PROGRAM.format(line="pass").replace("self.other = 0\n", "self.other = 0\n" + INSIDE, 1)
    program = write(tmp_path / "looking.py", text + f"\n\ndef invariant(state):\n    {LOOKING}\n")
    assert explore(**program).verdict is Verdict.PROVED


CONTROLLED = {
    "seeded_random": "state.value = random.Random(3).random()",
    "clock": "state.value = time.monotonic() + time.time() + time.perf_counter()",
    "sleep": "time.sleep(3600)",
    "thread_names": "state.value = threading.current_thread().name",
    "strings_in_a_set": "state.value = list({'a', 'b', 'c'})",
}


@pytest.mark.parametrize("name", CONTROLLED)
def test_what_is_controlled_is_explored(name: str, tmp_path: Path) -> None:
    """Virtual time, own seeds, thread names."""
    program = write(tmp_path / f"controlled_{name}.py", PROGRAM.format(line=CONTROLLED[name]))
    assert explore(**program).verdict is Verdict.PROVED
