"""Instrumented and plain execution agree on real code: the standard library under its own tests, and five packages."""

import collections
import functools
import heapq
import importlib
import io
import queue
import re
import sched
import sys
import unittest
from typing import Any

import pytest

from hilos.explore.instrument.loader import Instrumentation
from hilos.explore.instrument.points import Site
from support.hooks import NotingHooks, SilentHooks
from support.packages import PACKAGES

# CPython's own test classes of the pure-Python versions.
SUITES = {
    "heapq": ("test.test_heapq", ["TestHeapPython", "TestErrorHandlingPython"], heapq),
    "sched": ("test.test_sched", ["TestCase"], sched),
    "OrderedDict": (
        "test.test_ordered_dict",
        ["PurePythonOrderedDictTests", "PurePythonGeneralMappingTests", "PurePythonSubclassMappingTests"],
        collections,
    ),
    "lru_cache": ("test.test_functools", ["TestLRUPy", "TestReducePy", "TestCmpToKeyPy"], functools),
    "queue": ("test.test_queue", ["PyPriorityQueueTest"], queue),
}


class CountingHooks(SilentHooks):
    """Hooks that count reads."""

    reads = 0

    def load_attribute(self, owner: Any, site: Site, /) -> Any:
        self.reads += 1
        return owner

    def load_item(self, container: Any, key: Any, site: Site, /) -> None:
        self.reads += 1


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("subject", SUITES)
def test_the_standard_library_passes_its_own_tests_instrumented(subject: str) -> None:
    """CPython's tests of a pure-Python module all pass while every function of its file is instrumented."""
    suite, classes, module = SUITES[subject]
    try:
        importlib.import_module(suite)
    except ImportError as error:
        pytest.skip(f"this Python comes without its tests: {error}")
    hooks = CountingHooks()
    tests = unittest.defaultTestLoader.loadTestsFromNames([f"{suite}.{name}" for name in classes])
    with Instrumentation(hooks, [], [module]) as instrumentation:
        result = unittest.TextTestRunner(io.StringIO()).run(tests)
    assert [text for _test, text in result.failures + result.errors] == []
    assert result.testsRun >= 5
    assert not instrumentation.unmatched
    assert hooks.reads > 100


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_behaves_the_same_instrumented(package: str) -> None:
    """Results, exceptions and the lines of tracebacks of a package's public interface are those of the plain code."""
    pytest.importorskip(package)
    use = PACKAGES[package]
    plain = without_addresses(use())
    names = [name for name in sys.modules if name.split(".")[0] == package]
    modules = [sys.modules[name] for name in names if getattr(sys.modules[name], "__file__", None)]
    hooks = NotingHooks()
    with Instrumentation(hooks, [use], modules):
        instrumented = without_addresses(use())
    assert instrumented == plain
    assert len(hooks.noted) > 100
    with Instrumentation(SilentHooks(), [use], modules):
        pass
    assert without_addresses(use()) == plain


def without_addresses(value: Any) -> str:
    return re.sub("0x[0-9a-f]+", "0x", repr(value))
