"""The CPU monitor: what it deduces from a reading, what it writes, and what it serves."""

import csv
import io
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from hilos.metrics import exported_by
from support import lessons, network

PATH = "monitoring/cpu_monitor.py"
monitor = lessons.load(PATH)
Bottleneck = monitor.Bottleneck


def use(cores: float, threads: int = 1) -> Any:
    return monitor.Use(1, "a_program.py", cores, threads, 10.0, 0.0, 0.0)


def reading(cores: tuple[float, ...], **changes: Any) -> Any:
    """A reading of a machine with plenty of memory and no waiting, but for `changes`."""
    values: dict[str, Any] = {
        "when": 0.0,
        "seconds": 1.0,
        "cores": cores,
        "iowait": 0.0,
        "memory_percent": 30.0,
        "memory_used_mb": 1000.0,
        "swapped_in_mb": 0.0,
        "load": (1.0, 1.0, 1.0),
        "switches": 100.0,
        "interrupts": 100.0,
        "processes": (),
        "busiest": None,
        "own": 0.1,
    }
    return monitor.Reading(**(values | changes))


@pytest.mark.parametrize(
    ("seen", "expected", "words"),
    [
        (reading((2.0, 3.0, 1.0, 2.0)), Bottleneck.IDLE, "2 %"),
        (reading((100.0, 97.0, 99.0, 100.0)), Bottleneck.ALL_BUSY, "4"),
        (reading((100.0, 2.0, 1.0, 2.0), busiest=use(0.99)), Bottleneck.ONE_CORE, "serie"),
        (reading((55.0, 50.0, 1.0, 2.0), busiest=use(0.98, 4)), Bottleneck.ONE_CORE, "GIL"),
        (reading((98.0, 2.0, 1.0, 2.0)), Bottleneck.ONE_CORE, "Un núcleo"),
        (reading((40.0, 45.0, 50.0, 40.0), busiest=use(0.3)), Bottleneck.SOME, "1.8"),
        (reading((5.0, 4.0), iowait=60.0), Bottleneck.WAITING, "60 %"),
        (reading((5.0, 4.0), memory_percent=97.0), Bottleneck.MEMORY, "97 %"),
        (reading((90.0, 95.0), swapped_in_mb=20.0), Bottleneck.MEMORY, "20.0 MB/s"),
        (reading((100.0,)), Bottleneck.ALL_BUSY, "1"),
    ],
)
def test_each_bottleneck_is_named_with_its_reason(seen: Any, expected: Any, words: str) -> None:
    """The verdict, and a reason that holds the numbers that led to it."""
    found = monitor.diagnose(seen)
    assert found is expected
    assert words in monitor.reason(found, seen)


def test_guest_time_is_not_counted_twice() -> None:
    """Linux counts guest time in user time too; iowait is not work."""
    times = type("Times", (tuple,), {"idle": 50.0, "iowait": 10.0, "guest": 5.0, "guest_nice": 0.0})(
        (30.0, 50.0, 10.0, 5.0)
    )
    assert monitor.busy_and_all(times) == (30.0, 90.0)
    assert monitor.percent(1, 0) == 0.0
    assert monitor.percent(3, 2) == 100.0


def test_a_scripts_command_line_is_recognised() -> None:
    """`python PATH` and `python -u PATH` of the course, and nothing else."""
    script = str(lessons.ROOT / PATH)
    assert monitor.course_script(["python3", script]) == PATH
    assert monitor.course_script(["python3", "-u", script, "monitor"]) == PATH
    assert monitor.course_script(["python3", "/elsewhere/app.py"]) == ""
    assert monitor.course_script(["python3", "missing.py"]) == ""
    assert monitor.course_script([]) == ""


@pytest.mark.parametrize("count", [1, 8, 9, 33, 128])
def test_the_picture_fits_whatever_the_number_of_cores(count: int) -> None:
    """76 columns, and every core is in it."""
    seen = reading(tuple(100.0 for _ in range(count)), processes=tuple(use(0.5) for _ in range(20)))
    lines = monitor.picture(seen, 76)
    assert all(len(line) <= 76 for line in lines)
    assert len(re.findall(r"cpu\d+ ", "\n".join(lines))) == count


