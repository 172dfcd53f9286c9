"""What the machine does while a run is watched: CPU by core and memory, once a second.

A lesson's own registry knows its locks; two of the panels are about the machine, and somebody has to look.
"""

import asyncio
import contextlib
from collections.abc import Callable

import psutil

EVERY = 1.0


class Machine:
    """Looks at the machine while it is wanted.

    Arguments:
        wanted: whether anybody watches now.
    """

    def __init__(self, wanted: Callable[[], bool]) -> None:
        self.gauges: dict[str, float] = {}
        self._wanted = wanted
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _look(self) -> None:
        while True:
            if self._wanted():
                used = psutil.cpu_percent(percpu=True)
                memory = psutil.virtual_memory()
                self.gauges = {f'cpu_usage_per_core{{core="{core}"}}': percent for core, percent in enumerate(used)}
                self.gauges["memory_usage_percent"] = memory.percent
            else:
                self.gauges = {}
            await asyncio.sleep(EVERY)
