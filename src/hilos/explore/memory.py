"""What instrumented code's operations mean as operations on shared memory: the hooks.

Every hook answers one question first: is this memory at all?  An attribute that is found in an object's own dictionary
or slots is; a method, a property, an immutable value is not.  What is memory gets a location: an attribute of an
object, an item of a container, a global, a captured variable (of containers: `containers`).

Speed.  The answer and the location are looked up by (object, name) in one dictionary, whose misses take the slow road;
a hit counts the quota down and appends (see `runtime.execution`).
"""

import contextlib
import os
import sys
import threading
from array import array
from collections import deque
from collections.abc import Iterator
from functools import cached_property, partial
from pathlib import Path
from types import FunctionType, GeneratorType, MemberDescriptorType, MethodType, ModuleType
from typing import Any
from weakref import ProxyTypes

from hilos.errors import Unexplorable
from hilos.events import Kind
from hilos.explore import files
from hilos.explore.causality.dependence import AVAILABLE_0, BLOCKS, IDLE, SHIFT, SPIN, WRITE
from hilos.explore.containers import CONTAINERS, DICTS, Containers, container_kind
from hilos.explore.instrument.points import Point, Site
from hilos.explore.names import slots_of
from hilos.explore.primitives import caches, namespace
from hilos.explore.primitives.thread import Thread as ThreadDouble
from hilos.explore.runtime.execution import PLAIN, Execution, Thread
from hilos.locale import translator

_ = translator("explore")

MEMORY = frozenset(("attribute", "item", "global", "variable", "list", "dict", "set", "deque", "bytearray", "array"))
"""Sorts of places that are memory, and not objects that synchronise."""
_PACKAGE = str(Path(__file__).resolve().parent)
NOTHING = -1
STANDS_IN = -2

_GENERIC_LOAD = object.__getattribute__
_MISSING = object()


