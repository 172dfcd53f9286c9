"""Answers that are right in an unusual way, and what is said of those that cannot be judged; each was a bug once."""

import textwrap
from pathlib import Path

import pytest

from hilos.course.catalogue import Catalogue
from hilos.course.gates import Colour
from hilos.course.grader import Judgement, grade
from support.lessons import ROOT

CATALOGUE = Catalogue(ROOT)

BY_ID = """
import threading


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.RLock()


def transfer(source, target, amount, log):
    first, second = sorted((source, target), key=id)
    with first.lock, second.lock:
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        log(source, target)
        return True
"""

DATACLASS = """
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field


@dataclass
class Account:
    number: int
    balance: int
    lock: threading.Lock = field(default_factory=threading.Lock)


def transfer(source, target, amount, log):
    accounts = {account.number: account for account in (source, target)}
    with ExitStack() as stack:
        for number in sorted(accounts):
            stack.enter_context(accounts[number].lock)
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        log(source, target)
        return True
"""

INHERITED = """
import threading


class _Turns:
    def __init__(self, seats):
        self.seats = seats
        self.changed = threading.Condition()
        self.eating = set()

    def dine(self, seat, eat):
        near = {(seat - 1) % self.seats, (seat + 1) % self.seats}
        with self.changed:
            self.changed.wait_for(lambda: not near & self.eating)
            self.eating.add(seat)
        try:
            eat(seat)
        finally:
            with self.changed:
                self.eating.discard(seat)
                self.changed.notify_all()


class Table(_Turns):
    pass
"""

POOL = """
import asyncio
from concurrent.futures import ProcessPoolExecutor

POOL = ProcessPoolExecutor()


async def serve(client, crunch):
    async with asyncio.TaskGroup() as group:
        heart = group.create_task(_beat(client))
        loop = asyncio.get_running_loop()
        while (question := await client.receive()) is not None:
            await client.send(sum(await asyncio.gather(*(loop.run_in_executor(POOL, crunch, p) for p in question))))
        heart.cancel()


async def _beat(client):
    while True:
        await client.ping()
        await asyncio.sleep(1)
"""

IN_THE_POOL = """
import queue
from concurrent.futures import ThreadPoolExecutor


def drain(jobs, workers, work):
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for _ in range(workers):
            pool.submit(_drain, jobs, work)


def _drain(jobs, work):
    while True:
        try:
            job = jobs.get(block=False)
        except queue.Empty:
            return
        work(job)
"""


IN_A_SET = """
import threading
from contextlib import ExitStack


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()


def transfer(source, target, amount, log):
    with ExitStack() as stack:
        for account in sorted({source, target}, key=lambda a: a.number):
            stack.enter_context(account.lock)
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        log(source, target)
        return True
"""

DERIVED_LOCAL = """
import threading


class HierarchyError(RuntimeError):
    pass


class Held(threading.local):
    def __init__(self):
        super().__init__()
        self.ranks = []

    def top(self):
        return max(self.ranks, default=0)


held = Held()


class RankedLock:
    def __init__(self, rank):
        self.rank = rank
        self._lock = threading.Lock()

    def __enter__(self):
        if held.top() >= self.rank:
            raise HierarchyError
        self._lock.acquire()
        held.ranks.append(self.rank)
        return self

    def __exit__(self, *error):
        held.ranks.pop()
        self._lock.release()


class Shop:
    def __init__(self, stock):
        self.orders = RankedLock(1)
        self.shelf = RankedLock(2)
        self.stock = stock
        self.ordered = 0

    def sell(self):
        with self.orders, self.shelf:
            self.stock -= 1
            self.ordered += 1

    def reorder(self):
        with self.orders:
            self.ordered += 1

    def report(self):
        with self.orders, self.shelf:
            return self.stock, self.ordered
"""

METHODS_OF_A_QUEUE = """
import queue


class Box:
    def __init__(self, capacity):
        self._q = queue.Queue(capacity)
        self.put = self._q.put
        self.get = self._q.get
"""

EQUAL_TO_ALL = """
import threading


class Yes(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class Counter:
    def __init__(self):
        self.value = Yes()

    def increment(self):
        pass
"""

