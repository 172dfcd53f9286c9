"""The model of asyncio: all orders and no other, and what is wrong in one of them by its name and line."""

import ast
import asyncio
import math
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hilos.course.asynchronous import Asking, forms, hoarded
from hilos.course.asynchronous.blocking import compute
from hilos.course.asynchronous.machine import Machine, Program
from hilos.course.asynchronous.search import Found, search, standing
from hilos.course.asynchronous.telling import Told, shortened, story
from hilos.course.asynchronous.trouble import Trouble
from hilos.course.beginning import began
from hilos.course.catalogue import Text
from hilos.course.gates import Colour, Judge

Explore = Callable[..., Found]

HEAD = "import asyncio\nimport contextlib\nimport threading\nimport time\n\n\n"


@pytest.fixture
def machine(tmp_path: Path) -> Callable[..., Machine]:
    """A program of a source: its functions `one`, `two`... are the workers and are told a list that they all have."""

    def made(source: str, names: str = "one two", loops_own: bool = False, **options: Any) -> Machine:
        file = tmp_path / "answer.py"
        file.write_text(HEAD + source)

        def setup(module: Any) -> Any:
            return module, []

        def worker(name: str) -> Callable[[Any], Any]:
            return lambda state: getattr(state[0], name)(state[1])

        program = Program(setup, {name: worker(name) for name in names.split()}, **options)
        return Machine(HEAD + source, str(file), "answer_asynchronous", program, loops_own)

    return made


@pytest.fixture
def explore(machine: Callable[..., Machine]) -> Explore:
    """Search all orders of such a program."""

    def searched(source: str, names: str = "one two", goal: Any = None, **options: Any) -> Found:
        return search(machine(source, names, **options), 20_000, 60.0, goal)

    return searched


def results(explore: Explore, source: str, names: str = "one two", **options: Any) -> list[tuple[Any, ...]]:
    """What the list holds at the end of each order, sorted; the program must be right in all."""
    found: list[tuple[Any, ...]] = []
    outcome = explore(source, names, goal=lambda run: found.append(tuple(run.state[1])), **options)
    assert outcome.failing is None, outcome.failing
    assert outcome.finished
    assert outcome.orders == len(found)
    return sorted(found)


def sleeps(*counts: int) -> str:
    """Workers that give way so many times, and note each step."""
    return "\n".join(
        f"async def {name}(seen):\n    for step in range({count}):\n        seen.append('{name[0]}')\n"
        f"        await asyncio.sleep(0)\n    seen.append('{name[0]}')\n"
        for name, count in zip(("one", "two", "xyz"), counts, strict=False)
    )


