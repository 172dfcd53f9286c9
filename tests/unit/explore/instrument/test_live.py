"""Finding all live functions of a file without looking at the whole heap."""

import gc
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

import pytest

from hilos.explore.instrument import live
from hilos.explore.instrument.loader import Instrumentation
from support.hooks import SilentHooks

SOURCE = """
import functools

def work(box):
    return box.value

class Box:
    def __init__(self):
        self.value = 1

    @property
    def double(self):
        return self.value * 2

def factory():
    def inner(box):
        return box.value
    return inner

TABLE = {"inner": factory(), "several": [lambda box: box, lambda box: box.value]}

@functools.lru_cache
def cached(n):
    return n

def registered(box):
    return box.value
"""


@pytest.fixture
def module(tmp_path: Path) -> Iterator[ModuleType]:
    """A module imported from a file of its own."""
    path = tmp_path / "live_boxes.py"
    path.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("live_boxes", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules["live_boxes"] = loaded
    spec.loader.exec_module(loaded)
    yield loaded
    del sys.modules["live_boxes"]


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Notes each scan of the heap."""
    noted: list[int] = []

    def get_objects() -> list[Any]:
        noted.append(1)
        return gc.get_objects()

    monkeypatch.setattr(live, "gc", SimpleNamespace(get_objects=get_objects, get_referents=gc.get_referents))
    return noted


def exchanged(instrumentation: Instrumentation) -> set[int]:
    return {id(function) for function, _code in instrumentation._exchanges}


def alive(module: ModuleType) -> set[int]:
    """All functions of the module's file, by looking at the whole heap."""
    return {
        id(thing)
        for thing in gc.get_objects()
        if type(thing) is FunctionType and thing.__code__.co_filename == module.__file__
    }


needs_counts = pytest.mark.skipif(not live._COUNTS, reason="the reference counts of this build cannot be read")


@needs_counts
def test_what_the_module_holds_is_found_without_a_scan(module: ModuleType, scans: list[int]) -> None:
    """In classes, properties, closures, containers and caches; and nothing else is alive."""
    found = exchanged(Instrumentation(SilentHooks(), [module.work]))
    assert found == alive(module)
    assert len(found) == 9
    assert scans == []


def test_a_closure_that_only_a_stranger_holds_is_found(module: ModuleType, scans: list[int]) -> None:
    """One more reference to its code than is accounted for gives it away."""
    strangers = [module.factory()]
    found = exchanged(Instrumentation(SilentHooks(), [module.work]))
    assert id(strangers[0]) in found
    assert found == alive(module)
    assert len(scans) == 1


def test_a_function_that_only_a_stranger_holds_is_found(module: ModuleType, scans: list[int]) -> None:
    """A definition that was executed and is nowhere to be found gives it away."""
    strangers = [module.registered]
    del module.registered
    for _ in range(2):  # that it was missing once does not make it gone
        found = exchanged(Instrumentation(SilentHooks(), [module.work]))
        assert id(strangers[0]) in found
        assert found == alive(module)
    assert len(scans) == 2


@needs_counts
def test_what_is_gone_is_looked_for_once(module: ModuleType, scans: list[int]) -> None:
    """A function that no longer exists costs one scan of the heap, not one each time."""
    del module.registered
    for _ in range(3):
        assert exchanged(Instrumentation(SilentHooks(), [module.work])) == alive(module)
    assert len(scans) == 1


def test_a_module_that_was_executed_again_is_looked_at_again(module: ModuleType, scans: list[int]) -> None:
    """What was gone before may be there now, and only with a stranger."""
    del module.registered
    Instrumentation(SilentHooks(), [module.work])
    exec(compile(SOURCE, str(module.__file__), "exec"), vars(module))
    strangers = [module.registered]
    del module.registered
    assert id(strangers[0]) in exchanged(Instrumentation(SilentHooks(), [module.work]))
    assert len(scans) == 2


def test_the_second_module_of_a_file_is_found_from_the_first(module: ModuleType) -> None:
    """A module that the program refers to, made from one of its files, is part of it."""
    spec = importlib.util.spec_from_file_location("second_boxes", str(module.__file__))
    assert spec is not None
    assert spec.loader is not None
    second = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(second)
    module.second = second  # type: ignore[attr-defined]
    assert exchanged(Instrumentation(SilentHooks(), [module.work])) == alive(module)