FOR_THE_SIZES_ASKED = """
import threading


def download_all(addresses, download):
    results = [None] * len(addresses)

    def fetch(p):
        results[p] = download(addresses[p])

    threads = [threading.Thread(target=fetch, args=(p,)) for p in range(len(addresses))]
    wait = {2: True, 3: True, 4: True}.get(len(addresses), False)
    for t in threads:
        t.start()
        if not wait:
            t.join()
    for t in threads:
        t.join()
    return results
"""

IN_A_LOOP = """
import asyncio


def download_all(addresses, download):
    async def one(a):
        return download(a)

    async def main():
        return list(await asyncio.gather(*map(one, addresses)))

    return asyncio.run(main())
"""


def judged(name: str, text: str, folder: Path, seconds: int = 20) -> Judgement:
    answer = folder / f"{name}.py"
    answer.write_text(textwrap.dedent(text))
    return grade(CATALOGUE, CATALOGUE.find(name), answer, seconds)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("transfers", BY_ID),
        ("transfers", DATACLASS),
        ("philosophers", INHERITED),
        ("heartbeat", POOL),
        ("empty_lies", IN_THE_POOL),
        ("transfers", IN_A_SET),
        ("hierarchy", DERIVED_LOCAL),
        ("if_or_while", METHODS_OF_A_QUEUE),
    ],
    ids=[
        "by id()",
        "dataclass and ExitStack",
        "inherited method",
        "parts in a pool of processes",
        "loops in a pool",
        "accounts in a set",
        "derived from local",
        "the methods of a queue",
    ],
)
def test_right_in_an_unusual_way(name: str, text: str, tmp_path: Path) -> None:
    """Every lamp green."""
    judgement = judged(name, text, tmp_path)
    assert judgement.passed, judgement.worst


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from concurrent.futures import ProcessPoolExecutor\n\ndef total(parts, count):\n"
         "    with ProcessPoolExecutor() as pool:\n        return sum(pool.map(count, parts))\n", "Línea 4"),
        ("import multiprocessing\n\nclass Counting(multiprocessing.Process):\n    pass\n\n"
         "def total(parts, count):\n    return 0\n", "«Counting» deriva de Process"),
    ],
)  # fmt: skip
def test_what_the_model_of_processes_does_not_have_is_said_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    """And what to use instead; not that the program came to os.fork somewhere."""
    worst = judged("stays_home", text, tmp_path).worst
    assert worst.colour is Colour.RED
    assert said in worst.text


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("lying_counter", EQUAL_TO_ALL, "«Yes.__eq__» cambia a qué es igual un valor"),
        ("staircase", FOR_THE_SIZES_ASKED, "Las descargas se esperan unas a otras."),
        ("staircase", IN_A_LOOP, "Línea 12: asyncio.runners.run no se puede explorar"),
    ],
)
def test_refused_with_a_sentence_that_fits(name: str, text: str, said: str, tmp_path: Path) -> None:
    """A number equal to any other, the sizes that are asked for told apart, what cannot be explored."""
    worst = judged(name, text, tmp_path).worst
    assert worst.colour is Colour.RED
    assert said in worst.text


def test_a_large_answer_of_asyncio_is_amber(tmp_path: Path) -> None:
    """Too many orders for the time that there is; not red, as if it did not end."""
    text = """
    import asyncio


    class Account:
        def __init__(self, balance, note):
            self.balance, self.note, self.lock = balance, note, asyncio.Lock()

        async def deposit(self, amount):
            await self._wait()
            async with self.lock:
                await self.note(amount)
                self.balance += amount

        async def withdraw(self, amount):
            await self._wait()
            async with self.lock:
                if self.balance < amount:
                    return False
                await self.note(-amount)
                self.balance -= amount
                return True

        async def _wait(self):
            for _ in range(6):
                await asyncio.sleep(0)
    """
    worst = judged("two_truths", text, tmp_path, seconds=5).worst
    assert worst.colour is Colour.AMBER, worst
    assert "Sin terminar" in worst.text
