"""The processes of one answer, their memory, and what the answer sees as `multiprocessing`."""

import multiprocessing
import multiprocessing.context
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType, FunctionType, ModuleType, SimpleNamespace
from typing import Any

from hilos.course.processes.channels import DirectQueue, ProcessQueue, pipe
from hilos.course.processes.cores import Cores, system
from hilos.course.processes.process import Process
from hilos.course.processes.refusing import absent, refuse
from hilos.course.processes.shared import Array, Value
from hilos.course.processes.sharing import Sharing
from hilos.explore.names import PLACE
from hilos.explore.primitives.condition import Condition
from hilos.explore.primitives.event import Barrier, Event
from hilos.explore.primitives.lock import Lock, RLock
from hilos.explore.primitives.semaphore import BoundedSemaphore, Semaphore
from hilos.locale import translator

_ = translator("course")

_IMAGE = "__hilos_image__"


class Machine:
    """The processes that one answer may start, and their memory.

    Arguments:
        answer: the learner's module; its file is loaded once for each process.
        processes: how many there can be beside the main one.
        method: start method unless the answer asks for another.
        parts: a message in pipes is written in so many parts, of which a pipe holds `capacity`.  2 with a capacity of 1
            is a message larger than the pipe: it is not out of the writer's hands before a reader takes it.
        capacity: of each pipe, in parts.
    """

    def __init__(
        self, answer: ModuleType, processes: int = 3, method: str = "fork", parts: int = 1, capacity: int = 1
    ) -> None:
        self.parts = parts
        self.capacity = capacity
        self._default = method
        self.images = [_image(answer, number, self) for number in range(processes + 1)]
        self._numbers = {id(vars(image)): number for number, image in enumerate(self.images)}
        self.begin()

    def begin(self) -> None:
        """A new execution: no process is running yet."""
        self.method = self._default
        self._started = 0
        self.cores = Cores(2, len(self.images))
        self.sharing = Sharing()
        self._queues: list[ProcessQueue] = []

    def main(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function of the first image as the main process would, which ends as a process does."""
        self.begin()
        result = function(*arguments)
        self.leave(0)
        return result

    def current(self) -> int:
        """Number of the process that is running; 0 is the main one."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            number = self._numbers.get(id(frame.f_globals))
            if number is not None:
                return number
            frame = frame.f_back
        return 0

    def next(self) -> int:
        """A process that has not run yet."""
        self._started += 1
        if self._started >= len(self.images):
            refuse(_("El modelo tiene sitio para {n} procesos, no para más.").format(n=len(self.images) - 1))
        return self._started

    def share(self, thing: Any, method: str = "") -> Any:
        """Declare that `thing` is the same in all processes; `method` is that of the context that made it."""
        self.sharing.add(thing, method or self.method)
        return thing

    def owns(self, function: FunctionType) -> bool:
        """Whether a function comes from the learner's file."""
        return id(function.__globals__) in self._numbers

    def add_queue(self, made: "ProcessQueue") -> None:
        """A queue that processes have to flush when they end."""
        self._queues.append(made)

    def leave(self, process: int) -> None:
        """What a process does last: everything that it put has to be written."""
        for each in self._queues:
            each.flush(process)


def _image(answer: ModuleType, number: int, machine: Machine) -> ModuleType:
    """The learner's file once more, under another name, with the model in the place of `multiprocessing`."""
    name = f"{answer.__name__}.{number}" if number else answer.__name__
    image = ModuleType(name)
    image.__file__ = answer.__file__
    sys.modules[name] = image
    setattr(image, _IMAGE, number)
    if number:
        setattr(image, PLACE, _("proceso {n}").format(n=number))
    file = str(answer.__file__)
    exec(compile(Path(file).read_text(encoding="utf-8"), file, "exec"), vars(image))  # noqa: S102  as it was before
    model = _namespace(machine)
    doubles = {name: value for name, value in vars(model).items() if not name.startswith("_")}
    for name, value in list(vars(image).items()):
        if value is multiprocessing:
            setattr(image, name, model)
            continue
        if value is os:
            setattr(image, name, system(machine))
            continue
        if isinstance(value, multiprocessing.context.BaseContext):
            setattr(image, name, _namespace(machine, value.get_start_method()))
            continue
        for public, double in doubles.items():
            if value is not None and value is getattr(multiprocessing, public, None):
                setattr(image, name, double)
    return image


def _namespace(machine: Machine, method: str | None = None) -> Any:
    """What the learner sees as `multiprocessing`, or as a context with a start method of its own."""

    def shared(kind: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments, **named: machine.share(kind(*arguments, **named), method or "")

    def of(kind: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments, **named: machine.share(kind(machine, *arguments, **named), method or "")

    def set_start_method(name: str | None, force: bool = False) -> None:
        machine.method = _known(name or machine.method)

    return _Namespace(
        Process=lambda *arguments, **named: Process(machine, method or machine.method, *arguments, **named),
        Queue=of(ProcessQueue),
        JoinableQueue=lambda maxsize=0: absent("JoinableQueue"),
        SimpleQueue=of(DirectQueue),
        Pipe=lambda duplex=True: pipe(machine),
        Value=of(Value),
        Array=of(Array),
        Lock=shared(Lock),
        RLock=shared(RLock),
        Semaphore=shared(Semaphore),
        BoundedSemaphore=shared(BoundedSemaphore),
        Event=shared(Event),
        Barrier=shared(Barrier),
        Condition=shared(lambda lock=None: Condition(machine.share(RLock()) if lock is None else lock)),
        get_context=lambda name=None: _namespace(machine, _known(name) if name else method),
        get_start_method=lambda allow_none=False: method or machine.method,
        set_start_method=set_start_method,
        get_all_start_methods=lambda: ["fork", "spawn", "forkserver"],
        cpu_count=lambda: 2,
        freeze_support=lambda: None,
    )


class _Namespace(SimpleNamespace):
    """Names what the model does not have."""

    def __getattr__(self, name: str) -> Any:
        # Only the answer is refused; the explorer looks at what it is about to tell.
        if name.startswith("__") or _IMAGE not in sys._getframe(1).f_globals:
            raise AttributeError(name)
        return absent(name)


def _known(method: str) -> str:
    if method not in ("fork", "spawn", "forkserver"):
        raise ValueError(f"cannot find context for {method!r}")
    return method
