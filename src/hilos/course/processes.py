"""A small model of `multiprocessing`, whose processes the explorer schedules.

Each process is a thread of the exploration with memory of its own: a module of its own made of the learner's file.
`Process.start` fills it, by the start method:

    fork    with a copy of the parent's globals, as they are at that moment: also a lock that somebody holds
    spawn   with what importing the file makes; the target and its arguments have to be picklable

`Queue` has what makes it surprising: `put` hands the item to a feeder thread of that process, which writes it into a
pipe of bounded capacity, and a process ends only when its feeders have written everything (unless
`cancel_join_thread`).  `Pipe`, `Value`, `Array`, `Lock` and the like are shared between processes, everything else is
not.  Which process it is that runs is read from the frames: whose module they belong to.

What is not modelled is refused with a sentence: pools, managers, ending a process from outside, shared memory blocks.
Simplified: an item is pickled when it is put (the standard library does so a little later); a pipe's end of file; and
what other threads of the parent write to plain memory while it forks is seen as of one moment (locks are explored).
"""

import copy
import multiprocessing
import multiprocessing.context
import queue as real_queue
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType, FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import Any

from hilos.errors import Unexplorable
from hilos.events import Kind
from hilos.explore.names import PLACE
from hilos.explore.primitives import time
from hilos.explore.primitives.condition import Condition
from hilos.explore.primitives.event import Barrier, Event
from hilos.explore.primitives.lock import Lock, RLock
from hilos.explore.primitives.namespace import DOUBLES, maker, stand_in, stood_in
from hilos.explore.primitives.queue import Queue, SimpleQueue
from hilos.explore.primitives.semaphore import BoundedSemaphore, Semaphore
from hilos.explore.primitives.thread import Thread
from hilos.explore.recording import see_through
from hilos.explore.runtime.verbs import SHIFT, WRITE, running
from hilos.locale import translator

_ = translator("course")

see_through(__file__)

_STOP = object()


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
        self._shared: dict[int, tuple[Any, str]] = {}
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
            _refuse(_("El modelo tiene sitio para {n} procesos, no para más.").format(n=len(self.images) - 1))
        return self._started

    def share(self, thing: Any, method: str = "") -> Any:
        """Declare that `thing` is the same in all processes; `method` is that of the context that made it."""
        self._shared[id(thing)] = (thing, method or self.method)
        return thing

    def made_by(self, thing: Any) -> str:
        """Start method of the context that made what is shared; empty for what any process may be given."""
        return self._shared[id(thing)][1] if id(thing) in self._shared else ""

    def is_shared(self, thing: Any) -> bool:
        """Whether it is."""
        return id(thing) in self._shared or isinstance(thing, _SHARED)

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


def _image(answer: ModuleType, number: int, machine: Machine) -> ModuleType:
    """The learner's file once more, under another name, with the model in the place of `multiprocessing`."""
    name = f"{answer.__name__}.{number}" if number else answer.__name__
    image = ModuleType(name)
    image.__file__ = answer.__file__
    sys.modules[name] = image
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
        JoinableQueue=lambda maxsize=0: _absent("JoinableQueue"),
        SimpleQueue=of(DirectQueue),
        Pipe=lambda duplex=True: _pipe(machine),
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
        if name.startswith("__"):
            raise AttributeError(name)
        return _absent(name)


def _known(method: str) -> str:
    if method not in ("fork", "spawn", "forkserver"):
        raise ValueError(f"cannot find context for {method!r}")
    return method


def _absent(name: str) -> Any:
    _refuse(_("multiprocessing.{name} no hace falta aquí y este ejercicio no lo admite").format(name=name))


def _refuse(text: str) -> None:
    execution: Any = running()
    execution.refuse(Unexplorable(text))


