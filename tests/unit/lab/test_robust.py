"""Programs that misbehave: the page says so in one sentence, all of them can be stopped, and the lab lives."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from hilos.lab.launching import LIMITS, Program
from hilos.lab.statuses import Status, sentence
from hilos.locale import using
from support.lab import Lab
from support.labclient import PLAIN, Client
from support.troubles import FLOOD, FORKS, HANG, PRINTS_MUCH

MARK = "HILOS_TEST_OF_STOP"


def server_memory(lab: Lab) -> int:
    """Bytes that the server has in memory."""
    return psutil.Process(lab.process.pid).memory_info().rss


def left_of(mark: str) -> list[int]:
    """Processes whose environment has `mark`: also those that left their group, their session and their parent."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def alive(page: Client) -> None:
    """The lab answers, at once."""
    began = time.monotonic()
    assert page.ask("GET", "/api/lessons")[0] == 200
    assert time.monotonic() - began < 2


@pytest.fixture(autouse=True)
def nothing_is_left(page: Client) -> object:
    """Each test leaves a lab that answers and runs nothing."""
    yield
    for run in page.ask("GET", "/api/runs")[1]:
        if run["alive"] and not run["by_hand"]:
            page.stop(run["id"])
    alive(page)


@pytest.mark.parametrize(
    ("program", "status", "english", "spanish"),
    [
        (
            "raise RuntimeError('the bridge fell')",
            "failed",
            "RuntimeError: the bridge fell",
            "Ha fallado con el estado",
        ),
        ("import sys; sys.exit(7)", "failed", "status 7", "estado 7"),
        ("import ctypes; ctypes.string_at(0)", "killed", "SIGSEGV", "Se ha estrellado (SIGSEGV)"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "killed", "SIGKILL", "señal: SIGKILL"),
        ("import os; os._exit(3)", "failed", "status 3", "estado 3"),
        ("def f(:", "failed", "SyntaxError", "SyntaxError"),
        ("pass", "ok", "ended", "Ha terminado bien."),
    ],
)
def test_a_program_that_ends_badly_is_said_in_one_sentence(
    page: Client, program: str, status: str, english: str, spanish: str
) -> None:
    """An exception, an exit status, a crash, SIGKILL: which it was, in the language asked for."""
    id = page.start(program)
    run = page.over(id)
    assert run["status"] == status
    assert english in run["sentence"], run
    assert spanish in page.run(id, "es")["sentence"]
    assert "\n" not in run["sentence"]
    end = [item for item in page.items(id) if item["k"] == "end"]
    assert [item["status"] for item in end] == [status]


def test_what_hangs_and_refuses_to_end_is_stopped(page: Client) -> None:
    """A program that computes for ever and ignores SIGTERM is gone within five seconds of Stop."""
    id = page.start(HANG)
    page.when(id, lambda run: run["pid"] is not None)
    began = time.monotonic()
    run = page.stop(id)
    assert time.monotonic() - began < 5
    assert run["status"] == "stopped" and not run["alive"]
    assert "stopped it" in run["sentence"]
    assert not psutil.pid_exists(run["pid"])


ESCAPE = f"""
    import os, subprocess, sys, time
    os.environ["{MARK}"] = {{mark!r}}
    child = "import time; time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", child])                            # a child
    subprocess.Popen([sys.executable, "-c", child], start_new_session=True)    # in a session of its own
    subprocess.Popen([sys.executable, "-c",                                    # an orphan in a session of its own
        "import os, subprocess, sys; os.setsid();"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)"]).wait()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv(sys.executable, [sys.executable, "-c", child])            # a daemon, as it is written in books
        os._exit(0)
    os.wait()
    print("escaped", flush=True)
    {{then}}
"""


def test_stop_ends_all_that_a_program_started(page: Client) -> None:
    """Children, children in sessions of their own, orphans and daemons: none is left."""
    mark = f"stop-{os.getpid()}"
    id = page.start(ESCAPE.format(mark=mark, then="time.sleep(600)"))
    end = time.monotonic() + 15
    while len(left_of(mark)) < 4:
        assert time.monotonic() < end, left_of(mark)
        time.sleep(0.1)
    assert page.stop(id)["status"] == "stopped"
    assert left_of(mark) == []


