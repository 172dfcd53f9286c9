"""The guides are true: each command of each page is typed as it is written."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from support import require
from support.lessons import ROOT, environment
from support.page_commands import wrong
from support.snippets import GUIDES, blocks, language_of

ELSEWHERE = {
    r"\./run\.sh test\b.*": "is what runs this test",
    r"\./setup_grafana\.sh": "tests/stack/test_setup_grafana.py, against an API that answers as Grafana's does",
    r"promtool test rules prometheus/tests/alerts_test.yml": "tests/stack/test_rules.py, where promtool is",
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


STATE = ("cd ", "export ", "source ", "./run.sh start", "./run.sh stop")
"""Commands on which those after them depend: they are typed on each page."""


def every_command() -> dict[Path, list[str]]:
    """For each page, the commands that no page before it has; those that depend on the page's own files are kept."""
    seen: set[str] = set()
    found = {}
    for page in GUIDES:
        titles = [block.title for block in blocks(page) if block.is_file]
        new = []
        for block in blocks(page, "bash", "console", "sh"):
            for command in filter(typed, block.commands):
                own = any(title in command for title in titles)
                if own or command.startswith(STATE) or command not in seen:
                    new.append(command)
                seen.add(command)
            if new and any(command.startswith("cd ") for command in block.commands):
                new.append("cd")
        if any(not command.startswith(STATE) and command != "cd" for command in new):
            found[page] = new
    return found


COMMANDS = every_command()


def serves(page: Path) -> bool:
    """Whether a page starts or asks the course's services."""
    return any(command.startswith(("./run.sh", "curl", "hilos lab")) for command in COMMANDS[page])


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
    for name in ("photos", "fotos"):  # what a reader has at home
        (copy / "home" / name).mkdir(parents=True)
        Image.effect_noise((120, 80), 40).save(copy / "home" / name / "one.png")
    return copy


def typed_on(page: Path, repository: Path) -> list[dict[str, Any]]:
    """Type the commands of a page in a copy of the repository, and what came of each."""
    commands = COMMANDS[page]
    for block in blocks(page):
        if block.is_file:
            (repository / block.title).write_text(block.text, encoding="utf-8")
    asks = [command for command in commands if command.startswith(("./run.sh", "curl"))]
    asked = {
        "before": ["./run.sh start"] * (asks[:1] in (["./run.sh status"], ["curl http://localhost:8000/metrics"])),
        "commands": commands,
        "after": ["./run.sh stop"] * serves(page),
    }
    program = [sys.executable, ROOT / "tests/support/page_commands.py", repository]
    done = subprocess.run(
        [require.program("unshare"), "--map-root-user", "--net", *program],
        input=json.dumps(asked), capture_output=True, text=True, check=False,
        env=environment(HILOS_LANG=language_of(page)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    results: list[dict[str, Any]] = json.loads(done.stdout)
    assert [result["command"] for result in results] == [*asked["before"], *commands]
    return results


@pytest.fixture(scope="module")
def answers(repository: Path, request: pytest.FixtureRequest) -> Iterator[dict[Path, Future[list[dict[str, Any]]]]]:
    """What became of the commands of each page that is asked for.

    Two readers at once: one for the pages that start the course's services, in their order, another for the rest.
    """
    chosen = [
        item.callspec.params["page"]
        for item in request.session.items
        if getattr(item, "originalname", "") == "test_the_commands_of_a_page_run"
    ]
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        yield {page: (one if serves(page) else other).submit(typed_on, page, repository) for page in chosen}
        for reader in (one, other):
            reader.shutdown(cancel_futures=True)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", COMMANDS, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_run(page: Path, answers: dict[Path, Future[list[dict[str, Any]]]]) -> None:
    """Typed in order, in a copy of the repository where `setup` was done, with the course's ports free."""
    results = answers[page].result()
    for result in results:
        print(f"{result.get('took', 0):5.1f} s  {result['command']}")
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
