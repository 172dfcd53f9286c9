"""Doubles of `Thread`, `Timer` and `local`, and of the functions that say which thread this is."""

import contextlib
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hilos.events import Kind
from hilos.explore.runtime.verbs import AVAILABLE_0, BLOCKS, SHIFT, WRITE, Verbs, running

_IDENT = 140_000_000_000_000


class Thread:
    """A thread of the program under test."""

    def __init__(
        self,
        group: None = None,
        target: Callable[..., Any] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
        context: Any = None,
    ) -> None:
        if group is not None:
            raise AssertionError("group argument must be None for now")
        verbs: Verbs = running()
        self._verbs = verbs
        self._target = target
        self._args = tuple(args)
        self._kwargs = dict(kwargs or {})
        self.strand: Any = None
        self._daemonic = bool(daemon)
        self._place = verbs.number(self, "Thread", name or "") << SHIFT
        self.name = str(name) if name else _name(verbs, target)

    def start(self) -> None:
        if self.strand is not None:
            raise RuntimeError("threads can only be started once")
        verbs = self._verbs
        for value in (*self._args, *self._kwargs.values()):
            verbs.adopt(value)
        verbs.step(self._place | WRITE, Kind.START)
        self.strand = verbs.spawn(self._run, self.name, self, self._place >> SHIFT)

    def _run(self) -> None:
        self.run()

    def run(self) -> None:
        if self._target is not None:
            self._verbs.called(self._target, *self._args, **self._kwargs)

    def _has_ended(self) -> bool:
        return bool(self.strand.done)

    def join(self, timeout: float | None = None) -> None:
        verbs = self._verbs
        if self.strand is None:
            raise RuntimeError("cannot join thread before it is started")
        if self.strand is verbs.current:
            raise RuntimeError("cannot join current thread")
        if timeout is None:
            verbs.wait(self._place | BLOCKS | AVAILABLE_0, Kind.JOIN, self._has_ended)
        else:
            verbs.step(self._place, Kind.JOIN)
            verbs.note(self.strand.done)
            if not self.strand.done:
                verbs.current.time += max(timeout, 0)
                return
        if verbs.current is not None and self.strand.time > verbs.current.time:
            verbs.current.time = self.strand.time

    def is_alive(self) -> bool:
        self._verbs.step(self._place, Kind.READ)
        return self.strand is not None and not self.strand.done

    @property
    def ident(self) -> int | None:
        return None if self.strand is None else _IDENT + self.strand.order

    native_id = ident

    def getName(self) -> str:  # noqa: N802  the standard library's name
        return self.name

    def setName(self, name: str) -> None:  # noqa: N802
        self.name = name

    @property
    def daemon(self) -> bool:
        return self._daemonic

    @daemon.setter
    def daemon(self, daemonic: bool) -> None:
        if self.strand is not None:
            raise RuntimeError("cannot set daemon status of active thread")
        self._daemonic = bool(daemonic)

    def isDaemon(self) -> bool:  # noqa: N802
        return self.daemon

    def setDaemon(self, daemonic: bool) -> None:  # noqa: N802
        self.daemon = daemonic

    def __repr__(self) -> str:
        return f"<Thread({self.name})>"


class Adopted(Thread):
    """Stands for an instance of a subclass of the real `Thread`, whose `run` it runs."""

    def __init__(self, real: Any) -> None:
        super().__init__()
        self.real = real
        self.learn_from_real()

    def learn_from_real(self) -> None:
        """Take over what the real one's `__init__` was told, once it has run."""
        own = self.real.__dict__
        self._target, self._args, self._kwargs = own.get("_target"), own.get("_args", ()), own.get("_kwargs") or {}
        self.daemon = bool(own.get("_daemonic"))
        # "Thread-7" counts the threads of the process, which is another number in each execution.
        if re.match(r"Thread-\d", str(own.get("_name") or "Thread-0")):
            own["_name"] = type(self.real).__name__
        self.name = str(own["_name"])

    def run(self) -> None:
        if type(self.real).run is threading.Thread.run:
            super().run()
        else:
            self.real.run()


class Timer(Thread):
    """A thread that calls a function after a while, unless it was cancelled before."""

    def __init__(
        self,
        interval: float,
        function: Callable[..., Any],
        args: Iterable[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(target=function, args=args or (), kwargs=kwargs)
        self.interval = interval
        self.function = function
        self._flag = self._verbs.number(self, "Timer") << SHIFT | WRITE
        self._over = False

    def cancel(self) -> None:
        self._verbs.step(self._flag, Kind.SET)
        self._over = True

    def run(self) -> None:
        self._verbs.step(self._flag, Kind.WAKE)
        if not self._over:
            self._over = True
            self._verbs.current.time += self.interval
            super().run()


class local:  # noqa: N801  the standard library's name
    """Attributes that each thread has for itself."""

    def __getattribute__(self, name: str) -> Any:
        if name == "__dict__":
            return _own(self)
        own = _own(self)
        if name in own:
            return own[name]
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _own(self)[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del _own(self)[name]
        except KeyError:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'") from None


_outside: dict[int, dict[str, Any]] = {}


def _own(thing: local) -> dict[str, Any]:
    me = running().current
    if me is None:
        table = _outside
    elif me.local is None:
        table = me.local = {}
    else:
        table = me.local
    own = table.get(id(thing))
    if own is None:
        own = table[id(thing)] = {}
        initialise = type(thing).__init__
        if initialise is not object.__init__:
            with contextlib.suppress(TypeError):
                initialise(thing)
    return own


def derived(real: Any) -> local:
    """The double of an object whose class derives from the real `local`: its `__init__` runs once in each thread."""
    kind = type(real)
    names = {name: value for name, value in vars(kind).items() if name not in ("__dict__", "__weakref__")}
    # `super()` in its methods asks for the class that they were written in.
    made: local = type(kind.__name__, (local,), {**names, "__class__": property(lambda self: kind)})()
    return made


class _MainThread(Thread):
    """A thread that the explorer started itself: a worker, or the body."""

    def __init__(self, strand: Any) -> None:
        self._verbs = running()
        self.strand = strand
        self.name = strand.name if strand is not None else "MainThread"
        self._daemonic = False
        self._place = self._verbs.number(self, "Thread", self.name) << SHIFT


def current_thread() -> Thread:
    me = running().current
    if me is None:
        return _MainThread(None)
    if me.owner is None:
        me.owner = _MainThread(me)
    owner: Thread = me.owner
    return owner


def main_thread() -> Thread:
    return _MainThread(None)


def enumerate() -> list[Thread]:
    """Those that have been started and have not ended, which is one look at each of them."""
    verbs = running()
    for strand in verbs.strands:
        strand.owner = strand.owner or _MainThread(strand)
    places = tuple(strand.owner._place for strand in verbs.strands)
    if places:
        verbs.step(places if len(places) > 1 else places[0], Kind.READ)
    return [strand.owner for strand in verbs.strands if not strand.done]


def active_count() -> int:
    return len(enumerate())


def get_ident() -> int:
    me = running().current
    return _IDENT - 1 if me is None else _IDENT + int(me.order)


def _name(verbs: Verbs, target: Any) -> str:
    """`deposit`, or where there is no target `Thread`; the execution numbers those that are equal."""
    return str(getattr(target, "__name__", None) or "Thread")
