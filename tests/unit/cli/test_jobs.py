"""`hilos jobs` on a queue in a file, and the lab's page that shows it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from hilos.cli.main import main
from hilos.jobs import DurableQueue, State
from hilos.jobs.schema import connect
from hilos.jobs.store import Store
from hilos.lab.address import Address
from hilos.lab.app import create_app
from hilos.ports import LESSONS

ADDRESS = Address(8800, "f" * 48)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that passes for the course's, where the commands are given."""
    script = tmp_path / "course" / LESSONS[0].script
    script.parent.mkdir(parents=True)
    script.touch()
    monkeypatch.setenv("HILOS_ROOT", str(tmp_path / "course"))
    monkeypatch.setenv("HILOS_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "course"


@pytest.fixture
def client(root: Path) -> Iterator[TestClient]:
    """A page of the lab that was let in."""
    with TestClient(create_app(root, ADDRESS), base_url="http://127.0.0.1:8800") as made:
        made.cookies.set(ADDRESS.cookie, ADDRESS.token)
        yield made


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_queue_of_the_command_line_is_worked_off_and_shown_by_the_lab(
    language: str, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """submit, work, status and dead, as a person gives them; GET /api/jobs knows the file from the first one on."""

    def hilos(*arguments: str) -> str:
        assert main(["jobs", *arguments, "--lang", language]) == 0
        return capsys.readouterr().out

    assert client.get("/api/jobs").json() == {"queues": []}
    hilos("submit", "q.db", "math:sqrt", "16", "--priority", "0")
    hilos("submit", "q.db", "math:sqrt", "-1")
    (shown,) = client.get("/api/jobs").json()["queues"]
    assert shown["name"] == "q.db"
    assert shown["waiting"] == {"HIGH": 1, "NORMAL": 1}
    hilos("work", "q.db", "--until-empty", "--workers", "1")
    (shown,) = client.get("/api/jobs").json()["queues"]
    assert shown["waiting"] == {}
    assert shown["finished"] == {"ok": 1, "failed": 1, "cancelled": 0}
    assert "ValueError" in shown["dead"][0]["error"]
    assert "ValueError" in hilos("dead", "q.db")
    hilos("dead", "q.db", "--revive", "2")
    with DurableQueue("q.db", 0) as queue:
        assert queue.stats().states[State.QUEUED] == 1


def test_the_lab_shows_who_runs_what(client: TestClient, root: Path) -> None:
    """Two processes on one file: the one that has a job, since when, and the idle one."""
    assert main(["jobs", "submit", "q.db", "math:sqrt", "16"]) == 0
    connection = connect(Path("q.db"))
    store = Store(connection)
    busy, idle = store.enrol(0.0, 30.0), store.enrol(0.0, 30.0)
    (job,) = store.take(busy, 1, 0.0)
    store.start([(1.0, job.id, busy, job.attempt)])
    (shown,) = client.get("/api/jobs").json()["queues"]
    workers = [(worker["state"], worker["job"], worker["since"] is not None) for worker in shown["workers"]]
    assert idle != busy
    assert workers == [("running", "sqrt", True), ("idle", "", False)]
    connection.close()


@pytest.mark.parametrize("arguments", [["status", "no.db"], ["submit", "q.db", "nonsense"], ["work", "/proc/no/q.db"]])
def test_nonsense_is_refused_and_not_remembered(
    arguments: list[str], client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2, a line or two; the lab does not list what is no queue."""
    assert main(["jobs", *arguments]) == 2
    assert 1 <= len(capsys.readouterr().err.splitlines()) <= 3
    assert client.get("/api/jobs").json() == {"queues": []}
