"""What the explorer does not control is refused by name and line, or reported as nondeterminism; never skipped."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from hilos.errors import HilosError, Nondeterminism, Unexplorable
from hilos.explore import Verdict, explore
from support.programs import write

PROGRAM = """
import os
import random
import secrets
import select
import socket
import subprocess
import sys
import threading
import time
import uuid
import _thread
from multiprocessing import Process

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
    "pipe": "os.read(os.pipe()[0], 1)",
    "select": "select.select([0], [], [], 1)",
    "raw_thread": "_thread.start_new_thread(print, ())",
    "process": "Process(target=print).start()",
    "input": "input()",
    "fork": "os.fork()",
}


KNOWN_GAPS = {
    "pipe": pytest.mark.xfail(reason="os.read of an empty pipe blocks and announces nothing", run=False),
    "raw_thread": pytest.mark.xfail(
        sys.version_info < (3, 12), reason="Python 3.11 does not announce _thread.start_new_thread to audit hooks"
    ),
}


def with_gaps(names: Iterable[str], gaps: Mapping[str, pytest.MarkDecorator]) -> list[object]:
    """Parameters, those of known gaps marked: the day one is closed the test says so."""
    return [pytest.param(name, marks=gaps[name]) if name in gaps else name for name in names]


@pytest.mark.parametrize("name", with_gaps(REFUSED, KNOWN_GAPS))
def test_what_cannot_be_explored_is_refused(name: str, tmp_path: Path) -> None:
    """The message names the operation and its line."""
    program = write(tmp_path / f"refused_{name}.py", PROGRAM.format(line=REFUSED[name]))
    with pytest.raises(Unexplorable) as caught:
        explore(**program)
    assert f"refused_{name}.py:{LINE}" in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 3


UNCONTROLLED = {
    "random": "state.value = random.random()",
    "random_length": "for _ in range(random.randrange(1000)):\n        state.value += 1",
    "every_second_run": "calls.append(1)\n    if len(calls) % 2:\n        state.value = 1",
    "secrets": "state.value = secrets.randbits(64)",
    "uuid": "state.value = uuid.uuid4().hex",
    "urandom": "state.value = os.urandom(8)",
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


@pytest.mark.xfail(reason="a change of what no thread touches is not noticed")
def test_an_invariant_that_changes_the_state_is_an_error(tmp_path: Path) -> None:
    """It would be asked again when a finding is replayed, of another state."""
    text = PROGRAM.format(line="pass") + "\n\ndef invariant(state):\n    state.value += 1\n    return True\n"
    program = write(tmp_path / "meddling.py", text)
    with pytest.raises(HilosError) as caught:
        explore(**program)
    assert "invariant" in str(caught.value)


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
