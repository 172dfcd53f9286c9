"""`hilos explore` and `hilos replay`: statuses, JSON, tokens, bad input."""

import json
import re
from pathlib import Path

import pytest

from hilos.cli.main import main

LOST = """\
class State:
    n = 0

def add(state):
    state.n += 1

WORKERS = [add, add]

def invariant(state):
    return state.n == 2
"""
SAFE = """\
import threading
class State:
    def __init__(self):
        self.n, self.lock = 0, threading.Lock()

def add(state):
    print("working")
    with state.lock:
        state.n += 1

WORKERS = [add, add]

def invariant(state):
    return state.n == 2
"""
INTERLEAVED = """\
import threading
from hilos.explore import interleave

@interleave()
def test_two():
    seen = []
    threads = [threading.Thread(target=seen.append, args=(n,)) for n in (1, 2)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert seen == [1, 2]
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> str:
    Path(name).write_text(text)
    return name


def test_a_failing_program_gives_status_1_and_a_command_that_replays_it(capsys: pytest.CaptureFixture[str]) -> None:
    """What the explanation says to type fails the same way, with and without the file."""
    assert main(["explore", write("01_lost.py", LOST)]) == 1
    told = capsys.readouterr().out
    found = re.search(r"hilos (replay h1\S+ 01_lost\.py)", told)
    assert found is not None
    command = found[1].split()
    assert main(command) == 1
    again = capsys.readouterr().out
    assert again.splitlines()[:12] == told.splitlines()[:12]
    assert main(command[:2]) == 1


def test_a_correct_program_gives_status_0_and_what_it_prints_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The proof says its bound, its granularity and the Python it was made on."""
    assert main(["explore", write("safe.py", SAFE)]) == 0
    told = capsys.readouterr().out
    assert "DEMOSTRADO" in told
    assert "CPython" in told
    assert "working" not in told


THREE_TIMES_THREE = """\
import threading
class State:
    def __init__(self):
        self.n, self.lock = 0, threading.Lock()

def add(state):
    for _ in range(3):
        with state.lock:
            state.n += 1

WORKERS = [add, add, add]

def invariant(state):
    return state.n == 9
"""


@pytest.mark.slow
def test_a_proof_by_several_processes_is_the_same_proof(capsys: pytest.CaptureFixture[str]) -> None:
    """1,680 executions, neither more nor fewer, whoever runs them."""
    for jobs in ("1", "2"):
        assert main(["explore", write("many.py", THREE_TIMES_THREE), "--json", "--jobs", jobs]) == 0
        report = json.loads(capsys.readouterr().out)["reports"][0]
        assert (report["verdict"], report["executions"]) == ("proved", 1680)


def test_samples_prove_nothing_and_give_status_3(capsys: pytest.CaptureFixture[str]) -> None:
    """A budget that ends reads as what it is."""
    assert main(["explore", write("safe.py", SAFE), "--strategy", "pos", "--budget", "10"]) == 3
    assert "SIN TERMINAR" in capsys.readouterr().out


def test_the_worst_of_several_files_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """A violation beats a proof; the JSON has a report for each program."""
    files = [write("safe.py", SAFE), write("lost.py", LOST), write("body.py", INTERLEAVED)]
    assert main(["explore", *files, "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [report["verdict"] for report in document["reports"]] == ["proved", "violated", "violated"]
    assert document["reports"][2]["program"] == "test_two"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("WORKERS = [3]\n", "workers"),
        ("def setup():\n    raise KeyError('x')\n\ndef work(s): ...\n\nWORKERS = [work, work]\n", "KeyError"),
        ("x = 1\n", "WORKERS"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("def (:\n", "SyntaxError"),
        ("raise SystemExit(0)\n", "SystemExit"),
        ("WORKERS = 3\n", "lista"),
        ("WORKERS = []\n", "workers"),
        ("def work(s): ...\nWORKERS = [work]\nsetup = 3\n", "setup"),
    ],
)
def test_bad_programs_are_refused_in_one_or_two_lines(text: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, no traceback."""
    assert main(["explore", write("bad.py", text)]) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert len(said.err.splitlines()) <= 2
    assert said.out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["explore"],
        ["explore", "nowhere.py"],
        ["explore", "."],
        ["explore", "lost.py", "--budget", "soon"],
        ["explore", "lost.py", "--strategy", "luck"],
        ["explore", "lost.py", "--preemptions", "-1"],
        ["explore", "lost.py", "--program", "other"],
        ["replay", "nonsense", "lost.py"],
        ["replay", "h1.a3"],
        ["replay", "h1.z9", "lost.py"],
        ["replay", "h1.a2b2.00000000", "lost.py"],
    ],
)
def test_bad_requests_are_refused_in_one_or_two_lines(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, no traceback, in English too."""
    write("lost.py", LOST)
    try:
        status = main([*arguments, "--lang", "en"])
    except SystemExit as ended:
        status = int(ended.code or 0)
    said = capsys.readouterr()
    assert status == 2
    assert 1 <= len(said.err.splitlines()) <= 2
    assert "Traceback" not in said.err
