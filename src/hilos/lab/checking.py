"""Runs learners' programs for the pages: one at a time, few in the queue, and stopped with the page that asked.

A program never runs in the server: `hilos.course.confined` gives it a process group with limits.  A check ends when
it is done, when its time is up, when the page says stop, or when the page is gone.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from hilos.course import confined
from hilos.course.confined import Confined, Ended, Stopped
from hilos.errors import HilosError, UsageError
from hilos.locale import translator

_ = translator("lab_step")

T = TypeVar("T")

MOST_WAITING = 4
"""Checks under way and in the queue; one more is refused."""
LARGEST = 100_000
"""Bytes of a program."""
_LOOK = 0.25
"""Seconds between two looks at whether the page is still there."""


class BusyError(HilosError):
    """Too many checks wait already."""


class StoppedError(HilosError):
    """The learner stopped the check, or left."""


def check_size(source: str) -> None:
    """Refuse a program that is too long.

    Raises:
        UsageError: it is.
    """
    if len(source.encode()) > LARGEST:
        raise UsageError(_("El programa es demasiado largo: como mucho, {n} KB.").format(n=LARGEST // 1000))


@dataclass(eq=False)
class _Check:
    key: str
    stopped: bool = False
    child: Confined | None = None

    def started(self, child: Confined) -> None:
        self.child = child
        if self.stopped:
            child.stop()

    def stop(self) -> None:
        self.stopped = True
        if self.child is not None:
            self.child.stop()


class Checks:
    """The checks of one lab."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._all: list[_Check] = []

    async def run(
        self, key: str, work: Callable[[Callable[[Confined], None]], T], gone: Callable[[], Awaitable[bool]]
    ) -> T:
        """Do `work` in a thread when its turn comes.

        Arguments:
            key: what `stop` knows it by.
            work: told how to hand over the child that it starts.
            gone: whether whoever asked is not there any more.

        Raises:
            BusyError: too many are waiting.
            StoppedError: it was stopped, or nobody waits for it any more.
        """
        if len(self._all) >= MOST_WAITING:
            raise BusyError(
                _("Ya hay {n} comprobaciones en marcha: espera a que acaben o páralas.").format(n=MOST_WAITING)
            )
        check = _Check(key)
        self._all.append(check)
        try:
            async with self._turn:
                if check.stopped or await gone():
                    raise StoppedError(_("Parado."))
                return await self._watched(check, work, gone)
        finally:
            self._all.remove(check)

    async def _watched(
        self, check: _Check, work: Callable[[Callable[[Confined], None]], T], gone: Callable[[], Awaitable[bool]]
    ) -> T:
        doing = asyncio.create_task(asyncio.to_thread(work, check.started))
        try:
            while not doing.done():
                await asyncio.wait({doing}, timeout=_LOOK)
                if not doing.done() and not check.stopped and await gone():
                    check.stop()
            return doing.result()
        except Stopped:
            raise StoppedError(_("Parado.")) from None
        finally:
            check.stop()  # if the lab itself is ending

    def stop(self, key: str) -> int:
        """Stop the checks of that key, also those that wait; gives how many."""
        found = [check for check in self._all if check.key == key]
        for check in found:
            check.stop()
        return len(found)

    def close(self) -> None:
        """Stop everything."""
        for check in list(self._all):
            check.stop()


def explored(request: dict[str, Any], source: str, started: Callable[[Confined], None], seconds: int) -> Ended:
    """Run `hilos.lab.exploring` on a program given as text.

    Arguments:
        request: see there; the path of the file with `source` is added under the key `file`.
        source: text of the program.
        started: given the child.
        seconds: wall time that all of it may take.

    Raises:
        Stopped: it was stopped.
    """
    with tempfile.TemporaryDirectory(prefix="hilos-") as folder:
        file = Path(folder) / f"{request.get('title', 'program')}.py"
        file.write_text(source, encoding="utf-8")
        whole = {**request, "file": str(file)}
        return confined.run("hilos.lab.exploring", whole, file, seconds=seconds, started=started)
