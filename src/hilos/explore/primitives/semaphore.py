"""Doubles of `Semaphore` and `BoundedSemaphore`."""

from typing import Any

from hilos.events import Kind
from hilos.explore.runtime.verbs import AVAILABLE_0, BLOCKS, IDLE, SHIFT, WRITE, Verbs, misuse, running


class Semaphore:
    """A number of permits."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        verbs: Verbs = running()
        self._verbs = verbs
        place = verbs.number(self, type(self).__name__) << SHIFT
        self._change = place | WRITE
        self._take = place | WRITE | BLOCKS | AVAILABLE_0
        self.value = value
        self.holders: list[Any] = []
        self.time = 0.0

    def _free(self) -> bool:
        return self.value > 0

    @property
    def _value(self) -> int:
        self._verbs.step(self._change & ~WRITE, Kind.READ)
        return self.value

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        verbs = self._verbs
        if blocking and timeout is None:
            verbs.wait(self._take, Kind.ACQUIRE, self._free)
        else:
            verbs.step(self._change, Kind.ACQUIRE)
            taken = self.value > 0
            verbs.note(taken)
            if not taken:
                verbs.amend(IDLE)
                if timeout and verbs.current is not None:
                    verbs.current.time += max(timeout, 0)
                return False
            verbs.amend(AVAILABLE_0)
        self.value -= 1
        me = verbs.current
        self.holders.append(me)
        if me is not None and self.time > me.time:
            me.time = self.time
        return True

    def __enter__(self) -> bool:
        return self.acquire()

    def release(self, n: int = 1) -> None:
        if n < 1:
            raise ValueError("n must be one or more")
        verbs = self._verbs
        verbs.step(self._change, Kind.RELEASE)
        if self.value > 0:
            verbs.amend(AVAILABLE_0)
        self._check(n)
        self.value += n
        me = verbs.current
        for _permit in range(n):
            if me in self.holders:
                self.holders.remove(me)
            elif self.holders:
                self.holders.pop(0)
        if me is not None and me.time > self.time:
            self.time = me.time

    def _check(self, n: int) -> None:
        """A plain semaphore may grow."""

    def __exit__(self, *exc_info: object) -> None:
        self.release()


class BoundedSemaphore(Semaphore):
    """A semaphore that must not grow beyond its initial value."""

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self._initial_value = value

    def _check(self, n: int) -> None:
        if self.value + n > self._initial_value:
            raise misuse(ValueError("Semaphore released too many times"), "double_release")
