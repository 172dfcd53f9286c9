"""What an answer keeps outside its objects is put back before each execution."""

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from hilos.course.fresh import Fresh

SOURCE = """
import threading
from collections import deque

seen = {"a": [1]}
waiting = deque([1])
names = {"x"}
count = 0
LOCK = threading.Lock()

class Registry:
    doors = {}
    made = 0
    def __init__(self):
        self.items = []

REGISTRY = Registry()

def remember(value, kept=[]):
    global count, later
    count += 1
    later = value
    kept.append(value)
    seen["a"].append(value)
    seen[value] = value
    waiting.append(value)
    names.add(value)
    Registry.doors[value] = value
    Registry.made += 1
    Registry.late = value
    REGISTRY.items.append(value)
    REGISTRY.extra = value
    return list(kept)
"""


@pytest.fixture
def module() -> Iterator[ModuleType]:
    """A module with state of every sort."""
    made = ModuleType("answer_fresh")
    sys.modules["answer_fresh"] = made
    exec(SOURCE, made.__dict__)
    yield made
    del sys.modules["answer_fresh"]


def test_everything_is_what_it_was(module: ModuleType) -> None:
    """Containers at any depth, variables, attributes of classes and instances, mutable defaults."""
    fresh = Fresh(module)
    lock = module.LOCK
    for _ in range(2):
        assert module.remember("b") == ["b"]
        assert module.count == 1
        fresh.restore()
        assert module.seen == {"a": [1]}
        assert list(module.waiting) == [1]
        assert module.names == {"x"}
        assert module.count == 0
        assert not hasattr(module, "later")
        assert module.Registry.doors == {}
        assert module.Registry.made == 0
        assert not hasattr(module.Registry, "late")
        assert module.REGISTRY.items == []
        assert not hasattr(module.REGISTRY, "extra")
    assert module.LOCK is lock


def test_structures_that_refer_to_themselves_are_followed_once(module: ModuleType) -> None:
    """A list that contains itself ends."""
    module.seen["self"] = module.seen
    fresh = Fresh(module)
    module.remember("b")
    fresh.restore()
    assert set(module.seen) == {"a", "self"}