def test_what_outlives_its_program_is_ended_and_said(page: Client) -> None:
    """The program ends by itself and leaves four processes: the page is told, and they are gone."""
    mark = f"left-{os.getpid()}"
    run = page.over(page.start(ESCAPE.format(mark=mark, then="pass")))
    assert run["status"] == "ok"
    assert any("left 4 processes" in note for note in run["notes"]), run
    assert left_of(mark) == []


def test_a_program_that_forks_without_end_is_ended(page: Client, served: Lab) -> None:
    """Past 128 processes all of them are killed, and the sentence says why."""
    run = page.over(page.start(FORKS))
    assert run["status"] == "killed" and "128 processes" in run["sentence"], run
    # What was forked has its parent's command line: the lesson's file in this lab's copy of the course.
    lesson = f"{served.root}/basics/{PLAIN}.py"
    assert [each.pid for each in psutil.process_iter(["cmdline"]) if lesson in (each.info["cmdline"] or [])] == []


def test_a_program_that_takes_more_memory_than_it_may_is_ended(tmp_path: Path) -> None:
    """Its processes count together: two that stay below the limit are ended when both are past it; it is said why."""
    eat = "import time; block = b'x' * (150 << 20); print('full', flush=True); time.sleep(60)"
    program = f"import subprocess, sys\nfor _ in range(2): subprocess.Popen([sys.executable, '-c', {eat!r}])\n"
    command = [sys.executable, "-c", program + "import time; time.sleep(60)"]

    async def outcome() -> dict[str, Any]:
        made = Program()
        await made.start(
            command,
            folder=tmp_path,
            environment=os.environ,
            output=lambda data: None,
            errors=lambda data: None,
            limits={**LIMITS, "memory": 250 << 20},
        )
        return await asyncio.wait_for(made.wait(), 20)

    ended = asyncio.run(outcome())
    assert ended["why"] == "memory" and ended["signal"] == signal.SIGKILL
    with using("en"):
        assert "2 GB" in sentence(Status.KILLED, why="memory", number=9)


def test_a_hundred_megabytes_of_output_are_bounded(page: Client, served: Lab) -> None:
    """The end of it is kept and shown, its size is said, and the server's memory stays where it was."""
    before = server_memory(served)
    id = page.start(PRINTS_MUCH)
    most = before
    shown = 0
    for item in page.items(id, within=40):
        shown += item["k"] == "log"
        most = max(most, server_memory(served))
    run = page.run(id)
    assert run["status"] == "ok"
    assert any("95 MB" in note for note in run["notes"]), run
    log = page.ask("GET", f"/api/runs/{id}/log")[1]["out"]
    assert log.endswith("the very last line\n") and len(log) <= 1 << 20
    assert shown < 50_000  # of a million
    assert most - before < 64 << 20


