"""Puts back what an answer keeps outside its objects: module variables, class attributes, mutable defaults.

An exploration runs a program many times in one process.  What `setup` makes is new each time; a dictionary at the top
of the learner's file is not, and one execution would see the locks and values of the one before.
"""

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

_CONTAINERS = (dict, list, set, deque, defaultdict, OrderedDict, bytearray)


class Fresh:
    """The state of a module as it was when this was made.

    Arguments:
        module: which.  Containers, and instances of the classes that it defines, are followed as far as they reach.
    """

    def __init__(self, module: ModuleType) -> None:
        self._name = module.__name__
        self._restorers: list[Callable[[], None]] = []
        self._seen: set[int] = set()
        self._kept: list[object] = []
        self._namespace(vars(module))

    def restore(self) -> None:
        """Make everything what it was."""
        for restorer in self._restorers:
            restorer()

    def _namespace(self, names: dict[str, Any]) -> None:
        before = dict(names)

        def restorer() -> None:
            for name in [name for name in names if name not in before]:
                del names[name]
            for name, value in before.items():
                if names.get(name) is not value:
                    names[name] = value

        self._restorers.append(restorer)
        for name, value in before.items():
            if not name.startswith("__"):
                self._follow(value)

    def _follow(self, value: Any) -> None:
        if id(value) in self._seen:
            return
        if type(value) in _CONTAINERS:
            self._remember(value)
            self._restorers.append(_contents(value))
            for each in list(value.values()) if isinstance(value, dict) else list(value):
                self._follow(each)
        elif isinstance(value, FunctionType) and value.__module__ == self._name:
            self._remember(value)
            for each in _reach(value):
                self._follow(each)
        elif isinstance(value, type) and value.__module__ == self._name:
            self._remember(value)
            self._restorers.append(_attributes(value))
            for name, each in list(vars(value).items()):
                if not name.startswith("__") or isinstance(each, FunctionType):
                    self._follow(each)
        elif type(value).__module__ == self._name and isinstance(getattr(value, "__dict__", None), dict):
            self._remember(value)
            self._namespace(vars(value))

    def _remember(self, value: Any) -> None:
        self._seen.add(id(value))
        self._kept.append(value)


def _reach(function: FunctionType) -> Iterator[Any]:
    """What a function keeps from call to call: its defaults and what it captured."""
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for cell in function.__closure__ or ():
        if cell != type(cell)():
            yield cell.cell_contents


def _contents(container: Any) -> Callable[[], None]:
    if isinstance(container, dict):
        items = dict(container)

        def restorer() -> None:
            container.clear()
            container.update(items)
    elif isinstance(container, set):
        members = set(container)

        def restorer() -> None:
            container.clear()
            container.update(members)
    else:
        elements = list(container)

        def restorer() -> None:
            container.clear()
            container.extend(elements)

    return restorer


def _attributes(kind: type) -> Callable[[], None]:
    before = {name: value for name, value in vars(kind).items() if not name.startswith("__")}

    def restorer() -> None:
        for name in [name for name in vars(kind) if name not in before and not name.startswith("__")]:
            delattr(kind, name)
        for name, value in before.items():
            if vars(kind).get(name) is not value:
                setattr(kind, name, value)

    return restorer
