"""Services: started, told, stopped; with real processes, on free ports."""

import os
import signal
import socket
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from hilos.errors import HilosError, MissingError, PortError, UsageError
from hilos.ports import Service
from hilos.services import Program, Record, Supervisor, course_root
from hilos.services.supervisor import Health
from support.network import free_port

SERVER = """
    import http.server, signal, subprocess, sys
    {before}
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200); self.end_headers()
        def log_message(self, *_): pass
    print("listening", flush=True)
    http.server.HTTPServer(("127.0.0.1", {port}), Handler).serve_forever()
"""


@pytest.fixture
def told() -> list[str]:
    """What the supervisor said."""
    return []


@pytest.fixture
def supervisor(tmp_path: Path, told: list[str]) -> Iterator[Supervisor]:
    """A supervisor over an empty folder; whatever it started is stopped at the end."""
    made = Supervisor(tmp_path, told.append)
    yield made
    made.stop(made.records.names(), quiet=True)


def program(folder: Path, name: str = "web", before: str = "") -> Program:
    """A service that answers on a free port."""
    port = free_port()
    file = folder / f"{name}.py"
    file.write_text(textwrap.dedent(SERVER).format(port=port, before=before))
    return Program(Service(name, port, "/"), (sys.executable, str(file)))


def test_start_waits_until_each_answers(supervisor: Supervisor, told: list[str], tmp_path: Path) -> None:
    """A started service is up, says where, and is the leader of a session of its own."""
    web = program(tmp_path)
    assert supervisor.start([web])
    status = supervisor.status(web.service)
    assert status.health is Health.UP
    assert status.pid is not None
    assert os.getsid(status.pid) == status.pid
    assert any(web.service.url in line for line in told)


def test_starting_again_leaves_a_running_service_alone(supervisor: Supervisor, tmp_path: Path) -> None:
    """The same process goes on."""
    web = program(tmp_path)
    supervisor.start([web])
    before = supervisor.status(web.service).pid
    assert supervisor.start([web])
    assert supervisor.status(web.service).pid == before


def test_stop_ends_the_service_and_its_children(supervisor: Supervisor, tmp_path: Path) -> None:
    """Nothing is left of the session, also of a child that its parent did not end."""
    web = program(tmp_path, before="subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])")
    supervisor.start([web])
    record = supervisor.records.read("web")
    assert record is not None
    assert len(record.processes()) == 2
    supervisor.stop(["web"])
    assert record.processes() == []
    assert supervisor.status(web.service).health is Health.DOWN


