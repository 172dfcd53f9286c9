"""Tells listeners what changed, in order, and never lets one of them disturb the queue."""

import logging
import threading
from collections import deque
from collections.abc import Callable

from hilos.jobs.job import Change

Listener = Callable[[Change], None]
_logger = logging.getLogger("hilos.jobs")


class Announcer:
    """An outbox and those who read it.

    Changes are put into `outbox` under the queue's lock, so they are in order there, and delivered outside of it
    by one thread at a time; who finds another delivering leaves its own to that one.  A listener that raises is
    removed and logged.
    """

    def __init__(self) -> None:
        self.outbox: deque[Change] = deque()
        self.listeners: tuple[Listener, ...] = ()
        self._delivering = threading.Lock()  # held by the one thread that calls listeners
        self._choosing = threading.Lock()  # guards `listeners`, which is replaced and never changed

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every change from now on; returns a function that ends that."""
        with self._choosing:
            self.listeners = (*self.listeners, listener)
        return lambda: self._remove(listener)

    def deliver(self) -> None:
        """Call the listeners with what is in the outbox, unless another thread is doing so."""
        outbox = self.outbox
        while outbox and self._delivering.acquire(blocking=False):
            try:
                while outbox:
                    change = outbox.popleft()
                    for listener in self.listeners:
                        self._tell(listener, change)
            finally:
                self._delivering.release()
            # Something may have been added after the last look, by a thread that found us delivering: look again.

    def _tell(self, listener: Listener, change: Change) -> None:
        try:
            listener(change)
        except Exception:
            self._remove(listener)
            _logger.exception("a listener of the job queue failed and was removed")

    def _remove(self, listener: Listener) -> None:
        with self._choosing:
            self.listeners = tuple(each for each in self.listeners if each is not listener)
