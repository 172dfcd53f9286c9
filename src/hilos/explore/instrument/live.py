"""Which functions that come from some source files are alive in this process.

A scan of the whole heap answers that, and takes milliseconds: a test run has hundreds of thousands of objects.  So the
functions are looked for where programs keep them (the namespaces of their modules, classes, closures, containers and
whatever objects those hold), and then it is *checked* that none is missing:

* a live function holds a reference to its code.  Where a code object has more references than the functions that were
  found, the functions around it and the frames that run it account for, somebody else holds one;
* a `def` that is not inside another function was executed once, so it must have been found.

Either way the heap is scanned after all.  It always is in builds whose reference counts cannot be read (free
threading), and for modules that are given as such: code that is not looked at may have them under another name.
"""

import gc
import sys
import sysconfig
import types
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import CodeType, FunctionType, ModuleType
from typing import Any

_MOST = 5_000
"""Objects after which the heap might as well be scanned."""
_MOST_NAMESPACES = 64
_LEAVES = frozenset(
    (
        *(int, float, complex, bool, str, bytes, bytearray, range, slice, type(None), type(Ellipsis)),
        *(CodeType, types.BuiltinFunctionType, types.FrameType, types.TracebackType),
        *(types.GetSetDescriptorType, types.MemberDescriptorType, types.WrapperDescriptorType),
        *(types.MethodDescriptorType, types.ClassMethodDescriptorType),
    )
)
_COUNTS = hasattr(sys, "getrefcount") and not sysconfig.get_config_var("Py_GIL_DISABLED")

Place = tuple[str, int]
Group = tuple[str, dict[str, Any], list[FunctionType]]


@dataclass(slots=True)
class Definitions:
    """The functions of one file that are in no other function.

    Attributes:
        places: how many there are of each (qualified name, first line).
        gone: for a module's namespace (by `id`), the code of a function that was there when the heap was scanned, and
            the places whose functions were not.
    """

    places: dict[Place, int]
    gone: dict[int, tuple["weakref.ref[CodeType]", frozenset[Place]]] = field(default_factory=dict)


def live_functions(
    files: Iterable[str],
    seeds: Iterable[FunctionType],
    definitions: Mapping[str, Definitions],
    *,
    surely: bool = False,
) -> tuple[list[Group], "Snapshot | None"]:
    """The functions alive in the process that come from `files`, grouped by file and module namespace.

    Args:
        files: paths, as code objects have them.
        seeds: functions to begin at.
        definitions: for each file.
        surely: whether to scan the heap in any case.

    Returns:
        The functions, and a snapshot of them if the heap was not scanned.
    """
    wanted = frozenset(files)
    if not wanted:
        return [], None
    if _COUNTS and not surely:
        found = _reachable(wanted, seeds, _modules_of(wanted))
        if found is not None:
            groups = _grouped(found)
            if _is_all(wanted, groups, definitions) and _references_add_up(wanted, found):
                return groups, Snapshot(wanted, found)
    # One pass that does nothing but ask for the type.
    everything = [thing for thing in gc.get_objects() if type(thing) is FunctionType]
    found = [function for function in everything if function.__code__.co_filename in wanted]
    groups = _grouped(found)
    for file, names, functions in groups:
        missing = _missing(definitions[file].places, functions)
        if len(definitions[file].gone) > _MOST_NAMESPACES:
            definitions[file].gone.clear()
        definitions[file].gone[id(names)] = weakref.ref(functions[0].__code__), frozenset(missing)
    return groups, None


class Snapshot:
    """What was found once, to see quickly whether the same would be found again; it keeps nothing alive."""

    def __init__(self, files: frozenset[str], found: list[FunctionType]) -> None:
        self._files = files
        self._found = [weakref.ref(function) for function in found]
        self._ids = {id(function) for function in found}
        self._modules = {id(names) for names in _modules_of(files)}

    def still(self, seeds: Iterable[FunctionType]) -> bool:
        """Whether these are still all functions of the files."""
        files, ids = self._files, self._ids
        if any(id(seed) not in ids and seed.__code__.co_filename in files for seed in seeds):
            return False
        found = [function for reference in self._found if (function := reference()) is not None]
        if len(found) < len(self._found):
            return False
        return {id(names) for names in _modules_of(files)} == self._modules and _references_add_up(files, found)


def _nobody() -> None:
    return None


def _grouped(functions: list[FunctionType]) -> list[Group]:
    groups: dict[tuple[str, int], Group] = {}
    for function in functions:
        file, names = function.__code__.co_filename, function.__globals__
        groups.setdefault((file, id(names)), (file, names, []))[2].append(function)
    return list(groups.values())