@pytest.mark.parametrize(
    ("counts", "orders"),
    [((1, 1), 6), ((2, 2), 20), ((3, 3), 70), ((0, 4), 6), ((1, 1, 1), 90), ((2, 1, 1), 210)],
)
def test_the_orders_of_tasks_that_share_nothing_are_all_interleavings(
    explore: Explore, counts: tuple[int, ...], orders: int
) -> None:
    """As many as the multinomial coefficient of their steps says, each once, and they are those of brute force."""
    steps = [count + 1 for count in counts]
    assert math.factorial(sum(steps)) // math.prod(map(math.factorial, steps)) == orders
    names = ["one", "two", "xyz"][: len(counts)]
    found = results(explore, sleeps(*counts), " ".join(names))

    def brute(left: tuple[int, ...], so_far: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
        if not any(left):
            yield so_far
        for place, count in enumerate(left):
            if count:
                fewer = (*left[:place], count - 1, *left[place + 1 :])
                yield from brute(fewer, (*so_far, names[place][0]))

    assert found == sorted(brute(tuple(steps)))


LOCKED = """
async def one(seen):
    lock = module_lock()
    async with lock:
        seen.append("one in")
        await asyncio.sleep(0)
        seen.append("one out")

async def two(seen):
    lock = module_lock()
    async with lock:
        seen.append("two in")
        await asyncio.sleep(0)
        seen.append("two out")

LOCK = []

def module_lock():
    if not LOCK:
        LOCK.append(asyncio.Lock())
    return LOCK[0]
"""


def test_a_lock_of_asyncio_lets_one_in(explore: Explore) -> None:
    """Both orders of the two, and what is at the top of the file is new in each execution."""
    one, two = ("one in", "one out"), ("two in", "two out")
    assert set(results(explore, LOCKED)) == {one + two, two + one}


def outcomes(explore: Explore, source: str, names: str = "one two", **options: Any) -> set[tuple[Any, ...]]:
    return set(results(explore, source, names, **options))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # A semaphore of two among three.
        (
            "gate = asyncio.Semaphore(1)\n"
            "async def one(seen):\n    async with gate:\n        seen.append(1)\n        await asyncio.sleep(0)\n"
            "        seen.append(-1)\n"
            "async def two(seen):\n    async with gate:\n        seen.append(2)\n        await asyncio.sleep(0)\n"
            "        seen.append(-2)\n",
            {(1, -1, 2, -2), (2, -2, 1, -1)},
        ),
        # An event: who waits goes on after who sets.
        (
            "event = asyncio.Event()\n"
            "async def one(seen):\n    await event.wait()\n    seen.append('woken')\n"
            "async def two(seen):\n    seen.append('set')\n    event.set()\n",
            {("set", "woken")},
        ),
        # A condition.
        (
            "condition = asyncio.Condition()\nready = []\n"
            "async def one(seen):\n    async with condition:\n        await condition.wait_for(lambda: ready)\n"
            "        seen.append('one')\n"
            "async def two(seen):\n    async with condition:\n        ready.append(1)\n        seen.append('two')\n"
            "        condition.notify()\n",
            {("two", "one")},
        ),
        # A bounded queue.
        (
            "queue = asyncio.Queue(1)\n"
            "async def one(seen):\n    for item in 'ab':\n        await queue.put(item)\n"
            "async def two(seen):\n    for _ in range(2):\n        seen.append(await queue.get())\n",
            {("a", "b")},
        ),
        # gather keeps the places, whoever is first.
        (
            "async def part(seen, item):\n    await asyncio.sleep(0)\n    seen.append(item)\n    return item\n"
            "async def one(seen):\n    assert await asyncio.gather(part(seen, 1), part(seen, 2)) == [1, 2]\n"
            "async def two(seen):\n    pass\n",
            {(1, 2), (2, 1)},
        ),
        # A TaskGroup waits for all.
        (
            "async def part(seen, item):\n    await asyncio.sleep(0)\n    seen.append(item)\n"
            "async def one(seen):\n    async with asyncio.TaskGroup() as group:\n"
            "        group.create_task(part(seen, 1))\n        group.create_task(part(seen, 2))\n"
            "    seen.append('all')\n"
            "async def two(seen):\n    pass\n",
            {(1, 2, "all"), (2, 1, "all")},
        ),
        # Time may pass at any moment: a timeout is met or not.
        (
            "async def one(seen):\n    try:\n        async with asyncio.timeout(1):\n"
            "            await asyncio.sleep(0)\n        seen.append('done')\n"
            "    except TimeoutError:\n        seen.append('late')\nasync def two(seen):\n    pass\n",
            {("done",), ("late",)},
        ),
        # ... but an earlier timer never goes off after a later one.
        (
            "async def one(seen):\n    loop = asyncio.get_running_loop()\n    loop.call_later(2, seen.append, 2)\n"
            "    loop.call_later(1, seen.append, 1)\n    await asyncio.sleep(3)\n"
            "async def two(seen):\n    await asyncio.sleep(0)\n",
            {(1, 2)},
        ),
        # A function in a thread runs in one piece, at any moment.
        (
            "def job(seen):\n    seen.append('job')\n    time.sleep(5)\n    return 7\n"
            "async def one(seen):\n    assert await asyncio.to_thread(job, seen) == 7\n"
            "async def two(seen):\n    seen.append('two')\n",
            {("job", "two"), ("two", "job")},
        ),
        # shield: the inner one goes on although the outer one was cancelled.
        (
            "async def inner(seen):\n    await asyncio.sleep(0)\n    seen.append('inner')\n"
            "async def one(seen):\n    task = asyncio.create_task(inner(seen))\n    shield = asyncio.shield(task)\n"
            "    shield.cancel()\n    await task\n    assert shield.cancelled()\n"
            "async def two(seen):\n    pass\n",
            {("inner",)},
        ),
    ],
    ids=[
        "semaphore",
        "event",
        "condition",
        "queue",
        "gather",
        "TaskGroup",
        "timeout",
        "wait_for",
        "to_thread",
        "shield",
    ],
)
def test_what_asyncio_has_means_what_it_means(explore: Explore, source: str, expected: set[Any]) -> None:
    """The outcomes over all orders, and the end of every order."""
    assert outcomes(explore, source) == expected


