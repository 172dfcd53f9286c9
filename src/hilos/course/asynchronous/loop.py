"""An event loop whose next step is chosen from outside, and on which CPython's asyncio runs unchanged."""

import asyncio
import contextvars
import pickle
import sys
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass
from types import FrameType, FunctionType
from typing import Any, NoReturn

from hilos.course.asynchronous.trouble import Stop, Trouble, Wrong
from hilos.locale import translator

_ = translator("asynchronous")


class Task(asyncio.Task[Any]):
    """A task whose place in a set does not depend on its address: an execution can be repeated."""

    def __init__(self, coroutine: Any, number: int, **options: Any) -> None:
        self.number = number
        super().__init__(coroutine, **options)

    def __hash__(self) -> int:
        return self.number


class Future(asyncio.Future[Any]):
    """The same for a future."""

    def __init__(self, number: int, loop: asyncio.AbstractEventLoop) -> None:
        self.number = number
        super().__init__(loop=loop)

    def __hash__(self) -> int:
        return self.number


@dataclass(slots=True)
class Work:
    """A function on its way to an executor.

    Attributes:
        function: to be called.
        arguments: with these.
        future: gets the result.
        kind: `thread` or `process`.
        elapsed: virtual seconds that it took.
        result, failure: what came of it.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    future: asyncio.Future[Any]
    kind: str
    elapsed: float = 0.0
    result: Any = None
    failure: BaseException | None = None

    def hand_over(self) -> None:
        """Let whoever waits for it know."""
        if self.future.done():
            return
        if self.failure is not None:
            self.future.set_exception(self.failure)
        else:
            self.future.set_result(self.result)

    def unpicklable(self) -> Exception | None:
        """The error of a function that cannot be sent to a process."""
        function = self.function
        if self.kind != "process" or not isinstance(function, FunctionType):
            return None
        if "<" in function.__qualname__:
            return pickle.PicklingError(f"Can't pickle {function.__qualname__}: it is no function of a module")
        return None


@dataclass(slots=True)
class Option:
    """Something that could happen next.

    Attributes:
        kind: `step` of a task, `call` of a callback, `timer` that goes off, `join` of a timer that is put with what is
            ready, `work` of an executor, `cancel` of a task.
        owner: the task that it belongs to; None where it is nobody's.
        thing: the handle, the timer, the work; nothing for `cancel`.
    """

    kind: str
    owner: Any
    thing: Any = None


class ModelLoop(asyncio.AbstractEventLoop):
    """The loop of one execution.

    Arguments:
        file: the answer's, to say which of its lines did something.

    Attributes:
        now: virtual seconds.
        ready: handles that could run, in the order in which they came.
        tasks: all that were made, also those that have ended.
        sites: the line of the answer that made a task, by the task's id; 0 if none did.
        wrong: what ended the execution, if anything has.
        worker: the work that an executor does at this moment; None on the loop's own thread.
        held: whether a thread computed with the GIL held.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.now = 0.0
        self.ready: list[asyncio.Handle] = []
        self.timers: list[asyncio.TimerHandle] = []
        self.works: list[Work] = []
        self.tasks: list[Any] = []
        self.sites: dict[int, int] = {}
        self.wrong: Wrong | None = None
        self.worker: Work | None = None
        self.held = False
        self.prompt = False
        self._numbers = 0
        self._names: dict[str, int] = {}
        self._factory: Callable[..., Any] | None = None

    # What could happen next.

    def steps(self) -> list[Option]:
        """Each handle that is ready, first in first; and each function that waits for a thread.

        Whoever waits for one future hears of it in the order in which they asked: asyncio promises that, and programs
        rely on it (a callback that takes a task off a list before the gather that waits for it goes on).
        """
        self.ready = [handle for handle in self.ready if not handle.cancelled()]
        options, heard = [], set()
        for handle in self.ready:
            future = next(iter(handle._args or ()), None)
            if isinstance(future, asyncio.Future):
                if id(future) in heard:
                    continue
                heard.add(id(future))
            options.append(self.option(handle))
        return options + [Option("work", None, work) for work in self.works] if self.works else options

    def due(self, kind: str = "timer") -> list[Option]:
        """The timers that come first, to go off or to `join`: one, or several that are due at the same moment.

        What an executor has done is handed over in the order in which it was given, as with one worker: where parts
        of a computation take the same time, all their orders would be too many.
        """
        self.timers = [timer for timer in self.timers if not timer.cancelled()]
        first = self.earliest()
        due = [timer for timer in self.timers if timer.when() <= first + 1e-9]
        works = [timer for timer in due if isinstance(getattr(timer._callback, "__self__", None), Work)]  # type: ignore[attr-defined]
        return [Option(kind, self._waiter(timer), timer) for timer in due if timer not in works[1:]]

    def earliest(self) -> float:
        """When the first timer is due."""
        return min((timer.when() for timer in self.timers if not timer.cancelled()), default=float("inf"))

    def option(self, handle: asyncio.Handle) -> Option:
        """What it means to run a handle."""
        owner = getattr(handle._callback, "__self__", None)  # type: ignore[attr-defined]
        if isinstance(owner, asyncio.Task):
            self._register(owner)
            return Option("step", owner, handle)
        return Option("call", None, handle)

    def take(self, option: Option) -> None:
        """Make it happen."""
        thing = option.thing
        if option.kind in ("step", "call"):
            self.ready.remove(thing)
            thing._run()
        elif option.kind == "timer":
            self.timers.remove(thing)
            self.now = max(self.now, thing.when())
            thing._run()
        elif option.kind == "join":
            self.timers.remove(thing)
            self.ready.append(thing)
        elif option.kind == "work":
            self._work(thing)
        else:
            option.owner.cancel()

    def _waiter(self, timer: asyncio.TimerHandle) -> Any:
        """The task that sleeps until this timer, as far as that can be seen."""
        future = next(iter(timer._args or ()), None)
        if isinstance(future, asyncio.Future):
            return next((task for task in self.tasks if getattr(task, "_fut_waiter", None) is future), None)
        return None

    def _work(self, work: Work) -> None:
        self.works.remove(work)
        self.worker = work
        try:
            work.result = work.function(*work.arguments)
        except Stop:
            return
        except BaseException as error:  # noqa: BLE001  it goes where an executor sends it
            work.failure = error
        finally:
            self.worker = None
        if work.elapsed > 0:
            self.call_later(work.elapsed, work.hand_over)
        else:
            work.hand_over()

    # What asyncio asks of a loop.

    def time(self) -> float:
        """Virtual seconds."""
        return self.now

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        """Put a callback with what is ready."""
        handle = asyncio.Handle(callback, args, self, context)
        self.ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon  # type: ignore[assignment]

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        """Call back after so many virtual seconds."""
        return self.call_at(self.now + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.TimerHandle:
        """Call back at a virtual time."""
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        self.timers.append(timer)
        return timer

    def _timer_handle_cancelled(self, _handle: asyncio.TimerHandle) -> None:
        pass

    def create_future(self) -> asyncio.Future[Any]:
        """A future of this loop."""
        return Future(self._number(), self)

    def create_task(
        self, coro: Coroutine[Any, Any, Any] | Generator[Any, Any, Any], *, name: str | None = None, **options: Any
    ) -> Any:
        """A task of this loop, with a name that a person can read."""
        if options.get("context") is None:
            options.pop("context", None)
        name = self._name(name or str(getattr(coro, "__name__", "task")))
        if self._factory is None:
            task: Any = Task(coro, self._number(), loop=self, name=name, **options)
        elif self._factory is getattr(asyncio, "eager_task_factory", None):
            options.setdefault("eager_start", True)
            task = Task(coro, self._number(), loop=self, name=name, **options)
        else:
            task = self._factory(self, coro, name=name, **options)
        self._register(task)
        return task

    def _register(self, task: Any) -> None:
        if id(task) not in self.sites:
            self.tasks.append(task)
            self.sites[id(task)] = self.line()

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers

    def _name(self, name: str) -> str:
        count = self._names[name] = self._names.get(name, 0) + 1
        return name if count == 1 else f"{name} {count}"

    def set_task_factory(self, factory: Any) -> None:
        """How tasks are made; `asyncio.eager_task_factory` is one."""
        self._factory = factory

    def get_task_factory(self) -> Any:
        """What was set."""
        return self._factory

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        """Have a thread or a process of the model call a function, in one piece."""
        work = Work(func, args, self.create_future(), str(getattr(executor, "kind", "thread")))
        failure = work.unpicklable()
        if failure is not None:
            work.future.set_exception(failure)
            return work.future
        self.works.append(work)
        if self.prompt:
            self._work(work)
        return work.future

    def get_debug(self) -> bool:
        """Never: asyncio's debug mode measures real time."""
        return False

    def is_running(self) -> bool:
        """While an execution goes on."""
        return True

    def is_closed(self) -> bool:
        """Not before its end."""
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """An error that nobody called for: in a callback it ends the execution."""
        error = context.get("exception")
        if isinstance(error, BaseException) and "callback" in str(context.get("message")):
            if isinstance(error, Stop):
                return
            text = _("Una función de aviso (callback) lanzó {type}: {text}")
            self.end(Wrong(Trouble.EXCEPTION, text.format(type=type(error).__name__, text=error)))

    # Where we are.

    def line(self) -> int:
        """The line of the answer that is being carried out; 0 if it is none."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self.file:
                return frame.f_lineno
            frame = frame.f_back
        return 0

    def end(self, wrong: Wrong) -> None:
        """Let the execution end here; what is told first stays."""
        if self.wrong is None:
            self.wrong = wrong

    def abandon(self, wrong: Wrong) -> NoReturn:
        """The same, and leave the answer's code at once."""
        self.end(wrong)
        raise Stop


def _refuses(name: str) -> Callable[..., Any]:
    def refused(self: ModelLoop, *_arguments: Any, **_named: Any) -> Any:
        text = _("Línea {line}: loop.{name}() necesita algo de fuera del programa y este ejercicio no lo admite.")
        self.abandon(Wrong(Trouble.REFUSED, text.format(line=self.line(), name=name)))

    refused.__name__ = name
    return refused


for _method in dir(asyncio.AbstractEventLoop):
    # Whatever is not above, also what later Pythons add.
    if not _method.startswith("_") and _method not in vars(ModelLoop):
        setattr(ModelLoop, _method, _refuses(_method))
