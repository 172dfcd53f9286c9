"""What operations on built-in containers touch.

A dict has a location for each item and one for its set of keys (its *whole*); a list one for each item and one for
its length and order; sets, deques, byte arrays and subclasses of containers are one location.  Setting an item that is
there reads the whole, so it commutes with setting another one; whatever adds, removes or moves items writes the whole,
and so conflicts with all of these.  Reading everything reads the whole and all items; what shows or compares values
(`repr`, `==`) reads the containers inside as well.

What an operation touches can depend on what is there (which item is the last one, whether a key is new).  It is
worked out twice: when the operation is announced, so that the search can plan, and again when its turn has come,
since other threads may have run in between; the second is what counts (`_dynamic`).
"""

import gc
import itertools
import operator
import os
from array import array
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from mmap import mmap
from types import (
    BuiltinFunctionType,
    GeneratorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

from hilos.explore.causality.dependence import SHIFT, VARIES, WRITE, Footprint
from hilos.explore.instrument.points import Site, stepping
from hilos.explore.names import variables_of
from hilos.explore.runtime.execution import PLAIN, Execution


def _c_arrays() -> tuple[type, ...]:
    """`ctypes.Array`, without the rest of `ctypes`; not every build of CPython has it."""
    try:
        from _ctypes import Array
    except ImportError:
        return ()
    return (Array,)


NONE, DICT, LIST, BLOB = range(4)
DICTS = (dict, defaultdict, OrderedDict, Counter)
CONTAINERS = frozenset((*DICTS, list, set, deque, bytearray, array))
_KINDS: dict[type, int] = {**dict.fromkeys(DICTS, DICT), list: LIST}
_BUILT_IN: tuple[type, ...] = (dict, list, set, deque, bytearray, array, memoryview, mmap, *_c_arrays())
_OF_THE_LIBRARY: tuple[type, ...] = (UserDict, UserList, ChainMap, WeakKeyDictionary, WeakValueDictionary, WeakSet)
_OF_THE_LIBRARY += (type(os.environ),)
"""Containers that the standard library wrote in Python, whose insides are not instrumented."""
_BASES = (*_BUILT_IN, *_OF_THE_LIBRARY)
_ORDERED = OrderedDict[object, object]()
_KEYS_VIEWS: tuple[type, ...] = (type({}.keys()), type(_ORDERED.keys()))
VIEWS = (*_KEYS_VIEWS, type({}.values()), type({}.items()), type(_ORDERED.values()), type(_ORDERED.items()))

READS = frozenset(
    "copy count index get keys values items isdisjoint issubset issuperset union difference intersection "  # noqa: SIM905
    "symmetric_difference __len__ __contains__ __getitem__ __iter__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __add__ "
    "__mul__ __or__ __and__ __sub__ __xor__ __reversed__ __repr__ __str__ __bool__ most_common elements total decode "
    "startswith endswith find rfind hex tobytes tolist".split()
)
_WRITING_FUNCTIONS = frozenset(
    "heappush heappop heapify heapreplace heappushpop insort insort_left insort_right iadd ior iand isub ixor iconcat "  # noqa: SIM905
    "imul pack_into readinto readinto1".split()
)
_ITEM_FUNCTIONS: dict[Any, str] = {
    operator.getitem: "__getitem__",
    operator.setitem: "__setitem__",
    operator.delitem: "__delitem__",
    operator.contains: "__contains__",
}
_LAZY = frozenset(value for value in vars(itertools).values() if isinstance(value, type)) | {filter, reversed}
_FUNCTIONS_OVER = frozenset((map, filter, itertools.starmap, itertools.takewhile, itertools.dropwhile))
_PICKERS = (operator.itemgetter, operator.attrgetter, operator.methodcaller)
_SHOWING = frozenset(("repr", "ascii", "format", "print"))
_KEYS = frozenset((str, int, bool, type(None), bytes, float))
_MOST_ITEMS = 64
_ITERATORS = (map, zip, filter, enumerate, reversed)


def container_kind(kind: type) -> int:
    """How a type of object is tracked: `DICT`, `LIST`, `BLOB` (one location), or `NONE`."""
    found = _KINDS.get(kind)
    if found is None:
        return BLOB if issubclass(kind, _BASES) else NONE
    return found


class Containers:
    """The hooks of operations on built-in containers."""

    execution: Execution
    owners: dict[int, Any]
    """Whose dictionary of attributes a dict is, by its `id`; of those that the program has asked for."""

    def _attribute(self, owner: Any, name: str, storing: bool = False) -> int:
        raise NotImplementedError

    def own(self, owner: Any) -> None:
        """The program has asked for an object's dictionary of attributes."""
        found = variables_of(owner)
        if found and not isinstance(owner, (type, ModuleType)):
            self.owners[id(found)] = owner

    # Items.

    def load_item(self, container: Any, key: Any, site: Site, /) -> None:
        sort = container_kind(type(container))
        if sort == DICT:
            if type(container) is defaultdict:
                self._dynamic(lambda: self._default(container, key), site)
            else:
                self.execution.step(self._item(container, key), site)
        elif sort == LIST:
            if type(key) is int and key >= 0:
                self.execution.step((self._item(container, key), self._whole(container)), site)
            else:
                self._dynamic(lambda: self._picked(container, key), site)
        elif sort:
            self.execution.step(self._whole(container), site)

    def store_item(self, container: Any, key: Any, site: Site, /) -> None:
        sort = container_kind(type(container))
        if sort == DICT:
            self._dynamic(lambda: self._set(container, key), site)
        elif sort == LIST and type(key) is int:
            if key >= 0:
                self.execution.step((self._item(container, key) | WRITE, self._whole(container)), site)
            else:
                self._dynamic(lambda: self._placed(container, key), site)
        elif sort:
            self.execution.step(self._whole(container) | WRITE, site)

    def delete_item(self, container: Any, key: Any, site: Site, /) -> None:
        sort = container_kind(type(container))
        if sort == DICT:
            self.execution.step(self._both(container, key), site)
        elif sort:
            self.execution.step(self._whole(container) | WRITE, site)

    def contains(self, container: Any, key: Any, site: Site, /) -> Any:
        sort = container_kind(type(container))
        if sort == DICT:
            self.execution.step(self._item(container, key), site)
        elif sort or type(container) in VIEWS:
            self.read(container, site)
        return container

    # Footprints.

    def _item(self, container: Any, key: Any) -> int:
        """The read footprint of one item, present or not."""
        kind = type(key)
        if kind not in _KEYS and not (kind is tuple and all(type(part) in _KEYS for part in key)):
            return self._whole(container)
        if kind is bool or (kind is float and key.is_integer()):  # the same key as the int
            key, kind = int(key), int
        x = self.execution
        identity = (id(container), (key,))
        code = x.locations.get(identity)
        if code is None:
            owner = self.owners.get(id(container))
            if owner is not None and kind is str:  # `vars(account)["balance"]` is `account.balance`
                code = self._attribute(owner, key)
                if code >= 0:
                    return code
            code = x.locations[identity] = x.location(container, (kind.__name__, key), "item") << SHIFT
        return code

    def _whole(self, container: Any) -> int:
        """The read footprint of a container as a whole; for a dict its set of keys, for a list its length and order."""
        x = self.execution
        identity = (id(container), None)
        code = x.locations.get(identity)
        if code is None:
            if type(container) is memoryview:
                return self._whole(container.obj)  # what is seen through a view belongs to what it shows
            sort = next((base.__name__ for base in _BASES if isinstance(container, base)), type(container).__name__)
            code = x.locations[identity] = x.location(container, None, sort) << SHIFT
        return code

    def _both(self, container: Any, key: Any) -> Footprint:
        """An item comes or goes."""
        item, whole = self._item(container, key), self._whole(container)
        return whole | WRITE if item == whole else (item | WRITE, whole | WRITE)

    def _set(self, container: Any, key: Any) -> Footprint:
        item, whole = self._item(container, key), self._whole(container)
        if item == whole or not _present(container, key):
            return self._both(container, key)
        return (item | WRITE, whole | VARIES)

    def _default(self, container: Any, key: Any) -> Footprint:
        """`defaultdict`: reading a key that is not there adds it."""
        item, whole = self._item(container, key), self._whole(container)
        if not _present(container, key):
            return self._both(container, key)
        return item if item == whole else (item | VARIES, whole | VARIES)

    def _picked(self, container: list[Any], key: Any) -> Footprint:
        """`container[-1]` and slices."""
        if isinstance(key, slice):
            chosen: Iterable[int] = range(*key.indices(len(container)))
        elif isinstance(key, int):
            chosen = [key + len(container) if key < 0 else key]
        else:
            return self._everything(container)
        items = [self._item(container, index) for index in chosen if index >= 0]
        return (*items, self._whole(container)) if 0 < len(items) <= _MOST_ITEMS else self._everything(container)

    def _placed(self, container: list[Any], key: int) -> Footprint:
        """`container[-1] = ...`"""
        index = key + len(container)
        whole = self._whole(container)
        return (self._item(container, index) | WRITE, whole) if index >= 0 else whole

    def _everything(self, container: Any) -> Footprint:
        """The read footprint of all that a container holds.  Of a large one it is a write: that conflicts with all."""
        whole = self._whole(container)
        sort = container_kind(type(container))
        if sort == BLOB or not container:
            return whole
        if len(container) > _MOST_ITEMS:
            return whole | WRITE
        keys = container if sort == DICT else range(len(container))
        items = {self._item(container, key) for key in keys} - {whole}
        return (whole, *sorted(items)) if items else whole

    def _all_written(self, container: Any, new: Iterable[Any] = ()) -> Footprint:
        """Whatever is there may change, and some keys come."""
        whole = self._whole(container) | WRITE
        if container_kind(type(container)) != DICT:
            return whole
        items = {self._item(container, key) | WRITE for key in (*container, *new)} - {whole}
        return (whole, *sorted(items)) if items else whole

    def _dynamic(self, touched: Callable[[], Footprint], site: Any) -> None:
        """An operation whose footprint depends on what is there when its turn comes."""
        x = self.execution
        prints = x.prints
        announced = touched()
        done = len(prints)
        x.step(announced, site)
        if len(prints) > done + 1:  # others were faster
            now = touched()
            if now != announced:
                prints[-1] = now

    # Whole containers.

    def iterate(self, iterable: Any, site: Site, /) -> Any:
        kind = type(iterable)
        sort = container_kind(kind)
        x = self.execution
        if sort == DICT:
            return stepping(iterable, lambda: x.step(self._whole(iterable), site))
        if sort == LIST:
            return stepping(iterable, self._walker(iterable, site))
        if sort:
            return stepping(iterable, lambda: x.step(self._whole(iterable), site))
        if kind in VIEWS:
            owner = owner_of_view(iterable)
            if owner is not None:
                if kind in _KEYS_VIEWS:
                    return stepping(iterable, lambda: x.step(self._whole(owner), site))
                return stepping(iterable, self._reader(owner, site))
        elif self._is_shared_iterator(iterable):
            return stepping(iterable, lambda: x.step(self._thing(iterable), site))
        return iterable

    def _reader(self, container: Any, site: Site) -> Callable[[], None]:
        """Each step reads everything."""

        def step() -> None:
            self.read(container, site)

        return step

    def _walker(self, container: list[Any], site: Site) -> Callable[[], None]:
        """Each step of a walk over a list reads one item, and whether there is one."""
        position = itertools.count()
        x = self.execution

        def step() -> None:
            x.step((self._item(container, next(position)), self._whole(container)), site)

        return step

    def read(self, value: Any, site: Site, /) -> Any:
        if self.execution.judging:
            return value
        kind = type(value)
        if container_kind(kind):
            self._dynamic(lambda: self._everything(value), site)
        elif kind in VIEWS:
            owner = owner_of_view(value)
            if owner is not None:
                self.read(owner, site) if kind not in _KEYS_VIEWS else self.execution.step(self._whole(owner), site)
        elif self._is_shared_iterator(value):
            self.execution.step(self._thing(value), site)
        return value

    def operands(self, left: Any, right: Any, site: Site, /) -> None:
        if (type(left) in PLAIN and type(right) in PLAIN) or self.execution.judging:
            return
        both = [_memory_of(value) for value in (left, right)]
        values = [inner for value in both if value is not None for inner in _nested(value)]
        if values:
            self._dynamic(lambda: self._united(values), site)

    def _united(self, values: list[Any]) -> Footprint:
        found: dict[int, None] = {}
        for value in values:
            everything = self._everything(value)
            found.update(dict.fromkeys((everything,) if isinstance(everything, int) else everything))
        codes = tuple(found)
        return codes[0] if len(codes) == 1 else codes

    def inplace(self, left: Any, right: Any, site: Site, /) -> None:
        other = _memory_of(right)
        if not container_kind(type(left)):
            if other is not None:
                self.read(other, site)
            return
        keys = list(other) if isinstance(other, dict) else []
        stale = self._counts_before(left, [*left, *keys], site) if type(left) is Counter else {}

        def touched() -> Footprint:
            changed = self._all_written(left, keys)
            if other is None or other is left:
                return changed
            read = self._everything(other)
            first = (changed,) if isinstance(changed, int) else changed
            return (*first, *((read,) if isinstance(read, int) else read))

        self._dynamic(touched, site)
        # The operator goes on from the counts that it has read, whatever others have made of them meanwhile.
        if stale:
            dict.update(left, stale)

    def _counts_before(self, counter: Any, keys: Iterable[Any], site: Site) -> dict[Any, Any]:
        """The counts that an operator of a Counter reads, which is written in Python: a step before it writes."""
        self.read(counter, site)
        return {key: dict.get(counter, key, 0) for key in keys}

    # Calls.

    def _called_container(self, function: Any, arguments: tuple[Any, ...], named: dict[str, Any], site: Site) -> Any:
        """A call that may have to do with a container: the callable to call, or None if it has not."""
        x = self.execution
        kind = type(function)
        if kind is MethodDescriptorType or kind is WrapperDescriptorType:  # list.append(xs, x)
            if arguments and container_kind(type(arguments[0])):
                self._method(arguments[0], function.__name__, arguments[1:], named, site)
            else:
                self._read_all(arguments, site)
            return function
        owner = getattr(function, "__self__", None) if kind is not type else None
        if owner is not None and (kind is not MethodType or function.__func__.__module__ in _STANDARD):
            if container_kind(type(owner)):
                if type(owner) is Counter and function.__name__ in ("update", "subtract"):
                    return self._count(owner, 1 if function.__name__ == "update" else -1, site)
                if function.__name__ == "update" and isinstance(owner, dict):
                    return self._update(function, arguments, site)
                self._method(owner, function.__name__, arguments, named, site)
                return function
            if not isinstance(owner, (ModuleType, type)) and self._is_shared_thing(owner):
                self._write_or_read(arguments, site, writes=False)
                x.step(self._thing(owner), site)
                return function
        if kind is type and function in _LAZY:
            return self._lazy(function, site)
        if function is map:
            return self._lazy(function, site)
        if kind is BuiltinFunctionType:
            item = _ITEM_FUNCTIONS.get(function)
            if item is not None and arguments and container_kind(type(arguments[0])):
                self._method(arguments[0], item, arguments[1:], named, site)
                return function
            if function is len and arguments:
                value = _memory_of(arguments[0])
                if value is not None:
                    x.step(self._whole(value), site)
                return function
            if function is vars and arguments:
                self.own(arguments[0])
                return function
            if function is next and arguments and type(arguments[0]) is not GeneratorType:
                self.read(arguments[0], site)
                return function
            if function.__name__ in _SHOWING:
                for value in arguments:
                    self.read_inside(value, site)
                return function
            self._write_or_read((*arguments, *named.values()), site, writes=function.__name__ in _WRITING_FUNCTIONS)
            return None
        if kind in _PICKERS:
            self._read_all(arguments, site)
        return None

    def _read_all(self, values: Iterable[Any], site: Site) -> None:
        for value in values:
            if type(value) not in PLAIN:
                self.read(value, site)

    def _write_or_read(self, values: Iterable[Any], site: Site, *, writes: bool) -> None:
        for value in values:
            if container_kind(type(value)):
                if writes:
                    self._dynamic(lambda value=value: self._all_written(value), site)  # type: ignore[misc]
                else:
                    self.read(value, site)
            elif type(value) in PLAIN:
                continue
            elif writes:
                self.execution.adopt(value)
            else:
                self.read(value, site)

    def read_inside(self, value: Any, site: Site) -> None:
        """What shows, compares or copies a value reads the containers in it, too."""
        if self.execution.judging:
            return
        inside = _nested(value) if _memory_of(value) is not None else []
        if inside:
            self._dynamic(lambda: self._united(inside), site)
        elif type(value) not in PLAIN:
            self.read(value, site)

    def write_inside(self, container: Any, site: Site) -> None:
        """Whoever has it may do anything with the container, as one operation."""
        self._dynamic(lambda: self._all_written(container), site)

    def _lazy(self, function: Any, site: Site) -> Any:
        """`map`, `filter`, `itertools.chain`...: what they are given is read step by step, later."""
        over = function in _FUNCTIONS_OVER

        def make(*arguments: Any, **named: Any) -> Any:
            given = list(arguments)
            if over and given:
                given[0] = self._watched(given[0], site)
            if function is reversed:
                return self._backwards(given[0], site)
            return function(*(value if type(value) in PLAIN else self.iterate(value, site) for value in given), **named)

        return make

    def _backwards(self, value: Any, site: Site) -> Any:
        owner = _memory_of(value)
        if owner is not None:
            self.execution.step(self._whole(owner), site)
        walk = reversed(value)
        return walk if owner is None else stepping(walk, self._reader(owner, site))

    def _watched(self, function: Any, site: Site) -> Any:
        """A function that C code will call; a method of a container is told about each call."""
        if type(function) is not BuiltinFunctionType or not container_kind(type(getattr(function, "__self__", None))):
            return function

        def call(*arguments: Any) -> Any:
            self._method(function.__self__, function.__name__, arguments, {}, site)
            return function(*arguments)

        return call

    def _update(self, function: Any, arguments: tuple[Any, ...], site: Site) -> Any:
        """`d.update(...)`: what comes is read first, so that it is known which items change."""
        owner = function.__self__

        def update(*given: Any, **named: Any) -> Any:
            if given and not isinstance(given[0], dict) and container_kind(type(owner)) == DICT:
                new = list(self.iterate(given[0], site))
                given = (dict(new), *given[1:])
            elif given:
                self.read(given[0], site)
            keys = [*(given[0] if given else ()), *named]
            for value in (*(given[0].values() if given and isinstance(given[0], dict) else ()), *named.values()):
                self.execution.adopt(value)
            self._dynamic(lambda: self._changed_keys(owner, keys), site)
            return function(*given, **named)

        return update if arguments or container_kind(type(owner)) == DICT else function

    def _count(self, counter: Any, sign: int, site: Site) -> Callable[..., None]:
        """`Counter.update` and `subtract`, as they are written: each count is read, then written.

        With the GIL, CPython counts what is no mapping without an interruption, by a helper in C.  Nothing promises it,
        a build without the GIL does not keep it, and a mapping is counted in Python.
        """

        def count(iterable: Any = None, /, **named: Any) -> None:
            for given in (iterable, named):
                if isinstance(given, Mapping):
                    self.read(given, site)
                    pairs = list(given.items())
                else:
                    pairs = [(key, 1) for key in self.iterate(() if given is None else given, site)]
                for key, more in pairs:
                    self.load_item(counter, key, site)
                    before = dict.get(counter, key, 0)
                    self.store_item(counter, key, site)
                    dict.__setitem__(counter, key, before + sign * more)

        return count

    def _changed_keys(self, container: Any, keys: list[Any]) -> Footprint:
        """Some items are set."""
        whole = self._whole(container)
        if container_kind(type(container)) != DICT or any(not _present(container, key) for key in keys):
            whole |= WRITE
        else:
            whole |= VARIES
        items = {self._item(container, key) | WRITE for key in keys} - {whole, whole | WRITE}
        return (whole, *sorted(items)) if items else whole

    def _method(self, container: Any, name: str, arguments: tuple[Any, ...], named: dict[str, Any], site: Site) -> None:
        """A method of a built-in container is about to be called."""
        x = self.execution
        for value in (*arguments, *named.values()):
            if type(value) not in PLAIN:
                x.adopt(value)
                if _memory_of(value) is not None and name in ("extend", "extendleft", "__iadd__", "__ior__", "union"):
                    self.read(value, site)
        sort = container_kind(type(container))
        match name:
            case "__getitem__" if arguments:
                self.load_item(container, arguments[0], site)
            case "__setitem__" if arguments:
                self.store_item(container, arguments[0], site)
            case "__delitem__" if arguments:
                self.delete_item(container, arguments[0], site)
            case "__contains__" if arguments:
                self.contains(container, arguments[0], site)
            case "__len__":
                x.step(self._whole(container), site)
            case "get" if sort == DICT and arguments:
                x.step(self._item(container, arguments[0]), site)
            case "setdefault" if sort == DICT and arguments:
                self._dynamic(lambda: self._default(container, arguments[0]), site)
            case "pop" if sort == DICT and arguments:
                x.step(self._both(container, arguments[0]), site)
            case "keys" | "values" | "items":
                return  # a view reads nothing before it is used
            case _ if name in READS:
                self.read(container, site)
            case _ if not name.startswith("__") or name in ("__iadd__", "__ior__", "__imul__", "__init__"):
                keys = list(arguments[0]) if name == "__ior__" and isinstance(arguments[0], dict) else []
                self._dynamic(lambda: self._all_written(container, keys), site)

    # Other objects of C that change when they are used.

    def _thing(self, value: Any) -> int:
        """The write footprint of an object as a whole."""
        x = self.execution
        kind = type(value)
        if kind.__module__ == _DATABASE:  # one for all: connections and cursors may be of one database
            return x.named((_DATABASE,), (value, None, kind.__name__)) << SHIFT | WRITE
        return x.location(value, None, kind.__name__) << SHIFT | WRITE

    def _is_shared_iterator(self, value: Any) -> bool:
        kind = type(value)
        if kind in PLAIN or kind is GeneratorType or id(value) not in self.execution.keys:
            return False
        return hasattr(kind, "__next__") and kind.__module__ in ("builtins", "itertools")

    @staticmethod
    def _changes_by_method(kind: type) -> bool:
        """Whether calling a method may change an object although the call itself is not always announced."""
        if kind in PLAIN or kind in CONTAINERS:
            return False
        return container_kind(kind) == BLOB or kind.__module__ in _MUTABLE

    def _method_of_whole(self, owner: Any, site: Site) -> None:
        """A method of a subclass of a container, or of an object of C that changes."""
        if container_kind(type(owner)):
            self._method(owner, site.name, (), {}, site)
        elif self._is_shared_thing(owner):
            self.execution.step(self._thing(owner), site)

    def _is_shared_thing(self, owner: Any) -> bool:
        kind = type(owner)
        if kind in PLAIN or kind.__module__ not in _MUTABLE:
            return False
        return id(owner) in self.execution.keys or kind.__module__ == _DATABASE


_DATABASE = "sqlite3"
_MUTABLE = frozenset((_DATABASE, "_io", "io", "random", "_random", "itertools", "builtins", "collections", "_hashlib"))
"""Modules whose objects, shared by threads, change when their methods are called."""
_STANDARD = frozenset(("collections", "collections.abc", "os", "random", "io", "_pyio"))


def _present(container: Any, key: Any) -> bool:
    try:
        return key in container
    except TypeError:
        return False


def _nested(value: Any) -> list[Any]:
    """The container and those in it, to a depth and number that an execution of a small program stays within."""
    found: list[Any] = []
    pending = [_memory_of(value)]
    while pending and len(found) < _MOST_ITEMS:
        container = pending.pop()
        if any(container is other for other in found):
            continue
        found.append(container)
        for inner in list(container.values() if isinstance(container, dict) else container):
            if type(inner) is tuple:
                pending += [part for part in inner if container_kind(type(part))]
            elif container_kind(type(inner)):
                pending.append(inner)
    return found


def _memory_of(value: Any) -> Any:
    """The container that is read when `value` is: itself, or the dict of a view; None if there is none."""
    kind = type(value)
    if container_kind(kind):
        return value
    return owner_of_view(value) if kind in VIEWS else None


def owner_of_view(view: Any) -> Any:
    """The dict of a view of it."""
    for referent in gc.get_referents(view):
        if isinstance(referent, dict):
            return referent
    return None
