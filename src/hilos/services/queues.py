"""Which files hold job queues: those that commands given in the course's folder have used, newest first.

`hilos jobs` notes them and the lab shows them; a list of paths under `.hilos/`, nothing else.
"""

import contextlib
import json
from pathlib import Path

KEPT = 20


def _list(root: Path) -> Path:
    return root / ".hilos" / "queues.json"


def note(root: Path, queue: Path) -> None:
    """Remember that `queue` is one; a folder that cannot be written is no error."""
    paths = [queue.resolve(), *(path for path in known(root) if path != queue.resolve())]
    file = _list(root)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps([str(path) for path in paths[:KEPT]]), encoding="utf-8")
        beside.replace(file)


def known(root: Path) -> list[Path]:
    """The files that are still there."""
    try:
        listed = json.loads(_list(root).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(listed, list):
        return []
    return [path for path in map(Path, filter(lambda each: isinstance(each, str), listed)) if path.is_file()]
