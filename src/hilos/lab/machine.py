"""What the machine does while a run is watched: CPU by core and memory, once a second.

A lesson's own registry knows its locks; two of the panels are about the machine, and somebody has to look.
"""

import asyncio
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

    async def look(self) -> None:
        """Look until it is cancelled."""
        while True:
            if self._wanted():
                used = psutil.cpu_percent(percpu=True)
                memory = psutil.virtual_memory()
                self.gauges = {f'cpu_usage_per_core{{core="{core}"}}': percent for core, percent in enumerate(used)}
                self.gauges["memory_usage_percent"] = memory.percent
            else:
                self.gauges = {}
            await asyncio.sleep(EVERY)
