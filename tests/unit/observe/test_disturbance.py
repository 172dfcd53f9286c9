"""Observing never disturbs: whatever happens to who watches, the program behaves as it did."""

import gc
import logging
import threading
import weakref

import pytest

from hilos import observe
from hilos.events import Event, Kind
from hilos.observe import hub, records
from hilos.observe.timeline import Timeline


@pytest.fixture
def heard():
    """A listener's events; it is removed at the end."""
    events: list[Event] = []
    observe.subscribe(events.append)
    yield events
    observe.unsubscribe(events.append)
    for listener in hub.state.listeners:
        observe.unsubscribe(listener)


def totals(lock) -> records.Totals:
    return lock._record.totals()


def test_a_listener_hears_what_happens_in_order_and_where(heard: list[Event]) -> None:
    """Each event has the thread, the lock, its type and the program's line."""
    lock = observe.lock(threading.Lock(), name="cuenta")
    with lock:
        assert not lock.acquire(blocking=False)
        assert not lock.acquire(timeout=0.001)
    assert [(event.kind, event.target, event.target_type) for event in heard] == [
        (Kind.ACQUIRE, "cuenta", "Lock"),
        (Kind.TRY_FAILED, "cuenta", "Lock"),
        (Kind.REQUEST, "cuenta", "Lock"),
        (Kind.TIMEOUT, "cuenta", "Lock"),
        (Kind.RELEASE, "cuenta", "Lock"),
    ]
    assert {event.thread for event in heard} == {threading.current_thread().name}
    for event in heard:
        assert event.location is not None
        assert event.location.file == __file__
        assert event.location.function.startswith("test_a_listener_hears")
    assert [event.time for event in heard] == sorted(event.time for event in heard)


def test_every_kind_of_object_is_heard(heard: list[Event]) -> None:
    """Re-entrant locks once for each acquisition, conditions, semaphores, events and barriers."""
    rlock = observe.rlock(threading.RLock(), name="r")
    with rlock, rlock:
        pass
    condition = observe.condition(threading.Condition(), name="c")
    with condition:
        condition.wait(0.001)
        condition.notify_all()
    with observe.semaphore(threading.Semaphore(), name="s"):
        pass
    event = observe.event(threading.Event(), name="e")
    event.set()
    event.wait()
    event.clear()
    observe.barrier(threading.Barrier(1), name="b").wait()
    told = [f"{each.target} {each.kind}" for each in heard]
    assert told == [
        *("r acquire", "r acquire", "r release", "r release"),
        *("c acquire", "c wait", "c release", "c acquire", "c wake", "c notify", "c release"),
        *("s acquire", "s release", "e set", "e wait", "e wake", "e clear", "b wait", "b wake"),
    ]


def test_a_listener_that_raises_is_removed_and_logged(heard: list[Event], caplog: pytest.LogCaptureFixture) -> None:
    """The lock works, others go on hearing, and it is said once."""

    def broken(event: Event) -> None:
        raise RuntimeError("broken listener")

    observe.subscribe(broken)
    lock = observe.lock(threading.Lock(), name="l")
    with caplog.at_level(logging.ERROR, "hilos.observe"):
        for _ in range(3):
            with lock:
                pass
    assert not lock.locked()
    assert len(caplog.records) == 1
    assert "broken" in caplog.text
    assert broken not in hub.state.listeners
    assert len(heard) == 6


def test_a_listener_may_take_observed_locks(heard: list[Event]) -> None:
    """What it does itself makes no events, so it does not call itself for ever."""
    mine = observe.lock(threading.Lock(), name="mine")

    def nosy(event: Event) -> None:
        with mine:
            pass

    observe.subscribe(nosy)
    with observe.lock(threading.Lock(), name="l"):
        pass
    assert [event.target for event in heard] == ["l", "l"]
    assert totals(mine).acquired == 2


def test_a_callback_that_raises_does_not_reach_the_program() -> None:
    """Neither that for inversions nor that for deadlocks; but DeadlockError is what it may raise."""
    a, b = observe.lock(threading.Lock(), name="a"), observe.lock(threading.Lock(), name="b")

    def broken(finding: object) -> None:
        raise RuntimeError

    def nest(first, second) -> None:
        with first, second:
            pass

    errors: list[object] = []
    previous, threading.excepthook = threading.excepthook, errors.append
    try:
        with observe.watch(on_inversion=broken) as found:
            for pair in ((a, b), (b, a)):
                thread = threading.Thread(target=nest, args=pair)
                thread.start()
                thread.join()
    finally:
        threading.excepthook = previous
    assert len(found.inversions) == 1
    assert errors == []


def test_a_full_ring_drops_the_oldest_and_counts_them() -> None:
    """The newest events stay, and the rest is said to be missing."""
    lock = observe.lock(threading.Lock(), name="busy")
    with Timeline(capacity=10) as timeline:
        for _ in range(50):
            with lock:
                pass
    assert len(timeline.events()) == 10
    assert timeline.dropped == 90
    trace = timeline.trace()
    assert trace["otherData"]["dropped"] == 90
    assert sum(event["ph"] == "X" and event["cat"] == "held" for event in trace["traceEvents"]) == 5