class Memory(Containers):
    """Implements `instrument.points.Hooks` over an execution."""

    def __init__(self, execution: Execution) -> None:
        self.execution = execution
        self.doubles = namespace.substitutes()
        self.doubles.update((id(function), partial(self._refused, function)) for function in namespace.UNCONTROLLED)
        self.cells: dict[int, Any] = {}
        self.files: frozenset[str] = frozenset()
        """Source files that are instrumented: what their functions do is seen operation by operation."""
        self._sorts: dict[tuple[type, str], int] = {}
        self._touchy: dict[type, bool] = {}
        self._quiet: dict[tuple[type, str], int] = {}
        self._inside: dict[type, _Inside] = {}
        self._advancing: set[int] = set()
        self.owners: dict[int, Any] = {}
        self._called = Site(Point.CALL, "", "", "", 0, 0, "")
        execution.about_to_call = self._from_double

    def renew(self, limit: int) -> None:
        """Forget the program, let go of its objects, and have executions stopped after so many operations."""
        self.reset()
        self.files = frozenset()
        self._sorts.clear()
        self._touchy.clear()
        self._quiet.clear()
        self._inside.clear()
        self.execution.renew(limit)
        self.execution.about_to_call = self._from_double

    def reset(self) -> None:
        """A new execution begins."""
        namespace.stood_in.clear()
        self._advancing.clear()
        self.owners.clear()

    # Attributes.

    def load_attribute(self, owner: Any, site: Site, /) -> Any:
        x = self.execution
        code = x.locations.get((id(owner), site.name))
        if code is None:
            code = self._attribute(owner, site.name)
        if code >= 0:
            quota = x.quota
            if quota:
                x.quota = quota - 1
                x.prints.append(code)
            else:
                x.turn(code, site, None)
            return owner
        return owner if code == NOTHING else self._double(owner)

    def load_method(self, owner: Any, site: Site, /) -> Any:
        kind = type(owner)
        quiet = self._quiet.get((kind, site.name))
        if quiet is not None and (quiet == _ALWAYS or site.name not in owner.__dict__):
            return owner
        x = self.execution
        code = x.locations.get((id(owner), site.name))
        if code is None:
            code = self._attribute(owner, site.name)
        if code >= 0:
            x.step(code, site)
            return owner
        if code != NOTHING:
            return self._double(owner)
        touchy = self._touchy.get(kind)
        if touchy is None:
            touchy = self._touchy[kind] = self._changes_by_method(kind)
        if touchy:
            self._method_of_whole(owner, site)
        elif quiet is None:
            self._note_quiet(kind, site.name)
        return owner

    def _note_quiet(self, kind: type, name: str) -> None:
        """Remember that to look up a method is no operation, whichever the object, or while it has none of its own."""
        if self._sorts.get((kind, name)) == _METHOD:
            self._quiet[kind, name] = _UNLESS_OWN if kind.__dictoffset__ else _ALWAYS
        elif kind in CONTAINERS or kind in _DOUBLE_TYPES or (kind in PLAIN and kind not in _WITH_ATTRIBUTES):
            self._quiet[kind, name] = _ALWAYS

    def store_attribute(self, owner: Any, site: Site, /) -> Any:
        x = self.execution
        code = x.locations.get((id(owner), site.name))
        if code is None:
            code = self._attribute(owner, site.name, storing=True)
        if code >= 0:
            quota = x.quota
            if quota:
                x.quota = quota - 1
                x.prints.append(code | WRITE)
            else:
                x.turn(code | WRITE, site, None)
            return owner
        return owner if code == NOTHING else self._double(owner)

    delete_attribute = store_attribute

    def _attribute(self, owner: Any, name: str, storing: bool = False) -> int:
        """The read footprint of an attribute; NOTHING if it is no memory, STANDS_IN if a double takes its place."""
        x = self.execution
        kind = type(owner)
        sort = self._sorts.get((kind, name))
        if sort is None:
            if kind in PLAIN and kind not in _WITH_ATTRIBUTES:
                return NOTHING
            sort = self._sorts[kind, name] = self._sort(kind, name)
        if sort == _OTHER:
            return self._special(owner, name, storing)
        if storing and sort == _METHOD and self._has_setter_of_program(kind, name):
            return NOTHING
        if name == "__dict__":
            self.own(owner)
        if sort != _OWN and not storing and name not in getattr(owner, "__dict__", ()):
            if sort != _CLASS:
                return STANDS_IN if sort == _CACHED else NOTHING
            for base in kind.__mro__:
                if name in vars(base):
                    break
            return x.location(base, name, "attribute") << SHIFT
        identity = id(owner)
        key = x.keys.get(identity)
        if key is None:
            key = x.name_object(owner)
        number = x.numbered((key, name, "in"))
        x.places[number] = (owner, name, "attribute")
        code = x.locations[identity, name] = number << SHIFT
        return code

    def _has_setter_of_program(self, kind: type, name: str) -> bool:
        """Whether to set an attribute is a call of code that is instrumented: a property's, a descriptor's."""
        value = next(vars(base)[name] for base in kind.__mro__ if name in vars(base))
        setter = value.fset if isinstance(value, property) else getattr(type(value), "__set__", None)
        return type(setter) is FunctionType and setter.__code__.co_filename in self.files

    @staticmethod
    def _sort(kind: type, name: str) -> int:
        if (
            kind in (ModuleType, FunctionType, *ProxyTypes)
            or kind in CONTAINERS
            or issubclass(kind, (type, super, threading.local, *namespace.DOUBLES))  # of a `local` each has its own
        ):
            return _OTHER
        if issubclass(kind, threading.Thread) and not _is_standard_thread(kind):
            # What the program's class adds to a thread is the program's: only the rest is the double's.
            if name in _OF_THREADS and not any(name in vars(base) for base in _own_bases(kind)):
                return _OTHER
        elif namespace.maker(kind) is not None:
            return _OTHER
        getter = kind.__getattribute__
        if getter is not _GENERIC_LOAD and not kind.__dictoffset__ and type(getter) is not FunctionType:
            return _OTHER  # C's own, without a dictionary: a bound method, a generic alias
        for base in kind.__mro__:
            value = vars(base).get(name, _MISSING)
            if value is _MISSING:
                continue
            if type(value) is MemberDescriptorType:
                return _OWN
            if type(value) in caches.CACHED:
                return _CACHED
            if hasattr(type(value), "__get__"):
                return _METHOD
            return _CLASS
        return _OWN if getattr(kind, "__dictoffset__", 0) else _OTHER

    def _special(self, owner: Any, name: str, storing: bool) -> int:
        x = self.execution
        kind = type(owner)
        if kind in CONTAINERS or isinstance(owner, namespace.DOUBLES):
            return NOTHING
        if id(owner) in self.doubles or namespace.maker(kind) is not None:
            return STANDS_IN
        if kind in ProxyTypes:
            with contextlib.suppress(ReferenceError):
                return self._attribute(owner.__repr__.__self__, name, storing)
            return NOTHING
        if kind is FunctionType:
            if name.startswith("__"):
                return NOTHING
            key = ("function", owner.__module__, owner.__qualname__, name)
            return x.named(key, (owner, name, "attribute")) << SHIFT
        if isinstance(owner, super):
            real = getattr(owner, "__self__", None)
            return STANDS_IN if real is not None and namespace.maker(type(real)) is not None else NOTHING
        if isinstance(owner, ModuleType):
            if not storing and name in vars(owner) and type(vars(owner)[name]) in (FunctionType, type, ModuleType):
                return NOTHING
            return x.location(owner, name, "global") << SHIFT
        if isinstance(owner, type):
            if storing:
                self._sorts.clear()
                self._quiet.clear()
            for base in owner.__mro__:
                if name in vars(base):
                    value = vars(base)[name]
                    if hasattr(type(value), "__get__") and not storing:
                        return STANDS_IN if type(value) is caches.CACHED_FUNCTION else NOTHING
                    return x.location(base, name, "attribute") << SHIFT
            return x.location(owner, name, "attribute") << SHIFT if storing else NOTHING
        return NOTHING

    def _double(self, owner: Any) -> Any:
        if isinstance(owner, super):
            return _Super(owner, namespace.stand_in(owner.__self__))  # type: ignore[attr-defined]
        double = self.doubles.get(id(owner))
        if double is not None:
            return double
        double = namespace.stand_in(owner)
        return _WithCaches(owner, self) if double is owner else double

    def computed(self, owner: Any, name: str, maker: Any) -> Any:
        """The value of a `cached_property`."""
        x = self.execution
        key = x.keys.get(id(owner))
        number = x.numbered((x.name_object(owner) if key is None else key, name, "in"))
        x.places[number] = (owner, name, "attribute")
        lock = namespace.stand_in(maker.lock) if caches.LOCKED else None
        return caches.computed(owner, name, maker, number << SHIFT, lock)

    def adopt(self, roots: list[Any]) -> None:
        """Number whatever can be reached from some objects, in an order that depends on the objects alone."""
        x = self.execution
        keys, plans = x.keys, self._inside
        seen: set[int] = set()
        pending = roots[::-1]
        while pending:
            thing = pending.pop()
            kind = type(thing)
            plan = plans.get(kind)
            if plan is None:
                plan = plans[kind] = _inside_of(kind)
            if plan is _NOTHING_INSIDE:
                continue
            identity = id(thing)
            if identity in seen:
                continue
            seen.add(identity)
            if len(seen) > _MOST_OBJECTS:
                return
            if plan is _STANDS_FOR:
                namespace.stand_in(thing)
                continue
            if identity not in keys:
                x.name_object(thing)
            if plan is _ITEMS:
                pending += list(thing)[::-1]
            elif plan is _VALUES:
                pending += list(thing.values())[::-1]
            else:
                for name in plan:
                    value = getattr(thing, name, None)
                    if value is not None:
                        pending.append(value)
                own = getattr(thing, "__dict__", None)
                if type(own) is dict and own:
                    pending += list(own.values())[::-1]

    # Calls.

    def call(self, function: Any, site: Site, /, *arguments: Any, **named: Any) -> Any:
        kind = type(function)
        if kind is FunctionType or kind is MethodType:
            double = self.doubles.get(id(function))
            if double is not None:
                return double
            module = function.__module__
            if module in _GUARDED:
                self._guard(function, site)
            if module in _OF_FILES and not self.execution.judging:
                self._file(function, arguments, named, site)
            if kind is MethodType and module is not None and module.partition(".")[0] in sys.stdlib_module_names:
                known = self._called_container(function, arguments, named, site)
                if known is not None:
                    return known
            if arguments or named:
                return self._handed(function, (*arguments, *named.values()), site)
            return function
        if kind is type:
            double = self.doubles.get(id(function))
            if double is not None:
                return double
            if function in _READERS:
                self._read_all((*arguments, *named.values()), site)
            elif function.__module__ in _GUARDED and not issubclass(function, BaseException):
                self._guard(function, site)
            elif function.__module__ in ("builtins", "itertools"):
                return self._called_container(function, arguments, named, site) or function
            elif arguments and function.__module__ in _READING_MODULES:
                self._handed(function, arguments, site)
            return function
        double = self.doubles.get(id(function))
        if double is not None:
            return double
        if kind is _BUILTIN:
            if function is next and arguments and type(arguments[0]) is GeneratorType:
                return self._advance
            name = function.__name__
            if name in _ATTRIBUTES and len(arguments) >= 2 and type(arguments[1]) is str:
                self._by_name(name, arguments, site)
                return function
            module = getattr(function, "__module__", None)
            if module in _OF_FILES and not self.execution.judging:
                self._file(function, arguments, named, site)
            if module in _GUARDED:
                self._guard(function, site)
        elif kind is partial:
            inner = self.call(function.func, site, *function.args, *arguments, **{**function.keywords, **named})
            return partial(inner, *function.args, **function.keywords)
        return self._called_container(function, arguments, named, site) or function

    def _file(self, function: Any, arguments: tuple[Any, ...], named: dict[str, Any], site: Site) -> None:
        if function is os.getenv:
            self.read(os.environ, site)
            return
        footprint = files.touched(self.execution, function, arguments, named)
        if footprint is not None:
            self.execution.step(footprint, site)

    def _handed(self, function: Any, arguments: tuple[Any, ...], site: Site) -> Any:
        """Containers go to code that is not instrumented: what it does with them is one access to each, as a whole.

        It counts as a write unless the function is known to look only: `copy.copy(xs)` or `random.choice(xs)` read,
        `random.shuffle(xs)` writes, and of anything else the worse is assumed.

        Returns:
            What to call: the function, or one that gives it the double of each real lock or queue among its arguments,
            since code that is not instrumented would use that itself (`stack.enter_context(self.lock)`).
        """
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        if code is not None and (code.co_filename in self.files or code.co_filename.startswith(_EXPLORER)):
            return function
        looks = function.__module__ in _READING_MODULES and function.__name__ != "shuffle"
        for value in arguments:
            if looks:
                self.read_inside(value, site)
            elif container_kind(type(value)):
                self.write_inside(value, site)
        if any(type(value) in namespace.REAL for value in arguments):
            return partial(_with_doubles, function)
        return function

    def _advance(self, generator: Any, *default: Any) -> Any:
        """`next(generator)`: while it runs, a second thread that asks it for something gets a ValueError."""
        x = self.execution
        code = x.location(generator, None, "generator") << SHIFT | WRITE
        x.step(code, Kind.GET)
        if id(generator) in self._advancing:
            raise ValueError("generator already executing")
        self._advancing.add(id(generator))
        try:
            return next(generator, *default)
        finally:
            if not x.ending:
                x.step(code, Kind.PUT)
            self._advancing.discard(id(generator))

    def _by_name(self, name: str, arguments: tuple[Any, ...], site: Site) -> None:
        """`getattr(owner, "name")` and its kind."""
        owner, attribute = arguments[0], arguments[1]
        storing = name in ("setattr", "delattr")
        code = self.execution.locations.get((id(owner), attribute))
        if code is None:
            code = self._attribute(owner, attribute, storing)
        if code >= 0:
            self.execution.step(code | WRITE if storing else code, site)

    def _guard(self, function: Any, site: Site) -> None:
        """Refuse what the explorer cannot control."""
        name = getattr(function, "__qualname__", repr(function))
        module = getattr(function, "__module__", "")
        if f"{module}.{name}" in _HARMLESS or self.execution.indivisible:
            return
        self._refuse(f"{module}.{name}".strip("."), site.file, site.line)

    def _refused(self, function: Any, /, *arguments: Any, **named: Any) -> Any:
        """What is called instead of a function that cannot be controlled, however it was come by."""
        frame = sys._getframe(1)
        if not self.execution.indivisible:
            module = "os" if function.__module__ == os.name else function.__module__
            self._refuse(f"{module}.{function.__name__}", frame.f_code.co_filename, frame.f_lineno)
        return function(*arguments, **named)

    def _refuse(self, function: str, file: str, line: int) -> None:
        refusal = Unexplorable(
            _(
                "{file}:{line}: {function} sale del programa (red, procesos o C que espera) y el explorador no"
                " puede controlarlo. Sustitúyelo en la prueba o declara con hilos.explore.atomic la función que"
                " lo llama"
            ).format(file=file, line=line, function=function)
        )
        refusal.what, refusal.line = function, line
        self.execution.refuse(refusal)

    def _from_double(self, function: Any, *arguments: Any, **named: Any) -> Any:
        """A double is about to call a function of the program."""
        return self.call(function, self._called, *arguments, **named)

    def enter(self, manager: Any, site: Site, /) -> Any:
        kind = type(manager)
        if kind in _DOUBLE_TYPES:
            return manager
        if namespace.maker(kind) is not None:
            return namespace.stand_in(manager)
        return manager

    def repeat(self, site: Site, /) -> None:
        x = self.execution
        me = x.current
        if me is None or x.indivisible or x.ending:
            return
        frame = sys._getframe(1)
        rounds = me.rounds
        if rounds is None:
            rounds = me.rounds = {}
        before = rounds.get(site)
        now = len(x.prints)
        me.patience = None
        if before is not None and before[0] is frame and not me.looked_at_clock:
            start, variables = before[1], before[2]
            own = x.own_since(me, start)
            looked = self._only_looked(me, own) if own else None
            if looked is not None and _same(variables, frame.f_locals):
                locations = sorted(looked) or [x.named(("spin", me.number), (me, "", "Thread"))]
                prints = tuple(location << SHIFT | BLOCKS | SPIN for location in locations)
                self._go_round(me, frame, site, start)
                if not self._waited(own):
                    x.spins.setdefault((site.file, site.line), site.function)
                changed = x.changed_since(me, start, looked)
                if any(lock.owner is me for lock in self._locks_of(own)):
                    # It gives its lock up where it waits with a time limit: there it has to wait for a change.
                    me.patience = prints, changed
                else:
                    me.spinning = True
                    x.wait(prints, Kind.WAIT, changed)
                    me.spinning = False
                    now = len(x.prints)
        me.looked_at_clock = False
        rounds[site] = (frame, now, dict(frame.f_locals))

    def _waited(self, own: list[Any]) -> bool:
        """Whether a round waited for somebody without a time limit (not for a lock): then it did not just ask."""
        places = self.execution.places
        for footprint in own:
            for code in (footprint,) if type(footprint) is int else footprint:
                if code & BLOCKS and not code & SPIN:
                    place = places.get(code >> SHIFT)
                    if place is not None and not isinstance(place[0], namespace.LOCKS):
                        return True
        return False

    def _go_round(self, me: Any, frame: Any, site: Site, start: int) -> None:
        """Notice when all threads are where they once were with nothing changed: they could go round for ever."""
        x = self.execution
        now = len(x.prints)
        control = [(site, _variables(frame))]
        for thread in x.strands:
            if thread is me or thread.done:
                continue
            place: list[Any] = [thread.order]
            inner = thread.fibre.gr_frame
            while inner is not None:
                if not inner.f_code.co_filename.startswith(_PACKAGE):
                    place.append((inner.f_code, inner.f_lasti, _variables(inner)))
                inner = inner.f_back
            control.append(tuple(place))
        owners = tuple(
            (number, getattr(place[0].owner, "order", -1))
            for number, place in x.places.items()
            if isinstance(place[0], namespace.LOCKS) and place[0].owner is not None
        )
        key = (tuple(control), owners)
        before = x.rounds.get(key)
        if before is not None:
            others = [thread for thread in x.strands if thread is not me and not thread.done]
            calm = self._only_looked(None, x.prints[before:now]) is not None
            moved = all(x.own_since(thread, before) for thread in others)
            if calm and moved and others:
                x.go_round()
        x.rounds[key] = now

    def _only_looked(self, me: Any, own: list[Any]) -> frozenset[int] | None:
        """The locations that a round read, None if it changed anything: locks taken and given back change nothing."""
        looked = set()
        places = self.execution.places
        first: dict[int, bool] = {}
        for footprint in own:
            for code in (footprint,) if type(footprint) is int else footprint:
                place = places.get(code >> SHIFT)
                thing = place[0] if place is not None else None
                if code & WRITE and not code & IDLE:
                    if not isinstance(thing, namespace.LOCKS):
                        return None
                    held_before = first.setdefault(code >> SHIFT, not code & AVAILABLE_0)
                    if me is not None and held_before != (thing.owner is me):
                        return None
                    continue
                if not isinstance(thing, Thread):
                    looked.add(code >> SHIFT)
        return frozenset(looked)

    def _locks_of(self, own: list[Any]) -> Iterator[Any]:
        """The locks among what a thread did."""
        for footprint in own:
            for code in (footprint,) if type(footprint) is int else footprint:
                place = self.execution.places.get(code >> SHIFT)
                if place is not None and isinstance(place[0], namespace.LOCKS):
                    yield place[0]

    def value(self, value: Any, site: Site, /) -> Any:
        double = self.doubles.get(id(value))
        if double is not None:
            return double
        return namespace.stand_in(value)

    def substitutes(self, value: Any, /) -> bool:
        return id(value) in self.doubles or (not isinstance(value, type) and namespace.maker(type(value)) is not None)

    # Rebound names.

    def load_global(self, site: Site, /) -> None:
        x = self.execution
        code = x.locations.get((0, site))
        if code is None:
            code = self._global(site)
        quota = x.quota
        if quota:
            x.quota = quota - 1
            x.prints.append(code)
        else:
            x.turn(code, site, None)

    def store_global(self, site: Site, /) -> None:
        x = self.execution
        code = x.locations.get((0, site))
        if code is None:
            code = self._global(site)
        quota = x.quota
        if quota:
            x.quota = quota - 1
            x.prints.append(code | WRITE)
        else:
            x.turn(code | WRITE, site, None)

    delete_global = store_global

    def _global(self, site: Site) -> int:
        x = self.execution
        module = sys.modules.get(site.module)
        location = x.named(("global", site.module, site.name), (module, site.name, "global"))
        code = x.locations[0, site] = location << SHIFT
        return code

    def load_cell(self, probe: FunctionType, site: Site, /) -> None:
        self.execution.step(self._cell(probe, site), site)

    def store_cell(self, probe: FunctionType, site: Site, /) -> None:
        self.execution.step(self._cell(probe, site) | WRITE, site)

    delete_cell = store_cell

    def _cell(self, probe: FunctionType, site: Site) -> int:
        assert probe.__closure__ is not None
        cell = probe.__closure__[0]
        x = self.execution
        identity = (id(cell), site.name)
        code = x.locations.get(identity)
        if code is None:
            code = x.locations[identity] = x.location(cell, site.name, "variable") << SHIFT
        return code


