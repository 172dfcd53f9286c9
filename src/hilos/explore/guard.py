"""Refuses what the explorer cannot control, wherever in the program's depths it happens.

Instrumented code is stopped at the call that leads out of the program (`memory.Memory.call`).  Code that is not
instrumented may still open a socket, start a process or a real thread; CPython announces these to audit hooks, and the
hook here ends the exploration with the line of the program that led there.  An audit hook cannot be taken away again,
so one is installed when it is first needed, and it does nothing unless an exploration is running in that thread.
"""

import _thread
import sys

from hilos.errors import Unexplorable
from hilos.explore.recording import place_in_program
from hilos.explore.runtime.execution import Execution
from hilos.locale import translator

_ = translator("explore")

_REFUSED = frozenset(
    (
        "_thread.start_new_thread",
        "_thread.start_joinable_thread",
        "builtins.input",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.system",
        "socket.__new__",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "sqlite3.connect",
        "subprocess.Popen",
        "time.sleep",
    )
)
_watched: list[tuple[int, Execution]] = []
_installed: list[bool] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if not _watched or event not in _REFUSED:
        return
    if event == "sqlite3.connect" and arguments[0] == ":memory:":
        return  # nobody else gets at it but by way of the connection
    thread, execution = _watched[-1]
    if execution.current is None or execution.indivisible or thread != _thread.get_ident():
        return
    place = place_in_program(sys._getframe(1))
    refusal = Unexplorable(
        _(
            "{place}: el programa llega a «{event}» en código que no se observa (red, procesos, hilos de verdad o"
            " espera en C). Instrumenta ese módulo con instrument=, sustitúyelo en la prueba o declara con"
            " hilos.explore.atomic la función que lo llama"
        ).format(place=place or "?", event=event)
    )
    refusal.what, refusal.line = event, place.line if place is not None else 0
    execution.refuse(refusal)


def enter(execution: Execution) -> None:
    """Watch over an execution that runs in this thread."""
    if not _installed:
        sys.addaudithook(_hook)
        _installed.append(True)
    _watched.append((_thread.get_ident(), execution))


def leave() -> None:
    """Undo the last `enter`."""
    _watched.pop()