def test_a_reading_is_of_this_machine() -> None:
    """As many cores as psutil says, all within 0 and 100, over about the time that passed."""
    sampler = monitor.Sampler()
    begun = time.perf_counter()
    while time.perf_counter() - begun < 0.2:
        pass
    seen = sampler.take()
    assert len(seen.cores) == psutil.cpu_count()
    assert all(0 <= value <= 100 for value in (*seen.cores, seen.iowait, seen.memory_percent, seen.total))
    assert seen.seconds >= 0.2
    assert seen.own > 0
    assert seen.switches > 0


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("mode", ["snapshot", "monitor", "prometheus"])
def test_one_pass_of_each_mode(mode: str, language: str) -> None:
    """With --once --fast it ends well, in one language, in 80 columns, with no escape bytes and nothing on stderr."""
    done = lessons.run(PATH, mode, "--once", "--fast", HILOS_LANG=language)
    assert (done.returncode, done.stderr) == (0, "")
    assert lessons.unreadable(done.stdout) == []
    if language == "en":
        assert lessons.untranslated(done.stdout, "cpu_monitor") == []
    if mode == "snapshot":
        assert ("Cuello de botella." in done.stdout) == (language == "es")
        assert ("Looking costs" in done.stdout) == (language == "en")
        assert "cpu_monitor.py" in done.stdout
    if mode == "prometheus":
        assert 'cpu_usage_per_core{core="cpu0"}' in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "en"])
def test_the_experiment_sees_its_own_load(language: str) -> None:
    """Both loads are given CPU; the one of four threads in a process, no more than a core by the GIL."""
    done = lessons.run(PATH, "experiment", "--fast", HILOS_LANG=language, timeout=55)
    assert (done.returncode, done.stderr) == (0, "")
    assert lessons.unreadable(done.stdout) == []
    pattern = r"recibió ([\d.]+) núcleos" if language == "es" else r"given ([\d.]+) cores"
    got = [float(each) for each in re.findall(pattern, " ".join(done.stdout.split()))]
    assert len(got) == 2
    assert all(each > 0 for each in got)
    if getattr(sys, "_is_gil_enabled", lambda: True)():
        assert got[0] < 1.3
    if language == "en":
        assert lessons.untranslated(done.stdout, "cpu_monitor") == []


def test_json_is_one_whole_object() -> None:
    """Its fields are the reading's; the monitor itself is among the course's processes."""
    done = lessons.run(PATH, "--format", "json", "--interval", "0.2")
    assert (done.returncode, done.stderr) == (0, "")
    whole = json.loads(done.stdout)
    assert len(whole["cores"]) == psutil.cpu_count()
    assert whole["bottleneck"] in set(Bottleneck)
    assert PATH in {each["name"] for each in whole["processes"]}


def test_csv_has_a_header_and_a_row_a_reading() -> None:
    """Three rows at growing times, with a column for each core."""
    done = lessons.run(PATH, "monitor", "--format", "csv", "--count", "3", "--interval", "0.2")
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == 3
    times = [float(row["time"]) for row in rows]
    assert times == sorted(times)
    assert len(set(times)) == 3
    assert {f"cpu{number}" for number in range(psutil.cpu_count() or 1)} <= set(rows[0])


def test_the_output_file_appears_whole_and_alone(tmp_path: Path) -> None:
    """Its name gives the format; nothing is left beside it; it can be read by others like any new file."""
    target = tmp_path / "readings.csv"
    done = lessons.run(PATH, "--output", str(target), "--fast")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))))) == 1
    assert list(tmp_path.iterdir()) == [target]
    plain = tmp_path / "plain"
    plain.touch()
    assert target.stat().st_mode == plain.stat().st_mode


