"""One measurement, and the programs that are measured."""

import importlib.util
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

PROGRAMS = Path(__file__).resolve().parents[2] / "tests" / "programs"


@dataclass
class Row:
    """What one tool did with one program.

    Attributes:
        verdict: `bug` (a failing schedule was shown), `proved` (the tool's own documentation allows that word),
            `ended` (the search came to its end and reports a pass, which is no proof), `cap` (the time was up),
            `gave up` (the tool stopped without a result), `error` (it could not run the program).
        executions: schedules run, None if it cannot be told.
        seconds: wall time of the search, without starting Python and importing.
        cpu: processor time of all its threads meanwhile.
        found: seconds to the failing execution itself, where the tool says it (hilos, which then makes it simple).
        operations: visible operations over all executions (hilos only).
        memory: greatest resident memory, in KiB.
        note: what the tool said, cut short.
    """

    verdict: str
    executions: int | None
    seconds: float
    cpu: float = 0.0
    operations: int | None = None
    memory: int = 0
    note: str = ""
    found: float | None = None


@dataclass
class Counter:
    """Counts the executions of a tool by the calls of `setup`, and knows when the first began."""

    setup: Callable[[], Any]
    calls: int = field(default=0)

    def __call__(self) -> Any:
        self.calls += 1
        return self.setup()


def load(path: Path) -> ModuleType:
    """The program module at `path`."""
    name = f"program_{path.parent.name}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def parts(module: ModuleType) -> tuple[Callable[[], Any], list[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Setup, workers and invariant of a program module."""
    return getattr(module, "setup", None) or module.State, module.WORKERS, module.invariant


class Watch:
    """Wall time and processor time since it was made."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.cpu = time.process_time()

    def row(self, verdict: str, executions: int | None, operations: int | None = None, note: str = "") -> Row:
        """The measurement, as of now."""
        seconds, cpu = time.perf_counter() - self.began, time.process_time() - self.cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return Row(verdict, executions, seconds, cpu, operations, peak, note[:80])
