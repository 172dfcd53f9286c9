"""The corpus of `tests/programs`: where it is, what is expected of each, how to load it, how to compare findings."""

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

PROGRAMS = Path(__file__).resolve().parents[1] / "programs"
FAIL = sorted((PROGRAMS / "fail").glob("*.py"))
PASS = sorted((PROGRAMS / "pass").glob("*.py"))


def expected(path: Path) -> str:
    """What the first line of the docstring promises."""
    first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()[0]
    assert first.startswith("Expected: "), f"{path} does not say what is expected of it"
    return first.removeprefix("Expected: ")


def module(path: Path) -> ModuleType:
    """The program as a module, registered so that its functions pickle."""
    name = f"program_{path.parent.name}_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        sys.modules[name] = loaded
        spec.loader.exec_module(loaded)
    return sys.modules[name]


def parts(loaded: ModuleType) -> dict[str, Any]:
    """The arguments of `explore` for a program module."""
    return {
        "setup": getattr(loaded, "setup", None) or loaded.State,
        "workers": loaded.WORKERS,
        "invariant": getattr(loaded, "invariant", None),
    }


def load(path: Path) -> dict[str, Any]:
    """The arguments of `explore` for the program at `path`."""
    return parts(module(path))


def write(path: Path, source: str) -> dict[str, Any]:
    """Write a program to `path`, so that tools can read its lines, and load it."""
    path.write_text(source, encoding="utf-8")
    return load(path)


def signature(finding: Any) -> list[Any]:
    """What must be the same when a finding is replayed: the failure and every step on the way to it."""
    steps = [
        [step.thread, step.kind.value, step.target, step.value, step.location.line if step.location else None]
        for step in finding.steps
    ]
    return [finding.trouble.value, finding.message, finding.exception, steps]