def test_a_lost_update_needs_an_await_between_read_and_write(explore: Explore) -> None:
    """With one, the loop's own order loses; without, no order does."""
    source = (
        "total = 0\nasync def one(seen):\n    global total\n    before = total\n    {}\n    total = before + 1\n"
        "two = one\n"
    )
    right = {"invariant": lambda state: state[0].total == 2}
    lost = explore(source.format("await asyncio.sleep(0)"), **right)
    assert lost.failing is not None
    assert (lost.departures, lost.orders) == (0, 1)
    assert explore(source.format("pass"), **right).failing is None


def test_the_simplest_failing_order_is_the_one_that_is_found(explore: Explore) -> None:
    """It departs from the loop's own order once; in that order itself nothing fails."""
    source = (
        "async def one(seen):\n    await asyncio.sleep(0)\n    seen.append(1)\n"
        "async def two(seen):\n    await asyncio.sleep(0)\n    assert seen, 'too early'\n"
    )
    found = explore(source)
    assert found.failing is not None
    assert found.departures == 1
    assert found.failing.names == ["two", "one", "two"]


CANCELLED = """
async def one(seen):
    seen.append("took")
    try:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    finally:
        seen.append("gave back")
"""


def test_a_task_is_cancelled_at_each_of_its_awaits(explore: Explore) -> None:
    """Before it begins, at the first, at the second, and never: one of each."""
    found = results(explore, CANCELLED, "one", cancelled=("one",))
    assert found == [(), *[("took", "gave back")] * 3]


TROUBLES = [
    ("await asyncio.Event().wait()", Trouble.STUCK, ""),
    ("await never.acquire()\n    await never.acquire()", Trouble.STUCK, ""),
    ("await asyncio.Queue().get()", Trouble.STUCK, ""),
    ("time.sleep(1)", Trouble.BLOCKING, "8"),
    ("with blocking: await asyncio.sleep(0)", Trouble.BLOCKED, "8"),
    ("asyncio.sleep(0)", Trouble.UNAWAITED, "8"),
    ("seen.append(asyncio.create_task(asyncio.sleep(1)))", Trouble.LEFT, "8"),
    ("seen.append(asyncio.create_task(broken())); await asyncio.sleep(9)", Trouble.UNSEEN, "8"),
    ("raise ValueError('no')", Trouble.EXCEPTION, "ValueError: no"),
    ("assert not seen, 'yes'; seen.append(1)", Trouble.ASSERTION, "yes"),
    ("while True: await asyncio.sleep(0)", Trouble.SPINNING, "8"),
    ("while True: await asyncio.sleep(0.5)", Trouble.SPINNING, "8"),
    ("while not seen: pass", Trouble.SPINNING, "8"),
    ("asyncio.get_running_loop().add_reader(0, print)", Trouble.REFUSED, "loop.add_reader"),
    ("await asyncio.get_running_loop().getaddrinfo('localhost', 80)", Trouble.REFUSED, "loop.getaddrinfo"),
    ("asyncio.get_running_loop().call_soon(lambda: 1 / 0); await asyncio.sleep(1)", Trouble.EXCEPTION, "ZeroDivision"),
]


