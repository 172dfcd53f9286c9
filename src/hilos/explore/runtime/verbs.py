"""All that primitives may use of the runtime.

A double of `threading.Lock` and the like keeps its own state and is written in these few verbs: *number* a new object,
take a *step* (one operation, when its turn comes), *wait* (a step that cannot happen while the object is not
available), *spawn* a thread.  In the thread that explores, outside any execution, there is nothing running and
doubles cannot be made.
"""

from collections.abc import Callable
from typing import Any, Protocol

from hilos.explore.causality.dependence import AVAILABLE_0, AVAILABLE_1, BLOCKS, CHANNEL, IDLE, SHIFT, SPIN, WRITE

__all__ = [
    "AVAILABLE_0",
    "AVAILABLE_1",
    "BLOCKS",
    "CHANNEL",
    "IDLE",
    "SHIFT",
    "SPIN",
    "TROUBLE",
    "WRITE",
    "Abort",
    "Verbs",
    "enter",
    "exploring",
    "leave",
    "misuse",
    "running",
]


class Abort(BaseException):
    """Ends a fibre of the program under test.  No `except Exception` stops it."""


TROUBLE = "hilos_trouble"
"""Attribute of an exception raised by a double: what kind of finding it is if it leaves its thread."""


def misuse(error: BaseException, trouble: str) -> BaseException:
    """Mark an exception with the kind of finding that it is if it leaves its thread."""
    setattr(error, TROUBLE, trouble)
    return error


class Verbs(Protocol):
    """What a double asks of the execution it lives in.

    Attributes:
        current: the thread whose turn it is; None in `setup`, in the invariant and between turns.
        recording: whether what is read and written should be noted for the steps of a finding.
        learned: what `learn` was told in this and earlier executions.
        strands: the threads by order of their start.
    """

    current: Any
    recording: bool
    learned: set[str]
    strands: list[Any]

    def number(self, double: Any, type_name: str, name: str = "") -> int:
        """A location for a new shared object: shift it by `SHIFT` and add bits to make a footprint."""

    def step(self, footprint: Any, kind: Any, /) -> None:
        """Do one operation: returns when it is this thread's turn to do it."""

    def wait(self, footprint: Any, kind: Any, ready: Callable[[], Any], /) -> None:
        """Likewise for an operation that can only happen while `ready()` is true."""

    def amend(self, bits: int) -> None:
        """Add bits to the footprint of the operation that was just announced; if it has several parts, to its last."""

    def add(self, footprint: int) -> None:
        """Add a location to the footprint of the operation that was just announced."""

    def note(self, value: object) -> None:
        """What the operation that was just announced came to."""

    def adopt(self, value: Any) -> None:
        """A value is about to become visible to other threads."""

    def atomically(self, run: Callable[[], Any]) -> Any:
        """Run code of the program as part of the operation that was just announced."""

    def learn(self, what: str) -> None:
        """Something about the program that operations' footprints depend on; if it is new, the search starts again."""

    def spawn(self, run: Callable[[], Any], name: str, owner: Any = None, location: int = -1) -> Any:
        """Start a thread; it runs up to its first operation and waits for its turn there.

        Args:
            run: what it runs.
            name: its name.
            owner: the double that stands for it.
            location: that double's; its end is an operation there.  Without, nobody can wait for its end.
        """

    def called(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Call a function of the program from a double, as instrumented code would."""


_running: list[Verbs] = []


def running() -> Verbs:
    """The execution in which doubles live now.

    Raises:
        RuntimeError: there is none.
    """
    if not _running:
        raise RuntimeError("hilos.explore: nothing is being explored here")
    return _running[-1]


def exploring() -> bool:
    """Whether there is one."""
    return bool(_running)


def enter(verbs: Verbs) -> None:
    """Make an execution the one in which doubles live."""
    _running.append(verbs)


def leave() -> None:
    """Undo the last `enter`."""
    _running.pop()
