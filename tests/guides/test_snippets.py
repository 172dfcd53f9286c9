"""The guides are true: each command and each Python snippet is executed as it is written."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support import require
from support.lessons import ROOT, environment
from support.page_commands import wrong
from support.snippets import GUIDES, Block, blocks, language_of

PYTHON = [block for page in GUIDES for block in blocks(page, "python")]

ELSEWHERE = {
    r"\./run\.sh test\b.*": "is what runs this test",
    r"\./run\.sh clean\b.*": "tests/test_run_sh.py",
    r"(\./run\.sh docker-|docker(-| )compose|docker ).*": "tests/stack/test_docker.py, where an engine answers",
    r"\./run\.sh start --stack\b.*": "tests/stack/test_live.py",
    r"git clone .*": "the reader has the repository",
    r"tools/check\b.*": "is what runs this test",
    r"brew .*": "not on this system",
    r"(sudo )?apt(-get)? install .*": "test_the_packages_to_install_are_those_that_ci_installs",
    r"pip install .*": "test_what_pip_is_asked_for_is_declared",
}
"""Commands that are not typed here, and what tries them (or why nothing can)."""


def typed(command: str) -> bool:
    return not any(re.fullmatch(pattern, command) for pattern in ELSEWHERE)


def every_command() -> list[tuple[Path, list[str]]]:
    """For each page, the commands that no page before it has; those that depend on the page's own files are kept."""
    seen: set[str] = set()
    found = []
    for page in GUIDES:
        commands = [command for block in blocks(page, "bash", "console", "sh") for command in block.commands]
        titles = [block.title for block in blocks(page) if block.title]
        state = ("cd ", "export ", "source ")
        new = []
        for command in filter(typed, commands):
            own = any(title in command for title in titles)
            if own or command.startswith(state) or command not in seen:
                new.append(command)
            seen.add(command)
        if any(not command.startswith(state) for command in new):
            found.append((page, new))
    return found


TYPED_SO_FAR = ("QUICKSTART.md", "observe.md", "tutorial.md", "howto.md", "reference.md")
"""Pages whose commands have been typed from a fresh copy and found true; the others are still to be gone through."""

COMMANDS = [(page, commands) for page, commands in every_command() if page.name in TYPED_SO_FAR]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is in the repository, with an environment that its own run.sh made."""
    copy = tmp_path_factory.mktemp("guides") / "hilos"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    for name in listed:
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for verb in ("install-dev", "status"):  # the two that install, while there is a network; nothing is running yet
        done = subprocess.run(
            ["./run.sh", verb], cwd=copy, env=environment(HILOS_PYTHON=sys.executable),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (copy / ".venv" / "bin" / "hilos").exists(), done.stdout + done.stderr
    return copy


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.name)
def test_a_python_snippet_runs(block: Block, tmp_path: Path) -> None:
    """As a program of its own, beside the files that the page names; one with a name has to compile."""
    for named in blocks(block.page):
        if named.title and named.line < block.line:
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


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("page", "commands"), COMMANDS, ids=lambda value: value.name if isinstance(value, Path) else ""
)
def test_the_commands_of_a_page_run(page: Path, commands: list[str], repository: Path) -> None:
    """Typed in order, in a copy of the repository where `setup` was done, with the course's ports free."""
    unshare = require.program("unshare")
    for block in blocks(page):
        if block.title:
            (repository / block.title).write_text(block.text, encoding="utf-8")
    services = any(command.startswith(("./run.sh", "curl")) for command in commands)
    asked = {
        "before": ["./run.sh start"] * services,
        "commands": commands,
        "after": ["./run.sh stop"] * services,
    }
    done = subprocess.run(
        [unshare, "--map-root-user", "--net", sys.executable, ROOT / "tests/support/page_commands.py", repository],
        input=json.dumps(asked), capture_output=True, text=True, check=False,
        env=environment(HILOS_LANG=language_of(page)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert [result["command"] for result in results] == [*asked["before"], *commands]
    failed = [f"$ {r['command']}\n{r['output'][-2000:]}\n-> {wrong(r)}" for r in results if wrong(r)]
    assert not failed, "\n\n".join(failed)


def test_the_packages_to_install_are_those_that_ci_installs() -> None:
    """What a guide asks of the system's package manager is what .ci/run installs too."""
    known = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    asked = [
        package
        for page in GUIDES
        for block in blocks(page, "bash")
        for command in block.commands
        if re.match(r"(sudo )?apt(-get)? install", command)
        for package in command.split("install", 1)[1].split()
        if not package.startswith("-")
    ]
    assert asked
    assert [package for package in asked if package not in known] == []


def test_what_pip_is_asked_for_is_declared() -> None:
    """Each extra that a guide installs is in pyproject.toml."""
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for page in GUIDES:
        for block in blocks(page, "bash"):
            for command in block.commands:
                for extras in re.findall(r"pip install .*?\[([\w,]+)\]", command):
                    for extra in extras.split(","):
                        assert re.search(rf"^{extra} = \[", declared, re.M), command
