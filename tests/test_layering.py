"""Who may import whom, read from the source: the table of the design, and nothing else."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "hilos"

# Parts of hilos that each part may import (its own parts always).
MAY = {
    "errors": set(),
    "events": set(),
    "ports": set(),
    "locale": set(),
    "companions": set(),
    "interrupts": set(),
    "graphs": {"events", "errors"},
    "metrics": {"events", "errors", "ports", "locale"},
    "observe": {"events", "errors", "ports", "locale", "companions", "graphs", "metrics"},
    "explore": {"events", "errors", "locale", "graphs"},
    "jobs": {"events", "errors", "locale", "interrupts", "metrics"},
    "lesson": {"events", "errors", "ports", "locale", "companions", "metrics"},
    "websocket": {"events", "errors", "ports", "locale", "interrupts", "metrics", "lesson"},
    "services": {"events", "errors", "ports", "locale", "metrics"},
    "course": {"events", "errors", "ports", "locale", "explore", "lesson"},
    "lab": {
        "events",
        "errors",
        "ports",
        "locale",
        "graphs",
        "metrics",
        "observe",
        "explore",
        "jobs",
        "lesson",
        "course",
        "services",
    },
    "cli": {"*"},
    "__init__": set(),
    "__main__": {"cli"},
    "pytest_plugin": {"explore", "observe", "errors", "locale"},
}
# Within explore: the finer table.
EXPLORE = {
    "program": {"events", "errors", "locale"},
    "schedule": {"errors", "locale"},
    "report": {"schedule", "events", "errors", "locale", "program"},
    "causality": {"events"},
    "runtime": {"causality", "events", "errors", "schedule", "locale"},
    "primitives": {"runtime.verbs", "events", "errors", "locale"},
    "instrument": {"primitives", "runtime.verbs", "events", "errors", "locale"},
    "search": {"schedule", "causality", "events", "errors"},
    "explain": {"report", "schedule", "events", "graphs", "locale", "program"},
}
ONLY_IMPORTER = {"prometheus_client": {"metrics"}, "greenlet": {"explore/runtime/fibre.py"}}


def modules() -> list[Path]:
    return sorted(SRC.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def imports(path: Path) -> list[str]:
    """Dotted names that the module imports, at whatever depth."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SRC)))
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    """Every import of hilos stays within the table."""
    own = part_of(path)
    for name in imports(path):
        if not name.startswith("hilos."):
            continue
        other = name.split(".")[1]
        if other == own or (name in ("hilos.cli", "hilos.__version__")) or "*" in MAY[own]:
            continue
        assert other in MAY[own], f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize(
    "path", [p for p in modules() if part_of(p) == "explore"], ids=lambda path: str(path.relative_to(SRC))
)
def test_the_explorers_parts_keep_their_distance(path: Path) -> None:
    """Search never sees the runtime, primitives see only its verbs."""
    inner = path.relative_to(SRC / "explore").parts[0].removesuffix(".py")
    if inner not in EXPLORE:
        return  # the composition root and what stands beside it
    for name in imports(path):
        if not name.startswith("hilos."):
            continue
        target = name.removeprefix("hilos.").removeprefix("explore.")
        first = target.split(".")[0]
        allowed = EXPLORE[inner]
        assert first == inner or first in allowed or any(target.startswith(a + ".") or target == a for a in allowed), (
            f"{path.relative_to(ROOT)} imports {name}"
        )


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SRC)))
def test_some_libraries_have_one_importer(path: Path) -> None:
    """prometheus_client is imported by metrics alone, greenlet by one file."""
    relative = path.relative_to(SRC).as_posix()
    for name in imports(path):
        library = name.split(".")[0]
        if library in ONLY_IMPORTER:
            assert any(relative == owner or relative.startswith(owner + "/") for owner in ONLY_IMPORTER[library]), (
                f"{relative} imports {library}"
            )


def test_leaf_modules_know_the_standard_library_only() -> None:
    """errors, events and ports import nothing else."""
    for leaf in ("errors.py", "events.py", "ports.py"):
        for name in imports(SRC / leaf):
            assert name.split(".")[0] in sys.stdlib_module_names, f"{leaf} imports {name}"


def test_lesson_folders_have_no_init() -> None:
    """In websockets/ it would shadow the library."""
    for folder in ("basics", "workers", "websockets", "monitoring", "advanced", "examples"):
        assert not list((ROOT / folder).rglob("__init__.py"))