@pytest.mark.parametrize(("line", "trouble", "said"), TROUBLES, ids=[line[:40] for line, _trouble, _said in TROUBLES])
def test_what_is_wrong_is_named(explore: Explore, line: str, trouble: Trouble, said: str) -> None:
    """By its kind, and with its line where there is one."""
    source = (
        f"async def one(seen):\n    {line}\n\n\ntwo = one\nnever = asyncio.Lock()\nblocking = threading.Lock()\n\n\n"
        "async def broken():\n    raise ValueError\n"
    )
    found = explore(source)
    assert found.failing is not None
    assert found.failing.wrong is not None
    assert found.failing.wrong.trouble is trouble, found.failing.wrong
    assert said in found.failing.wrong.text


def test_who_waits_for_ever_is_told_with_line_and_reason(explore: Explore) -> None:
    """Two locks, taken in opposite orders across an await: each waits for the other's."""
    source = (
        "a, b = asyncio.Lock(), asyncio.Lock()\n"
        "async def one(seen):\n    async with a:\n        await asyncio.sleep(0)\n        async with b: pass\n"
        "async def two(seen):\n    async with b:\n        await asyncio.sleep(0)\n        async with a: pass\n"
    )
    found = explore(source)
    assert found.failing is not None
    assert found.failing.wrong is not None
    assert found.failing.wrong.waits == (("one", 11, "Lock.acquire()"), ("two", 15, "Lock.acquire()"))


@pytest.mark.parametrize(
    ("handler", "swallowed"),
    [("except asyncio.CancelledError:\n        pass", True), ("except Exception:\n        seen.append(1)", False)],
)
def test_a_swallowed_cancellation_is_seen(explore: Explore, handler: str, swallowed: bool) -> None:
    """Who catches CancelledError and goes on; `except Exception` does not catch it."""
    source = f"async def one(seen):\n    try:\n        await asyncio.sleep(0)\n    {handler}\n"
    found = explore(source, "one", cancelled=("one",))
    assert (found.failing is not None) is swallowed
    if found.failing is not None and found.failing.wrong is not None:
        assert found.failing.wrong.trouble is Trouble.SWALLOWED


@pytest.mark.parametrize(
    ("kept", "forgotten"),
    [
        ("asyncio.create_task(part())", True),
        ("asyncio.ensure_future(part())", True),
        ("task = asyncio.create_task(part())", True),  # the name goes with the function
        ("seen.append(asyncio.create_task(part()))", False),
        ("tasks.add(asyncio.create_task(part()))", False),
        ("group.append(asyncio.gather(part(), part()))", False),
    ],
)
def test_a_task_that_nobody_keeps_is_seen(explore: Explore, kept: str, forgotten: bool) -> None:
    """Also where it is kept at the top of the file, in a list of the check's, or by a gather that is kept."""
    source = (
        f"tasks, group = set(), []\ndef start(seen):\n    {kept}\n"
        "async def part():\n    await asyncio.sleep(0)\n"
        "async def one(seen):\n    start(seen)\n    for _ in range(9): await asyncio.sleep(0)\n"
    )
    found = explore(source, "one", kept=True, loops_own=True)
    assert (found.failing is not None) is forgotten, found.failing
    if found.failing is not None and found.failing.wrong is not None:
        assert found.failing.wrong.trouble is Trouble.FORGOTTEN
        assert "9" in found.failing.wrong.text


def test_a_loop_that_comes_to_its_end_is_no_spinning(explore: Explore) -> None:
    """Counting with an await in the loop changes something each time."""
    source = "async def one(seen):\n    for _ in range(40):\n        await asyncio.sleep(0)\n"
    assert explore(source, "one").failing is None


