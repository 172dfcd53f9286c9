"""Calls that would block the loop's only thread, while an execution goes on.

`time.sleep` on the loop's thread ends the execution with a sentence; in a function given to a thread it is virtual.  A
`threading.Lock` that is taken can only be given back by a task of the same thread, which cannot run: the loop stands
still for ever.  (A `threading.RLock` is left as it is: all tasks are one thread, so it lets all of them in.)  Clocks
show virtual time.
"""

import ast
import concurrent.futures
import contextlib
import importlib
import linecache
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from hilos.course.asynchronous.loop import ModelLoop
from hilos.course.asynchronous.trouble import Trouble, Wrong
from hilos.locale import translator

_ = translator("asynchronous")

PATIENCE = 0.25
"""Seconds of processor; a step of a task that takes between one and two of these does not end."""


class _Lock:
    """`threading.Lock` on a thread that has an event loop."""

    def __init__(self, loop: ModelLoop) -> None:
        self._loop = loop
        self._taken = False

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it; where it is taken already, nobody will ever give it back."""
        if not self._taken:
            self._taken = True
            return True
        if not blocking:
            return False
        trouble, text = (
            Trouble.BLOCKED,
            _(
                "Línea {line}: el threading.Lock está tomado y esperarlo bloquea el único hilo: quien lo tiene no "
                "puede seguir nunca, ni ninguna otra. Usa asyncio.Lock."
            ),
        )
        if timeout >= 0:
            trouble, text = (
                Trouble.BLOCKING,
                _("Línea {line}: acquire() de un threading.Lock para el bucle entero. Usa asyncio.Lock."),
            )
        return self._loop.abandon(Wrong(trouble, text.format(line=self._loop.line())))

    def release(self) -> None:
        """Give it back."""
        if not self._taken:
            raise RuntimeError("release unlocked lock")
        self._taken = False

    def locked(self) -> bool:
        """Whether it is taken."""
        return self._taken

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_error: object) -> None:
        self.release()


class _Pool:
    """An executor of the model: only its kind counts."""

    kind = "thread"

    def __init__(self, *_arguments: Any, **_named: Any) -> None:
        pass

    def submit(self, function: Callable[..., Any], /, *_arguments: Any, **_named: Any) -> Any:
        """Not here: its result would have to be waited for by blocking."""
        loop = current()
        if loop is not None:
            text = _("Línea {line}: aquí se usa await loop.run_in_executor(pool, ...), no pool.submit().")
            loop.abandon(Wrong(Trouble.REFUSED, text.format(line=loop.line())))

    map = submit

    def shutdown(self, *_arguments: Any, **_named: Any) -> None:
        """Nothing to give back."""

    def __enter__(self) -> "_Pool":
        return self

    def __exit__(self, *_error: object) -> None:
        pass


class _Processes(_Pool):
    """`ProcessPoolExecutor`; `_Pool` itself is `ThreadPoolExecutor`."""

    kind = "process"


_loops: list[ModelLoop] = []


def current() -> ModelLoop | None:
    """The loop of the execution that goes on, if any."""
    return _loops[-1] if _loops else None


class Guard:
    """Stands in the place of what blocks, and notices a step that does not end.

    Use it around a whole search, and `enter` and `leave` around each execution.
    """

    def __init__(self) -> None:
        self.steps = 0
        self._seen = -1

    def enter(self, loop: ModelLoop) -> None:
        """From here on calls are `loop`'s."""
        _loops.append(loop)
        self.steps += 1

    def leave(self) -> None:
        """Until here."""
        _loops.pop()

    @contextlib.contextmanager
    def standing(self) -> Iterator["Guard"]:
        """Patch the standard library while the block runs."""
        # Read without asking: concurrent.futures imports what it has only when it is asked for.
        doubles = self._doubles()
        saved = [(module, name, vars(module).get(name)) for module, name, _double in doubles]
        for module, name, double in doubles:
            setattr(module, name, double)
        timed = threading.current_thread() is threading.main_thread()
        if timed:
            before = signal.signal(signal.SIGVTALRM, self._tick)
            signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE, PATIENCE)
        try:
            yield self
        finally:
            if timed:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
                signal.signal(signal.SIGVTALRM, before)
            for module, name, real in saved:
                if real is None:
                    delattr(module, name)
                else:
                    setattr(module, name, real)

    def _doubles(self) -> list[tuple[Any, str, Any]]:
        def clock(real: Any, scale: int) -> Callable[[], Any]:
            def read() -> Any:
                loop = current()
                if loop is None:
                    return real()
                return loop.now if scale == 1 else int(loop.now * scale)

            return read

        def lock() -> Any:
            loop = current()
            return _real_lock() if loop is None else _Lock(loop)

        def pool(kind: type[_Pool], module: str, name: str) -> Callable[..., Any]:
            def made(*given: Any, **named: Any) -> Any:
                real = kind if current() is not None else getattr(importlib.import_module(module), name)
                return real(*given, **named)

            return made

        return [
            (time, "sleep", _sleep),
            *((time, name, clock(real, 1)) for name, real in _CLOCKS.items()),
            *((time, f"{name}_ns", clock(real, 10**9)) for name, real in _CLOCKS_NS.items()),
            (threading, "Lock", lock),
            (concurrent.futures, "ThreadPoolExecutor", pool(_Pool, "concurrent.futures.thread", "ThreadPoolExecutor")),
            (
                concurrent.futures,
                "ProcessPoolExecutor",
                pool(_Processes, "concurrent.futures.process", "ProcessPoolExecutor"),
            ),
        ]

    def _tick(self, _number: int, frame: FrameType | None) -> None:
        loop = current()
        if loop is None or self._seen != self.steps:
            self._seen = self.steps
            return
        while frame is not None and frame.f_code.co_filename != loop.file:
            frame = frame.f_back
        if frame is not None:
            text = _(
                "Línea {line}: «{name}» da vueltas sin llegar a un await, y mientras el bucle no puede hacer otra cosa."
            )
            line, name = loop_line(loop.file, frame.f_lineno), frame.f_code.co_name
            loop.abandon(Wrong(Trouble.SPINNING, text.format(line=line, name=name)))


def loop_line(file: str, line: int) -> int:
    """The line of the innermost loop of the source around `line`: the same wherever in it one looks."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return line
    around = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.While | ast.For) and node.lineno <= line <= (node.end_lineno or line)
    ]
    return max(around, default=line)


_real_sleep = time.sleep
_real_lock = threading.Lock
_CLOCKS: dict[str, Any] = {name: getattr(time, name) for name in ("monotonic", "perf_counter", "time")}
_CLOCKS_NS: dict[str, Any] = {name: getattr(time, f"{name}_ns") for name in ("monotonic", "perf_counter", "time")}


def _sleep(seconds: float) -> None:
    loop = current()
    if loop is None:
        _real_sleep(seconds)
    elif loop.worker is not None:
        loop.worker.elapsed += seconds
    else:
        text = _(
            "Línea {line}: time.sleep() no cede el paso: para el único hilo, y con él todas las tareas. "
            "Usa await asyncio.sleep()."
        )
        loop.abandon(Wrong(Trouble.BLOCKING, text.format(line=loop.line())))


def compute(seconds: float) -> None:
    """Compute for so many virtual seconds, wherever this is called: on the loop's thread, or on an executor's."""
    loop = current()
    if loop is None:
        return
    if loop.worker is None:
        loop.now += seconds
        return
    loop.worker.elapsed += seconds
    if loop.worker.kind == "thread":
        loop.held = True