def test_ctrl_c_keeps_what_was_written(tmp_path: Path) -> None:
    """A monitor that writes to a file ends well with Ctrl+C, and the file holds its rows."""
    target = tmp_path / "readings.jsonl"
    running = lessons.start(PATH, "monitor", "--output", str(target), "--interval", "0.05")
    end = time.monotonic() + 30
    while not any(each.stat().st_size for each in tmp_path.iterdir()) and time.monotonic() < end:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    assert running.communicate(timeout=20) == ("", "")
    assert running.returncode == 0
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert rows
    assert list(tmp_path.iterdir()) == [target]


BAD = [
    (("nonsense",), "nonsense"),
    (("--interval", "0"), "--interval"),
    (("--interval", "nan"), "--interval"),
    (("--interval", "soon"), "--interval"),
    (("prometheus", "--port", "0"), "--port"),
    (("prometheus", "--port", "70000"), "--port"),
    (("--count", "3"), "--count"),
    (("monitor", "--count", "-1"), "--count"),
    (("experiment", "--format", "csv"), "experiment"),
    (("--output", "x.txt"), "--output"),
    (("--format", "csv", "--output", "/nowhere/at/all.csv"), "/nowhere/at/all.csv"),
    (("--format", "csv", "--output", "/"), "/"),
]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(("arguments", "named"), BAD, ids=[" ".join(arguments) for arguments, _ in BAD])
def test_nonsense_has_status_2_and_one_or_two_lines(arguments: tuple[str, ...], named: str, language: str) -> None:
    """What was wrong is named, in the right language, with no traceback and nothing on standard output."""
    done = lessons.run(PATH, *arguments, "--lang", language)
    assert (done.returncode, done.stdout) == (2, "")
    assert named in done.stderr
    assert 1 <= len(done.stderr.strip().splitlines()) <= 2
    spanish = re.search(r"ayuda|no vale|no es|no va|solo sirve|guarda|no se puede|elige", done.stderr, re.IGNORECASE)
    assert bool(spanish) == (language == "es")


def test_a_taken_port_is_named_with_its_holder() -> None:
    """Status 2, the port, and the process that listens on it: this one."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = lessons.run(PATH, "prometheus", "--port", str(port))
    assert done.returncode == 2
    assert str(port) in done.stderr
    assert str(os.getpid()) in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2


def series(page: str) -> dict[str, float]:
    """Name with labels, and value, of every sample of a page in Prometheus' text format."""
    rows = (line.rpartition(" ") for line in page.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _space, value in rows}


@pytest.mark.slow
def test_every_metric_is_served_with_its_labels_and_moves() -> None:
    """Two scrapes: all of the catalogue's metrics of this service, never 0 at first, and each changes in time."""
    port = network.free_port()
    url = f"http://127.0.0.1:{port}/metrics"
    running = lessons.start(PATH, "prometheus", "--port", str(port), "--interval", "0.2")
    enough = threading.Event()

    def compute() -> None:
        while not enough.is_set():
            bytearray(1_000_000)

    # On an idle machine nothing would move: this makes the CPU, the memory and the load change.
    load = threading.Thread(target=compute)
    try:
        first = series(network.get_when_ready(url))
        load.start()
        expected = {each.name for each in exported_by("cpu")}
        assert {name.partition("{")[0] for name in first} >= expected
        assert {name for name in first if name.startswith("cpu_usage_per_core")} == {
            f'cpu_usage_per_core{{core="cpu{number}"}}' for number in range(psutil.cpu_count() or 1)
        }
        assert {name for name in first if name.startswith("system_load_average")} == {
            f'system_load_average{{interval="{interval}"}}' for interval in ("1m", "5m", "15m")
        }
        assert first["memory_used_mb"] > 0
        waiting, end = set(expected), time.monotonic() + 40
        while waiting and time.monotonic() < end:
            now = series(network.get(url))
            # A machine that other work keeps full has nowhere to move to.
            full = {name for name in now if name.startswith("cpu_usage") and now[name] > 98}
            waiting -= {name.partition("{")[0] for name in now if now[name] != first[name] or name in full}
            time.sleep(0.2)
        assert waiting == set()
        assert 0 < now["memory_usage_percent"] <= 100
    finally:
        enough.set()
        if load.is_alive():
            load.join()
        running.terminate()
        _out, errors = running.communicate(timeout=20)
    assert (running.returncode, errors) == (0, "")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_serving_monitor_leaves_cleanly(how: signal.Signals) -> None:
    """Ctrl+C or SIGTERM: a goodbye, status 0, no traceback, no process, and the port is free again."""
    port = network.free_port()
    running = lessons.start(PATH, "prometheus", "--port", str(port))
    network.get_when_ready(f"http://127.0.0.1:{port}/metrics")
    running.send_signal(how)
    out, errors = running.communicate(timeout=20)
    assert (running.returncode, errors) == (0, "")
    assert out.strip().endswith("Hasta luego: el servidor de métricas se ha cerrado.")
    assert lessons.left_behind(running.pid) == []
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


