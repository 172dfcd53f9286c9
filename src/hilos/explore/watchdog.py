"""Notices that a step of the program under test does not end, and ends the exploration with the line where it is stuck.

What is known to block is refused beforehand (`memory.Memory.call`, `guard`).  C code can wait in more ways than anybody
can list, and all fibres share one OS thread, so whatever waits for real waits for ever.  Hence a second OS thread looks
on, twice a second: while the execution takes no further step and its thread uses no processor, it waits; while it uses
the processor, it computes.  After a while of either the explorer's thread gets a signal, whose handler ends the
exploration from the inside, where it is stuck.  The running program pays nothing for being watched.

Only Python's main thread can be woken from a blocking call (PEP 475), so an exploration elsewhere is not watched; and
code that keeps the interpreter's lock while it waits stops the watcher, too.
"""

import _thread
import linecache
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
        self._leave = _thread.allocate_lock()
        self._left = _thread.allocate_lock()
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
        self._leave.acquire()
        self._left.acquire()
        # Half the cost of a `threading.Thread`, and the program does not find it among its own.
        _thread.start_new_thread(self._watch, (threading.get_ident(), _SIGNAL))

    def stop(self) -> None:
        if self._is_on and _SIGNAL is not None:
            self._is_on = False
            self._leave.release()
            with self._left:  # it has gone
                pass
            self._stuck = None
            signal.signal(_SIGNAL, self._handler if self._handler is not None else signal.SIG_DFL)

    def _where(self) -> tuple[object, int] | None:
        """What changes with each step; None while no code of the program's runs, or some that may take its time."""
        x = self._execution
        if x.indivisible or not verbs.exploring() or verbs.running() is not x:
            return None
        return x.strands, len(x.prints)

    def _watch(self, watched: int, number: int) -> None:
        clock = _clock_of(watched)
        seen: tuple[object, int] | None = None
        since, used = time.monotonic(), clock()
        while not self._leave.acquire(timeout=_PAUSE):
            now = self._where()
            if now is None or seen is None or now[0] is not seen[0] or now[1] != seen[1]:
                seen, since, used = now, time.monotonic(), clock()
                continue
            waited, worked = time.monotonic() - since, clock() - used
            if worked > COMPUTING or (waited > WAITING and worked < waited * _IDLE):
                self._stuck = seen
                signal.pthread_kill(watched, number)
                seen = None
        self._leave.release()
        self._left.release()

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
                    "{place}: «{code}» no termina. Espera de verdad (una tubería, un proceso, un cerrojo que el"
                    " explorador no ve) o calcula demasiado para un solo paso. Sustitúyelo en la prueba o declara"
                    " con hilos.explore.atomic la función que lo llama"
                ).format(place=place, code=_text_at(found))
            )
        )


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
