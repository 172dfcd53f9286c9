"""tools/leftovers.py: a process that a test left behind is named and ended, and nothing else is."""

import subprocess
import sys

from support.lessons import ROOT

WAIT = "import sys; print('ready', flush=True); sys.stdin.read()"


def test_what_works_in_the_repository_is_ended(tmp_path) -> None:
    """One process in a copy of the tool's repository is killed and named; one elsewhere lives; again: nothing left."""
    tool = tmp_path / "repository" / "tools" / "leftovers.py"
    tool.parent.mkdir(parents=True)
    tool.write_bytes((ROOT / "tools" / "leftovers.py").read_bytes())
    places = (tool.parent, tmp_path)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WAIT], cwd=place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for place in places
    ]
    try:
        for process in started:
            assert process.stdout.readline() == "ready\n"
        first = subprocess.run([sys.executable, tool], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert first.returncode == 1
        assert f"left behind: {started[0].pid} " in first.stdout
        assert started[0].wait(timeout=10) == -9
        assert started[1].poll() is None
        second = subprocess.run([sys.executable, tool], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (second.returncode, second.stdout) == (0, "")
    finally:
        for process in started:
            process.kill()
            process.communicate()
