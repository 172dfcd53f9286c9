"""What an answer does that no exercise needs is heard, by the answer's line; what CPython does in its name is not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

WATCH = """
import json, sys
from pathlib import Path
from hilos.course.tripwire import arm

caught, names = [], {}
text = Path(sys.argv[1]).read_text()
answer = compile(text, sys.argv[1], "exec")
arm(Path(sys.argv[1]), caught.append)
exec(answer, names)
"""
TRACED = """
def trace(frame, event, argument):
    raise TimeoutError  # as the signal's handler does when time is up


sys.settrace(trace)
try:
    names["work"]()
except TimeoutError:
    pass
assert sys.gettrace() is None
"""
TOLD = "print(json.dumps(caught))\n"


def heard(answer: str, folder: Path, then: str = "") -> list[str]:
    """What is caught while `answer` runs, in a process of its own: the hook cannot be taken away again."""
    file = folder / "answer.py"
    file.write_text(answer, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", WATCH + then + TOLD, str(file)], capture_output=True, text=True, timeout=30, check=True
    )
    return list(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        ("import sys\nsys.settrace(lambda *event: None)\n", "sys.settrace"),
        ("import sys\nsys.setprofile(None)\n", "sys.setprofile"),
        ("import os\nopen(os.devnull)\n", "open"),
    ],
)
def test_an_answers_own_act_is_heard(answer: str, event: str, tmp_path: Path) -> None:
    """With its line and its name."""
    found = heard(answer, tmp_path)
    assert any("Línea 2:" in text and event in text for text in found), found


def test_a_trace_function_of_ours_that_raises_is_not_the_answers_act(tmp_path: Path) -> None:
    """CPython takes it away in the traced frame: when time is up while the story of an endless loop is told."""
    assert heard("def work():\n    return 1\n", tmp_path, TRACED) == []