def _with_doubles(function: Any, /, *arguments: Any, **named: Any) -> Any:
    """Call `function`; where an argument is a real lock or queue, with its double."""
    doubles = {name: namespace.stand_in(value) for name, value in named.items()}
    return function(*map(namespace.stand_in, arguments), **doubles)


class _WithCaches:
    """An object, or a class, whose attributes are about to be asked for one that keeps what it has computed."""

    def __init__(self, owner: Any, memory: Memory) -> None:
        self._owner = owner
        self._memory = memory

    def __getattribute__(self, name: str) -> Any:
        owner, memory = (object.__getattribute__(self, each) for each in ("_owner", "_memory"))
        is_class = isinstance(owner, type)
        for base in owner.__mro__ if is_class else type(owner).__mro__:
            found = vars(base).get(name, _MISSING)
            if type(found) is caches.CACHED_FUNCTION:
                return namespace.stand_in(found).__get__(None if is_class else owner)
            if type(found) is cached_property and not is_class:
                return memory.computed(owner, name, found)
            if found is not _MISSING:
                break
        return getattr(owner, name)


class _Super:
    """`super()` of a thread that a double stands for.

    What the program's own classes define is theirs, and so is `__init__`, which does no harm; the rest of the standard
    library's is the double's.
    """

    def __init__(self, real: super, double: Any) -> None:
        self._real = real
        self._double = double

    def __getattribute__(self, name: str) -> Any:
        real, double = (object.__getattribute__(self, each) for each in ("_real", "_double"))
        found = getattr(real, name)
        if getattr(found, "__func__", None) is not vars(threading.Thread).get(name, _MISSING):
            return found
        if name == "run":
            return partial(ThreadDouble.run, double)
        if name != "__init__":
            return getattr(double, name)

        def initialise(*arguments: Any, **named: Any) -> None:
            found(*arguments, **named)
            double.learn_from_real()

        return initialise


