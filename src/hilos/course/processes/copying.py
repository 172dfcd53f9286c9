"""What a process has of another's memory: a copy at the fork, or what goes through a pipe."""

import copy
from collections import deque
from types import FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from hilos.course.processes.refusing import refuse
from hilos.explore.primitives.lock import Lock, RLock
from hilos.explore.primitives.namespace import DOUBLES, maker, stand_in, stood_in
from hilos.explore.primitives.thread import Thread
from hilos.explore.runtime.verbs import SHIFT, running
from hilos.locale import translator

if TYPE_CHECKING:
    from hilos.course.processes.machine import Machine

_ = translator("course")

_KEPT = Thread  # another process's thread is of no use, and does no harm
PLAIN = (int, float, complex, bool, str, bytes, type(None), range, slice, type(...))


class Copier:
    """Copies memory of one process for another; what is shared stays, functions and classes are the other's own."""

    def __init__(self, machine: "Machine", ours: ModuleType, theirs: ModuleType) -> None:
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
        if isinstance(value, (*PLAIN, ModuleType, SimpleNamespace)):
            return value
        if self._machine.sharing.holds(value):
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
            refuse(_("Este ejercicio no sabe copiar un {name} a otro proceso.").format(name=type(value).__name__))
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


def pickled(machine: "Machine", value: Any, inherited: bool = False, method: str = "") -> Any:
    """What arrives at the other end of a pipe: a copy, with only what pickle takes.

    Raises:
        TypeError, AttributeError, RuntimeError: as pickle and multiprocessing do.
    """

    def check(thing: Any, depth: int = 0) -> None:
        if isinstance(thing, PLAIN) or depth > 20:
            return
        if machine.sharing.holds(thing):
            if inherited and machine.sharing.made_by(thing) == "fork" != method:
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
