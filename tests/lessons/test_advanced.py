"""The three lessons of advanced/, run as a learner runs them: both languages, bad input, metrics, leaving."""

import ast
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from hilos.metrics import Type, exported_by
from support import lessons, network

RACES = "advanced/race_conditions/01_race_conditions.py"
LOCKS = "advanced/locks/02_locks_mutex.py"
DEADLOCKS = "advanced/deadlocks/03_deadlocks.py"
ALL = {RACES: "races", LOCKS: "locks", DEADLOCKS: "deadlocks"}
TITLES = {
    RACES: {"es": "Condiciones de carrera", "en": "Race conditions"},
    LOCKS: {"es": "Locks y mutex", "en": "Locks and mutexes"},
    DEADLOCKS: {"es": "Cuatro condiciones", "en": "Four conditions"},
}

each_lesson = pytest.mark.parametrize("path", ALL, ids=ALL.values())


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "en"])
@each_lesson
def test_it_is_told_from_beginning_to_end(path: str, language: str) -> None:
    """Status 0, nothing on standard error, 80 columns, no escape sequence, in the language that was asked for."""
    done = lessons.run(path, "--once", "--fast", "--seed", "7", "--lang", language)
    assert (done.returncode, done.stderr) == (0, "")
    assert TITLES[path][language] in done.stdout
    assert "\x1b" not in done.stdout
    assert [line for line in done.stdout.splitlines() if len(line) > 80] == []
    assert len(re.findall(r"^\d+\. .+\n-+$", done.stdout, re.MULTILINE)) >= 5


@pytest.mark.parametrize(
    ("path", "arguments"),
    [*((path, ["--port", "0"]) for path in ALL), (RACES, ["--port", "moon"]), (LOCKS, ["--nope"]), (RACES, ["--seed"])],
)
def test_a_mistake_is_said_in_two_lines(path: str, arguments: list[str]) -> None:
    """Status 2, no traceback, the option is named."""
    done = lessons.run(path, *arguments)
    assert done.returncode == 2
    assert arguments[0] in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2
    assert done.stdout == ""


@each_lesson
def test_a_taken_port_is_named_with_its_holder(path: str) -> None:
    """Who holds it is said, before the lesson begins."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = lessons.run(path, "--port", str(port), "--lang", "en")
    assert done.returncode == 2
    assert str(port) in done.stderr
    assert f"PID {os.getpid()}" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


class Served:
    """A lesson that serves its metrics."""

    def __init__(self, path: str) -> None:
        self.port = network.free_port()
        self.process = subprocess.Popen(
            [sys.executable, str(lessons.ROOT / path), "--fast", "--port", str(self.port)],
            env=lessons.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def scrape(self) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
        """Values of all samples but buckets, by sample name and labels."""
        values: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
        text = network.get_when_ready(f"http://127.0.0.1:{self.port}/metrics")
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if not sample.name.endswith("_bucket"):
                    values.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
        return values


@pytest.fixture
def served(path: str) -> Iterator[Served]:
    lesson = Served(path)
    yield lesson
    lesson.process.kill()
    lesson.process.communicate()


@pytest.mark.slow
@pytest.mark.timeout(150)
@each_lesson
def test_every_metric_of_the_brief_is_there_and_moves(path: str, served: Served) -> None:
    """All names with all their labels; each counter and count goes on growing, each gauge takes several values."""
    declared = exported_by(ALL[path])
    waiting = {metric.name: metric for metric in declared}
    first: dict[str, float] = {}
    seen: dict[str, set[float]] = {metric.name: set() for metric in declared}
    deadline = time.monotonic() + 100
    while waiting and time.monotonic() < deadline:
        values = served.scrape()
        for name, metric in list(waiting.items()):
            series = values.get(name + "_count" if metric.type is Type.HISTOGRAM else name)
            if not series:
                continue
            assert all({label for label, _value in labels} == set(metric.labels) for labels in series)
            total = sum(series.values())
            seen[name].add(total)
            grown = total > first.setdefault(name, total)
            if len(seen[name]) >= 3 and (metric.type is Type.GAUGE or grown):
                del waiting[name]
        time.sleep(0.2)
    assert not waiting, f"missing or still: {', '.join(waiting)}"
    served.process.terminate()  # as `run.sh stop` does
    _out, errors = served.process.communicate(timeout=20)
    assert served.process.returncode in (0, 143)
    assert errors == ""


@pytest.mark.slow
@each_lesson
def test_ctrl_c_leaves_cleanly(path: str, served: Served) -> None:
    """Status 0, no traceback, no child left, the port free again."""
    network.get_when_ready(f"http://127.0.0.1:{served.port}/metrics")
    time.sleep(1)  # somewhere in the middle of the lesson
    children = psutil.Process(served.process.pid).children(recursive=True)
    served.process.send_signal(signal.SIGINT)
    _out, errors = served.process.communicate(timeout=20)
    assert served.process.returncode == 130
    assert "Traceback" not in errors
    _gone, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", served.port)) != 0


@pytest.mark.slow
@each_lesson
def test_it_works_with_observe_stripped(path: str, tmp_path: Path) -> None:
    """`observe.lock(X, ...)` replaced by `X` everywhere leaves a lesson that runs to its end."""

    class Strip(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            self.generic_visit(node)
            wrappers = ("lock", "rlock", "semaphore", "condition", "event", "barrier")
            match node.func:
                case ast.Attribute(value=ast.Name(id="observe"), attr=name) if name in wrappers:
                    return node.args[0]
            return node

    stripped = tmp_path / Path(path).name
    tree = Strip().visit(ast.parse((lessons.ROOT / path).read_text(encoding="utf-8")))
    stripped.write_text(ast.unparse(tree), encoding="utf-8")
    done = lessons.run(str(stripped), "--once", "--fast", "--lang", "en")
    assert (done.returncode, done.stderr) == (0, "")


@each_lesson
def test_observing_stays_a_matter_of_few_lines(path: str) -> None:
    """At most one line in fifteen mentions it, and the lesson reads as the standard library's code."""
    lines = (lessons.ROOT / path).read_text(encoding="utf-8").splitlines()
    assert sum("observe" in line for line in lines) * 15 <= len(lines)


@each_lesson
def test_the_functions_that_hold_the_concurrency_are_short(path: str) -> None:
    """At most 25 lines each, docstring included, and they print nothing."""
    text = (lessons.ROOT / path).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text.split("# --- La lección")[0])):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 25, node.name
            assert not any(isinstance(each, ast.Name) and each.id == "print" for each in ast.walk(node)), node.name