@pytest.mark.slow
def test_an_interrupted_experiment_leaves_no_load_behind() -> None:
    """SIGTERM while its processes compute: status 143 and nobody left."""
    running = lessons.start(PATH, "experiment")
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("3."):
            break
    running.terminate()
    _out, errors = running.communicate(timeout=20)
    assert (running.returncode, errors) == (143, "")
    assert lessons.left_behind(running.pid) == []


@pytest.mark.slow
def test_the_live_monitor_draws_in_place_without_colour_and_ends_with_ctrl_c() -> None:
    """On a terminal with NO_COLOR: drawn again over itself, no colour codes, a goodbye on Ctrl+C, status 0."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, str(lessons.ROOT / PATH), "monitor", "--interval", "0.1"],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=lessons.environment(NO_COLOR="1", TERM="xterm-256color", COLUMNS="80", LINES="24"),
        cwd=lessons.ROOT,
    )
    os.close(theirs)
    seen, asked, end = b"", False, time.monotonic() + 40
    while time.monotonic() < end:
        if ours in select.select([ours], [], [], 0.2)[0]:
            try:
                seen += os.read(ours, 65536)
            except OSError:  # the other side is closed: the monitor has ended
                break
        if not asked and seen.count(b"cpu0 ") >= 3:
            running.send_signal(signal.SIGINT)
            asked = True
    os.close(ours)
    _out, errors = running.communicate(timeout=20)
    assert (running.returncode, errors) == (0, b"")
    assert b"Fin del monitor." in seen
    assert re.search(rb"\x1b\[\d*A", seen), "the cursor never went up: it was not drawn in place"
    assert not re.search(rb"\x1b\[[\d;]*(3[0-7]|9[0-7]|38;)[\d;]*m", seen)


def test_context_switches_are_those_of_all_threads() -> None:
    """Another thread's waits count as voluntary switches of its process."""
    process = psutil.Process()
    before = monitor.context_switches(process)

    def wait_often() -> None:
        for _number in range(50):
            time.sleep(0.001)

    waiting, enough = threading.Thread(target=wait_often), threading.Event()
    holding = threading.Thread(target=enough.wait)
    holding.start()
    waiting.start()
    try:
        while waiting.is_alive():
            after = monitor.context_switches(process)
    finally:
        enough.set()
        holding.join()
    assert len(after) == 2
    assert after[0] > before[0]
    assert after[1] >= 0


def test_help_names_every_mode() -> None:
    """--help ends well and tells the modes and the port."""
    done = lessons.run(PATH, "--help")
    assert done.returncode == 0
    for word in (*monitor.MODES, "8003"):
        assert word in done.stdout


def test_readings_keep_the_clocks_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What looking costs does not delay the next reading: they are due at fixed times, and none is slept for twice."""
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 6))
        now[0] += seconds

    class Slow:
        def take(self) -> float:
            now[0] += 0.3
            return now[0]

    monkeypatch.setattr(monitor, "Sampler", Slow)
    monkeypatch.setattr(monitor, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
    assert [round(each, 6) for each in monitor.readings(1.0, 3)] == [101.3, 102.3, 103.3]
    assert slept == [1.0, 0.7, 0.7]