def test_stop_forces_one_that_ignores_being_asked(
    supervisor: Supervisor, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGKILL follows after the grace, and it is said."""
    monkeypatch.setattr("hilos.services.supervisor.GRACE", 0.5)
    web = program(tmp_path, before="signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    supervisor.start([web])
    record = supervisor.records.read("web")
    assert record is not None
    supervisor.stop(["web"])
    assert record.processes() == []
    assert "a la fuerza" in told[-1]


def test_one_that_dies_at_once_is_told_with_the_end_of_its_log(
    supervisor: Supervisor, told: list[str], tmp_path: Path
) -> None:
    """start returns False and shows the reason."""
    web = program(tmp_path, before="sys.exit('no hay sitio para el puerto')")
    assert not supervisor.start([web])
    assert any("no hay sitio para el puerto" in line for line in told)
    assert supervisor.status(web.service).health is Health.DEAD


def test_a_crash_leaves_no_orphan_behind_a_later_stop(supervisor: Supervisor, tmp_path: Path) -> None:
    """After the leader was killed, stop still ends what it left in its session."""
    web = program(tmp_path, before="subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])")
    supervisor.start([web])
    record = supervisor.records.read("web")
    assert record is not None
    os.kill(record.pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(record.pid)], timeout=5)
    assert supervisor.status(web.service).health is Health.DEAD
    assert len(record.processes()) == 1
    supervisor.stop(["web"])
    assert record.processes() == []


def test_a_stale_record_never_ends_somebody_elses_process(supervisor: Supervisor) -> None:
    """A record whose process id now belongs to another process (here: this one) is dropped, not obeyed."""
    supervisor.records.write(Record("web", os.getpid(), psutil.Process().create_time() - 3600, 1, ""))
    supervisor.stop(["web"])
    assert supervisor.records.read("web") is None


def test_a_record_from_before_a_reboot_names_no_process(supervisor: Supervisor) -> None:
    """Process ids of an earlier boot mean nothing now."""
    record = Record("web", os.getsid(0), psutil.boot_time() - 60, 1, "")
    assert record.processes() == []


def test_a_taken_port_is_named_with_its_holder_and_nothing_starts(supervisor: Supervisor, tmp_path: Path) -> None:
    """The first service is not started either."""
    first, second = program(tmp_path, "first"), program(tmp_path, "second")
    with socket.create_server(("127.0.0.1", second.service.port)):
        with pytest.raises(PortError, match=f"{second.service.port}.*PID {os.getpid()}"):
            supervisor.start([first, second])
    assert supervisor.status(first.service).health is Health.DOWN


def test_a_damaged_record_counts_as_none(supervisor: Supervisor, tmp_path: Path) -> None:
    """Half a file, or another's, does not raise."""
    folder = tmp_path / ".hilos" / "run"
    folder.mkdir(parents=True)
    (folder / "web.json").write_text('{"name": "we')
    (folder / "other.json").write_text("[1, 2]")
    assert supervisor.records.read("web") is None
    assert supervisor.records.read("other") is None


def test_what_another_started_is_seen_as_such(supervisor: Supervisor, tmp_path: Path) -> None:
    """A service that answers without a record (Docker, another terminal) is elsewhere, not down."""
    web = program(tmp_path)
    other = Supervisor(tmp_path / "other", lambda line: None)
    other.start([web])
    try:
        assert supervisor.status(web.service).health is Health.ELSEWHERE
    finally:
        other.stop(["web"], quiet=True)


def test_a_folder_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    """The message names the folder; root may write anywhere, so a file stands in the way here."""
    (tmp_path / ".hilos").write_text("")
    with pytest.raises(UsageError, match="No se puede escribir"):
        Supervisor(tmp_path, lambda line: None).start([program(tmp_path)])


def test_a_program_that_is_not_there_is_missing(supervisor: Supervisor) -> None:
    """No traceback of Popen's."""
    with pytest.raises(MissingError, match="/no/such/program"):
        supervisor.start([Program(Service("x", free_port(), "/"), ("/no/such/program",))])


def test_the_previous_log_is_kept(supervisor: Supervisor, tmp_path: Path) -> None:
    """Starting again renames the log, so that the reason of a crash is not lost."""
    web = program(tmp_path)
    supervisor.start([web])
    supervisor.stop(["web"])
    supervisor.start([web])
    assert "listening" in (supervisor.logs / "web.log.1").read_text()
    assert supervisor.log_end("web", 5) == ["listening"]


def test_outside_the_course_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without the lessons is refused with what to do."""
    monkeypatch.setenv("HILOS_ROOT", str(tmp_path))
    with pytest.raises(HilosError, match="Aquí no está el curso"):
        course_root()


def test_a_service_that_never_answers_is_told_after_the_limit(
    supervisor: Supervisor, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is running and not up: start says so and returns False."""
    monkeypatch.setattr("hilos.services.supervisor.READY_WITHIN", 0.5)
    web = program(tmp_path, before="import time; time.sleep(600)")
    assert not supervisor.start([web])
    assert any("no responde" in line for line in told)
    assert supervisor.status(web.service).health is Health.STARTING


def test_two_starts_at_once_start_one(supervisor: Supervisor, tmp_path: Path) -> None:
    """The command's lock makes the second find the first's service."""
    from hilos.cli.services import _alone

    web = program(tmp_path)
    barrier = threading.Barrier(2)
    results = []

    def start() -> None:
        barrier.wait(10)
        with _alone(tmp_path):
            results.append(supervisor.start([web]))

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [True, True]
    record = supervisor.records.read("web")
    assert record is not None
    assert len(record.processes()) == 1