def _is_standard_thread(kind: type) -> bool:
    return kind.__module__ == threading.__name__


def _own_bases(kind: type) -> Iterator[type]:
    """The classes of the program that a class of threads is made of."""
    return (base for base in kind.__mro__ if base is not object and base.__module__ != threading.__name__)


_OF_THREADS = frozenset((*vars(threading.Thread), "_target", "_args", "_kwargs", "_name", "_daemonic", "_started"))
_OWN, _CLASS, _METHOD, _OTHER, _CACHED = range(5)
_ALWAYS, _UNLESS_OWN = range(2)
_READERS = frozenset((list, tuple, set, frozenset, dict, sorted, str, sum, bytes, deque, enumerate, zip, array))
_BUILTIN = type(len)
_EXPLORER = str(Path(__file__).resolve().parent)
_READING_MODULES = frozenset(
    {"collections", "copy", "functools", "itertools", "json", "math", "operator", "pprint", "random", "reprlib"}
    | {"statistics", "string", "textwrap", "typing"}
)
_WITH_ATTRIBUTES = frozenset((type, ModuleType, FunctionType))
_ATTRIBUTES = frozenset(("getattr", "setattr", "delattr", "hasattr"))
_OF_FILES = frozenset(
    ("_io", "io", "os", "posix", "posixpath", "genericpath", "pathlib", "pathlib._local", "pathlib._abc", "shutil")
)
_GUARDED = frozenset(
    "_multiprocessing _posixshmem _posixsubprocess _signal _socket asyncio asyncio.runners http.client "  # noqa: SIM905
    "multiprocessing multiprocessing.connection multiprocessing.context multiprocessing.managers multiprocessing.pool "
    "multiprocessing.queues multiprocessing.synchronize pty select selectors signal socket ssl subprocess "
    "urllib.request".split()
)
"""Modules whose functions are refused: what they do can wait, or runs beside the program."""
_HARMLESS = frozenset(
    "socket.htons socket.ntohs _signal.getsignal signal.getsignal multiprocessing.context.BaseContext.cpu_count "  # noqa: SIM905
    "multiprocessing.context.BaseContext.get_logger".split()
)
_DOUBLE_TYPES = frozenset(namespace.DOUBLES)


