"""What advanced/locks teaches: each primitive does what the lesson says of it."""

import sys
import threading
import time
from functools import partial

import pytest

from hilos.lesson import contention, together
from support import lessons

locks = lessons.load("advanced/locks/02_locks_mutex.py")


def test_only_a_reentrant_lock_lets_its_owner_in_again() -> None:
    """Lock: no. RLock: yes."""
    assert not locks.enter_twice(threading.Lock(), 0.02)
    assert locks.enter_twice(threading.RLock(), 0.02)


def test_a_plain_lock_has_no_owner() -> None:
    """Another thread may release it; not an RLock."""
    assert locks.release_by_another(threading.Lock())
    assert not locks.release_by_another(threading.RLock())


def test_the_impatient_gives_up_and_the_try_lock_does_other_work() -> None:
    """One holds it for long; who waits less gives up, who tries gets something else done."""
    lock, inside = threading.Lock(), threading.Event()
    holder = threading.Thread(target=locks.hold, args=(lock, 0.3, inside))
    holder.start()
    assert not locks.wait_at_most(lock, 0.01, inside)
    assert locks.meanwhile(lock, inside) > 0
    holder.join()
    assert locks.wait_at_most(lock, 0.01, inside)


@pytest.mark.parametrize("count", [1, 4, 16])
def test_a_store_loses_no_update_however_its_locks_are_cut(count: int) -> None:
    """Coarse, striped and fine-grained are equally right."""
    store = locks.Store(16, count)
    together(*[lambda: [store.update(record, 0) for record in range(16) for _turn in range(20)]] * 4)
    assert store.values == [80] * 16


def test_readers_share_and_the_writer_is_alone() -> None:
    """Two readers are inside at once; nobody is inside with a writer."""
    lock = locks.ReadersWriter()
    both_reading = threading.Barrier(2)

    def read() -> None:
        with lock.reading():
            both_reading.wait(10)

    together(read, read)
    inside, wrong = [0, 0], []

    def look(slot: int) -> None:
        inside[slot] += 1
        if inside[1] > 1 or (inside[0] and inside[1]):
            wrong.append(tuple(inside))
        time.sleep(0)
        inside[slot] -= 1

    guard = threading.Lock()

    def reader() -> None:
        for _turn in range(100):
            with lock.reading(), guard:
                look(0)

    def writer() -> None:
        for _turn in range(100):
            with lock.writing():
                look(1)

    together(reader, reader, writer, writer)
    assert wrong == []
    assert (lock.readers, lock.writers, lock.writers_waiting) == (0, 0, 0)


def test_only_while_survives_a_wake_up_for_nothing() -> None:
    """With `if` one of two takes nothing; with `while` each gets one."""
    assert None in locks.two_wait_for_one(locks.take_with_if)
    assert sorted(locks.two_wait_for_one(locks.take_with_while)) == ["a", "b"]


def test_a_pool_never_gives_more_than_it_has() -> None:
    """Three connections, ten threads: three in use at most, and at some moment."""
    assert locks.pool_peak(3, 10, 0.01) == 3


def test_nobody_begins_a_phase_early() -> None:
    """The barrier holds all of them."""
    assert locks.phases_broken(4, 25) == 0


@pytest.mark.parametrize("capacity", [1, 7])
def test_the_bounded_buffer_loses_nothing_and_never_overflows(capacity: int) -> None:
    """Everything sent arrives once."""
    _seconds, most, arrived = locks.produce_and_consume(capacity, 300)
    assert arrived
    assert most <= capacity


def test_the_fair_lock_excludes_and_serves_in_order() -> None:
    """No update is lost; those who wait enter in the order in which they came."""
    lock, order = locks.FairLock(), []

    def enter(name: int) -> None:
        with lock:
            order.append(name)

    threads = [threading.Thread(target=enter, args=(name,)) for name in range(5)]
    with lock:
        for number, thread in enumerate(threads):
            thread.start()
            while len(lock.queue) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]
    assert not lock.busy


def test_contention_is_what_waiting_measures() -> None:
    """Two threads that hold a lock for 5 ms wait for each other; one alone does not."""
    _rate, alone = contention.throughput(threading.Lock(), 1, 5, 0.005, 0)
    _rate, crowded = contention.throughput(threading.Lock(), 4, 5, 0.005, 0)
    assert crowded > alone
    assert crowded > 0.001


