"""Fills in the outputs that the guides show: a text block whose title is a command holds what that command says.

    .venv/bin/python tools/generate_outputs.py [--check]

A page's files (Python blocks with a title) are written into an empty folder, and each such command is run there.  With
`--check` nothing is written; the exit status is 1 where a page shows what the command does not say.  Seconds, the
Python's version and the like are compared as what they are: any number.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from generating import ROOT, main

_FENCE = re.compile(r'^```(\w+) title="([^"]+)"\n(.*?)^```$', re.M | re.S)


def said(command: str, folder: Path, language: str) -> str:
    """What a command prints, without a terminal, in a language."""
    bin_folder = f"{ROOT}/.venv/bin:{Path(sys.executable).parent}"
    environment = {**os.environ, "HILOS_LANG": language, "COLUMNS": "80", "PATH": f"{bin_folder}:{os.environ['PATH']}"}
    environment["HILOS_DATA"] = str(folder / "data")  # nobody's progress changes
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.stdout.rstrip() + "\n"


def same(one: str, other: str) -> bool:
    """Whether two outputs are equal but for the Python's version and measured seconds."""

    def plain(text: str) -> str:
        text = re.sub(r"^((?:Resueltos|Solved): \d+) .*$", r"\1", text, flags=re.M)  # of how many: exercises are added
        return re.sub(r"\d+(\.\d+)+([eE]-?\d+)?", "N", text)

    return plain(one) == plain(other)


def refreshed(text: str, language: str) -> str:
    """The page with each output that no longer holds replaced by what the command says now."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def block(match: re.Match[str]) -> str:
            kind, title, body = match.groups()
            if kind != "text":
                (folder / title).write_text(body, encoding="utf-8")
                return match[0]
            now = said(title, folder, language)
            return match[0] if same(now, body) else f'```text title="{title}"\n{now}```'

        return _FENCE.sub(block, text)


def files() -> dict[Path, str]:
    """Every page that shows an output, as it has to be."""
    pages = {page: page.read_text(encoding="utf-8") for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))}
    return {
        page: refreshed(text, "en" if page.is_relative_to(ROOT / "docs" / "en") or ".en." in page.name else "es")
        for page, text in pages.items()
        if re.search(r'^```text title="', text, re.M)
    }


if __name__ == "__main__":
    sys.exit(main(files))
