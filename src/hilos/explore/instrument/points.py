"""Which syntax is a scheduling point, why, and what the instrumented code calls there: the `Hooks` protocol.

The idea.  Instrumented code performs every operation itself, natively: `account.balance` stays an attribute load of
CPython's own, with its own exceptions, its own traceback and its own specialised bytecode.  What the rewriting adds is
a call *immediately before* the operation, after all of its operands are evaluated.  In that call the explorer learns
what is about to happen, may run other threads, and returns; the operation follows at once, so that nothing can come
between the announcement and the deed.  Hooks therefore never perform the operation and add no frame to a traceback.

Two sorts of hook:

* **announcing** hooks return None (`contains` and `read`: what they were given).  The rewriter places them as
  `(load_item(a, i, SITE) or a)[i]`, or with a C function of `operator` where the operands are not plain names.
* **substituting** hooks are given the object that is about to be operated on and return the object to operate on: the
  same one nearly always (`load_attribute(account, SITE).balance`), or the explorer's *double* of it.

How names get redirected to doubles: **by value, at the moment of use; nothing is patched.**  No attribute of
`threading`, `time` or `queue` and no global of a module under test is ever replaced, so there is nothing to restore and
code that is not instrumented never meets a double by accident.

* a module: `threading.Lock` and `time.sleep` are attribute loads on the module objects, so `load_attribute` and
  `load_method` are given the module `threading` and may return a namespace of doubles whose `.Lock` is the double;
* a name from `from threading import Lock as L`: at instrumentation time the loader asks `substitutes(value)` for every
  global that instrumented code reads; each load of a name for which that said True goes through `value(object, SITE)`.
  It says True for the originals (`threading.Lock`, `time.sleep`, `queue.Queue`...), and for module-level objects of
  those types (`LOCK = threading.Lock()` at import), so that the name yields the double also when it is passed on;
* anything else that holds an original and is called - a class attribute `lock_type = Lock`, a default argument, an
  element of a dict: `call` is given the callable about to be called and returns the one to call;
* real objects made before the exploration or by code that is not instrumented (a lock in a class body, a
  `dataclass` field with `default_factory=Lock`, an instance of a `Thread` subclass): whatever instrumented code does
  with them goes through `load_method` (`lock.acquire()`, `worker.start()`), `load_attribute`, `enter` (`with lock:`) or
  `call` (as an argument), and the hook returns the double that stands for that very object, the same one each time in
  an execution.  A subclass of `Thread` thus keeps its own class and methods: only `start`, `join`, `is_alive` and so on
  are served by the double.  `super().start()` arrives with `owner` a `super` object; `owner.__self__` is the thread.
  A real lock is never really taken; one that is locked after an execution was used by code that is not instrumented.

What is no point: local variables that no other function sees; names of functions, classes and modules that nothing
rebinds while the program runs; constants; operations on immutable values (the hook is called, for the rewriter cannot
know types, and has to return at once: test `type(x)` first).

Values for explanations.  Hooks are not told values read and written.  When the hook of a load returns, nothing can
change any more, so the value can be peeked at there (`owner.__dict__`, `container[key]`, `cell.cell_contents`); after a
store, in the next hook of whichever thread.  Peek at plain storage only: a property would run the user's code.

Granularity: one operation of CPython's own on one built-in container is atomic (`list.append`, `dict.get`,
`sorted(xs)`); so are attribute loads and stores; `x += 1` on anything shared is a read, then a write.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import FunctionType
from typing import Any, Protocol


class Point(StrEnum):
    """The kinds of scheduling point, one for each kind of operation on memory that may be shared."""

    LOAD_ATTRIBUTE = "load attribute"
    LOAD_METHOD = "load method"
    STORE_ATTRIBUTE = "store attribute"
    DELETE_ATTRIBUTE = "delete attribute"
    LOAD_ITEM = "load item"
    STORE_ITEM = "store item"
    DELETE_ITEM = "delete item"
    CONTAINS = "contains"
    ITERATE = "iterate"
    READ = "read"
    OPERANDS = "operands"
    INPLACE = "inplace"
    CALL = "call"
    ENTER = "enter"
    REPEAT = "repeat"
    VALUE = "value"
    LOAD_GLOBAL = "load global"
    STORE_GLOBAL = "store global"
    DELETE_GLOBAL = "delete global"
    LOAD_CELL = "load cell"
    STORE_CELL = "store cell"
    DELETE_CELL = "delete cell"


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """One place in the source where an operation announces itself.  One object a place: compare with `is`.

    Attributes:
        point: what kind of operation.
        name: the attribute, global or captured variable; for calls the name called; else "".
        owner: source text of the object operated on (`self.account`, `forks[i]`, `queue`), for human names.
        file: path of the source, as the functions' code objects have it.
        line: counted from 1.
        column: counted from 0, in UTF-8 bytes, as `ast` counts.
        function: qualified name of the function that contains it.
        module: name of the module that holds the global, for the global points; else "".
        ordinal: number of the site among those of the same function, from 0 in order of the text.
    """

    point: Point
    name: str
    owner: str
    file: str
    line: int
    column: int
    function: str
    module: str = ""
    ordinal: int = 0


class Hooks(Protocol):
    """What instrumented code calls.  Arguments are positional; the site is last, except in `call`.

    The callables are embedded as constants in the code objects (bound methods or plain functions), so they are looked
    up once, when the instrumentation is bound to them.
    """

    # Attributes.  Location: (owner, site.name).  `owner` may be a module, a class, a `super` object, anything.

    def load_attribute(self, owner: Any, site: Site, /) -> Any:
        """`owner.name` is about to be read.  Returns the object to read it from."""

    def load_method(self, owner: Any, site: Site, /) -> Any:
        """`owner.name` is about to be looked up and then called: `owner.name(...)`.  Returns the object to use.

        Most are methods found on the class, which nobody writes; an instance attribute that holds a callable is a read.
        The arguments are evaluated after this.  For names that are methods of built-in types, `call` follows with them.
        """

    def store_attribute(self, owner: Any, site: Site, /) -> Any:
        """`owner.name = ...` is about to happen, its value already evaluated.  Returns the object to write to."""

    def delete_attribute(self, owner: Any, site: Site, /) -> Any:
        """`del owner.name` is about to happen.  Returns the object to delete it from."""

    # Subscripts.  Location: (container, key) where the key can be told without running user code, else the container.
    # A slice arrives as a `slice`.  `container` may be any object: only built-in containers are memory here, a class
    # with its own `__getitem__` in Python has its own points inside.

    def load_item(self, container: Any, key: Any, site: Site, /) -> None:
        """`container[key]` is about to be read."""

    def store_item(self, container: Any, key: Any, site: Site, /) -> None:
        """`container[key] = ...` is about to happen."""

    def delete_item(self, container: Any, key: Any, site: Site, /) -> None:
        """`del container[key]` is about to happen."""

    def contains(self, container: Any, key: Any, site: Site, /) -> Any:
        """`key in container` or `not in` is about to be evaluated.  Returns `container` itself."""

    # Whole containers.

    def iterate(self, iterable: Any, site: Site, /) -> Any:
        """`for ... in iterable` (also of comprehensions, and arguments of enumerate, zip, map...) is about to begin.

        Returns what to iterate over: the object itself, or for a mutable built-in container, its views and its
        iterators, `stepping(iterable, step)`, which calls `step()` immediately before each native step.  The container
        behind a view or an iterator is among `gc.get_referents(iterable)`; `next(iterator)` comes as a `call`.
        """

    def read(self, value: Any, site: Site, /) -> Any:
        """The whole of `value` is about to be read if it is a container: its truth, `*value`, unpacking, f-strings.

        Returns `value` itself.
        """

    def operands(self, left: Any, right: Any, site: Site, /) -> None:
        """A binary operator or comparison is about to read both, whole where containers: `xs + ys`, `xs == ys`."""

    def inplace(self, left: Any, right: Any, site: Site, /) -> None:
        """`left += right` or the like on objects: a container at the left is about to be written, at the right read."""

    # Calls, with statements, names.

    def call(self, function: Any, site: Site, /, *arguments: Any, **named: Any) -> Any:
        """`function(*arguments, **named)` is about to be called.  Returns the callable to call.

        Called for everything but calls that are known beforehand to reach a Python function or class of the program
        itself.  Built-in functions and methods of built-in containers are recognised here by value:
        `function.__self__` and `function.__name__` for `jobs.append`, identity for `len`, `sorted`, `getattr`,
        `heapq.heappush`...; a mutable container passed to a C function counts as read, or as written for those
        known to write.  Where the call has `*iterable` or `**mapping`, only the arguments before them are shown.
        """

    def enter(self, manager: Any, site: Site, /) -> Any:
        """`with manager:` is about to enter it.  Returns the context manager to enter (and later to exit)."""

    def repeat(self, site: Site, /) -> None:
        """A `while` loop is about to look at its condition, for the first time or again.

        Where a whole round has changed nothing, the next one would not either: a thread that spins can wait here.
        """

    def value(self, value: Any, site: Site, /) -> Any:
        """A global for whose value `substitutes` said True was just read.  Returns the value to use."""

    def substitutes(self, value: Any, /) -> bool:
        """Whether loads of a global that holds `value` now are to go through `value()`.  Asked once, beforehand."""

    # Rebound names.  Globals: location (site.module, site.name).

    def load_global(self, site: Site, /) -> None:
        """A global that some function rebinds is about to be read."""

    def store_global(self, site: Site, /) -> None:
        """It is about to be written, its value already evaluated."""

    def delete_global(self, site: Site, /) -> None:
        """It is about to be deleted."""

    # Captured variables that are rebound.  `probe` is a throw-away function that closes over the variable and nothing
    # else: the location is the cell `probe.__closure__[0]`.

    def load_cell(self, probe: FunctionType, site: Site, /) -> None:
        """A captured variable is about to be read."""

    def store_cell(self, probe: FunctionType, site: Site, /) -> None:
        """It is about to be written, its value already evaluated."""

    def delete_cell(self, probe: FunctionType, site: Site, /) -> None:
        """It is about to be deleted."""


def stepping(iterable: Any, step: Callable[[], Any]) -> Any:
    """An iterator over `iterable` that calls `step()` before each of its native steps, with no frame of its own.

    A generator would appear in the traceback of "dictionary changed size during iteration"; this pairs two C iterators
    in a C `map`, the first of which calls `step` (whose result is ignored and must be hashable).  The last call comes
    before the step that finds the end: that, too, is a read.
    """
    return map(_second, iter(step, _NEVER), iter(iterable))


_NEVER = object()
_second: Callable[[Any, Any], Any] = dict[
    Any, Any
]().get  # `{}.get(a, b)` is b: a C function that returns its second argument