def _variables(frame: Any) -> tuple[Any, ...]:
    """A frame's variables, in a form that can be compared: values where they are plain, else identities."""
    found = []
    for name, value in frame.f_locals.items():
        found.append((name, value if type(value) in (int, str, bool, type(None)) else id(value)))
    return tuple(found)


def _same(one: dict[str, Any], other: Any) -> bool:
    """Whether variables are bound to the same objects."""
    if len(one) != len(other):
        return False
    return all(name in other and other[name] is value for name, value in one.items())


_Inside = tuple[str, ...]
_NOTHING_INSIDE: _Inside = ("nothing",)
_STANDS_FOR: _Inside = ("double",)
_ITEMS: _Inside = ("items",)
_VALUES: _Inside = ("values",)


def _inside_of(kind: type) -> _Inside:
    """How to find what an object of a type holds: one of the above, or the names of its slots, the last first."""
    if kind in PLAIN or kind in _DOUBLE_TYPES:
        return _NOTHING_INSIDE
    if namespace.maker(kind) is not None:
        return _STANDS_FOR
    if kind in (list, tuple, set, frozenset, deque):
        return _ITEMS
    if kind in DICTS:
        return _VALUES
    return tuple(slots_of(kind)[::-1])


_MOST_OBJECTS = 20_000
