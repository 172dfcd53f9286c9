"""Which program a schedule belongs to: so that `hilos replay TOKEN` needs no file.

`.hilos/schedules.json` in the current folder keeps the last findings: token, file, program.  It is a convenience: a
file that cannot be read or written is as good as none.
"""

import contextlib
import json
import os
import tempfile
from pathlib import Path

_FILE = Path(".hilos") / "schedules.json"
_MOST = 200


def remember(token: str, file: Path, program: str) -> None:
    """Note where a finding came from."""
    known = _known()
    known.pop(token, None)
    known[token] = [str(file.resolve()), program]
    kept = dict(list(known.items())[-_MOST:])
    with contextlib.suppress(OSError):
        _FILE.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(dir=_FILE.parent, prefix="schedules", suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as beside:
            json.dump(kept, beside, ensure_ascii=False, indent=1)
        Path(name).replace(_FILE)


def recall(token: str) -> tuple[Path, str] | None:
    """File and program of a finding; None if it is not known here."""
    found = _known().get(token)
    return (Path(found[0]), found[1]) if found else None


def _known() -> dict[str, list[str]]:
    try:
        known = json.loads(_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {
        token: place
        for token, place in (known.items() if isinstance(known, dict) else ())
        if isinstance(place, list) and len(place) == 2 and all(isinstance(part, str) for part in place)
    }