class Process:
    """A process; `_target`, `_args` and `_kwargs` are the parent's, what runs is the child's copy of them."""

    def __init__(
        self,
        machine: Machine,
        method: str,
        group: None = None,
        target: Callable[..., Any] | None = None,
        name: str | None = None,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        self._machine = machine
        self._method = method
        self._call = (target, tuple(args), dict(kwargs or {}))
        self._thread: Thread | None = None
        self.name = name or f"Process-{getattr(target, '__name__', '')}"
        self.daemon = bool(daemon)
        self.exitcode: int | None = None

    def start(self) -> None:
        """Make the child's memory and let it run."""
        if self._thread is not None:
            raise AssertionError("cannot start a process twice")
        machine, parent = self._machine, self._machine.current()
        child = machine.next()
        copier = _Copier(machine, machine.images[parent], machine.images[child])
        if self._method == "fork":
            # The copy is part of the start, whose footprint it adds to.
            self._thread = _Forking(lambda: self._run(child), self.name, self.daemon, lambda: self._fork(copier))
        else:
            pickled(machine, self._call, inherited=True, method=self._method)
            self._call = copier.copy(self._call)
            self._thread = Thread(target=lambda: self._run(child), name=self.name, daemon=self.daemon)
        self._thread.start()

    def _fork(self, copier: "_Copier") -> list[int]:
        copier.globals()
        self._call = copier.copy(self._call)
        return copier.footprints

    def _run(self, child: int) -> None:
        target, args, kwargs = self._call
        try:
            if target is not None:
                running().called(target, *args, **kwargs)
            self.exitcode = 0
        except SystemExit as error:
            self.exitcode = error.code if isinstance(error.code, int) else 1
        except Exception as error:  # noqa: BLE001  it ends the child, not the parent, as for a real process
            print(f"{self.name}: {type(error).__name__}: {error}", file=sys.stderr)
            self.exitcode = 1
        self._machine.leave(child)

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end of the process."""
        if self._thread is None:
            raise AssertionError("can only join a started process")
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._thread is not None and self._thread.is_alive()

    def close(self) -> None:
        """Nothing to give back in the model."""

    def terminate(self) -> None:
        """Not modelled: a process ended at any point may leave locks taken and messages half written."""
        _absent("Process.terminate")

    kill = terminate


class _Forking(Thread):
    """A thread whose start copies memory in the same operation."""

    def __init__(self, run: Callable[[], None], name: str, daemon: bool, copied: Callable[[], list[int]]) -> None:
        super().__init__(target=run, name=name, daemon=daemon)
        self._copied = copied

    def start(self) -> None:
        """As `Thread.start`, with the copy between the announcement and the first step of the child."""
        verbs = self._verbs
        verbs.step(self._place | WRITE, Kind.START)
        for footprint in self._copied():
            verbs.add(footprint)
        self.strand = verbs.spawn(self._run, self.name, self, self._place >> SHIFT)


class ProcessQueue:
    """`multiprocessing.Queue`."""

    def __init__(self, machine: Machine, maxsize: int = 0) -> None:
        verbs = running()
        self._machine = machine
        self._pipe = Queue(machine.capacity)
        self._slots = BoundedSemaphore(maxsize) if maxsize > 0 else None
        self._reading = Lock()
        self._writing = Lock()
        self._feeders: dict[int, tuple[SimpleQueue, Thread]] = {}
        self._dying = verbs.number(self, "Queue", "dying") << SHIFT
        self._dead: set[int] = set()
        self._careless: set[int] = set()
        machine.add_queue(self)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Hand the item to this process's feeder."""
        if self._slots is not None and not self._slots.acquire(block, timeout):
            raise real_queue.Full
        item = pickled(self._machine, item)
        process = self._machine.current()
        feeder = self._feeders.get(process)
        if feeder is None:
            buffer = SimpleQueue()
            thread = Thread(target=lambda: self._feed(process, buffer), name="QueueFeederThread", daemon=True)
            feeder = self._feeders[process] = (buffer, thread)
            thread.start()
        feeder[0].put(item)

    def _feed(self, process: int, buffer: SimpleQueue) -> None:
        verbs = running()
        parts = self._machine.parts
        while True:
            item = buffer.get()
            if item is _STOP:
                return
            verbs.step(self._dying, Kind.READ)
            if process in self._dead:
                return
            if parts == 1:
                self._pipe.put(item)
                continue
            self._writing.acquire()
            for part in range(parts):
                self._pipe.put(item if part == 0 else _STOP)
            self._writing.release()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take a message from the pipe."""
        parts = self._machine.parts
        if parts == 1:
            item = self._pipe.get(block, timeout)
        else:
            self._reading.acquire()
            try:
                item = self._pipe.get(block, timeout)
                for _part in range(parts - 1):
                    self._pipe.get()
            finally:
                self._reading.release()
        if self._slots is not None:
            self._slots.release()
        return item

    def put_nowait(self, item: Any) -> None:
        """`put` without waiting for a place."""
        self.put(item, False)

    def get_nowait(self) -> Any:
        """`get` without waiting for a message: one that a feeder still holds is not there."""
        return self.get(False)

    def empty(self) -> bool:
        """Whether the pipe is empty, which says nothing of what feeders hold."""
        return self._pipe.empty()

    def qsize(self) -> int:
        """Not told: what it counts is not what can be taken."""
        _absent("Queue.qsize")
        return 0

    def close(self) -> None:
        """This process puts no more."""

    def cancel_join_thread(self) -> None:
        """This process does not wait for its feeder when it ends: what is not written is lost."""
        self._careless.add(self._machine.current())

    def join_thread(self) -> None:
        """Wait until everything put by this process is written."""
        self._finish(self._machine.current())

    def flush(self, process: int) -> None:
        """Part of a process's end."""
        if process not in self._careless:
            self._finish(process)
        elif process in self._feeders:
            running().step(self._dying | WRITE, Kind.WRITE)
            self._dead.add(process)

    def _finish(self, process: int) -> None:
        if process in self._feeders:
            buffer, thread = self._feeders.pop(process)
            buffer.put(_STOP)
            thread.join()


class DirectQueue:
    """`multiprocessing.SimpleQueue`: `put` writes into the pipe itself and waits for room."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._pipe = Queue(machine.capacity)
        self._reading, self._writing = Lock(), Lock()

    def put(self, item: Any) -> None:
        """Write a message."""
        item = pickled(self._machine, item)
        with self._writing:
            for part in range(self._machine.parts):
                self._pipe.put(item if part == 0 else _STOP)

    def get(self) -> Any:
        """Read one."""
        with self._reading:
            item = self._pipe.get()
            for _part in range(self._machine.parts - 1):
                self._pipe.get()
        return item

    def empty(self) -> bool:
        """Whether there is none in the pipe."""
        return self._pipe.empty()

    def close(self) -> None:
        """Nothing to give back in the model."""


class Connection:
    """One end of a `Pipe`."""

    def __init__(self, machine: Machine, incoming: Queue, outgoing: Queue) -> None:
        self._machine = machine
        self._incoming, self._outgoing = incoming, outgoing

    def send(self, item: Any) -> None:
        """Write a message; waits while the pipe is full."""
        item = pickled(self._machine, item)
        for part in range(self._machine.parts):
            self._outgoing.put(item if part == 0 else _STOP)

    def recv(self) -> Any:
        """Read a message; waits for one."""
        item = self._incoming.get()
        for _part in range(self._machine.parts - 1):
            self._incoming.get()
        return item

    def poll(self, timeout: float | None = 0.0) -> bool:
        """Whether there is something to read."""
        return not self._incoming.empty()

    def close(self) -> None:
        """Nothing to give back in the model."""


def _pipe(machine: Machine) -> tuple[Connection, Connection]:
    there, back = Queue(machine.capacity), Queue(machine.capacity)
    return Connection(machine, back, there), Connection(machine, there, back)


class _Synchronized:
    """Memory that processes share, with a lock of its own unless it was made without."""

    def __init__(self, machine: Machine, lock: Any) -> None:
        self._verbs = running()
        self._place = self._verbs.number(self, type(self).__name__) << SHIFT
        self._lock = machine.share(RLock()) if lock is True else lock or None

    def get_lock(self) -> Any:
        """The lock that each access takes; take it yourself to make several accesses one."""
        if self._lock is None:
            raise AttributeError("'Synchronized' object without lock has no attribute 'get_lock'")
        return self._lock

    def acquire(self, *arguments: Any) -> bool:
        """Take the lock."""
        return bool(self.get_lock().acquire(*arguments))

    def release(self) -> None:
        """Give it back."""
        self.get_lock().release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_error: object) -> None:
        self.release()

    def _access(self, write: bool, act: Callable[[], Any]) -> Any:
        if self._lock is not None:
            self._lock.acquire()
        try:
            self._verbs.step(self._place | WRITE if write else self._place, Kind.WRITE if write else Kind.READ)
            result = act()
            self._verbs.note(result)
            return result
        finally:
            if self._lock is not None:
                self._lock.release()


class Value(_Synchronized):
    """`multiprocessing.Value`: each access takes the lock, so a read and a write are two."""

    def __init__(self, machine: Machine, _kind: Any, initial: Any = 0, *, lock: Any = True) -> None:
        super().__init__(machine, lock)
        self._value = initial

    @property
    def value(self) -> Any:
        """What it holds."""
        return self._access(False, lambda: self._value)

    @value.setter
    def value(self, new: Any) -> None:
        def change() -> Any:
            self._value = new
            return new

        self._access(True, change)


class Array(_Synchronized):
    """`multiprocessing.Array`."""

    def __init__(self, machine: Machine, _kind: Any, initial: Any, *, lock: Any = True) -> None:
        super().__init__(machine, lock)
        self._items = [0] * initial if isinstance(initial, int) else list(initial)

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:
        return self._access(False, lambda: self._items[index])

    def __setitem__(self, index: Any, value: Any) -> None:
        self._access(True, lambda: self._items.__setitem__(index, value))

    def __iter__(self) -> Iterator[Any]:
        return iter([self[index] for index in range(len(self._items))])


_SHARED = (Process, ProcessQueue, DirectQueue, Connection, _Synchronized)
_KEPT = (Process, Thread)  # other processes' handles are of no use, and do no harm
_PLAIN = (int, float, complex, bool, str, bytes, type(None), range, slice, type(...))


class _Copier:
    """Copies memory of one process for another; what is shared stays, functions and classes are the other's own."""

    def __init__(self, machine: Machine, ours: ModuleType, theirs: ModuleType) -> None:
        self._machine = machine
        self._ours = ours
        self._theirs = theirs
        self.footprints: list[int] = []
        self._memo: dict[int, Any] = {}
        self._kept: list[Any] = []

    def globals(self) -> None:
        """Fill the other's module with ours as it is now."""
        theirs = vars(self._theirs)
        for name, value in list(vars(self._ours).items()):
            if name.startswith("__"):
                continue
            if not callable(value):
                self._depends(name)
            if maker(type(value)) is None or isinstance(stand_in(value), Lock) or id(value) in stood_in:
                theirs[name] = self.copy(value)
            if isinstance(value, type) and value.__module__ == self._ours.__name__:
                for attribute, each in list(vars(value).items()):
                    if not attribute.startswith("__") and not isinstance(each, FunctionType | property | classmethod):
                        setattr(theirs[name], attribute, self.copy(each))

    def _depends(self, name: str) -> None:
        """The copy reads this variable: where it falls among the writes of the parent's other threads matters."""
        execution: Any = running()
        module = self._ours
        place = execution.named(("global", module.__name__, name), (module, name, "global"))
        self.footprints.append(place << SHIFT)

    def copy(self, value: Any) -> Any:
        """The other's `value`."""
        if isinstance(value, (*_PLAIN, ModuleType, SimpleNamespace)):
            return value
        if self._machine.is_shared(value):
            return value
        known = self._memo.get(id(value))
        if known is None:
            known = self._made(value)
            self._memo[id(value)] = known
            self._kept.append(value)
        return known

    def _made(self, value: Any) -> Any:
        if isinstance(value, FunctionType):
            return self._function(value)
        if isinstance(value, MethodType):
            return MethodType(self.copy(value.__func__), self.copy(value.__self__))
        if isinstance(value, type):
            return self._named(value) if value.__module__ == self._ours.__name__ else value
        if isinstance(value, tuple | frozenset):
            return type(value)(self.copy(each) for each in value)
        if isinstance(value, list | set | deque | dict):
            return self._container(value)
        if isinstance(value, _KEPT):
            return value
        if maker(type(value)) is not None:
            value = stand_in(value)
        if isinstance(value, Lock):
            return self._lock(value)
        if isinstance(value, DOUBLES):
            _refuse(_("Este ejercicio no sabe copiar un {name} a otro proceso.").format(name=type(value).__name__))
        if type(value).__module__ == self._ours.__name__ and hasattr(value, "__dict__"):
            kind = self.copy(type(value))
            thing = self._memo[id(value)] = kind.__new__(kind)
            thing.__dict__.update({name: self.copy(each) for name, each in vars(value).items()})
            return thing
        return value

    def _container(self, value: Any) -> Any:
        fresh: Any = copy.copy(value)
        fresh.clear()
        self._memo[id(value)] = fresh
        if isinstance(value, dict):
            fresh.update({self.copy(key): self.copy(each) for key, each in value.items()})
        elif isinstance(value, set):
            fresh.update(self.copy(each) for each in value)
        else:
            fresh.extend([self.copy(each) for each in value])
        return fresh

    def _lock(self, value: Any) -> Any:
        """A lock of the process's own, taken if the one copied is: whoever holds it is not there to release it."""
        fresh = type(value)()
        fresh.owner = value.owner
        if isinstance(value, RLock):
            fresh.count = value.count
        self.footprints.append(value._look)
        return fresh

    def _function(self, value: FunctionType) -> Any:
        if value.__globals__ is not vars(self._ours):
            return value
        if "<" not in value.__qualname__:
            return self._named(value)
        cells = tuple(
            type(cell)(self.copy(cell.cell_contents)) if cell != type(cell)() else cell
            for cell in value.__closure__ or ()
        )
        made = FunctionType(
            value.__code__, vars(self._theirs), value.__name__, self.copy(value.__defaults__), cells or None
        )
        made.__kwdefaults__ = self.copy(value.__kwdefaults__)
        return made

    def _named(self, value: Any) -> Any:
        found: Any = self._theirs
        for part in value.__qualname__.split("."):
            found = vars(found).get(part)
            if found is None:
                return value
        return found


def pickled(machine: Machine, value: Any, inherited: bool = False, method: str = "") -> Any:
    """What arrives at the other end of a pipe: a copy, with only what pickle takes.

    Raises:
        TypeError, AttributeError, RuntimeError: as pickle and multiprocessing do.
    """

    def check(thing: Any, depth: int = 0) -> None:
        if isinstance(thing, _PLAIN) or depth > 20:
            return
        if machine.is_shared(thing):
            if inherited and machine.made_by(thing) == "fork" != method:
                raise RuntimeError(
                    "A SemLock created in a fork context is being shared with a process in a spawn context. This is not"
                    " supported. Please use the same context to create multiprocessing objects and Process."
                )
            if not inherited:
                raise RuntimeError(
                    f"{type(thing).__name__} objects should only be shared between processes through inheritance"
                )
        elif isinstance(thing, DOUBLES) or maker(type(thing)) is not None:
            raise TypeError(f"cannot pickle '{type(thing).__name__}' object")
        elif isinstance(thing, FunctionType) and machine.owns(thing) and "<" in thing.__qualname__:
            raise AttributeError(f"Can't pickle local object '{thing.__qualname__}'")
        elif isinstance(thing, dict):
            for key, each in thing.items():
                check(key, depth + 1)
                check(each, depth + 1)
        elif isinstance(thing, list | tuple | set | frozenset | deque):
            for each in thing:
                check(each, depth + 1)

    check(value)
    if inherited:
        return value
    try:
        return copy.deepcopy(value)
    except TypeError:
        raise TypeError(f"cannot pickle '{type(value).__name__}' object") from None
