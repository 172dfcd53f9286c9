"""Lessons loaded by path (their names begin with digits) and run as a learner runs them."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def load(path: str) -> ModuleType:
    """The lesson at `path` (relative to the repository) as a module, registered so that its functions pickle."""
    file = ROOT / path
    name = "lesson_" + file.stem
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def environment(**extra: str) -> dict[str, str]:
    """The environment of a learner's shell with no language chosen."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("HILOS_", "LC_", "LANG", "PYTHON"))}
    return {**clean, "PYTHONUTF8": "1", **extra}


def run(path: str, *arguments: str, timeout: float = 120, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the lesson at `path` in a process of its own, as `python3 PATH ARGUMENTS` does, and wait for its end."""
    return subprocess.run(
        [sys.executable, str(ROOT / path), *arguments],
        cwd=ROOT,
        env=environment(**extra),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
