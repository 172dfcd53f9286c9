"""The exchange of code objects: what is found, what is kept, what is given back."""

import functools
import importlib.util
import linecache
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hilos.errors import UsageError
from hilos.explore.instrument.loader import Instrumentation, functions_in
from support.hooks import NotingHooks, SilentHooks

SOURCE = """
import functools
import threading
from threading import Lock as Candado

LOCK = threading.Lock()
pair = (lambda box: box.left, lambda box: box.right)


class Box:
    left = 1
    right = 2

    def __init__(self, value=3):
        self.value = value

    @property
    def double(self):
        return self.value * 2

    @staticmethod
    def make():
        return Box(5).value


def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)
    return wrapper


@logged
def decorated(box):
    return box.value


def counter():
    total = 0
    def add(n):
        nonlocal total
        total += n
        return total
    return add


def make_lock():
    return Candado(), LOCK


def fails(box):
    return box.missing
"""


@pytest.fixture
def module(tmp_path: Path) -> Iterator[ModuleType]:
    """A module imported from a file of its own."""
    path = tmp_path / "boxes.py"
    path.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("boxes", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules["boxes"] = loaded
    spec.loader.exec_module(loaded)
    yield loaded
    del sys.modules["boxes"]


def targets(hooks: NotingHooks) -> list[str]:
    return [target for _point, target in hooks.noted]


def test_only_the_code_is_exchanged(module: ModuleType) -> None:
    """Functions, classes, closures and defaults stay the very same objects."""
    add = module.counter()
    add(2)
    before = (module.Box, module.Box.__init__, module.decorated, add.__closure__, module.Box.__init__.__defaults__)
    with Instrumentation(SilentHooks(), [module.decorated]):
        after = (module.Box, module.Box.__init__, module.decorated, add.__closure__, module.Box.__init__.__defaults__)
        assert all(one is other for one, other in zip(before, after, strict=True))
        assert add(3) == 5
    assert add(1) == 6


def test_every_live_function_of_the_file_is_found(module: ModuleType) -> None:
    """In classes, properties, closures, behind decorators and in tuples."""
    add = module.counter()
    hooks = NotingHooks()
    with Instrumentation(hooks, [module.decorated]) as instrumentation:
        box = module.Box()
        module.decorated(box)
        add(1)
        module.Box.make()
        assert box.double == 6
        assert [function(box) for function in module.pair] == [1, 2]
    assert [target for target in targets(hooks) if "." in target] == [
        *["self.value", "box.value", "self.value", "Box(5).value", "self.value", "box.left", "box.right"],
    ]
    assert targets(hooks).count("total") == 4
    assert instrumentation.unmatched == ()


def test_nothing_stays_changed(module: ModuleType) -> None:
    """On leaving, also by an exception, each function has its own code object again."""
    functions = [module.decorated, module.Box.make, *module.pair, module.fails]
    before = [function.__code__ for function in functions]
    with pytest.raises(AttributeError), Instrumentation(SilentHooks(), functions):
        module.fails(module.Box())
    assert all(function.__code__ is code for function, code in zip(functions, before, strict=True))


def test_a_traceback_shows_the_programs_own_frames_only(module: ModuleType) -> None:
    """An exception passes through no frame of the hooks, and its lines are the source's."""
    with Instrumentation(SilentHooks(), [module.fails]), pytest.raises(AttributeError) as caught:
        module.fails(module.Box())
    frames = [(entry.path.name, entry.lineno + 1) for entry in caught.traceback][1:]
    assert frames == [("boxes.py", SOURCE.splitlines().index("    return box.missing") + 1)]


def test_it_can_be_entered_again_and_within_itself(module: ModuleType) -> None:
    """Entering twice and leaving twice is as entering once."""
    plain = module.fails.__code__
    instrumentation = Instrumentation(SilentHooks(), [module.fails])
    for _attempt in range(2):
        with instrumentation, instrumentation:
            assert module.fails.__code__ is not plain
        assert module.fails.__code__ is plain


def test_globals_that_have_a_double_go_through_value(module: ModuleType) -> None:
    """Imported names and objects made at import yield what the hook returns; the module itself is not touched."""

    class Doubles(SilentHooks):
        def substitutes(self, value: Any, /) -> bool:
            return value is module.Candado or value is module.LOCK

        def value(self, value: Any, site: Any, /) -> Any:
            return (lambda: "a lock") if value is module.Candado else "the lock"

    candado, lock = module.Candado, module.LOCK
    with Instrumentation(Doubles(), [module.make_lock]):
        assert module.make_lock() == ("a lock", "the lock")
    assert module.Candado is candado
    assert module.LOCK is lock


def test_the_program_may_be_given_in_any_shape(module: ModuleType) -> None:
    """Methods, partial applications, classes, callable objects and decorated functions lead to their functions."""

    class Callable_:
        def __call__(self) -> None: ...

    assert module.Box.__init__ in functions_in(module.Box)
    assert functions_in(functools.partial(module.fails, 1)) == [module.fails]
    assert functions_in(module.Box(1).__init__) == [module.Box.__init__]
    assert functions_in(Callable_()) == [Callable_.__call__]
    assert module.decorated.__wrapped__ in functions_in(module.decorated)
    assert functions_in(len) == []


def test_a_file_changed_since_it_was_imported_is_refused(module: ModuleType) -> None:
    """Other code than the one that runs is never shown; the message names function, file and line."""
    path = Path(module.__file__ or "")
    path.write_text("# one line more\n" + SOURCE)
    with pytest.raises(UsageError, match="ha cambiado"):
        Instrumentation(SilentHooks(), [module.fails])
    assert "\n" not in str(_refusal(lambda: Instrumentation(SilentHooks(), [module.fails])))


def test_code_without_source_is_refused() -> None:
    """A function that no file has cannot be read, and the message says what to do."""
    names: dict[str, Any] = {}
    exec(compile("def f(): return 1", "/nowhere/at/all.py", "exec"), names)
    with pytest.raises(UsageError, match="No se encuentra el código fuente"):
        Instrumentation(SilentHooks(), [names["f"]])


def test_a_module_in_c_cannot_be_instrumented() -> None:
    """`instrument=[math]` says what is wrong in one line; so does a module that the interpreter carries compiled in."""
    import math
    import os

    for module in (math, os):
        with pytest.raises(UsageError, match=module.__name__):
            Instrumentation(SilentHooks(), [], [module])


def test_the_standard_library_and_the_explorer_are_left_alone() -> None:
    """Functions given from there bring no file in by themselves."""
    assert Instrumentation(SilentHooks(), [functools.wraps, Instrumentation, linecache.getlines]).files == ()


def _refusal(action: Callable[[], Any]) -> BaseException:
    try:
        action()
    except UsageError as error:
        return error
    raise AssertionError("not refused")
