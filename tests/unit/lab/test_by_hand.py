"""The lab beside the terminal: any program's threads in it, its address told, itself a service like the others."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from hilos.lab.address import Address, token, where_emitters_go
from hilos.services import Supervisor, lab
from hilos.services.supervisor import Health
from support.lab import Lab, course
from support.labclient import Client
from support.network import free_port

APP = """\
import threading, time, urllib.request, prometheus_client
server, _thread = prometheus_client.start_http_server(0, "127.0.0.1")
urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/metrics").read()
left = threading.Lock()
right = threading.Lock()

def work():
    for _ in range(50):
        with left:
            with right:
                time.sleep(0.002)

threads = [threading.Thread(target=work, name=f"worker-{n}") for n in range(2)]
for each in threads: each.start()
for each in threads: each.join()
print("done")
"""


def hilos(root: Path, *arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of hilos, for the course in `root`."""
    return subprocess.run(
        [sys.executable, "-m", "hilos", *arguments],
        cwd=cwd or root,
        env={**os.environ, "HILOS_ROOT": str(root), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


@pytest.mark.parametrize("language", ["es", "en"])
def test_any_programs_threads_are_seen_in_the_lab(served: Lab, page: Client, tmp_path: Path, language: str) -> None:
    """`hilos run --lab app.py`: a run of its own with its threads, locks and lines, told in both languages."""
    (tmp_path / f"mine_{language}.py").write_text(APP)
    done = hilos(served.root, "run", "--lab", f"mine_{language}.py", cwd=tmp_path, HILOS_LANG=language)
    assert done.returncode == 0 and done.stdout == "done\n", done.stderr
    assert f"{served.base}/" in done.stderr
    run = next(run for run in page.ask("GET", "/api/runs")[1] if run["lesson"] == f"mine_{language}")
    assert run["by_hand"]
    run = page.over(run["id"])
    assert run["status"] == "ok", run
    items = list(page.items(run["id"]))
    threads = {item["name"] for item in items if item["k"] == "thread"}
    assert threads == {"MainThread", "worker-0", "worker-1"}, "and what serves the metrics is none of the program's"
    hello = next(item for item in items if item["k"] == "hello")
    assert {lock["name"].split()[0] for lock in hello["locks"]} >= {"left", "right"}
    assert any(place["file"].endswith(f"mine_{language}.py") for place in hello["places"])
    assert sum(len(item["r"]) for item in items if item["k"] == "s") >= 200
    said = next(item for item in items if item["k"] == "end")["said"]
    assert [said[each]["sentence"] for each in ("es", "en")] == ["Ha terminado bien.", "It ended well."]


def test_a_program_by_hand_is_stopped_in_its_terminal(served: Lab, page: Client, tmp_path: Path) -> None:
    """The page's Stop does not reach it and says so; killed, the page says that it is gone."""
    (tmp_path / "long.py").write_text("import time\nprint('on', flush=True)\ntime.sleep(600)\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "hilos", "run", "--lab", "long.py"],
        cwd=tmp_path,
        env={**os.environ, "HILOS_ROOT": str(served.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == "on\n"
        run = next(run for run in page.ask("GET", "/api/runs")[1] if run["lesson"] == "long" and run["alive"])
        status, answer = page.ask("DELETE", f"/api/runs/{run['id']}")
        assert status == 409 and "Ctrl+C" in answer["error"]
    finally:
        process.kill()
        process.communicate()
    over = page.over(run["id"])
    assert over["status"] == "killed" and "without a goodbye" in over["sentence"], over


def test_without_a_lab_it_says_what_to_do(tmp_path: Path) -> None:
    """Status 2 and one line, also where a lab that was killed left its file behind; the program is not run."""
    root = course(tmp_path / "course")
    (root / "app.py").write_text("print('ran')")
    for stale in (False, True):
        if stale:
            (root / ".hilos/lab").mkdir(parents=True)
            (root / ".hilos/lab/emit").write_text(f"127.0.0.1:{free_port()}:x\nhttp://127.0.0.1:1\n")
        assert where_emitters_go(root) is None
        done = hilos(root, "run", "--lab", "app.py", HILOS_LANG="en")
        assert done.returncode == 2 and done.stdout == ""
        assert done.stderr.startswith("The lab is not running.") and len(done.stderr.splitlines()) == 1


def test_the_address_of_a_running_lab_is_told(served: Lab) -> None:
    """`hilos lab --show` prints it with its token and ends; where none runs, it says so and starts none."""
    port = str(served.address.port)
    found = hilos(served.root, "lab", "--show", "--no-browser", "--port", port)
    assert found.returncode == 0 and served.address.url in found.stdout
    none = hilos(served.root, "lab", "--show", "--no-browser", "--port", str(free_port()))
    assert none.returncode == 1 and none.stdout == "" and "hilos lab" in none.stderr


def test_the_lab_is_a_service_like_the_others(tmp_path: Path) -> None:
    """Started, it answers; its log does not hold its token; stopped, nothing of it is left, a run of its included."""
    root = course(tmp_path / "course")
    (program,) = lab(root, {"lab": free_port()})
    told: list[str] = []
    supervisor = Supervisor(root, told.append)
    try:
        assert supervisor.start([program]), told
        assert supervisor.status(program.service).health is Health.UP
        address = Address(program.service.port, token(root))
        page = Client(Lab(address, root, None))  # type: ignore[arg-type]
        id = page.start("import time; time.sleep(600)")
        pid = page.when(id, lambda run: run["pid"] is not None)["pid"]
        assert address.token not in supervisor.log_path("lab").read_text()
    finally:
        supervisor.stop(["lab"])
    assert supervisor.status(replace(program.service)).health is Health.DOWN
    assert not psutil.pid_exists(pid)
    assert told[-1].startswith("lab: parado") and "fuerza" not in told[-1]


def test_status_tells_how_to_open_the_lab(served: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table's port alone opens nothing: the address with its token stands below it."""
    from hilos.cli import services as command
    from hilos.lesson import Narrator

    said: list[str] = []
    monkeypatch.setattr(Narrator, "say", lambda self, text: said.append(text))
    command._tell_lab(served.root, Narrator())
    assert any(token(served.root) in text for text in said)
