"""Doubles of `Event` and `Barrier`."""

from collections.abc import Callable
from threading import BrokenBarrierError
from typing import Any

from hilos.events import Kind
from hilos.explore.runtime.verbs import AVAILABLE_0, BLOCKS, SHIFT, WRITE, Verbs, running


class Event:
    """A flag that threads can wait for."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __init__(self) -> None:
        verbs: Verbs = running()
        self._verbs = verbs
        place = verbs.number(self, "Event") << SHIFT
        self._look = place
        self._change = place | WRITE
        self._until = place | BLOCKS | AVAILABLE_0
        self.flag = False
        self.time = 0.0

    def _is_up(self) -> bool:
        return self.flag

    def is_set(self) -> bool:
        self._verbs.step(self._look, Kind.READ)
        self._verbs.note(self.flag)
        return self.flag

    isSet = is_set  # noqa: N815  the standard library's name

    def set(self) -> None:
        verbs = self._verbs
        verbs.step(self._change, Kind.SET)
        if self.flag:
            verbs.amend(AVAILABLE_0)
        self.flag = True
        if verbs.current is not None:
            self.time = verbs.current.time

    def clear(self) -> None:
        self._verbs.step(self._change, Kind.CLEAR)
        if self.flag:
            self._verbs.amend(AVAILABLE_0)
        self.flag = False

    def wait(self, timeout: float | None = None) -> bool:
        verbs = self._verbs
        if timeout is None:
            verbs.wait(self._until, Kind.WAIT, self._is_up)
        else:
            verbs.step(self._look, Kind.WAIT)
            verbs.note(self.flag)
            if not self.flag:
                if verbs.current is not None:
                    verbs.current.time += max(timeout, 0)
                return False
        me = verbs.current
        if me is not None and self.time > me.time:
            me.time = self.time
        return True


class _Round:
    """One filling of a barrier: open, or broken, or neither yet."""

    __slots__ = ("broken", "condition", "opened", "place", "time")

    def __init__(self, barrier: "Barrier") -> None:
        self.condition = barrier
        self.opened = False
        self.broken = False
        self.time = 0.0
        self.place = running().number(self, "Round") << SHIFT

    def is_over(self) -> bool:
        return self.opened or self.broken


class Barrier:
    """A place where threads wait for one another."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __init__(self, parties: int, action: Callable[[], Any] | None = None, timeout: float | None = None) -> None:
        if parties < 1:
            raise ValueError("parties must be > 0")
        verbs: Verbs = running()
        self._verbs = verbs
        self._change = verbs.number(self, "Barrier") << SHIFT | WRITE
        self._parties = parties
        self._action = action
        self._timeout = timeout
        self.arrived = 0
        self._round = _Round(self)
        self._broken = False
        self._opening = False

    def _closed(self) -> bool:
        return not self._opening

    def wait(self, timeout: float | None = None) -> int:
        verbs = self._verbs
        if timeout is None:
            timeout = self._timeout
        if self._action is None:
            verbs.step(self._change, Kind.WAIT)
        else:  # nobody comes in while the action runs
            verbs.wait(self._change | BLOCKS | AVAILABLE_0, Kind.WAIT, self._closed)
        turn = self._round
        if self._broken:
            raise BrokenBarrierError
        index = self.arrived
        self.arrived += 1
        me = verbs.current
        turn.time = max(turn.time, me.time)
        if self.arrived == self._parties:
            if self._action is not None:
                self._opening = True
                try:
                    self._action()
                except BaseException:
                    self._opening = False
                    self._break()
                    raise
                verbs.step(self._change, Kind.NOTIFY)
                self._opening = False
            self._open()
        elif timeout is None:
            verbs.wait(turn.place | BLOCKS | AVAILABLE_0, Kind.WAKE, turn.is_over)
        else:
            verbs.step(turn.place | WRITE, Kind.WAKE)
            if not turn.is_over():
                me.time += max(timeout, 0)
                verbs.add(self._change)
                self._break()
        if turn.broken:
            raise BrokenBarrierError
        me.time = max(me.time, turn.time)
        return index

    def _open(self) -> None:
        self._verbs.add(self._round.place | WRITE)
        self._round.opened = True
        self._round = _Round(self)
        self.arrived = 0

    def _break(self) -> None:
        self._verbs.add(self._round.place | WRITE)
        self._round.broken = self._broken = True

    def reset(self) -> None:
        self._verbs.step(self._change, Kind.CLEAR)
        if self.arrived:
            self._verbs.add(self._round.place | WRITE)
            self._round.broken = True
            self._round = _Round(self)
        self.arrived = 0
        self._broken = False

    def abort(self) -> None:
        self._verbs.step(self._change, Kind.CLEAR)
        self._break()

    @property
    def parties(self) -> int:
        return self._parties

    @property
    def n_waiting(self) -> int:
        self._verbs.step(self._change & ~WRITE, Kind.READ)
        return self.arrived

    @property
    def broken(self) -> bool:
        self._verbs.step(self._change & ~WRITE, Kind.READ)
        return self._broken