def _modules_of(files: frozenset[str]) -> list[dict[str, Any]]:
    """Namespaces of the imported modules that were made from files."""
    global _known_modules
    count, last = len(sys.modules), next(reversed(sys.modules), "")
    if _known_modules[:2] != (count, last):
        by_file: dict[str, list[ModuleType]] = {}
        for module in list(sys.modules.values()):
            file = getattr(module, "__dict__", {}).get("__file__")
            if type(file) is str:
                by_file.setdefault(file, []).append(module)
        _known_modules = count, last, by_file
    return [vars(module) for file in files for module in _known_modules[2].get(file, ())]


_known_modules: tuple[int, str, dict[str, list[ModuleType]]] = (-1, "", {})


def _reachable(
    wanted: frozenset[str], seeds: Iterable[FunctionType], namespaces: list[dict[str, Any]]
) -> list[FunctionType] | None:
    """The functions that can be reached from some; None if there is too much to look at."""
    found: list[FunctionType] = []
    seen: dict[int, Any] = {}  # keeps what it has seen alive, so that no other object can have its id
    own: set[Any] = {names.get("__name__") for names in namespaces}
    pending: list[Any] = [*namespaces, *seeds]
    while pending:
        if len(seen) > _MOST:
            return None
        look_into: list[Any] = []
        following: list[Any] = []
        for thing in pending:
            kind = type(thing)
            if kind in _LEAVES or id(thing) in seen:
                continue
            seen[id(thing)] = thing
            if kind is FunctionType:
                if thing.__code__.co_filename in wanted:
                    found.append(thing)
                    names = thing.__globals__
                    own.add(names.get("__name__"))
                    following.append(names)
                following += (thing.__closure__, thing.__defaults__, thing.__kwdefaults__)
                if thing.__dict__:
                    following.append(thing.__dict__)
            elif kind is ModuleType:
                if vars(thing).get("__file__") in wanted:
                    following.append(vars(thing))
            elif isinstance(thing, type):
                if thing.__module__ in own:
                    following += vars(thing).values()
                    following += thing.__bases__
            else:
                look_into.append(thing)
        pending = following
        if look_into:
            pending += gc.get_referents(*look_into)
    return found


def _is_all(wanted: frozenset[str], groups: list[Group], definitions: Mapping[str, Definitions]) -> bool:
    """Whether each definition that is in no other function is there, or known to be gone."""
    if len({file for file, _names, _functions in groups}) < len(wanted):
        return False
    for file, names, functions in groups:
        there = definitions[file]
        missing = _missing(there.places, functions)
        if missing:
            witness, gone = there.gone.get(id(names), (_nobody, frozenset()))
            code = witness()
            if code is None or not missing <= gone or all(function.__code__ is not code for function in functions):
                return False
    return True


def _missing(places: Mapping[Place, int], functions: list[FunctionType]) -> set[Place]:
    codes: dict[Place, set[int]] = {}
    for function in functions:
        code = function.__code__
        codes.setdefault((code.co_qualname, code.co_firstlineno), set()).add(id(code))
    return {place for place, count in places.items() if len(codes.get(place, ())) < count}


def _references_add_up(wanted: frozenset[str], found: list[FunctionType]) -> bool:
    codes, holders = _codes_of(wanted, found)
    return all(_count(codes, position) == holders[position] for position in range(len(codes)))


def _codes_of(wanted: frozenset[str], found: list[FunctionType]) -> tuple[list[CodeType], list[int]]:
    """The code objects of functions, of those inside them and of those that are running; and how many hold each."""
    positions: dict[int, int] = {}
    codes: list[CodeType] = []
    holders: list[int] = []

    def add(code: CodeType, number: int) -> None:
        position = positions.setdefault(id(code), len(codes))
        if position == len(codes):
            codes.append(code)
            holders.append(0)
        holders[position] += number

    for function in found:
        add(function.__code__, 1)
    frame: types.FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename in wanted:
            add(frame.f_code, _FRAME)
        frame = frame.f_back
    for code in codes:  # grows meanwhile
        for constant in code.co_consts:
            if type(constant) is CodeType:
                add(constant, 1)
    return codes, holders


def _count(codes: list[CodeType], position: int) -> int:
    """References to a code object beside that of the list."""
    return sys.getrefcount(codes[position]) - _OVERHEAD


def _overhead() -> int:
    """References that counting them adds: to a code object that only the list holds, beside one holder."""
    code = _overhead.__code__.replace(co_name="probe")
    holder = [code]
    codes = [code]
    del code
    return sys.getrefcount(codes[0]) - len(holder)


def _frame_overhead() -> int:
    """References that a frame has to the code that it runs."""

    def running() -> int:
        return sys.getrefcount(code)

    code = running.__code__
    return running() - sys.getrefcount(code)


_OVERHEAD = _overhead() if _COUNTS else 0
_FRAME = _frame_overhead() if _COUNTS else 0