def test_the_loops_own_order_is_asyncios(machine: Callable[..., Machine]) -> None:
    """The same program on the real loop and on the model: the same steps, in the same order."""
    source = (
        "async def part(seen, name, count):\n    for step in range(count):\n        seen.append((name, step))\n"
        "        await asyncio.sleep(0)\n"
        "async def one(seen):\n    task = asyncio.create_task(part(seen, 'a', 3))\n"
        "    asyncio.get_running_loop().call_soon(seen.append, 'soon')\n    await part(seen, 'b', 2)\n    await task\n"
        "    await asyncio.gather(part(seen, 'c', 2), part(seen, 'd', 1))\n"
        "    async with asyncio.TaskGroup() as group:\n"
        "        group.create_task(asyncio.sleep(0.02)).add_done_callback(lambda _: seen.append('second'))\n"
        "        group.create_task(asyncio.sleep(0.01)).add_done_callback(lambda _: seen.append('first'))\n"
        "    seen.append('end')\n"
    )
    made = machine(source, "one", loops_own=True)
    found: list[Any] = []
    outcome = search(made, 10, 60.0, lambda run: found.extend(run.state[1]))
    assert (outcome.orders, outcome.failing) == (1, None)
    module: dict[str, Any] = {}
    exec(compile(HEAD + source, "real", "exec"), module)
    real: list[Any] = []
    asyncio.run(module["one"](real))
    assert found == real


def test_time_is_virtual_and_computing_takes_some(explore: Explore, machine: Callable[..., Machine]) -> None:
    """Three sleeps at once take as long as the longest; a computation delays who is due meanwhile."""
    slept = explore(
        "async def one(seen):\n    await asyncio.gather(*(asyncio.sleep(n) for n in (1, 3, 2)))\n",
        "one",
        loops_own=True,
    )
    assert slept.longest == 3
    made = machine(
        "async def one(seen):\n    await asyncio.sleep(1)\n    seen.append(time.monotonic())\n"
        "async def two(seen):\n    compute(2.5)\n",
        loops_own=True,
    )
    program = Program(lambda module: (setattr(module, "compute", compute), (module, []))[1], made.program.workers)
    late: list[Any] = []
    search(
        Machine(made_source(made), made.file, made.name, program, True), 10, 60.0, lambda run: late.extend(run.state[1])
    )
    assert late == [2.5]


def made_source(machine: Machine) -> str:
    """The text of a machine's file."""
    return Path(machine.file).read_text()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
def test_eager_tasks_begin_at_once(explore: Explore) -> None:
    """Their first step is part of the one that makes them, in every order."""
    source = (
        "async def part(seen):\n    seen.append('part')\n    await asyncio.sleep(0)\n"
        "async def one(seen):\n    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)\n"
        "    task = asyncio.create_task(part(seen))\n    seen.append('one')\n    await task\n"
    )
    assert outcomes(explore, source, "one") == {("part", "one")}


def test_two_searches_are_the_same_and_the_story_shows_lines_and_values(machine: Callable[..., Machine]) -> None:
    """Orders, the failing one and its text; the text has the learner's lines and what they changed."""
    source = (
        "async def one(seen):\n    count = len(seen)\n    await asyncio.sleep(0)\n    seen.append(count)\n"
        "    assert seen == list(range(len(seen))), seen\n\ntwo = one\n"
    )
    texts = []
    for _round in range(3):
        made = machine(source)
        found = search(made, 1_000, 60.0)
        with standing() as (guard, unawaited):
            text, _rows, run = story(made, guard, unawaited, found.order, "headline", "hilos learn run it")
        assert run.wrong == (found.failing.wrong if found.failing else None)
        texts.append((found.orders, found.order, text))
    assert texts[0] == texts[1] == texts[2]
    assert "8: count = len(seen)" in texts[0][2]
    assert "count = 0" in texts[0][2]
    assert max(map(len, texts[0][2].splitlines())) <= 80


def test_the_standard_library_is_put_back() -> None:
    """After a search nothing of it is ours, whatever happened."""
    import threading

    before = (time.sleep, time.monotonic, threading.Lock, asyncio.get_event_loop_policy())
    with standing():
        assert time.sleep is not before[0]
    assert (time.sleep, time.monotonic, threading.Lock, asyncio.get_event_loop_policy()) == before


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import socket", "socket"),
        ("import asyncio\nasyncio.open_connection('h', 1)", "asyncio.open_connection"),
        ("from asyncio import subprocess", "asyncio.subprocess"),
        ("import asyncio as a\na.new_event_loop()", "asyncio.new_event_loop"),
        ("import threading\nthreading.Thread()", "threading.Thread"),
        ("from concurrent.futures import Future", "concurrent.futures.Future"),
        ("import concurrent.futures\nconcurrent.futures.wait([])", "concurrent.futures.wait"),
        ("import queue", "queue"),
        ("import os\nos.urandom(1)", "os.urandom"),
        ("import asyncio\nimport time\nfrom asyncio import Lock, TaskGroup\nasyncio.gather()\ntime.monotonic()", None),
        ("import concurrent.futures\nconcurrent.futures.ProcessPoolExecutor()", None),
    ],
)
def test_what_the_model_does_not_have_is_refused_by_name_and_line(source: str, said: str | None) -> None:
    """And what it has is not."""
    found = forms.refused(ast.parse(source))
    assert [each.text.split()[0] for each in found] == ([] if said is None else [said])
    assert all(each.line == len(source.splitlines()) for each in found)


