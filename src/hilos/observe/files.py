"""Writing what somebody asked for to the file that they named."""

import os
from pathlib import Path


def write(path: "str | os.PathLike[str]", text: str) -> None:
    """Write `text` to `path`: a file is there whole or not at all.

    A device, a pipe or a socket (`/dev/stderr`, `/dev/null`) is written to as it is: it must never be replaced.
    """
    target = Path(path)
    if target.is_symlink():
        target = target.resolve()
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8") as stream:
            stream.write(text)
        return
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
