"""The step data that pages have addresses for: kept in files, so that a link still works when the lab is restarted.

An id is made from the content: the same interleaving has the same address.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from hilos.lab.address import folder, write_private

MOST = 300
"""Traces that are kept; the ones longest unused go first."""
_ID = re.compile(r"[0-9a-f]{16}")


class Traces:
    """The traces of the course in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self._folder = folder(root) / "traces"

    def put(self, document: dict[str, Any]) -> str:
        """Keep step data and give its id.

        Raises:
            OSError: it cannot be written.
        """
        text = json.dumps(document, ensure_ascii=False, sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        file = self._folder / f"{name}.json"
        if file.exists():
            file.touch()
            return name
        write_private(file, text)
        kept = sorted(self._folder.glob("*.json"), key=lambda each: each.stat().st_mtime)
        for old in kept[:-MOST]:
            old.unlink(missing_ok=True)
        return name

    def get(self, name: str) -> dict[str, Any] | None:
        """The step data of that id; None if there is none."""
        if not _ID.fullmatch(name):
            return None
        try:
            found: dict[str, Any] = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found
