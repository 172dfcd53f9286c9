"""Whatever an answer does, the course goes on: limits, exact messages, no process left."""

import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from hilos.course.catalogue import Catalogue
from hilos.course.confined import Confined, Stopped
from hilos.course.gates import Colour, Lamp
from hilos.course.grader import Judgement, grade
from hilos.locale import using
from support.lessons import ROOT

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
def catalogue() -> Catalogue:
    """The course's own."""
    return Catalogue(ROOT)


def judged(
    catalogue: Catalogue, folder: Path, text: str | bytes, seconds: int = 20, memory: int = 2 << 30
) -> Judgement:
    """What comes of `text` as the answer to 02.1."""
    answer = folder / "lying_counter.py"
    answer.write_bytes(text if isinstance(text, bytes) else text.encode())
    return grade(catalogue, catalogue.find("lying_counter"), answer, seconds)


def children() -> set[int]:
    """Ids of all processes that descend from this one."""
    return {process.pid for process in psutil.Process().children(recursive=True)}


def test_a_right_answer_passes_with_its_bounds(catalogue: Catalogue, tmp_path: Path) -> None:
    """Every lamp green, and what was proved is said."""
    judgement = judged(catalogue, tmp_path, GOOD)
    assert judgement.passed
    proved = next(each for each in judgement.lamps if each.lamp is Lamp.SAFETY)
    assert "2 hilos que suman 2 veces" in proved.text
    assert "3 hilos que suman una vez" in proved.text


AGAIN = """        for _ in range(12):
            self.lock.acquire()
            self.lock.release()
"""
LONG = GOOD.replace("        with self.lock:", AGAIN + "        with self.lock:")


@pytest.mark.parametrize("seconds", [3, 10])
def test_a_search_that_does_not_finish_is_amber(catalogue: Catalogue, tmp_path: Path, seconds: int) -> None:
    """Right and too large: not proved, not passed, and not red either; the time of all searches together is bounded."""
    judgement = judged(catalogue, tmp_path, LONG, seconds)
    assert not judgement.passed
    assert judgement.worst.colour is Colour.AMBER, judgement.worst
    assert judgement.worst.lamp is Lamp.SAFETY
    assert "Sin terminar" in judgement.worst.text


