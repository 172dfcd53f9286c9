"""Small programs that several tests explore."""

import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class Account:
    def __init__(self) -> None:
        self.balance = 0


def deposit(account: Account) -> None:
    balance = account.balance
    account.balance = balance + 100


def holds(account: Account) -> bool:
    return account.balance == 200


def anything(state: object) -> bool:
    return True


class Counter:
    def __init__(self) -> None:
        self.value = 0
        self.lock = threading.Lock()


def add_three(counter: Counter) -> None:
    for _ in range(3):
        with counter.lock:
            counter.value += 1


def nine(counter: Counter) -> bool:
    return counter.value == 9


class Table:
    def __init__(self, seats: int = 3) -> None:
        self.forks = [threading.Lock() for _ in range(seats)]
        self.meals = 0


def philosopher(seat: int, seats: int) -> Any:
    def eat(table: Table) -> None:
        with table.forks[seat]:
            with table.forks[(seat + 1) % seats]:
                pass

    return eat


class Flag:
    def __init__(self) -> None:
        self.ready = False
        self.seen = False
        self.count = 0
        self.condition = threading.Condition()
        self.event = threading.Event()
        self.semaphore = threading.Semaphore(2)
        self.bounded = threading.BoundedSemaphore(1)
        self.lock = threading.Lock()


def wait_for_flag(flag: Flag) -> None:
    with flag.condition:
        flag.condition.wait()


def notify(flag: Flag) -> None:
    with flag.condition:
        flag.condition.notify()


def wait_in_loop(flag: Flag) -> None:
    with flag.condition:
        while not flag.ready:
            flag.condition.wait()
        flag.seen = True


def set_and_notify(flag: Flag) -> None:
    with flag.condition:
        flag.ready = True
        flag.condition.notify()


def spin(flag: Flag) -> None:
    while not flag.ready:
        pass
    flag.seen = True


def raise_flag(flag: Flag) -> None:
    flag.ready = True


def poll_with_lock(flag: Flag) -> None:
    while True:
        with flag.lock:
            if flag.ready:
                break
        time.sleep(0.1)
    flag.seen = True


def wait_in_loop_with_limit(flag: Flag) -> None:
    with flag.condition:
        while not flag.ready:
            flag.condition.wait(timeout=0.5)
        flag.seen = True


def raise_flag_with_lock(flag: Flag) -> None:
    with flag.lock:
        flag.ready = True


def seen(flag: Flag) -> bool:
    return flag.seen


def release_twice(flag: Flag) -> None:
    flag.bounded.acquire()
    flag.bounded.release()
    flag.bounded.release()


def asserts_early(flag: Flag) -> None:
    assert flag.ready, "not ready"


def swallows(flag: Flag) -> None:
    try:
        flag.event.wait()
    except Exception:
        flag.count += 1
    finally:
        flag.seen = True


def never_ends(flag: Flag) -> None:
    while True:
        flag.count += 1


def use_permit(flag: Flag) -> None:
    with flag.semaphore:
        time.sleep(1)
        flag.seen = True


def pool_sum() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(abs, [-1, -2, 3])) == 6


def hand_over() -> None:
    items: queue.Queue[int] = queue.Queue(1)
    got: list[int] = []

    def produce() -> None:
        for number in range(3):
            items.put(number)

    def consume() -> None:
        for _ in range(3):
            got.append(items.get())  # noqa: PERF401  one by one is the point

    threads = [threading.Thread(target=produce), threading.Thread(target=consume)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [0, 1, 2]


def drain() -> None:
    """Two producers, a daemon that counts its tasks done, and somebody who waits for all of them."""
    jobs: queue.Queue[int] = queue.Queue()
    done: list[int] = []

    def produce(number: int) -> None:
        jobs.put(number)

    def serve() -> None:
        while True:
            done.append(jobs.get())
            jobs.task_done()

    producers = [threading.Thread(target=produce, args=(number,)) for number in range(2)]
    threading.Thread(target=serve, daemon=True).start()
    for thread in producers:
        thread.start()
    for thread in producers:
        thread.join()
    jobs.join()
    assert sorted(done) == [0, 1]


def published() -> None:
    """Objects made by a thread and first touched by whoever finds them."""
    found: list[list[int]] = []
    box: dict[str, list[int]] = {}

    def make() -> None:
        fresh: list[int] = []
        box["it"] = fresh
        fresh.append(1)

    def use() -> None:
        if "it" in box:
            box["it"].append(2)
            found.append(box["it"])

    threads = [threading.Thread(target=work) for work in (make, use, use)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(box["it"]) in ([1], [1, 2], [1, 2, 2])


def timed_wait() -> None:
    event = threading.Event()
    outcome: list[bool] = []

    def waiter() -> None:
        outcome.append(event.wait(timeout=5))

    thread = threading.Thread(target=waiter)
    thread.start()
    event.set()
    thread.join()
    assert outcome == [True]


def crossed() -> None:
    """Two threads, each started by a thread of its own, take two locks in opposite orders."""
    one, other = threading.Lock(), threading.Lock()

    def take(first: Any, second: Any) -> None:
        with first, second:
            pass

    def start(first: Any, second: Any) -> None:
        inner = threading.Thread(target=take, args=(first, second), name="inner")
        inner.start()
        inner.join()

    threads = [threading.Thread(target=start, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


FAILING: dict[str, tuple[Any, list[Any], Any]] = {
    "lost update": (Account, [deposit] * 2, holds),
    "deadlock": (Table, [philosopher(seat, 3) for seat in range(3)], None),
    "missed notification": (Flag, [wait_for_flag, notify], None),
    "double release": (Flag, [release_twice], None),
    "no progress": (Flag, [spin], None),
}
"""Setup, workers and invariant of one program for each way to fail."""
