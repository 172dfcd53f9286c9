"""The key that a page opened from `file://` finds beside itself, as a script: see `admission` for why."""

import contextlib
import os
import re
import secrets
import tempfile
from pathlib import Path

_LINE = re.compile(r'window\.hilosKey = "([A-Za-z0-9_-]{43})";\n')


def keep_key(path: Path) -> tuple[str, bool]:
    """The key kept in `path`, made first where there is none; all servers of a folder share it.

    Returns:
        the key, and whether it is in the file: not where the folder cannot be written.
    """
    with contextlib.suppress(OSError, UnicodeDecodeError):
        kept = _LINE.fullmatch(path.read_text(encoding="ascii"))
        if kept is not None:
            return kept[1], True
    key = secrets.token_urlsafe(32)
    try:
        # mkstemp gives mode 0600: other users of this machine may not read it.
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError:
        return key, False
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f'window.hilosKey = "{key}";\n')
        Path(draft).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(draft).unlink()
        return key, False
    return key, True
