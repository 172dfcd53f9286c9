"""The questions that need more than a proof: busy waiting, makespan, state between executions, puzzles."""

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hilos.course.catalogue import Text
from hilos.course.gates import Colour, Judge, Lamp
from hilos.course.judging import _load
from hilos.course.puzzle import order

BOUND = Text("2 hilos", "2 threads")

Load = Callable[[str], ModuleType]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Makes a module of a text, in a file as the explorer wants it."""
    names: list[str] = []

    def make(text: str) -> ModuleType:
        file = tmp_path / f"gates_{len(names)}.py"
        file.write_text(text)
        module = _load(file, text)
        assert isinstance(module, ModuleType)
        names.append(module.__name__)
        return module

    yield make
    for name in names:
        del sys.modules[name]


def lamp(judge: Judge, which: Lamp) -> tuple[Colour, str]:
    """Colour and text of a lamp."""
    shown = next(each for each in judge.shown if each.lamp is which)
    return shown.colour, shown.text


WAITING = """
import threading, time

class Flag:
    def __init__(self):
        self.up = False
        self.event = threading.Event()

def raiser(flag):
    flag.up = True
    flag.event.set()

def spinner(flag):
    while not flag.up:
        pass

def sleeper(flag):
    while not flag.up:
        time.sleep(0.1)

def waiter(flag):
    flag.event.wait()
"""


@pytest.mark.parametrize(("waits", "colour"), [("spinner", "red"), ("sleeper", "red"), ("waiter", "green")])
def test_busy_waiting_is_seen_although_it_comes_to_an_end(load: Load, waits: str, colour: str) -> None:
    """Every interleaving ends well; asking again and again still is no waiting."""
    module = load(WAITING)
    judge = Judge(module)
    judge.prove(
        BOUND,
        setup=module.Flag,
        workers=[module.raiser, getattr(module, waits)],
        lamps=(Lamp.SAFETY, Lamp.LIVENESS),
    )
    shown, text = lamp(judge, Lamp.LIVENESS)
    assert shown == colour
    if colour == "red":
        line = WAITING.splitlines().index("    while not flag.up:") + 1
        assert f"Línea {line + (4 if waits == 'sleeper' else 0)}:" in text


POLITE = """
import threading

class Box:
    def __init__(self):
        self.c = threading.Condition()
        self.items = []

    def put(self, item):
        with self.c:
            self.items.append(item)
            self.c.notify()

    def get(self):
        with self.c:
            while not self.items:
                self.c.wait({timeout})
            return self.items.pop(0)

def putter(box):
    box.put(1)

def getter(box):
    box.get()
    box.get()
"""


@pytest.mark.parametrize(("timeout", "colour"), [("", "green"), ("0.1", "red")])
def test_waiting_in_a_loop_is_no_busy_waiting(load: Load, timeout: str, colour: str) -> None:
    """Woken for nothing and waiting again is what conditions are for; with a time limit it is polling."""
    module = load(POLITE.format(timeout=timeout))
    judge = Judge(module)
    lamps = (Lamp.SAFETY, Lamp.LIVENESS)
    judge.prove(BOUND, setup=module.Box, workers=[module.putter, module.putter, module.getter], lamps=lamps)
    assert lamp(judge, Lamp.LIVENESS)[0] == colour


SLEEPERS = """
import threading, time
from concurrent.futures import ThreadPoolExecutor

def pool():
    with ThreadPoolExecutor(3) as workers:
        list(workers.map(time.sleep, [1, 1, 1]))

def alone():
    for _ in range(3):
        time.sleep(1)
"""


def test_one_quick_interleaving_is_enough(load: Load) -> None:
    """And to say that there is none takes a look at all of them."""
    module = load(SLEEPERS)
    quick, slow = Judge(module), Judge(module)
    quick.makespan(BOUND, 1.0, body=module.pool, slow=BOUND)
    slow.makespan(BOUND, 1.0, body=module.alone, slow=BOUND)
    assert lamp(quick, Lamp.CONCURRENCY)[0] is Colour.GREEN
    assert lamp(slow, Lamp.CONCURRENCY)[0] is Colour.RED


def test_leaving_in_the_middle_is_no_proof(load: Load) -> None:
    """SystemExit ends a thread without a word; the checks after it would not be made."""
    module = load("def work():\n    raise SystemExit(0)\n")
    judge = Judge(module)

    def body() -> None:
        module.work()
        raise AssertionError("never reached")

    judge.prove(BOUND, body=body)
    assert lamp(judge, Lamp.SAFETY)[0] is Colour.RED
    assert "SystemExit" in judge.shown[0].story


REGISTRY = """
import threading

GUARD = threading.Lock()
DOORS = {}

class Box:
    def __init__(self):
        self.value = 0

def add(box):
    with GUARD:
        door = DOORS.setdefault("box", threading.Lock())
    with door:
        box.value += 1
"""


def test_state_of_the_module_does_not_reach_the_next_execution(load: Load) -> None:
    """A registry at the top of the file is a program like another."""
    module = load(REGISTRY)
    judge = Judge(module)
    judge.prove(BOUND, setup=module.Box, workers=[module.add] * 2, invariant=lambda box: box.value == 2)
    assert lamp(judge, Lamp.SAFETY)[0] is Colour.GREEN
    assert module.DOORS == {} or len(module.DOORS) == 1


PUZZLE = """
import threading

ANSWER = {answer!r}

class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

def add(counter):
    counter.value += 1

def careful(counter):
    with counter.lock:
        counter.value += 1