def test_off_is_the_raw_lock_itself() -> None:
    """With observing off, `with` and the methods are the raw lock's own C functions; nothing is counted."""
    raw = threading.Lock()
    lock = observe.lock(raw, name="l")
    with lock:
        pass
    observe.enable(False)
    try:
        assert lock.acquire == raw.acquire
        assert lock.__enter__ == raw.__enter__
        with lock:
            assert raw.locked()
    finally:
        observe.enable()
    with lock:
        pass
    assert totals(lock).acquired == 2


def test_switching_in_the_middle_of_a_hold_releases_properly() -> None:
    """A lock taken under one setting is released under the other."""
    lock = observe.lock(threading.Lock(), name="l")
    for first, then in ((True, False), (False, True)):
        observe.enable(first)
        lock.acquire()
        observe.enable(then)
        lock.release()
        assert not lock.locked()
    observe.enable()
    with lock:
        assert lock.locked()


def test_no_count_is_lost_however_many_threads_count() -> None:
    """Statistics in the lock's own record, exact under contention, after the threads have ended."""
    lock = observe.lock(threading.Lock(), name="shared")
    rlock = observe.rlock(threading.RLock(), name="shared r")
    semaphore = observe.semaphore(threading.Semaphore(3), name="shared s")

    def body() -> None:
        for _ in range(500):
            with lock:
                pass
            with rlock, rlock:
                pass
            with semaphore:
                pass

    threads = [threading.Thread(target=body) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in (lock, rlock, semaphore):
        counted = totals(each)
        assert counted.acquired == 3000
        assert sum(counted.hold) == 3000
        assert counted.contended <= 3000


def test_counts_outlive_the_lock() -> None:
    """A counter never goes down: what a lock counted stays with its type and name."""
    for _ in range(3):
        lock = observe.lock(threading.Lock(), name="short-lived")
        with lock:
            pass
        reference = weakref.ref(lock)
        del lock
        assert reference() is None, "no cycle keeps a lock alive"
    gc.collect()
    assert records.folded()["Lock", "short-lived"].acquired == 3


def test_locks_of_one_name_are_counted_together() -> None:
    """Those that exist and those that do not any more."""
    locks = [observe.lock(threading.Lock(), name="twins") for _ in range(3)]
    for lock in locks:
        with lock:
            pass
    locks.pop()
    del lock
    gc.collect()
    assert records.folded()["Lock", "twins"].acquired == 3
    assert sum(records.folded()["Lock", "twins"].hold) == 3


def test_the_wrapped_object_must_be_one_of_threadings() -> None:
    """Anything else is refused in one line."""
    for wrap in (observe.lock, observe.rlock, observe.semaphore, observe.condition, observe.event, observe.barrier):
        with pytest.raises(observe.UsageError, match=wrap.__name__):
            wrap(object())


def test_install_twice_and_uninstall_leaves_the_originals() -> None:
    """And what was made before counts as what it is."""
    import multiprocessing

    before = {name: getattr(threading, name) for name in ("Lock", "RLock", "Condition", "Event", "Semaphore")}
    mp_before = multiprocessing.Lock
    old = threading.Event(), threading.Condition(), threading.Lock()
    observe.install()
    observe.install()
    try:
        assert isinstance(threading.Event(), threading.Event)
        assert isinstance(old[0], threading.Event)
        assert isinstance(old[1], threading.Condition)
        assert isinstance(old[2], type(old[2]))
        assert type(multiprocessing.Lock()).__name__ == "MPLock"
        lock = threading.Lock()
        assert lock._record.name == f"lock ({records.stacks.short(__file__)}:{_line()})"
    finally:
        observe.uninstall()
    assert {name: getattr(threading, name) for name in before} == before
    assert multiprocessing.Lock == mp_before


def _line() -> int:
    import sys

    return sys._getframe(1).f_lineno - 1


def test_the_factories_take_what_the_originals_take() -> None:
    """Wrong arguments and subclassing raise what they raise without us, on each Python in its own way."""
    observe.install()
    try:
        for wrong in (lambda: threading.Lock(1), lambda: threading.Lock(a=1), lambda: type("A", (threading.Lock,), {})):
            with pytest.raises(TypeError):
                wrong()
        bounded = threading.BoundedSemaphore(value=2)
        assert isinstance(bounded, threading.Semaphore)
        with bounded, bounded:
            assert not bounded.acquire(blocking=False)
        with pytest.raises(ValueError):
            bounded.release()

        class Counting(threading.BoundedSemaphore):
            def __init__(self) -> None:
                super().__init__(3)

        with Counting():
            pass
    finally:
        observe.uninstall()
