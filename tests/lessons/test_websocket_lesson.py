"""The WebSocket lesson and its terminal client, as a learner runs them."""

import re
import socket
import subprocess
import sys

import pytest

from support.lessons import ROOT, environment, run
from support.network import free_port
from support.websocket_server import SCRIPT, running

PATH = "websockets/websocket_server.py"


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "en"])
def test_the_lesson_shows_what_it_claims(language: str) -> None:
    """Three places measured, in order of harm; a death survived; a cancel obeyed; strangers answered."""
    told = run(PATH, "--once", "--fast", "--lang", language)
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    text = told.stdout
    assert max(len(line) for line in text.splitlines()) <= 80
    places = {"es": ("en el event loop", "en hilos", "en procesos")}.get(
        language, ("in the event loop", "in threads", "in processes")
    )
    rows = [re.search(rf"^{place} +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)$", text, re.MULTILINE) for place in places]
    assert all(rows), text
    loop, _threads, processes = ([float(number) for number in row.groups()] for row in rows if row)
    assert loop[1] > 3 * processes[1], "p99 in the loop against processes"
    assert loop[2] > 3 * processes[2], "milliseconds for which the loop was silent"
    assert "SIGKILL" in text
    assert len(re.findall(r"^(✓|OK) ", text, re.MULTILINE)) == 4, text
    assert "1009" in text
    assert text.count("HTTP 403") == 2
    wrong = {"es": "sin respuesta", "en": "no reply"}[language]
    assert wrong not in text


@pytest.mark.parametrize(("language", "done", "cancelled"), [("es", "hecho", "cancelado"), ("en", "done", "cancelled")])
def test_the_terminal_client(language: str, done: str, cancelled: str) -> None:
    """Three jobs with the right results, one cancelled, pings measured, a clean goodbye."""
    with running() as server:
        told = run(PATH, "client", "--fast", "--lang", language, "--port", str(server.port))
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    assert re.search(rf"^collatz-1 +20000 +{done} +17647 ", told.stdout, re.MULTILINE), told.stdout
    assert re.search(rf"^primes-1 +60000 +{done} +6057 ", told.stdout, re.MULTILINE)
    assert re.search(rf"^primes-2 +3000000 +{cancelled} ", told.stdout, re.MULTILINE)
    assert re.search(r"\d+ pings:", told.stdout)
    assert max(len(line) for line in told.stdout.splitlines()) <= 80


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(
    "arguments",
    [["--port", "0"], ["--port", "x"], ["--workers", "0"], ["--nice", "20"], ["--nice", "-1"], ["--clients", "no"],
     ["serve"], ["client", "--where", "moon"], ["--wrong"], ["client"]],
)  # fmt: skip
def test_mistakes_are_said_in_two_lines(arguments: list[str], language: str) -> None:
    """Nonsense, and a client without a server: status 2, one or two lines, what to do, no traceback."""
    if arguments == ["client"]:
        arguments = ["client", "--port", str(free_port())]
    if arguments == ["--wrong"]:
        arguments = ["--wrong-weigh"]
    told = run(PATH, "--lang", language, *arguments)
    assert told.returncode == 2
    assert told.stdout == ""
    assert 1 <= len(told.stderr.strip().splitlines()) <= 2, told.stderr
    assert "Traceback" not in told.stderr


def test_a_taken_port_is_named_with_its_holder() -> None:
    """Another program listens there: its name, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = run(PATH, "--quiet", "--lang", "es", "--port", str(port))
    assert told.returncode == 2
    assert f"El puerto {port} está ocupado" in told.stderr
    assert "PID" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_client_says_when_the_server_leaves() -> None:
    """Killed in the middle of a conversation: status 2 and a sentence."""
    with running() as server:
        client = subprocess.Popen(
            [sys.executable, str(SCRIPT), "client", "--lang", "es", "--port", str(server.port)],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert client.stdout is not None
        assert client.stdout.readline().startswith("Conectado")
        server.process.kill()
        _out, err = client.communicate(timeout=20)
    assert client.returncode == 2
    assert "El servidor ha cerrado la conexión" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_walk_through_names_what_is_there(language: str) -> None:
    """Every function that the guide sends the reader to exists in the file, and the twins name the same."""
    source = (ROOT / PATH).read_text(encoding="utf-8")
    names = {}
    for each in ("es", "en"):
        guide = (ROOT / "docs" / each / "lessons" / "websocket.md").read_text(encoding="utf-8")
        read = re.findall(r"^(?:Lee|Read): (.*)$", guide, re.MULTILINE)
        names[each] = {name for line in read for name in re.findall(r"`([\w.]+?)`", line) if not name.endswith(".py")}
    assert names["es"] == names["en"]
    assert len(names[language]) > 8
    for name in names[language]:
        assert re.search(rf"(def|class) {name.rpartition('.')[2]}\b", source), name
