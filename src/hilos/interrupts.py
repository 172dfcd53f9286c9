"""Ctrl+C, which a terminal sends to every process of a program: its children are told to end by the program instead."""

import contextlib
import signal
from collections.abc import Iterator
from multiprocessing import resource_tracker


@contextlib.contextmanager
def sigint_blocked() -> Iterator[None]:
    """Children (and threads) started within inherit that Ctrl+C does not reach them, not even while they import."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # First, since until Python 3.13 it unblocks SIGINT whatever it was before: what is started next, a fork server or
    # the first process, would have it unblocked.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