def test_shares_add_up() -> None:
    """Every entry has an owner, and the lock changed hands no more often than it was entered."""
    entries, changes, least, most = contention.shares(threading.Lock(), 3, 0.05)
    assert 0 <= changes < entries
    assert least <= 1 / 3 <= most


def test_prices_are_nanoseconds_of_each() -> None:
    """One a lock, all positive; a Semaphore in Python costs more than a C lock."""
    lock, semaphore = contention.prices([threading.Lock(), threading.Semaphore()], 2_000)
    assert 0 < lock < semaphore


def test_readers_and_writer_both_finish() -> None:
    """The rate is that of the readers, the time that of the writer."""
    shared = locks.ReadersWriter()
    rate, seconds = contention.visits_per_second(shared.reading, shared.writing, 3, 5, 0.001)
    assert rate > 0
    assert seconds >= 0.005


@pytest.mark.slow
def test_processes_lose_nothing_with_their_lock() -> None:
    """As the lesson itself says: with the lock the shared integer has what was added."""
    done = lessons.run("advanced/locks/02_locks_mutex.py", "--once", "--fast", "--lang", "en")
    row = next(line for line in done.stdout.splitlines() if line.startswith("multiprocessing.Lock"))
    assert row.split()[1:] == ["60", "000", "0"]


def test_the_stop_of_a_competition_is_seen() -> None:
    """A competitor ends soon after the bell."""
    stop, owners = threading.Event(), list[int]()
    stop.set()
    together(partial(contention.compete, threading.Lock(), owners, 1, stop))
    assert owners == []


explored = pytest.mark.skipif(
    not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="greenlet would switch the GIL back on"
)


class Guarded:
    """Two numbers that are equal whenever nobody writes, behind a lock of the lesson."""

    def __init__(self, lock: object) -> None:
        self.lock = lock
        self.left = self.right = 0
        self.torn = False


@explored
def test_the_fair_lock_is_proved_to_exclude() -> None:
    """In every interleaving of two threads both additions count, and nobody waits for ever."""
    from hilos.explore import explore

    def add(state: Guarded) -> None:
        with state.lock:
            state.left = state.left + 1

    explore(
        setup=lambda: Guarded(locks.FairLock()),
        workers=[add, add],
        invariant=lambda state: state.left == 2,
        instrument=[locks],
    ).check()


@explored
def test_the_readers_writer_lock_is_proved_to_exclude() -> None:
    """No reader sees the writer half way, in no interleaving."""
    from hilos.explore import explore

    def write(state: Guarded) -> None:
        with state.lock.writing():
            state.left = state.left + 1
            state.right = state.right + 1

    def read(state: Guarded) -> None:
        with state.lock.reading():
            state.torn = state.torn or state.left != state.right

    explore(
        setup=lambda: Guarded(locks.ReadersWriter()),
        workers=[write, read],
        invariant=lambda state: not state.torn,
        instrument=[locks],
    ).check()


@explored
def test_the_bounded_buffer_is_proved_not_to_hang() -> None:
    """One place, a producer and a consumer of two things: they arrive in order, whatever the interleaving."""
    from hilos.explore import explore

    class Line:
        def __init__(self) -> None:
            self.buffer = locks.Buffer(1)
            self.arrived: list[int] = []

    def produce(line: Line) -> None:
        line.buffer.put(1)
        line.buffer.put(2)

    def consume(line: Line) -> None:
        line.arrived.append(line.buffer.get())
        line.arrived.append(line.buffer.get())

    explore(
        setup=Line, workers=[produce, consume], invariant=lambda line: line.arrived == [1, 2], instrument=[locks]
    ).check()


@explored
@pytest.mark.parametrize(("take", "proved"), [("take_with_if", False), ("take_with_while", True)])
def test_the_explorer_tells_if_from_while(take: str, proved: bool) -> None:
    """Two consumers, two things: with `if` some interleaving gives one of them nothing."""
    from hilos.explore import explore

    class Shop:
        def __init__(self) -> None:
            self.box = locks.Box()
            self.taken: list[str | None] = []

    def consume(shop: Shop) -> None:
        shop.taken.append(getattr(locks, take)(shop.box))

    def produce(shop: Shop) -> None:
        shop.box.put("a")
        shop.box.put("b")

    report = explore(
        setup=Shop,
        workers=[consume, consume, produce],
        invariant=lambda shop: None not in shop.taken,
        instrument=[locks],
    )
    assert report.proved is proved