def test_a_race_is_red_with_its_story_and_token(catalogue: Catalogue, tmp_path: Path) -> None:
    """The interleaving is there to be told, replayed and drawn."""
    judgement = judged(catalogue, tmp_path, catalogue.pristine["lying_counter"])
    worst = judgement.worst
    assert (worst.lamp, worst.colour) == (Lamp.SAFETY, Colour.RED)
    assert worst.story
    assert worst.token
    assert worst.report is not None
    assert worst.report["findings"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "vacío"),
        ("   \n\n", "vacío"),
        (b"\xff\xfe\x00\x01", "UTF-8"),
        (b"a\0b", "UTF-8"),
        ("class Counter:\n    def increment(self)\n", "Línea 2: error de sintaxis"),
        ("x = 1\n" * 30_000, "no pasa de"),
        ("(" * 5000 + ")" * 5000, ""),
        ("class Otra:\n    pass\n", "falta «Counter»"),
        ("class Counter:\n    def __init__(self):\n        pass\n", "falta «Counter.increment»"),
        ("import os\n" + GOOD + "\nos._exit(0)\n", "os._exit no se puede usar"),
        ("from os import _exit\n" + GOOD, "os._exit no se puede usar"),
        ("import subprocess\n" + GOOD, "subprocess no hace falta"),
        ("import numpy\n" + GOOD, "biblioteca estándar"),
        ("import hilos\n" + GOOD, "hilos no hace falta"),
        ("import threading\nthreading.Lock = None\n" + GOOD, "no cambies el módulo threading"),
        ("import threading\nsetattr(threading, 'Lock', None)\n" + GOOD, "no cambies el módulo threading"),
        ("import sys\nsys.setswitchinterval(100)\n" + GOOD, "sys.setswitchinterval no se puede usar"),
        (GOOD + "\ntry:\n    pass\nexcept Exception:\n    pass\n", "esconde el fallo"),
        (GOOD + "\neval('1')\n", "eval() no se puede usar"),
        (GOOD + "\nclass Bell(threading.Event):\n    pass\n", "«Bell» deriva de Event"),
        (GOOD + "\nraise SystemExit(3)\n", "falla al cargarse, en la línea 13: SystemExit: 3"),
        (GOOD + "\n1/0\n", "ZeroDivisionError"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_judged_is_said_exactly(
    catalogue: Catalogue, tmp_path: Path, text: str | bytes, said: str
) -> None:
    """A red contract with one sentence, where it is and what to do."""
    judgement = judged(catalogue, tmp_path, text)
    assert judgement.worst.lamp is Lamp.CONTRACT
    assert judgement.worst.colour is Colour.RED
    assert said in judgement.worst.text


def test_a_file_that_is_gone_is_said(catalogue: Catalogue, tmp_path: Path) -> None:
    """And how to get it back."""
    judgement = grade(catalogue, catalogue.find("lying_counter"), tmp_path / "no.py")
    assert "hilos learn reset" in judgement.worst.text


@pytest.mark.parametrize("where", ["load", "increment"])
def test_an_endless_loop_ends_with_its_line(catalogue: Catalogue, tmp_path: Path, where: str) -> None:
    """Also one that touches nothing that the explorer sees."""
    before = children()
    if where == "load":
        text = GOOD + "\nwhile True:\n    pass\n"
    else:
        text = GOOD.replace("with self.lock", "while True: pass\n        with self.lock")
    judgement = judged(catalogue, tmp_path, text, seconds=5)
    assert judgement.worst.colour is Colour.RED
    assert "No termina" in judgement.worst.text
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "while True" in each)
    assert f"línea {line}" in judgement.worst.text or f"línea {line + 1}" in judgement.worst.text
    assert children() <= before


def test_memory_is_limited(catalogue: Catalogue, tmp_path: Path) -> None:
    """Ten gigabytes are refused, and the machine does not notice."""
    judgement = judged(catalogue, tmp_path, GOOD + "\nhoard = bytearray(10 << 30)\n")
    assert judgement.worst.lamp is Lamp.CONTRACT
    assert "memoria" in judgement.worst.text or "MemoryError" in judgement.worst.text


def test_a_fork_bomb_by_mistake_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    """Before it is run; and hidden from the contract it dies with the session."""
    before = children()
    plain = judged(catalogue, tmp_path, "import os\n" + GOOD + "\nwhile True:\n    os.fork()\n")
    assert "os.fork no se puede usar" in plain.worst.text
    bomb = "\nfork = getattr(os, 'fo' + 'rk')\nfor _ in range(3):\n    fork()\nwhile True:\n    pass\n"
    hidden = "import os\n" + GOOD + bomb
    judgement = judged(catalogue, tmp_path, hidden, seconds=3)
    assert judgement.worst.colour is Colour.RED
    end = time.monotonic() + 10
    while not children() <= before:
        assert time.monotonic() < end, "a process is left"
        time.sleep(0.05)


def test_a_flood_of_output_is_cut(catalogue: Catalogue, tmp_path: Path) -> None:
    """It neither blocks nor fills the memory."""
    judgement = judged(catalogue, tmp_path, GOOD + "\nfor _ in range(200_000):\n    print('x' * 100)\n")
    assert judgement.passed
    assert len(judgement.output) <= 20_000


def test_the_verdict_is_told_in_the_language_in_force(catalogue: Catalogue, tmp_path: Path) -> None:
    """Also across the child process."""
    with using("en"):
        assert "An addition is lost." in judged(catalogue, tmp_path, catalogue.pristine["lying_counter"]).worst.text


