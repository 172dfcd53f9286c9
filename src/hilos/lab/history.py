"""How often each lesson was run from the lab: a small file beside the lab's others."""

import json
import time
from pathlib import Path
from typing import Any

from hilos.lab.address import folder, write_private


def lesson_runs(root: Path) -> dict[str, dict[str, Any]]:
    """By lesson: how many runs, and when the last one was (seconds since the epoch)."""
    try:
        read = json.loads((folder(root) / "lessons.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(read, dict):
        return {}
    return {str(name): entry for name, entry in read.items() if isinstance(entry, dict) and "runs" in entry}


def note_run(root: Path, lesson: str) -> None:
    """One more run of `lesson`.

    Raises:
        OSError: it cannot be written.
    """
    runs = lesson_runs(root)
    before = int(runs.get(lesson, {}).get("runs", 0))
    runs[lesson] = {"runs": before + 1, "last": time.time()}
    write_private(folder(root) / "lessons.json", json.dumps(runs))
