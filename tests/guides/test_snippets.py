"""The guides are true: each Python snippet is executed as it is written."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.lessons import environment
from support.snippets import GUIDES, Block, blocks, language_of

PYTHON = [block for page in GUIDES for block in blocks(page, "python")]


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.name)
def test_a_python_snippet_runs(block: Block, tmp_path: Path) -> None:
    """As a program of its own, beside the files that the page names; one with a name has to compile."""
    for named in blocks(block.page):
        if named.is_file and named.line < block.line:
            (tmp_path / named.title).write_text(named.text, encoding="utf-8")
    if block.title:
        compile(block.text, block.title, "exec")
        return
    program = tmp_path / "snippet.py"
    program.write_text(block.text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, program], cwd=tmp_path, env=environment(HILOS_LANG=language_of(block.page)),
        capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), block.text
