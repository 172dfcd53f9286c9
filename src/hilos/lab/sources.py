"""The lines of a program that a step view shows: for each place, the function that it is in."""

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hilos.events import Location

_ABOVE, _BELOW = 3, 3
LONGEST = 60
"""Lines of a function that are shown whole; of a longer one, what is executed and a little around it."""


@dataclass(slots=True)
class Sources:
    """Collects functions while steps are told, each once: ask where each place is, then for all."""

    _lines: dict[str, list[str]] = field(default_factory=dict)
    _spans: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    _found: dict[tuple[str, int, int, str], int] = field(default_factory=dict)
    _used: list[set[int]] = field(default_factory=list)

    def position(self, location: Location | None) -> int | None:
        """The number of the function that `location` is in, noting its line; None where its file cannot be read."""
        if location is None:
            return None
        lines = self._read(location.file)
        if not 1 <= location.line <= len(lines):
            return None
        inside = [span for span in self._spans[location.file] if span[0] <= location.line <= span[1]]
        first, last, name = max(inside, default=(1, len(lines), ""))
        key = (location.file, first, last, name)
        number = self._found.setdefault(key, len(self._found))
        if number == len(self._used):
            self._used.append(set())
        self._used[number].add(location.line)
        return number

    def told(self) -> list[dict[str, Any]]:
        """The functions, in the order of their numbers: file, name, number of the first line, lines."""
        result = []
        for (file, first, last, name), used in zip(self._found, self._used, strict=True):
            if last - first >= LONGEST:
                first, last = max(first, min(used) - _ABOVE), min(last, max(used) + _BELOW, min(used) + 2 * LONGEST)
            lines = self._lines[file][first - 1 : last]
            result.append({"file": Path(file).name, "name": name, "first": first, "lines": lines})
        return result

    def _read(self, file: str) -> list[str]:
        if file not in self._lines:
            try:
                text = Path(file).read_text(encoding="utf-8")
                tree: ast.AST = ast.parse(text)
            except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
                text, tree = "", ast.Module([], [])
            self._lines[file] = text.splitlines()
            self._spans[file] = [
                (min([node.lineno, *(each.lineno for each in node.decorator_list)]), node.end_lineno or 0, node.name)
                for node in ast.walk(tree)
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
        return self._lines[file]
