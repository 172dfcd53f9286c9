"""Tasks that ask again and again, tasks that nobody keeps, and where a task waits."""

import asyncio
import gc
import operator
from collections.abc import Iterator
from types import BuiltinFunctionType, CoroutineType, GeneratorType
from typing import Any

from hilos.course.asynchronous.loop import ModelLoop, Option
from hilos.course.asynchronous.trouble import Trouble, Wrong
from hilos.locale import translator

_ = translator("asynchronous")

SPINS = 20
"""So many steps of a task, one after the other, that leave its own variables as they were: it only asks."""

_VALUES = (int, float, str, bytes, bool, type(None))


class Watch:
    """Watches the tasks of one execution.

    A task that comes to the same await with the same variables may be asking for something that another one has to
    bring about.  From then on it is given its turn again and again, which is an order like any other; if nothing new
    comes of that in `SPINS` turns, it does not wait, it asks.

    Arguments:
        loop: whose tasks.
        kept: whether to look for tasks that nobody keeps.
    """

    def __init__(self, loop: ModelLoop, kept: bool) -> None:
        self._loop = loop
        self._kept = kept
        self._seen: dict[int, set[Any]] = {}
        self._repeats: dict[int, int] = {}
        self._last: Any = None

    def after(self, task: Any) -> None:
        """`task` has taken a step."""
        self._last = task
        if task.done():
            return
        key = id(task)
        seen = self._seen.setdefault(key, set())
        state: Any = stand(task)
        if state in seen:
            state = signature(task, self._loop.file)  # it has been here before: with the same variables?
        if state not in seen:
            seen.add(state)
            self._repeats[key] = 0
            return
        self._repeats[key] += 1
        if self._repeats[key] >= SPINS:
            line, _what = waiting(task, self._loop.file)
            text = _("Línea {line}: «{name}» pregunta y pregunta sin que nada cambie, en vez de esperar.")
            self._loop.end(Wrong(Trouble.SPINNING, text.format(line=line, name=task.get_name())))

    def again(self, options: list[Option]) -> int:
        """The place of the option to take unless asked otherwise: the first, or the task that is asking."""
        if self._last is not None and self._repeats.get(id(self._last)):
            for place, option in enumerate(options):
                if option.owner is self._last and option.kind != "cancel":
                    return place
        return 0

    def forgotten(self, roots: list[Any]) -> None:
        """Look for tasks to which nothing but the loop refers."""
        if not self._kept or self._loop.wrong is not None:
            return
        for task in self._loop.tasks:
            if task.done() or task in roots:
                continue
            if not referred(task, self._loop):
                text = _(
                    "Línea {line}: nada guarda la tarea «{name}». El bucle solo tiene una referencia débil: el "
                    "recolector de basura puede llevársela a medias."
                )
                line = self._loop.sites[id(task)]
                self._loop.end(Wrong(Trouble.FORGOTTEN, text.format(line=line, name=task.get_name())))


def referred(task: Any, loop: ModelLoop) -> bool:
    """Whether anything but the loop, and what drives the task, refers to it."""
    for referrer in gc.get_referrers(task):  # noqa: SIM110  a generator would be a referrer itself
        if _keeps(referrer, task, loop):
            return True
    return False


def hoarded() -> list[str]:
    """Names of tasks that have ended and are kept all the same, in the execution that goes on."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, ModelLoop):
        return []
    names = []
    for task in loop.tasks:
        if task.done() and referred(task, loop):
            names.append(task.get_name())  # noqa: PERF401  a comprehension would be a referrer itself
    return names


def _keeps(referrer: Any, task: Any, loop: ModelLoop) -> bool:
    if referrer is loop.tasks or referrer is task.get_coro():
        return False
    if isinstance(referrer, BuiltinFunctionType | Option | asyncio.Handle):
        return False
    # Our own frames and what a task's steps are wrapped in are machinery too.
    return type(referrer).__name__ not in ("frame", "TaskStepMethWrapper", "method-wrapper", "list_iterator")


def stand(task: Any) -> Any:
    """Where a task stands: its awaits, from the outermost to the innermost."""
    return tuple((id(frame.f_code), frame.f_lasti) for _coroutine, frame in _chain(task.get_coro()))


def signature(task: Any, file: str) -> Any:
    """Where a task stands and what its variables are, as far as its own frames go."""
    parts: list[Any] = []
    for coroutine, frame in _chain(task.get_coro()):
        parts.append((id(frame.f_code), frame.f_lasti))
        if frame.f_code.co_filename != file:
            continue
        awaited = coroutine.cr_await if isinstance(coroutine, CoroutineType) else coroutine.gi_yieldfrom
        for value in gc.get_referents(coroutine):
            if value is awaited:
                continue
            if isinstance(value, _VALUES):
                parts.append((type(value), value))
            else:
                parts.append((id(value), operator.length_hint(value, -1) if hasattr(value, "__next__") else 0))
    return tuple(parts)


def _chain(coroutine: Any) -> Iterator[tuple[Any, Any]]:
    while coroutine is not None:
        if isinstance(coroutine, CoroutineType):
            frame, inner = coroutine.cr_frame, coroutine.cr_await
        elif isinstance(coroutine, GeneratorType):
            frame, inner = coroutine.gi_frame, coroutine.gi_yieldfrom
        else:
            return
        if frame is None:
            return
        yield coroutine, frame
        coroutine = inner


def waiting(task: Any, file: str) -> tuple[int, str]:
    """The line of the answer that a task waits in, and for what: `Lock.acquire`; 0 and nothing if it cannot be said."""
    line, what = 0, ""
    for _coroutine, frame in _chain(task.get_coro()):
        if frame.f_code.co_filename == file:
            line, what = frame.f_lineno, ""
        elif "asyncio" in frame.f_code.co_filename and line and not frame.f_code.co_name.startswith("__"):
            what = f"{frame.f_code.co_qualname}()"
    return line, what
