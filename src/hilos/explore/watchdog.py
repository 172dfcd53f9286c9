"""Notices that a step of the program under test does not end, and ends the exploration with the line where it is stuck.

What is known to block is refused beforehand (`memory.Memory.call`, `guard`).  C code can wait in more ways than anybody
can list, and all fibres share one OS thread, so whatever waits for real waits for ever.  Hence a second OS thread looks
on, twice a second: while the execution takes no further step and its thread uses no processor, it waits; while it uses
the processor, it computes.  After a while of either the explorer's thread gets a signal, whose handler ends the
exploration from the inside, where it is stuck.  The running program pays nothing for being watched.

To start a thread costs as much as a third of a small search, so the one that looks on stays for the next search, and
goes when it finds none to watch, or before the process forks.

Only Python's main thread can be woken from a blocking call (PEP 475), so an exploration elsewhere is not watched; and
code that keeps the interpreter's lock while it waits stops the watcher, too.
"""

import _thread
import linecache
import os
import signal
import sys
import threading
import time
from itertools import islice
from types import FrameType
from typing import Any

from hilos.errors import Unexplorable
from hilos.explore.recording import innermost
from hilos.explore.runtime import verbs
from hilos.explore.runtime.execution import Execution
from hilos.locale import translator

_ = translator("explore")

WAITING = 3.0
"""Seconds without a step and with the processor idle after which a step is taken to wait for ever."""
COMPUTING = 30.0
"""Seconds of the processor's time after which a step is taken to be too long to be explored."""
_PAUSE = 0.5
_IDLE = 0.1
"""The most that a thread that waits uses of the processor, as a share of the time."""
_LONGEST = 60
_SIGNAL = getattr(signal, "SIGURG", None)
"""Ignored unless somebody asks for it, and hardly anybody does."""


class Watchdog:
    """Watches over an execution between `start` and `stop`, both called by the thread that explores."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._is_on = False
        self._stuck: tuple[object, int] | None = None
        self._handler: Any = None

    def start(self) -> None:
        if (
            _SIGNAL is None
            or threading.current_thread() is not threading.main_thread()
            or "pydevd" in sys.modules  # somebody who looks at a breakpoint takes longer
        ):
            return
        self._handler = signal.signal(_SIGNAL, self._bark)
        self._is_on = True
        _watcher.watch(self)

    def stop(self) -> None:
        if self._is_on and _SIGNAL is not None:
            self._is_on = False
            _watcher.leave_alone(self)
            self._stuck = None
            signal.signal(_SIGNAL, self._handler if self._handler is not None else signal.SIG_DFL)

    def _where(self) -> tuple[object, int] | None:
        """What changes with each step; None while no code of the program's runs, or some that may take its time."""
        x = self._execution
        if x.indivisible or not verbs.exploring() or verbs.running() is not x:
            return None
        return x.strands, len(x.prints)

    def _bark(self, _number: int, frame: FrameType | None) -> None:
        stuck, self._stuck = self._stuck, None
        now = self._where()
        if stuck is None or now is None or now[0] is not stuck[0] or now[1] != stuck[1]:
            return
        found = innermost(frame)
        place = f"{found.f_code.co_filename}:{found.f_lineno}" if found is not None else "?"
        self._execution.refuse(
            Unexplorable(
                _(
                    "{place}: «{code}» no termina. Espera de verdad (una tubería, un proceso, un lock que el"
                    " explorador no ve) o calcula demasiado para un solo paso. Sustitúyelo en la prueba o declara"
                    " con hilos.explore.atomic la función que lo llama"
                ).format(place=place, code=_text_at(found))
            )
        )


class _Watcher:
    """The thread that looks on: there is one while somebody is watched, and a little longer."""

    def __init__(self) -> None:
        self._state = _thread.allocate_lock()  # over the two below: nobody is to count on a thread that is going
        self._watched: list[Watchdog] = []
        self._is_here = False
        self._leave = _thread.allocate_lock()
        self._left = _thread.allocate_lock()
        self._leave.acquire()

    def watch(self, dog: Watchdog) -> None:
        """Watch over the main thread for somebody, who calls from there."""
        with self._state:
            self._watched.append(dog)
            self._come()

    def leave_alone(self, dog: Watchdog) -> None:
        with self._state:
            self._watched.remove(dog)

    def go(self) -> None:
        """Send the thread away, and return when it has gone: a process with two threads had better not fork."""
        with self._state:
            if self._is_here:
                self._leave.release()
                with self._left:
                    self._is_here = False

    def come_back(self) -> None:
        with self._state:
            if self._watched:
                self._come()

    def _come(self) -> None:
        if not self._is_here:
            self._is_here = True
            self._left.acquire()
            # Half the cost of a `threading.Thread`, and the program does not find it among its own.
            _thread.start_new_thread(self._look_on, (threading.main_thread().ident or 0, int(_SIGNAL or 0)))

    def _look_on(self, thread: int, number: int) -> None:
        try:
            clock = _clock_of(thread)
            seen: tuple[object, int] | None = None
            since, used = time.monotonic(), clock()
            while not self._leave.acquire(timeout=_PAUSE):
                dog = self._watched[-1] if self._watched else None
                if dog is None:
                    if self._may_go():
                        return
                    continue
                now = dog._where()
                if now is None or seen is None or now[0] is not seen[0] or now[1] != seen[1]:
                    seen, since, used = now, time.monotonic(), clock()
                    continue
                waited, worked = time.monotonic() - since, clock() - used
                if worked > COMPUTING or (waited > WAITING and worked < waited * _IDLE):
                    dog._stuck = seen
                    signal.pthread_kill(thread, number)
                    seen = None
        finally:
            self._left.release()

    def _may_go(self) -> bool:
        """Whether nobody has come meanwhile; who holds the lock may be waiting for this thread to end."""
        if not self._state.acquire(blocking=False):
            return False
        self._is_here = bool(self._watched)
        self._state.release()
        return not self._is_here


_watcher = _Watcher()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_watcher.go, after_in_parent=_watcher.come_back, after_in_child=_watcher.__init__)  # type: ignore[misc]


def _clock_of(ident: int) -> Any:
    """The time that a thread has used of the processor; where that cannot be told, it counts as idle."""
    of = getattr(time, "pthread_getcpuclockid", None)
    if of is None:
        return lambda: 0.0
    clock = of(ident)
    return lambda: time.clock_gettime(clock)


def _text_at(frame: FrameType | None) -> str:
    """The source of the expression that a frame is at, or of its line."""
    if frame is None:
        return "?"
    code = frame.f_code
    line = linecache.getline(code.co_filename, frame.f_lineno)
    first, last, start, end = next(islice(code.co_positions(), frame.f_lasti // 2, None), (None,) * 4)
    if first == last and start is not None and end is not None:
        line = line.encode()[start:end].decode(errors="replace")
    line = line.strip() or code.co_qualname
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