def test_a_flood_of_events_is_bounded_and_counted(page: Client, served: Lab) -> None:
    """As many lock events as Python can make: the page gets a bounded part, is told of the rest, and the lab lives."""
    before = server_memory(served)
    id = page.start(FLOOD)
    rows, sent, answered = 0, 0, []
    with page.socket(id) as connection:
        for text in connection:
            sent += len(text)
            rows += text.count("],[") + 1 if '"k":"s"' in text else 0
            began = time.monotonic()
            page.ask("GET", f"/api/runs/{id}")
            answered.append(time.monotonic() - began)
    run = page.run(id)
    assert run["status"] == "ok", run
    cycles = int(page.ask("GET", f"/api/runs/{id}/log")[1]["out"].partition("cycles ")[2].split()[0])
    assert cycles > 10_000
    assert 0 < rows < 200_000 and sent < 20 << 20
    assert server_memory(served) - before < 80 << 20
    assert sorted(answered)[len(answered) // 2] < 0.3


RAW_FLOOD = """
    import json, os, socket, time
    host, port, token = os.environ["HILOS_LAB"].split(":")
    link = socket.create_connection((host, int(port)))
    def say(item): link.sendall(json.dumps(item).encode() + b"\\n")
    say({"k": "hello", "token": token, "v": 1, "lesson": "x"})
    say({"k": "thread", "i": 1, "name": "flooder", "ev": "start", "t": 0})
    say({"k": "lock", "i": 1, "name": "L", "type": "Lock"})
    line, end, n = b"", time.monotonic() + 2, 0
    while time.monotonic() < end:
        flat = []
        for _ in range(500):
            flat += [n * 1000, 1, 2, 1, -1, n * 1000 + 500, 1, 3, 1, -1]
            n += 1
        say({"k": "s", "now": n * 1000, "dropped": 0, "r": flat})
    print("events", 2 * n, flush=True)
"""


def test_an_emitter_that_is_not_ours_and_never_pauses_is_slowed_down(page: Client, served: Lab) -> None:
    """A program that writes events to the lab's port as fast as it can: it waits, and the page still answers."""
    before = server_memory(served)
    id = page.start(RAW_FLOOD)
    answered = []
    while page.run(id)["alive"]:
        began = time.monotonic()
        page.ask("GET", "/api/lessons")
        answered.append(time.monotonic() - began)
    assert page.run(id)["status"] == "ok"
    assert sorted(answered)[len(answered) // 2] < 0.5
    assert server_memory(served) - before < 80 << 20


@pytest.mark.parametrize("text", [b"\xff\xfe\n", b"{}\n", b"[1]\n", b'{"k":"hello"}\n', b"x" * 100_000])
def test_what_is_no_emitter_is_shown_the_door(page: Client, served: Lab, text: bytes) -> None:
    """Nonsense on the emitters' port closes that connection and nothing else."""
    import socket

    host, port, _token = (served.root / ".hilos/lab/emit").read_text().split()[0].split(":")
    with socket.create_connection((host, int(port)), 5) as link:
        link.sendall(text)
        link.shutdown(socket.SHUT_WR)
        assert link.recv(10) == b""


def test_a_name_with_half_a_surrogate_reaches_the_page(page: Client) -> None:
    """A thread may be called anything, and JSON can spell what UTF-8 cannot: the socket goes on."""
    id = page.start("""
        import sys, threading
        from hilos import lesson
        def teach(tell, options):
            each = threading.Thread(target=lambda: None, name="half \\ud800")
            each.start(); each.join()
        sys.exit(lesson.run(teach))
    """)
    names = [item["name"] for item in page.items(id) if item["k"] == "thread"]
    assert "half ?" in names
    assert page.run(id)["status"] == "ok"
    assert page.ask("GET", f"/api/runs/{id}/events")[0] == 200
    assert page.ask("GET", f"/api/runs/{id}/perfetto")[0] == 200


def test_a_killed_lab_leaves_no_run_behind_and_remembers_it(tmp_path: Path) -> None:
    """SIGKILL to the server: its runs end with it; the next one still knows them, and says what became of them."""
    from support import lab as support

    mark = f"killed-{os.getpid()}"
    with support.running(tmp_path) as first:
        page = Client(first)
        done = page.start("print('well'); import sys; sys.exit(4)")
        page.over(done)
        running = page.start(
            ESCAPE.format(mark=mark, then="time.sleep(600)"),
        )
        end = time.monotonic() + 15
        while len(left_of(mark)) < 4:
            assert time.monotonic() < end
            time.sleep(0.1)
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        end = time.monotonic() + 5
        while left_of(mark):
            assert time.monotonic() < end, left_of(mark)
            time.sleep(0.05)
        with support.again(first) as second:
            page = Client(second)
            run = page.run(running)
            assert run["status"] == "killed" and not run["alive"] and "restarted" in run["sentence"]
            assert page.run(done)["status"] == "failed" and "status 4" in page.run(done)["sentence"]
            assert page.ask("GET", f"/api/runs/{done}/log")[1]["out"] == "well\n"
            assert [item["k"] for item in page.items(done)] == ["hello", "log", "end"]
            assert page.run(page.start("pass"))["lesson"]
            ids = [each["id"] for each in page.ask("GET", "/api/runs")[1]]
            assert len(ids) == len(set(ids)) == 3


def test_a_lab_that_ends_properly_says_so_of_its_runs(tmp_path: Path) -> None:
    """SIGTERM while a lesson runs: nobody pressed Stop, and the next lab does not pretend so."""
    from support import lab as support

    with support.running(tmp_path) as first:
        id = Client(first).start("import time; time.sleep(600)")
        Client(first).when(id, lambda run: run["pid"] is not None)
        first.process.terminate()
        first.process.wait(10)
        with support.again(first) as second:
            run = Client(second).run(id)
    assert run["status"] == "killed" and "restarted" in run["sentence"]
