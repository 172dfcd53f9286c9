"""Fibres: the carriers of the threads of a program under test, all on one OS thread.

The only importer of greenlet.  A switch costs less than half a microsecond where handing over between OS threads costs
four and more, and nothing but a switch ever changes whose turn it is.  Starting a fibre costs some eight (CPython gives
each a stack of its own, which is mapped and unmapped), so one that has done its work waits for more, in a list that
belongs to its OS thread.
"""

import threading
from collections.abc import Callable
from typing import Any

import greenlet

Fibre: Any = greenlet.greenlet
"""`switch()` goes there, `throw(error)` raises there."""

here: Callable[[], Any] = greenlet.getcurrent

_MOST_IDLE = 64


class _Idle(threading.local):
    """The fibres of an OS thread that have nothing to do."""

    def __init__(self) -> None:
        self.carriers: list[_Carrier] = []


class _Carrier:
    """Runs one piece of work after the other, each when it is switched to."""

    __slots__ = ("fibre", "idle", "work")

    def __init__(self, idle: list["_Carrier"]) -> None:
        self.idle = idle
        self.work: Callable[[], Any] | None = None
        self.fibre = Fibre(self._loop)

    def _loop(self) -> None:
        idle = self.idle
        while True:
            work, self.work = self.work, None
            assert work is not None
            home = work()
            work = None
            if len(idle) >= _MOST_IDLE:
                self.fibre.parent = home
                return
            idle.append(self)
            home.switch()
            home = None


_idle = _Idle()


def fibre(work: Callable[[], Any]) -> Any:
    """A fibre that will do some work when it is first switched to.

    Args:
        work: returns the fibre to go to when it has been done.
    """
    idle = _idle.carriers
    if idle:
        carrier = idle.pop()
        carrier.fibre.gr_context = None  # context variables are those of a new thread
    else:
        carrier = _Carrier(idle)
    carrier.work = work
    return carrier.fibre
