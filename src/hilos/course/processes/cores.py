"""Cores for work that computes: how many things run at once, decided in virtual time.

A process runs on the cores that its affinity allows, which a child takes over from its parent.  Whatever is pinned to
one core goes there by turns; of what is not pinned as many run at once as there are cores.  Threads of one process
compute by turns too, as under the GIL.
"""

import os
from types import SimpleNamespace
from typing import Any

from hilos.course.processes.refusing import refuse
from hilos.explore.primitives import time
from hilos.explore.primitives.lock import Lock
from hilos.explore.primitives.semaphore import Semaphore
from hilos.locale import translator

_ = translator("course")


class Cores:
    """The cores in one execution.

    Arguments:
        count: how many.
        processes: how many processes there can be, the main one included.
    """

    def __init__(self, count: int, processes: int) -> None:
        self.all = frozenset(range(count))
        self._affinity = [self.all] * processes
        self._count, self._processes = count, processes
        self._free: Semaphore | None = None
        self._pinned: list[Lock] = []
        self._interpreters: list[Lock] = []

    def inherit(self, child: int, parent: int) -> None:
        """A process begins."""
        self._affinity[child] = self._affinity[parent]

    def affinity(self, process: int) -> frozenset[int]:
        """The cores that it may run on."""
        return self._affinity[process]

    def pin(self, process: int, cores: Any) -> None:
        """Let it run on `cores` only."""
        allowed = frozenset(cores) & self.all
        if not allowed:
            raise OSError(22, "Invalid argument")
        self._affinity[process] = allowed

    def compute(self, process: int, seconds: float) -> None:
        """Take a core for so many virtual seconds."""
        if self._free is None:
            self._free = Semaphore(self._count)
            self._pinned = [Lock() for _core in range(self._count)]
            self._interpreters = [Lock() for _process in range(self._processes)]
        allowed = self._affinity[process]
        with self._interpreters[process]:
            if len(allowed) == 1:
                with self._pinned[min(allowed)]:
                    time.sleep(seconds)
            elif self._processes - 1 > self._count:
                with self._free:
                    time.sleep(seconds)
            else:
                time.sleep(seconds)  # there are no more children than cores


def system(machine: Any) -> SimpleNamespace:
    """What the learner sees as `os`: the same, with the machine's cores."""

    def process(pid: int) -> int:
        if pid != 0:
            refuse(_("La afinidad de otro proceso no se admite aquí: usa 0, que es este."))
        return int(machine.current())

    return SimpleNamespace(
        **{
            **vars(os),
            "cpu_count": lambda: len(machine.cores.all),
            "process_cpu_count": lambda: len(machine.cores.affinity(process(0))),
            "sched_getaffinity": lambda pid: set(machine.cores.affinity(process(pid))),
            "sched_setaffinity": lambda pid, cores: machine.cores.pin(process(pid), cores),
        }
    )
