"""Correct hierarchies make no report; every planted inversion makes one."""

import itertools
import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from hilos import observe
from hilos.observe import threads

PATIENCE = 20.0


def lock(name: str):
    return observe.lock(threading.Lock(), name=name)


def rlock(name: str):
    return observe.rlock(threading.RLock(), name=name)


def run(*bodies: Callable[[], object]) -> None:
    """Run each body in a thread of its own, all at once, and wait for all."""
    errors = []

    def guarded(body: Callable[[], object]) -> None:
        try:
            body()
        except BaseException as error:
            errors.append(error)

    started = [threading.Thread(target=guarded, args=(body,), name=f"T{index}") for index, body in enumerate(bodies)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert not errors


def one_after_the_other(*bodies: Callable[[], object]) -> None:
    """Run each body in a thread of its own, the next when the one before has ended."""
    for body in bodies:
        run(body)


def nested(*locks) -> None:
    """Take the locks one inside the other, and let go."""
    for each in locks:
        each.acquire()
    for each in reversed(locks):
        each.release()


# The twenty correct hierarchies: each uses locks in a way that can never deadlock.


def same_order_everywhere() -> None:
    a, b, c = lock("a"), lock("b"), lock("c")
    run(*[lambda: nested(a, b, c)] * 4)


def reentrant() -> None:
    a, b = rlock("a"), lock("b")

    def body() -> None:
        with a, b, a, a:
            pass

    run(body, body)


def reentrant_through_calls() -> None:
    tree, leaf = rlock("tree"), rlock("leaf")

    def deep(level: int) -> None:
        with tree:
            if level:
                deep(level - 1)
            else:
                with leaf, tree:
                    pass

    run(lambda: deep(5), lambda: deep(3))


def try_lock_the_other_way_round() -> None:
    a, b = lock("a"), lock("b")

    def backwards() -> None:
        with b:
            if a.acquire(blocking=False):
                a.release()

    one_after_the_other(lambda: nested(a, b), backwards)


def time_limit_the_other_way_round() -> None:
    a, b = lock("a"), lock("b")

    def backwards() -> None:
        with b:
            if a.acquire(timeout=0.05):
                a.release()

    one_after_the_other(lambda: nested(a, b), backwards)


def hand_over_hand() -> None:
    nodes = [lock(f"node {index}") for index in range(20)]

    def walk() -> None:
        nodes[0].acquire()
        for here, following in itertools.pairwise(nodes):
            following.acquire()
            here.release()
        nodes[-1].release()

    run(walk, walk, walk)


def condition_wait() -> None:
    condition = observe.condition(threading.Condition(), name="full")
    items: list[int] = []

    def consume() -> None:
        for _ in range(10):
            with condition:
                condition.wait_for(lambda: items, PATIENCE)
                items.pop()

    def produce() -> None:
        for index in range(10):
            with condition:
                items.append(index)
                condition.notify()

    run(consume, produce)


def condition_inside_an_outer_lock() -> None:
    outer = lock("outer")
    condition = observe.condition(threading.Condition(), name="inner")

    def body() -> None:
        with outer, condition:
            condition.wait(0.001)

    run(body, body)


def two_conditions_on_one_lock() -> None:
    mutex = lock("mutex")
    full = observe.condition(threading.Condition(mutex), name="full")
    empty = observe.condition(threading.Condition(mutex), name="empty")

    def body() -> None:
        with full:
            full.notify()
        with empty:
            empty.wait(0.001)

    run(body, body)


def instances_ordered_by_id() -> None:
    accounts = [lock(f"account {index}") for index in range(6)]
    accounts.sort(key=id)

    def transfers(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(60):
            first, second = sorted(chance.sample(range(6), 2))
            nested(accounts[first], accounts[second])

    run(*[lambda seed=seed: transfers(seed) for seed in range(4)])


def gate_lock() -> None:
    gate, a, b = lock("gate"), lock("a"), lock("b")
    one_after_the_other(lambda: nested(gate, a, b), lambda: nested(gate, b, a))


def gate_lock_reentrant() -> None:
    gate, a, b = rlock("gate"), lock("a"), lock("b")

    def backwards() -> None:
        with gate, gate, b, gate, a:
            pass

    one_after_the_other(lambda: nested(gate, a, b), backwards)


def one_thread_both_ways() -> None:
    a, b = lock("a"), lock("b")
    run(lambda: (nested(a, b), nested(b, a), nested(a, b)))


def never_both_at_once() -> None:
    a, b = lock("a"), lock("b")

    def body() -> None:
        for each in (a, b, b, a):
            with each:
                pass

    run(body, body)


def released_out_of_order() -> None:
    a, b, c = lock("a"), lock("b"), lock("c")

    def body() -> None:
        a.acquire()
        b.acquire()
        a.release()
        c.acquire()
        b.release()
        c.release()

    run(body, body)


def crossed_but_released_before() -> None:
    a, b = lock("a"), lock("b")

    def forwards() -> None:
        a.acquire()
        b.acquire()
        a.release()
        b.release()

    def backwards() -> None:
        b.acquire()
        b.release()
        a.acquire()
        a.release()

    one_after_the_other(forwards, backwards)


def lock_as_a_signal() -> None:
    """One thread takes, another releases: the lock is a flag and excludes nothing."""
    done, work = lock("done"), lock("work")
    done.acquire()

    def waiter() -> None:
        done.acquire()

    def worker() -> None:
        with work:
            done.release()

    run(waiter, worker)


def short_lived_locks() -> None:
    keeper = lock("keeper")

    def body() -> None:
        for index in range(50):
            nested(lock(f"job {index}"), keeper)
        for index in range(50):
            nested(keeper, lock(f"job {index}"))

    run(body, body)


def queues_and_a_pool() -> None:
    observe.install()
    try:
        jobs: queue.Queue[int] = queue.Queue(4)
        with ThreadPoolExecutor(4) as pool:
            done = [pool.submit(jobs.get) for _ in range(20)]
            for index in range(20):
                jobs.put(index)
            assert sorted(each.result(PATIENCE) for each in done) == list(range(20))
    finally:
        observe.uninstall()


def readers_and_a_writer() -> None:
    mutex, room = lock("mutex"), observe.semaphore(threading.Semaphore(1), name="room")
    readers = 0

    def read() -> None:
        nonlocal readers
        for _ in range(10):
            with mutex:
                readers += 1
                if readers == 1:
                    room.acquire()
            with mutex:
                readers -= 1
                if readers == 0:
                    room.release()

    def write() -> None:
        for _ in range(10):
            with room:
                pass

    run(read, read, write)


CORRECT = [
    same_order_everywhere,
    reentrant,
    reentrant_through_calls,
    try_lock_the_other_way_round,
    time_limit_the_other_way_round,
    hand_over_hand,
    condition_wait,
    condition_inside_an_outer_lock,
    two_conditions_on_one_lock,
    instances_ordered_by_id,
    gate_lock,
    gate_lock_reentrant,
    one_thread_both_ways,
    never_both_at_once,
    released_out_of_order,
    crossed_but_released_before,
    lock_as_a_signal,
    short_lived_locks,
    queues_and_a_pool,
    readers_and_a_writer,
]


@pytest.mark.parametrize("hierarchy", CORRECT, ids=lambda each: each.__name__)
def test_a_correct_hierarchy_makes_no_report(hierarchy: Callable[[], None]) -> None:
    """Neither an inversion nor a deadlock is reported."""
    with observe.watch() as found:
        hierarchy()
    assert found.inversions == []
    assert found.deadlocks == []


def test_there_are_twenty_of_them() -> None:
    """The issue's number."""
    assert len(CORRECT) == 20


def planted(seed: int) -> tuple[list[tuple[int, ...]], set[int]]:
    """A program of threads that nest locks in one order, but for one cycle; and the locks of the cycle.

    The length of the cycle, what else is held and nested, which threads repeat themselves and in which order all
    begin are drawn from `seed`.
    """
    chance = random.Random(seed)
    length = chance.choice([2, 2, 2, 3, 4])
    count = length + chance.randint(0, 6)
    # The harmless ones are numbered below and above those of the cycle, and are always taken in ascending order.
    cycle = list(range(100, 100 + length))
    bodies: list[tuple[int, ...]] = []
    for index, here in enumerate(cycle):
        following = cycle[(index + 1) % length]
        before = sorted(chance.sample(range(count), chance.randint(0, 2)))
        after = sorted(chance.sample(range(200, 204), chance.randint(0, 2)))
        # Different threads must not share what they hold before: that would be a gate.
        bodies.append((*(each + 1000 * index for each in before), here, following, *after))
    for _ in range(chance.randint(0, 5)):
        low, high = sorted(chance.sample(cycle, 2))
        bodies.append((low, high))  # more threads that nest in the right order
    chance.shuffle(bodies)
    return bodies, set(cycle)


@pytest.mark.parametrize("seed", range(200))
def test_a_planted_inversion_is_found(seed: int) -> None:
    """Though the threads run one after the other, so that nothing ever waits."""
    bodies, cycle = planted(seed)
    locks = {number: lock(f"{number}") for body in bodies for number in body}
    with observe.watch() as found:
        one_after_the_other(*[lambda body=body: nested(*(locks[number] for number in body)) for body in bodies])
    assert found.deadlocks == []
    assert any({int(name) for name in inversion.locks} <= cycle for inversion in found.inversions)
    for inversion in found.inversions:
        assert {int(name) for name in inversion.locks} <= cycle, "nothing else is inverted"
        assert all(nesting.stack and nesting.stack[0].function == "nested" for nesting in inversion.nestings)
        assert len({nesting.thread for nesting in inversion.nestings}) == 1  # all are called T0: names, not ids


def test_a_gated_inversion_is_found_once_it_happens_without_the_gate() -> None:
    """Harmless evidence that came first does not hide what comes later."""
    gate, a, b = lock("gate"), lock("a"), lock("b")
    with observe.watch() as found:
        one_after_the_other(lambda: nested(gate, a, b), lambda: nested(gate, b, a))
        assert found.inversions == []
        one_after_the_other(lambda: nested(b, a))
    assert [set(inversion.locks) for inversion in found.inversions] == [{"a", "b"}]


def test_the_counter_of_violations_counts_each_inversion_once() -> None:
    """However often both orders happen."""
    from hilos.observe.exporting import counts

    a, b = lock("a"), lock("b")
    before = counts().violations
    with observe.watch():
        for _ in range(5):
            one_after_the_other(lambda: nested(a, b), lambda: nested(b, a))
    assert counts().violations == before + 1


def test_a_deadlock_is_found_when_it_happens_with_both_stacks() -> None:
    """The thread that closes the cycle reports it at once; with "raise" it is the victim and both go on."""
    a, b = lock("a"), lock("b")
    both = threading.Barrier(2)
    victims = []

    def body(first, second) -> None:
        try:
            with first:
                both.wait(PATIENCE)
                with second:
                    pass
        except observe.DeadlockError as error:
            victims.append(str(error))

    with observe.watch(on_deadlock="raise") as found:
        begun = time.monotonic()
        run(lambda: body(a, b), lambda: body(b, a))
        took = time.monotonic() - begun
    assert len(found.deadlocks) == 1
    (deadlock,) = found.deadlocks
    assert {each.thread for each in deadlock.threads} == {"T0", "T1"}
    assert {each.wants for each in deadlock.threads} == {"a", "b"}
    assert [each.holder for each in deadlock.threads] == [deadlock.threads[1].thread, deadlock.threads[0].thread]
    for each in deadlock.threads:
        assert each.stack[0].function.endswith("body")
        assert [held.name for held in each.holds] == [({"a", "b"} - {each.wants}).pop()]
        assert each.holds[0].exact
    assert victims == [str(deadlock)]
    assert took < 10


@pytest.mark.parametrize("philosophers", [2, 3, 5, 16])
def test_philosophers_that_all_hold_their_left_fork_are_a_deadlock(philosophers: int) -> None:
    """A cycle of any length is found, once, and names everyone in it."""
    forks = [lock(f"fork {index}") for index in range(philosophers)]
    everyone = threading.Barrier(philosophers)
    fed = []

    def dine(seat: int) -> None:
        left, right = forks[seat], forks[(seat + 1) % philosophers]
        try:
            with left:
                everyone.wait(PATIENCE)
                with right:
                    fed.append(seat)
        except observe.DeadlockError:
            pass

    with observe.watch(on_deadlock="raise") as found:
        run(*[lambda seat=seat: dine(seat) for seat in range(philosophers)])
    assert [len(deadlock.threads) for deadlock in found.deadlocks] == [philosophers]
    assert len(fed) == philosophers - 1


def test_a_wait_with_a_time_limit_is_no_deadlock() -> None:
    """It ends by itself."""
    a, b = lock("a"), lock("b")
    both = threading.Barrier(2)

    def body(first, second) -> None:
        with first:
            both.wait(PATIENCE)
            if second.acquire(timeout=0.2):
                second.release()

    with observe.watch() as found:
        run(lambda: body(a, b), lambda: body(b, a))
    assert found.deadlocks == []


def test_one_limited_wait_in_a_cycle_is_enough_for_it_to_end() -> None:
    """The thread that closes the cycle waits for ever, the other one does not: no deadlock."""
    a, b = lock("a"), lock("b")
    holding = threading.Event()

    def limited() -> None:
        with a:
            holding.wait(PATIENCE)
            assert not b.acquire(timeout=0.5)

    def unlimited() -> None:
        with b:
            holding.set()
            deadline = time.monotonic() + PATIENCE
            while all(state.waiting is not b._record for state in threads.living()):
                assert time.monotonic() < deadline
                time.sleep(0.001)
            with a:
                pass

    with observe.watch() as found:
        run(limited, unlimited)
    assert found.deadlocks == []


def test_a_lock_that_was_tried_does_not_hide_those_below_it() -> None:
    """Held: a, waited for; b, only tried.  Asking for c then orders c after a, too."""
    a, b, c = lock("a"), lock("b"), lock("c")

    def over_a_tried_one() -> None:
        with a:
            assert b.acquire(blocking=False)
            with c:
                pass
            b.release()

    with observe.watch() as found:
        one_after_the_other(over_a_tried_one, lambda: nested(c, a))
    assert [set(inversion.locks) for inversion in found.inversions] == [{"a", "c"}]


def test_a_lock_released_by_another_thread_is_a_signal_from_then_on() -> None:
    """It excludes nothing, so it takes no part in the lock order."""
    done, work, other = lock("done"), lock("work"), lock("other")
    with observe.watch() as found:
        done.acquire()
        other.acquire()  # so that `done` is not the newest of this thread's locks
        run(done.release)
        other.release()
        one_after_the_other(lambda: nested(done, work), lambda: nested(work, done))
    assert found.inversions == []


def test_a_signal_handler_that_waits_inside_a_wait_leaves_it_as_it_was() -> None:
    """The outer wait is still known when the handler is done: a cycle that closes then is found."""
    import signal

    outer, inner, mine = lock("outer"), lock("inner"), lock("mine")
    victims = []

    def handler(*_: object) -> None:
        inner.acquire(timeout=0.01)

    def other() -> None:
        with outer, inner:
            state = next(each for each in threads.living() if each.name == "MainThread")
            deadline = time.monotonic() + PATIENCE
            while state.waiting is not outer._record:
                assert time.monotonic() < deadline
                time.sleep(0.001)
            time.sleep(0.05)  # past the yields: the main thread is blocked now, or soon will be
            before = inner._record.timeouts
            signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
            while inner._record.timeouts == before:
                assert time.monotonic() < deadline
                time.sleep(0.001)
            try:
                with mine:
                    pass
            except observe.DeadlockError:
                victims.append("other")

    previous = signal.signal(signal.SIGUSR1, handler)
    try:
        with observe.watch(on_deadlock="raise") as found, mine:
            thread = threading.Thread(target=other)
            thread.start()
            while not outer.locked():
                time.sleep(0.001)
            with outer:
                pass
            thread.join(PATIENCE)
    finally:
        signal.signal(signal.SIGUSR1, previous)
    assert victims == ["other"]
    assert len(found.deadlocks) == 1


def test_a_lock_taken_twice_by_its_own_holder_is_a_deadlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reported after a while, for another thread might have been meant to release it."""
    from hilos.observe import waiting

    monkeypatch.setattr(waiting, "PATIENCE", 0.05)
    mine = lock("mine")

    def body() -> None:
        with mine:
            with pytest.raises(observe.DeadlockError):
                mine.acquire()

    with observe.watch(on_deadlock="raise") as found:
        run(body)
    assert [[each.wants for each in deadlock.threads] for deadlock in found.deadlocks] == [["mine"]]
    assert not mine.locked()


def test_findings_are_told_in_both_languages() -> None:
    """And name threads, locks and lines."""
    from hilos import locale

    a, b = lock("cuenta"), lock("registro")
    with observe.watch() as found:
        one_after_the_other(lambda: nested(a, b), lambda: nested(b, a))
    (inversion,) = found.inversions
    with locale.using("es"):
        spanish = str(inversion)
    with locale.using("en"):
        english = str(inversion)
    assert spanish.startswith("INVERSIÓN DE ORDEN: «registro» → «cuenta» → «registro».")
    assert english.startswith("LOCK ORDER INVERSION: “registro” → “cuenta” → “registro”.")
    for text in (spanish, english):
        assert text.count("test_lock_order.py:") >= 4