def test_who_waits_for_one_future_hears_of_it_in_order(explore: Explore) -> None:
    """A callback that was added before somebody awaits the task has run when that one goes on; asyncio promises it."""
    source = (
        "async def part(seen):\n    await asyncio.sleep(0)\n"
        "async def one(seen):\n    task = asyncio.create_task(part(seen))\n"
        "    task.add_done_callback(lambda _: seen.append('callback'))\n    await task\n    seen.append('awaited')\n"
        "async def two(seen):\n    await asyncio.sleep(0)\n"
    )
    assert outcomes(explore, source) == {("callback", "awaited")}


@pytest.mark.parametrize(("forget", "kept"), [("tasks.discard", []), ("lambda _: None", ["part"])])
def test_a_task_that_ended_and_is_kept_is_seen(machine: Callable[..., Machine], forget: str, kept: list[str]) -> None:
    """By its name; whoever lets go of it at its end is not."""
    source = (
        "tasks = set()\nasync def part():\n    await asyncio.sleep(0)\n"
        "def start():\n    task = asyncio.create_task(part())\n    tasks.add(task)\n"
        f"    task.add_done_callback({forget})\n"
        "async def one(seen):\n    start()\n    for _ in range(9): await asyncio.sleep(0)\n    seen += hoarded()\n"
    )
    made = machine(source, "one")
    program = Program(lambda module: (setattr(module, "hoarded", hoarded), (module, []))[1], made.program.workers)
    found: list[Any] = []
    search(
        Machine(made_source(made), made.file, made.name, program, True), 1, 60.0, lambda run: found.extend(run.state[1])
    )
    assert found == kept


def test_a_search_that_has_no_time_left_is_amber(tmp_path: Path) -> None:
    """The deadline of all questions counts here too, and nothing is called right or wrong after it."""
    file = tmp_path / "answer.py"
    file.write_text(
        "import asyncio\n\n\nasync def one(seen):\n    for _ in range(9):\n        await asyncio.sleep(0)\n"
    )
    module = types.ModuleType("answer_late")
    module.__file__ = str(file)
    exec(compile(file.read_text(), str(file), "exec"), vars(module))
    judge = Judge(module, deadline=time.monotonic())
    asking = Asking(judge)
    workers = dict.fromkeys(("one", "two", "three"), lambda state: state.one([]))
    began = time.monotonic()
    asking.prove(Text("3 tareas", "3 tasks"), Program(lambda answer: answer, workers))
    assert time.monotonic() - began < 5
    assert [each.colour for each in judge.shown] == [Colour.AMBER, Colour.AMBER]


def test_each_execution_says_when_it_began(machine: Callable[..., Machine]) -> None:
    """In real time, although its clocks are virtual: so that a long search is not taken for an endless loop."""
    made = machine("async def one(seen):\n    await asyncio.sleep(1000)\n", "one")
    began[0] = 0.0
    before = time.monotonic()
    search(made, 1, 60.0)
    assert before <= began[0] <= time.monotonic()


def test_rounds_of_a_loop_are_told_once() -> None:
    """The first and the last, and how many there are between; what repeats less often stays."""
    lines = [Told("one", line, time=0.0) for line in (5, *(7, 8) * 6, 9, 7, 8, 7, 8)]
    assert [row.line for row in shortened(lines)] == [5, 7, 8, 0, 7, 8, 9, 7, 8, 7, 8]