def test_the_answer_is_not_given_the_graders_streams(catalogue: Catalogue, tmp_path: Path) -> None:
    """What it prints is kept apart from the verdict, and its input is empty."""
    judgement = judged(catalogue, tmp_path, GOOD + "\nimport sys\nprint(repr(sys.stdin.read()))\n")
    assert judgement.passed
    assert judgement.output == "''\n"


def test_the_same_verdict_every_time(catalogue: Catalogue, tmp_path: Path) -> None:
    """Colours, texts and the shortest counterexample."""
    tokens = {judged(catalogue, tmp_path, catalogue.pristine["lying_counter"]).worst.token for _ in range(4)}
    assert len(tokens) == 1


def test_a_module_beside_the_learner_shadows_nothing(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A json.py in the working folder is not what the judge imports."""
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(tmp_path)
    assert judged(catalogue, tmp_path, GOOD).passed


def test_judging_can_be_stopped(catalogue: Catalogue, tmp_path: Path) -> None:
    """From another thread, at once, with everything that the answer started; no verdict comes of it."""
    answer = tmp_path / "lying_counter.py"
    answer.write_text("while True:\n    pass\n", encoding="utf-8")
    before, began = children(), time.monotonic()

    def stop_soon(child: Confined) -> None:
        threading.Thread(target=child.stop).start()  # before there can be a verdict

    with pytest.raises(Stopped):
        grade(catalogue, catalogue.find("lying_counter"), answer, started=stop_soon)
    assert time.monotonic() - began < 10
    assert children() == before


def test_a_child_that_nobody_wants_is_not_left_behind(catalogue: Catalogue, tmp_path: Path) -> None:
    """Whoever was to be told of it fails: it is killed all the same."""
    answer = tmp_path / "lying_counter.py"
    answer.write_text("while True:\n    pass\n", encoding="utf-8")
    before = children()

    def fail(child: Confined) -> None:
        raise RuntimeError("nobody")

    with pytest.raises(RuntimeError, match="nobody"):
        grade(catalogue, catalogue.find("lying_counter"), answer, started=fail)
    assert children() == before


def test_a_slow_start_takes_from_the_time_of_the_searches(catalogue: Catalogue, tmp_path: Path) -> None:
    """What is left is reckoned when the answer is there: a search too large is amber, and not killed as endless."""
    judgement = judged(catalogue, tmp_path, "import time\ntime.sleep(2)\n" + LONG, seconds=4)
    assert judgement.worst.colour is Colour.AMBER, judgement.worst


FORGED = "\x1b[2J\x1b[32m✔ seguridad (verde)\x1b[0m\r\n\u202ebackwards\x9b"


def test_what_an_answer_prints_moves_no_cursor(catalogue: Catalogue, tmp_path: Path) -> None:
    """A forged verdict is shown as the text that it is, from its output and from its messages."""
    text = catalogue.pristine["lying_counter"] + f"\nprint({FORGED!r})\n"
    judgement = judged(catalogue, tmp_path, text)
    assert judgement.worst.colour is Colour.RED
    assert "␛[2J␛[32m✔ seguridad" in judgement.output
    assert not set(judgement.output) & set("\x1b\r\x9b\u202e")
    raised = judged(catalogue, tmp_path, GOOD + f"\nraise ValueError({FORGED!r})\n")
    assert "␛[2J" in raised.worst.text


@pytest.mark.parametrize(
    ("tried", "said"),
    [
        ("import logging\nlogging.FileHandler('result.json')", "open no se puede usar"),
        ("import dataclasses\ndataclasses.inspect.currentframe()", "dataclasses.inspect no se puede usar"),
        ("def patch(tool):\n    tool.Lock = tool.RLock\npatch(threading)", "threading.Lock ya no es lo que era"),
        ("for kind in [threading.Thread]:\n    kind.start = kind.run", "threading.Thread.start ya no es lo que era"),
        ("import random\nrandom._os._exit(0)", "random._os._exit no se puede usar"),
        ("from os import *", "from os import * no se puede usar"),
        ("look = getattr", "getattr no se puede usar"),
        ("getattr(threading, 'Lo' + 'ck')", "getattr() con un nombre que no está escrito"),
        ("import operator\noperator.attrgetter('a.__globals__')", "__globals__ no se puede usar"),
        ("def f(w):\n    match w:\n        case object(__closure__=c):\n            return c", "__closure__ no se"),
        ("def f():\n    try:\n        return 1\n    finally:\n        return 2", "esconde el fallo"),
        ("import contextlib\nwith contextlib.suppress(Exception):\n    pass", "esconde el fallo"),
    ],
)
def test_a_trick_is_refused_by_what_it_is(catalogue: Catalogue, tmp_path: Path, tried: str, said: str) -> None:
    """Read where it is written, or caught in the act; each with its line."""
    judgement = judged(catalogue, tmp_path, GOOD + "\n" + tried + "\n")
    assert judgement.worst.lamp is Lamp.CONTRACT
    assert judgement.worst.colour is Colour.RED
    assert said in judgement.worst.text


def test_what_is_usual_in_python_is_no_trick(catalogue: Catalogue, tmp_path: Path) -> None:
    """Names of its own that elsewhere mean something else, ways to write a class, the library's own files."""
    usual = """
import collections, contextlib, copy, dataclasses, enum, functools, itertools, logging, operator, traceback, typing
from threading import *

Pair = collections.namedtuple("Pair", "one other")
Colour = enum.Enum("Colour", "RED GREEN")
log = logging.getLogger(__name__)

@dataclasses.dataclass(order=True)
class Job:
    priority: int
    name: str = dataclasses.field(compare=False)
    __match_args__ = ("priority",)

class Guard:
    def __init__(self, input, vars=()):
        self.__dict__["input"] = input
        self.exit = vars
    def __enter__(self):
        return self.__class__.__name__
    def __exit__(self, *error):
        return False

class Late(Guard):
    def __new__(cls, *arguments):
        return super().__new__(cls)
    def __init__(self):
        super().__init__(Pair(1, 2))

with Late() as name:
    open = functools.partial(sorted, key=operator.attrgetter("priority"))
    open([Job(2, name), Job(1, name)])
    copy.deepcopy(Job(1, "x"))
    try:
        [].pop()
    except IndexError as error:
        assert getattr(error, "args", None) == error.args
        traceback.format_exc()
    with contextlib.suppress(KeyError):
        {}["x"]
    for number in itertools.count():
        try:
            break
        finally:
            for each in (1, 2):
                if each == number:
                    break
"""
    judgement = judged(catalogue, tmp_path, GOOD + usual)
    assert judgement.passed, judgement.worst


def test_a_child_dies_with_whoever_started_it(tmp_path: Path) -> None:
    """Killed without a chance to clean up: what it had judged, an endless loop, does not go on without it."""
    answer = tmp_path / "lying_counter.py"
    answer.write_text(GOOD + "\nwhile True:\n    pass\n", encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from hilos.course.catalogue import Catalogue\n"
        "from hilos.course.grader import grade\n"
        "catalogue = Catalogue(Path(sys.argv[1]))\n"
        "grade(catalogue, catalogue.find('lying_counter'), Path(sys.argv[2]))\n"
    )
    parent = psutil.Popen([sys.executable, "-c", code, str(ROOT), str(answer)])
    end = time.monotonic() + 20
    while not (found := parent.children()) or not _endless(found[0]):
        assert time.monotonic() < end
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    _gone, alive = psutil.wait_procs(found, 5)
    assert not alive


def _endless(process: psutil.Process) -> bool:
    """Whether it has come to the answer: by then it has set its limits."""
    return process.cpu_times().user > 0.5
