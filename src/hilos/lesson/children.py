"""Child processes that leave cleanly whatever ends the lesson.

Ctrl+C in a terminal reaches every process of the group: without care each child prints a traceback of its own, also
in the middle of its imports.  Here only the parent answers to it.  A child starts with SIGINT and SIGTERM blocked (the
signal mask is inherited through fork and exec alike), then ignores the first, lets the second end it, and unblocks
both.  It also ends when its parent is gone, so that even `kill -9` on the lesson leaves nobody behind.

The contexts are the standard library's with another `Process`; a lesson's functions take a context as an argument and
work as well with `multiprocessing.get_context("spawn")`.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing import context as contexts
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess, parent_process

_BOTH = {signal.SIGINT, signal.SIGTERM}


@contextlib.contextmanager
def _blocked() -> Iterator[None]:
    """Hold SIGINT and SIGTERM back; what came meanwhile is delivered at the end."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where children get no signal of the parent's
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _BOTH)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _behave() -> None:
    """In the child: Ctrl+C is the parent's business, SIGTERM ends, a dead parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _BOTH)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), name="parent-watch", daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


class _Quiet(BaseProcess):
    def start(self) -> None:
        # Starting the tracker unblocks the signals before Python 3.13, so it must be running already.
        if hasattr(resource_tracker, "ensure_running"):
            resource_tracker.ensure_running()
        with _blocked():
            super().start()

    def run(self) -> None:
        _behave()
        super().run()


if os.name == "posix":

    class QuietForkProcess(_Quiet, contexts.ForkProcess):
        """A forked process that leaves Ctrl+C to its parent."""

    class QuietForkServerProcess(_Quiet, contexts.ForkServerProcess):
        """A process of the fork server that leaves Ctrl+C to its parent."""

    class _ForkContext(contexts.ForkContext):
        Process = QuietForkProcess

    class _ForkServerContext(contexts.ForkServerContext):
        Process = QuietForkServerProcess


class QuietSpawnProcess(_Quiet, contexts.SpawnProcess):
    """A spawned process that leaves Ctrl+C to its parent."""


class _SpawnContext(contexts.SpawnContext):
    Process = QuietSpawnProcess


def context(method: str) -> contexts.BaseContext:
    """The multiprocessing context of `method`, whose processes leave cleanly.

    Raises:
        ValueError: this system has no such start method.
    """
    if method not in multiprocessing.get_all_start_methods():
        raise ValueError(f"this system has no start method {method!r}")
    if method == "spawn":
        return _SpawnContext()
    return _ForkContext() if method == "fork" else _ForkServerContext()


@contextlib.contextmanager
def reaped(patience: float = 1.0) -> Iterator[None]:
    """When the block ends, whatever ended it, end the children that are left and wait for each.

    Arguments:
        patience: seconds that a child has after SIGTERM before SIGKILL.
    """
    try:
        yield
    finally:
        left = multiprocessing.active_children()
        for child in left:
            child.terminate()
        for child in left:
            child.join(patience)
            if child.is_alive():
                child.kill()
                child.join()
