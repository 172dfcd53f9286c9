"""Learners' programs over HTTP: judged, refused, bounded, stopped; never in the server itself."""

import asyncio
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from starlette.testclient import TestClient

from hilos.course.confined import Confined
from hilos.lab import checking
from hilos.lab.address import Address
from hilos.lab.app import create_app
from hilos.lab.checking import BusyError, Checks, StoppedError
from hilos.lab.exercises import with_answers
from hilos.lab.traces import Traces
from support.lab import course, running

ADDRESS = Address(8800, "f" * 48)
ENDLESS = "while True:\n    pass\n"
GOOD = """
import threading

class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def increment(self):
        with self.lock:
            self.value += 1
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course."""
    return course(tmp_path_factory.mktemp("lab") / "course")


@pytest.fixture
def client(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A page that was let in."""
    monkeypatch.setenv("HILOS_DATA", str(tmp_path / "data"))
    with TestClient(create_app(root, ADDRESS), base_url="http://127.0.0.1:8800") as made:
        made.cookies.set(ADDRESS.cookie, ADDRESS.token)
        yield made


def test_exercises_are_those_of_the_course(client: TestClient) -> None:
    """In order, in the language that is asked for, with what was done."""
    spanish = client.get("/api/exercises?lang=es").json()
    english = client.get("/api/exercises?lang=en").json()
    assert [each["id"] for each in spanish] == [each["id"] for each in english]
    assert spanish[0]["title"] != english[0]["title"]
    assert {each["id"] for each in spanish if each["puzzle"]} >= {"be_the_scheduler", "deadly_embrace"}
    assert not any(each["passed"] for each in spanish)


def test_an_answer_is_judged_saved_and_remembered(client: TestClient, root: Path) -> None:
    """Red with a trace that can be stepped through, then green; the solution is shown only then."""
    path = "/api/exercises/lying_counter"
    before = client.get(path).json()
    assert (before["solution"], before["passed"], before["hints"]) == ([], False, [])
    red = client.post(f"{path}/check", json={"source": before["text"], "stamp": before["stamp"]}).json()
    lamp = next(each for each in red["lamps"] if each["colour"] == "red")
    trace = client.get(f"/api/traces/{lamp['trace']}").json()
    assert (trace["v"], trace["trouble"], len(trace["runs"])) == (1, "invariant", 2)
    assert str(root) not in str(trace)
    green = client.post(f"{path}/check", json={"source": GOOD, "stamp": before["stamp"]}).json()
    assert green["passed"]
    assert green["exercise"]["solution"]
    assert (root / "exercises" / "02_races" / "lying_counter.py").read_text(encoding="utf-8") == GOOD
    assert client.post(f"{path}/reset").json()["text"] == before["original"]
    assert client.get(path).json()["passed"]


def test_a_quiet_check_counts_no_try(client: TestClient) -> None:
    """It is the same judgement in another language."""
    path = "/api/exercises/half_a_lock"
    text = client.get(path).json()["text"]
    client.post(f"{path}/check", json={"source": text})
    told = client.post(f"{path}/check?lang=en", json={"source": text, "quiet": True}).json()
    assert told["exercise"]["tries"] == 1
    assert "red" in {lamp["word"] for lamp in told["lamps"]}


def test_a_file_changed_elsewhere_is_not_overwritten(client: TestClient, root: Path) -> None:
    """409 with what the file holds; nothing is judged."""
    path, file = "/api/exercises/one_step", root / "exercises" / "02_races" / "one_step.py"
    before = client.get(path).json()
    file.write_text("# theirs\n", encoding="utf-8")
    reply = client.post(f"{path}/check", json={"source": "# mine\n", "stamp": before["stamp"]})
    assert (reply.status_code, reply.json()["text"]) == (409, "# theirs\n")
    assert file.read_text(encoding="utf-8") == "# theirs\n"
    client.post(f"{path}/reset")


def test_hints_are_given_one_by_one(client: TestClient) -> None:
    """And no more than there are."""
    path = "/api/exercises/cash_machine"
    counts = [len(client.post(f"{path}/hint").json()["hints"]) for _turn in range(5)]
    assert counts[0] == 1
    assert counts[-1] == counts[-2] == client.get(path).json()["hints_all"]


@pytest.mark.parametrize(
    ("path", "body", "what"),
    [
        ("/api/explore", b"not json", "JSON"),
        ("/api/explore", b"[1]", "JSON"),
        ("/api/explore", b'{"source": 3}', "source"),
        ("/api/explore", b'{"source": "  "}', "vac"),
        ("/api/explore", b'{"source": "' + b"x" * 100_001 + b'"}', "largo"),
        ("/api/explore", b'{"source": "import nowhere"}', "nowhere"),
        ("/api/explore", b'{"source": "def f(:"}', "SyntaxError"),
        ("/api/explore", b'{"source": "\\ud800"}', "UTF-8"),
        ("/api/exercises/nothing/check", b'{"source": "x"}', "nothing"),
        ("/api/exercises/..%2f..%2fetc/check", b'{"source": "x"}', ""),
        ("/api/scheduler/lying_counter", b"{}", "planificar"),
        ("/api/scheduler/be_the_scheduler", b'{"answers": {"ONE": 3}}', "JSON"),
        ("/api/scheduler/be_the_scheduler", b'{"answers": {"ONE": "a\\"; import os"}}', "respuesta"),
        ("/api/scheduler/be_the_scheduler", b'{"answers": {"threading": "a"}}', "respuesta"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(client: TestClient, path: str, body: bytes, what: str) -> None:
    """With status 400 or 404, and nothing of the server's inside in it."""
    reply = client.post(path, content=body)
    assert reply.status_code in (400, 404), reply.text
    assert what in reply.json()["error"]
    assert "Traceback" not in reply.text


@pytest.mark.parametrize("name", ["0123456789abcdef", "..%2f..%2ftoken", "token", "0" * 400])
def test_a_trace_that_is_not_there_is_404(client: TestClient, name: str) -> None:
    """Whatever is asked for, only traces are given."""
    assert client.get(f"/api/traces/{name}").status_code == 404
    assert client.get(f"/api/traces/{name}/html").status_code == 404


def test_a_lessons_own_program_is_explored_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadlock of lesson 03 under the lesson's id; the second time without a process."""
    first = client.get("/api/traces/03_deadlocks").json()
    assert (first["trouble"], len(first["cycle"])) == ("deadlock", 2)
    monkeypatch.setattr(checking.confined, "run", lambda *args, **kwargs: pytest.fail("explored again"))
    assert client.get("/api/traces/03_deadlocks").json() == first
    assert client.get(f"/api/traces/{first['id']}").json() == first


def test_a_program_of_the_learners_is_explored(client: TestClient) -> None:
    """Verdict, explanation in both languages, traces; what it prints comes with it."""
    source = "print('hello')\nWORKERS = [lambda state: state.append(1)] * 2\nsetup = list\n"
    told = client.post("/api/explore", json={"source": source}).json()
    assert told["programs"][0]["verdict"] == "proved"
    assert "DEMOSTRADO" in told["programs"][0]["told"]["es"]
    assert "PROVED" in told["programs"][0]["told"]["en"]


def test_a_puzzle_comes_with_every_order(client: TestClient) -> None:
    """Two reads and two writes of two threads: six ends, of which four lose an addition; a lock leaves two."""
    questions = client.get("/api/scheduler/be_the_scheduler").json()["questions"]
    ends = [[node["end"] for node in question["nodes"] if "end" in node] for question in questions]
    assert [len(each) for each in ends] == [6, 70, 70, 2]
    assert sorted(end["order"] for end in ends[0] if end["ok"]) == ["abab", "abba", "baab", "baba"]
    assert [any(end["ok"] for end in each) for each in ends] == [True, True, False, False]
    two = next(end["order"] for end in ends[1] if end["ok"])
    good = {"ONE": "abba", "TWO": two, "THREE": "imposible", "FOUR": "imposible"}
    told = client.post("/api/scheduler/be_the_scheduler", json={"answers": good}).json()
    assert told["passed"], told["lamps"]
    assert client.get("/api/scheduler/be_the_scheduler").json()["answers"]["TWO"] == two


def test_answers_are_written_where_they_belong() -> None:
    """The rest of the file stays as it was, its comments too."""
    original = 'ONE = ""  # total = 1\nONE_LACKS = ""\nOTHER = 3\n'
    assert with_answers(original, {"ONE": "abba"}) == 'ONE = "abba"  # total = 1\nONE_LACKS = ""\nOTHER = 3\n'


def test_traces_have_the_address_of_their_content_and_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same one twice is one; the oldest go."""
    monkeypatch.setattr("hilos.lab.traces.MOST", 3)
    traces = Traces(tmp_path)
    assert traces.put({"a": 1, "b": 2}) == traces.put({"b": 2, "a": 1})
    os.utime(next(tmp_path.rglob("*.json")), (0, 0))
    names = []
    for number in range(1, 6):
        names.append(traces.put({"number": number}))
        file = next(tmp_path.rglob(f"{names[-1]}.json"))
        os.utime(file, (number, number))
    assert [traces.get(name) is not None for name in names] == [False, False, True, True, True]
    assert file.stat().st_mode & 0o777 == 0o600


# One at a time.


async def _never() -> bool:
    return False


def test_checks_are_done_one_at_a_time_and_few_wait() -> None:
    """The next begins when one has ended; beyond the bound they are refused at once."""

    async def scene() -> None:
        checks = Checks()
        going, seen = [threading.Event() for _ in range(3)], []

        def work(number: int) -> Callable[[Any], int]:
            def do(_started: Any) -> int:
                seen.append(number)
                going[number].wait(5)
                return number

            return do

        first = [asyncio.create_task(checks.run(f"{number}", work(number), _never)) for number in range(3)]
        monkey, checking.MOST_WAITING = checking.MOST_WAITING, 3
        try:
            while not seen:
                await asyncio.sleep(0.01)
            with pytest.raises(BusyError):
                await checks.run("one too many", work(0), _never)
            assert seen == [0]
            going[0].set()
            assert await first[0] == 0
            assert checks.stop("2") == 1
            going[1].set()
            assert await first[1] == 1
            with pytest.raises(StoppedError):
                await first[2]
            assert seen == [0, 1]
        finally:
            checking.MOST_WAITING = monkey

    asyncio.run(scene())


class _Child(Confined):
    """A real process that sleeps, under the name by which a check is stopped."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(["sleep", "60"], start_new_session=True)
        super().__init__(self.process)  # type: ignore[arg-type]


@pytest.mark.parametrize("how", ["stop", "gone", "close"])
def test_a_check_is_ended_with_its_process(how: str) -> None:
    """By its key, when nobody waits for it any more, and with the lab."""

    async def scene() -> None:
        checks, child = Checks(), _Child()
        left = False

        async def gone() -> bool:
            return left

        def work(started: Callable[[Confined], None]) -> None:
            started(child)
            child.wait(60)

        task = asyncio.create_task(checks.run("it", work, gone))
        await asyncio.sleep(0.3)
        assert child.process.poll() is None
        if how == "stop":
            checks.stop("it")
        elif how == "close":
            checks.close()
        else:
            left = True
        with pytest.raises(StoppedError):
            await asyncio.wait_for(task, 10)
        assert child.process.returncode == -signal.SIGKILL

    asyncio.run(scene())


def test_the_lab_leaves_no_learners_process_behind(tmp_path: Path) -> None:
    """SIGTERM amid an endless loop ends that too, within the ten seconds that `running` allows."""
    with running(tmp_path) as lab:
        request = urllib.request.Request(
            f"{lab.base}/api/explore",
            data=b'{"source": "while True: pass"}',
            headers={"Cookie": f"{lab.address.cookie}={lab.address.token}"},
        )

        def ask() -> None:
            try:
                urllib.request.urlopen(request, timeout=30).close()
            except (OSError, urllib.error.URLError):
                return

        asking = threading.Thread(target=ask)
        asking.start()
        end = time.monotonic() + 20
        found: list[psutil.Process] = []
        while not found:
            assert time.monotonic() < end
            found = [
                each
                for each in psutil.Process(lab.process.pid).children(recursive=True)
                if "hilos.lab.exploring" in each.cmdline()
            ]
    asking.join(10)
    assert not asking.is_alive()
    assert not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in found)
