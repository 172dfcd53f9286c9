"""A test that needs a real component uses the real one, or says why it is skipped.

Under HILOS_REQUIRE_ALL=1 (as in .ci/run) a missing component is a failure.
"""

import importlib.util
import os
import shutil

import pytest


def _absent(reason: str) -> None:
    if os.environ.get("HILOS_REQUIRE_ALL") == "1":
        pytest.fail(f"HILOS_REQUIRE_ALL=1 and {reason}")
    pytest.skip(reason)


def program(*names: str) -> str:
    """Path of the first of `names` found on PATH; skips (or fails) where there is none."""
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    _absent(f"none of {', '.join(names)} is on PATH")
    raise AssertionError


def package(name: str) -> None:
    """Skip (or fail) unless the package `name` can be imported."""
    if importlib.util.find_spec(name) is None:
        _absent(f"the package {name} is not installed")
