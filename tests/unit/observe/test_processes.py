"""Locks of multiprocessing: counted in whatever process they are taken, and exported by the one that made them."""

import multiprocessing
import os
import signal
import time

import pytest

from hilos import observe
from hilos.observe import records

CONTEXT = multiprocessing.get_context("fork")


def take(lock, rlock, semaphore, times: int) -> None:
    """What each child does."""
    for _ in range(times):
        with lock:
            pass
        with rlock, rlock:
            pass
        with semaphore:
            pass


def hold_for_ever(lock, held) -> None:
    """What the child does that is killed."""
    lock.acquire()
    held.set()
    signal.pause()


def counts(name: str) -> records.Totals:
    return next(totals for (_type, each), totals in records.folded().items() if each == name)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_what_children_do_is_counted_in_the_parent(method: str) -> None:
    """Every acquisition of every child, whatever the start method."""
    context = multiprocessing.get_context(method)
    lock = observe.lock(context.Lock(), name=f"lock {method}")
    rlock = observe.rlock(context.RLock(), name=f"rlock {method}")
    semaphore = observe.semaphore(context.BoundedSemaphore(2), name=f"semaphore {method}")
    children = [context.Process(target=take, args=(lock, rlock, semaphore, 50)) for _ in range(2)]
    for child in children:
        child.start()
    take(lock, rlock, semaphore, 7)
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0]
    for name in ("lock", "rlock", "semaphore"):
        totals = counts(f"{name} {method}")
        assert totals.acquired == 107
        assert sum(totals.hold) == 107


def test_a_killed_child_takes_no_counts_along() -> None:
    """SIGKILL leaves the counts, and a waiting process that died is not counted as waiting."""
    lock = observe.lock(CONTEXT.Lock(), name="killed")
    held = CONTEXT.Event()
    holder = CONTEXT.Process(target=hold_for_ever, args=(lock, held))
    holder.start()
    assert held.wait(20)
    waiter = CONTEXT.Process(target=hold_for_ever, args=(lock, CONTEXT.Event()))
    waiter.start()
    deadline = time.monotonic() + 20
    while lock._record.waiting_elsewhere() != 1:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert not lock.acquire(timeout=0.01)
    for child in (waiter, holder):
        os.kill(child.pid, signal.SIGKILL)
        child.join()
    assert lock._record.waiting_elsewhere() == 0
    assert counts("killed").acquired == 1
    assert counts("killed").timeouts == 1


def test_wrong_use_raises_what_multiprocessing_raises() -> None:
    """A release too many."""
    with pytest.raises(ValueError):
        observe.lock(CONTEXT.Lock()).release()
    with pytest.raises(AssertionError):
        observe.rlock(CONTEXT.RLock()).release()
    with pytest.raises(ValueError):
        observe.semaphore(CONTEXT.BoundedSemaphore(1)).release()