"""


def asked(load: Load, answer: object, worker: str = "add") -> Judge:
    """The judge after the question for a schedule that loses an addition."""
    module = load(PUZZLE.format(answer=answer))
    judge = Judge(module)
    order(
        judge,
        "ANSWER",
        setup=module.Counter,
        workers=[getattr(module, worker)] * 2,
        wanted=Text("value tiene que acabar en 1", "value has to end as 1"),
        goal=lambda counter: counter.value == 1,
        shown=lambda counter: f"value = {counter.value}",
    )
    return judge


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("", "vacía"),
        (7, "vacía"),
        ("aabb", "value = 2"),
        ("bbaa", "value = 2"),
        ("ab", "tiene 2 pasos y el programa da 4"),
        ("abcd", "no se puede seguir"),
        ("aaabb", "no se puede seguir"),
        ("¿?", "escribe letras"),
        ("imposible", "sí que hay un orden"),
        ("impossible", "sí que hay un orden"),
        ("Correcto", "sí que hay un orden"),
    ],
)
def test_a_wrong_schedule_is_told_what_came_of_it(load: Load, answer: Any, said: str) -> None:
    """Red, with what happened, and never with the answer."""
    colour, text = lamp(asked(load, answer), Lamp.SAFETY)
    assert colour is Colour.RED
    assert said in text


@pytest.mark.parametrize("answer", ["abab", "a b b a", "BAAB", "h1.ab2a"])
def test_a_schedule_that_replays_is_right(load: Load, answer: str) -> None:
    """Step by step, however it is written."""
    assert lamp(asked(load, answer), Lamp.SAFETY)[0] is Colour.GREEN


def test_impossible_has_to_be_so(load: Load) -> None:
    """A search of all interleavings decides."""
    colour, text = lamp(asked(load, "Imposible", "careful"), Lamp.SAFETY)
    assert colour is Colour.GREEN
    assert "demostrado" in text


COUNTING = """
import threading

class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()
    def careless(self):
        self.value += 1
    def careful(self):
        with self.lock:
            self.value += 1
"""


@pytest.mark.parametrize(("how", "colour", "said"), [("careless", Colour.RED, "5"), ("careful", Colour.GREEN, "20")])
def test_a_hunt_finds_or_says_that_it_proves_nothing(load: Load, how: str, colour: Colour, said: str) -> None:
    """At random, at a size too large for a proof."""
    answer = load(COUNTING)
    judge = Judge(answer)
    judge.hunt(
        Text("5 hilos", "5 threads"),
        setup=answer.Counter,
        workers=[lambda counter: getattr(counter, how)()] * 5,
        invariant=lambda counter: counter.value == 5,
        executions=20,
    )
    shown, text = lamp(judge, Lamp.SAFETY)
    assert shown is colour
    assert said in text


def test_a_real_run_hears_of_every_thread(load: Load) -> None:
    """Also of a failure in a thread that the program itself starts."""
    answer = load("import threading\ndef work():\n    raise ValueError('seven')\n")

    def body() -> None:
        thread = threading.Thread(target=answer.work)
        thread.start()
        thread.join()

    judge = Judge(answer)
    judge.real(body=body)
    colour, text = lamp(judge, Lamp.REAL)
    assert colour is Colour.RED
    assert "ValueError: seven" in text


SLEEPING = """
import threading

class Box:
    def __init__(self):
        self.changed = threading.Condition()
        self.things = []
    def put(self):
        with self.changed:
            self.things.append(1)
            self.changed.notify_all()
    def get(self):
        with self.changed:
            while not self.things:
                self.changed.wait()
            self.things.pop()
"""


def test_sleeping_until_notified_is_not_asking(load: Load) -> None:
    """Also where somebody wakes up for nothing and sleeps again."""
    answer = load(SLEEPING)
    judge = Judge(answer)
    put, get = (lambda box: box.put()), (lambda box: box.get())
    judge.prove(BOUND, setup=answer.Box, workers=[put, put, get, get])
    assert {each.colour for each in judge.shown} == {Colour.GREEN}


COUNTED = """
calls = []

def work():
    calls.append(len(calls))
    assert calls == [0], calls
"""


def test_a_module_is_judged_twice_from_its_own_beginning(load: Load) -> None:
    """What an exploration left in it is not taken for how it was given."""
    module, other = load(COUNTED), load(COUNTED)
    judge = Judge(module)
    for answer, others in ((module, ()), (other, (module,)), (module, (other,))):
        judge.use(answer, others)
        judge.prove(BOUND, body=module.work)
    assert {each.colour for each in judge.shown} == {Colour.GREEN}, judge.shown


LARGE = """
import threading

LOCKS = [threading.Lock() for _ in range(4)]

def work():
    for _ in range(6):
        for lock in LOCKS:
            with lock:
                pass

def program():
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_no_time_left_is_amber_whatever_was_asked(load: Load) -> None:
    """Neither a fault that nobody saw, nor an all-clear of interleavings that nobody tried."""
    module = load(LARGE)
    apart, hunt = Judge(module, deadline=0.0), Judge(module, deadline=0.0)
    apart.apart(BOUND, few=module.program, many=module.program, shared=BOUND)
    hunt.hunt(BOUND, body=module.program, executions=20_000)
    assert lamp(apart, Lamp.CONCURRENCY)[0] is Colour.AMBER
    assert lamp(hunt, Lamp.SAFETY)[0] is Colour.AMBER
    assert "Sin terminar" in lamp(hunt, Lamp.SAFETY)[1]
