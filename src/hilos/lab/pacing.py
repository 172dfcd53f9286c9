"""Reads what a learner's program sends no faster than a budget: it waits at its pipe or socket."""

import asyncio
from typing import Any

_SLICE = 0.05
"""Seconds for which a part of the budget is given out."""


class Pace:
    """Pauses a transport whose sender is faster than `budget` bytes a second.

    Arguments:
        transport: from which data come.
        budget: bytes a second.
    """

    def __init__(self, transport: Any, budget: int) -> None:
        self._transport = transport
        self._part = self._left = budget * _SLICE
        self._timer: asyncio.TimerHandle | None = None

    def count(self, size: int) -> None:
        """`size` bytes have come."""
        self._left -= size
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SLICE, self._more)
        if self._left <= 0:
            self._transport.pause_reading()

    def end(self) -> None:
        """Nothing comes any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _more(self) -> None:
        self._timer = None
        if self._left <= 0 and not self._transport.is_closing():
            self._transport.resume_reading()
        self._left = self._part
