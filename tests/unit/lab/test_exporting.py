"""A finding as one file: nothing asked of anybody, the page's own modules, nothing that its data could break out of."""

import base64
import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from explore import shared_programs as programs
from hilos.cli.main import main
from hilos.errors import UsageError
from hilos.explore import explore
from hilos.lab import exporting, stepping
from support import require

PROGRAM = """
class State:
    def __init__(self):
        self.value = 0

def add(state):
    state.value += 1

WORKERS = [add, add]

def invariant(state):
    return state.value == 2
"""


@pytest.fixture(scope="module")
def trace() -> dict[str, Any]:
    """Of a lost update."""
    report = explore(programs.Account, [programs.deposit] * 2, programs.holds, compare=True)
    return stepping.of_finding(report)


def test_it_holds_everything_and_is_small(trace: dict[str, Any]) -> None:
    """Styles, script, texts in both languages, data: under 100 KB, with no address in it but that of SVG's names."""
    text = exporting.page([trace])
    assert len(text.encode()) < 100_000
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r'\b(?:src|href)="(?!data:)', text.split("<script>")[0])
    carried = json.loads(_element(text, "lab-texts"))
    assert carried["es"].keys() == carried["en"].keys()
    assert carried["en"]["step.next"] == "One step forward"
    assert json.loads(_element(text, "lab-traces")) == [trace]


def _element(text: str, name: str) -> str:
    found = re.search(rf'id="{name}">(.*?)</script>', text, re.DOTALL)
    assert found
    return found[1]


def test_only_its_own_script_may_run(trace: dict[str, Any]) -> None:
    """The policy names the very bytes of script and style, and allows nothing else."""
    text = exporting.page([trace])
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    script = text.split("<script>")[1].split("</script>")[0]
    assert policy
    assert "default-src 'none'" in policy[1] and "unsafe" not in policy[1]
    assert f"script-src 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy[1]


def test_data_cannot_end_its_element(trace: dict[str, Any]) -> None:
    """A program may print or be named anything."""
    evil = {**trace, "program": "</script><script>alert(1)</script><title>"}
    text = exporting.page([evil])
    assert "<script>alert" not in text
    assert json.loads(_element(text, "lab-traces"))[0]["program"] == evil["program"]


def test_every_module_of_the_step_view_can_be_put_into_one_file(tmp_path: Path) -> None:
    """And node reads the result."""
    script = tmp_path / "bundle.js"
    script.write_text(exporting.bundle(), encoding="utf-8")
    assert "import " not in re.sub(r"\"[^\"]*\"|`[^`]*`|//.*", "", script.read_text(encoding="utf-8"))
    subprocess.run([require.program("node", "nodejs"), "--check", str(script)], check=True, timeout=30)


def test_a_module_that_does_not_fit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A default export, a circle."""
    monkeypatch.setattr(exporting, "STATIC", tmp_path)
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nexport const a = b;\n', encoding="utf-8")
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\nexport const b = a;\n', encoding="utf-8")
    with pytest.raises(ValueError, match="circle"):
        exporting.bundle("a.js")
    (tmp_path / "b.js").write_text("export default 3;\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"b\.js"):
        exporting.bundle("a.js")


def test_explore_writes_it_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`hilos explore --html`, and `hilos replay --html` for the same finding; a proof writes none."""
    monkeypatch.chdir(tmp_path)
    Path("race.py").write_text(PROGRAM, encoding="utf-8")
    assert main(["explore", "race.py", "--html", "out.html"]) == 1
    assert "abre out.html" in capsys.readouterr().out
    found = json.loads(_element(Path("out.html").read_text(encoding="utf-8"), "lab-traces"))[0]
    assert (found["program"], len(found["runs"])) == ("race", 2)
    assert main(["replay", found["token"], "--html", "again.html"]) == 1
    assert (
        json.loads(_element(Path("again.html").read_text(encoding="utf-8"), "lab-traces"))[0]["token"] == found["token"]
    )
    Path("right.py").write_text(PROGRAM.replace("[add, add]", "[add]").replace("== 2", "== 1"), encoding="utf-8")
    assert main(["explore", "right.py", "--html", "none.html"]) == 0
    assert not Path("none.html").exists()
    assert not list(tmp_path.glob(".*part"))


def test_json_stays_json(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said about the file goes beside it."""
    monkeypatch.chdir(tmp_path)
    Path("race.py").write_text(PROGRAM, encoding="utf-8")
    main(["explore", "race.py", "--json", "--html", "out.html"])
    told = capsys.readouterr()
    assert json.loads(told.out)["reports"][0]["verdict"] == "violated"
    assert "out.html" in told.err


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, trace: dict[str, Any]) -> None:
    """One sentence, no traceback."""
    with pytest.raises(UsageError, match="No se puede escribir"):
        exporting.write(tmp_path / "nowhere" / "out.html", [trace])
