"""CPython's own lock tests (`test.lock_tests`, the suite that its primitives must pass), run on observed objects."""

import importlib.util
import threading

import pytest

from hilos import observe

if importlib.util.find_spec("test.lock_tests") is None:
    pytest.skip("this Python comes without its own tests (Debian: libpython3-testsuite)", allow_module_level=True)

from test import lock_tests


@pytest.fixture(autouse=True)
def _quiet():
    with observe.watch():
        yield


class TestLock(lock_tests.LockTests):
    """Everything that a Lock must do."""

    locktype = staticmethod(lambda: observe.lock(threading.Lock()))


class TestRLock(lock_tests.RLockTests):
    """Everything that an RLock must do."""

    locktype = staticmethod(lambda *a, **k: observe.rlock(threading.RLock(*a, **k)))


class TestCondition(lock_tests.ConditionTests):
    """Everything that a Condition must do, over its own lock and over a given one."""

    condtype = staticmethod(lambda lock=None: observe.condition(threading.Condition(lock)))


class TestConditionAsRLock(lock_tests.RLockTests):
    """A Condition is its lock, too."""

    locktype = staticmethod(lambda: observe.condition(threading.Condition()))

    def test_repr(self):
        """A Condition's repr is its own, with or without us."""

    test_locked_repr = test_repr

    def test_recursion_count(self):
        """Not something that a Condition has, with or without us."""


class TestSemaphore(lock_tests.SemaphoreTests):
    """Everything that a Semaphore must do."""

    semtype = staticmethod(lambda *a, **k: observe.semaphore(threading.Semaphore(*a, **k)))


class TestBoundedSemaphore(lock_tests.BoundedSemaphoreTests):
    """Everything that a BoundedSemaphore must do."""

    semtype = staticmethod(lambda *a, **k: observe.semaphore(threading.BoundedSemaphore(*a, **k)))


class TestEvent(lock_tests.EventTests):
    """Everything that an Event must do."""

    eventtype = staticmethod(lambda: observe.event(threading.Event()))


class TestBarrier(lock_tests.BarrierTests):
    """Everything that a Barrier must do."""

    barriertype = staticmethod(lambda *a, **k: observe.barrier(threading.Barrier(*a, **k)))
