"""What a check gives to an answer's processes to do."""

from hilos.course.processes.machine import Machine
from hilos.explore.primitives import time


class Work:
    """What an answer's processes are given to do, and in which of them it was done; no memory of the program's.

    Arguments:
        machine: that they run on.
        parts: how many things there are to do.
        seconds: that one takes, virtual.
    """

    def __init__(self, machine: Machine, parts: int, seconds: float = 1.0) -> None:
        self._machine = machine
        self._seconds = seconds
        self.where = [0] * parts

    def note(self, part: int) -> None:
        """Do one part, in whichever process calls."""
        time.sleep(self._seconds)
        self.where[part] = self._machine.current()

    def away(self) -> bool:
        """Whether each part was done in a child of its own."""
        return 0 not in self.where and len(set(self.where)) == len(self.where)

    def compute(self, part: int) -> None:
        """Do one part on a core of the process that calls."""
        process = self._machine.current()
        self._machine.cores.compute(process, self._seconds)
        self.where[part] = process
