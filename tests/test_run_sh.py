"""run.sh, as far as it goes without installing: help, mistakes, languages, what clean removes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support.lessons import ROOT, environment

VERBS = (
    "setup", "start", "stop", "restart", "status", "logs", "docker-start", "docker-stop", "docker-logs",
    "demo-basic", "demo-full", "demo-ws", "lab", "test", "clean", "help",
)  # fmt: skip


def run(*arguments: str, cwd: Path = ROOT, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run run.sh of the folder `cwd`."""
    return subprocess.run(
        ["./run.sh", *arguments],
        cwd=cwd, env=environment(**extra), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """run.sh and what it reads, in a folder of its own, where nothing is installed."""
    for name in ("run.sh", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def empty_path(tmp_path: Path, *programs: str) -> str:
    """A PATH with the shell's tools, `programs` as scripts that are there, and no Python of this machine's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("bash", "env", "dirname", "cat", "cksum", "rm", "find", "uname"):
        found = shutil.which(tool)
        assert found
        (folder / tool).symlink_to(found)
    for program in programs:
        (folder / program).write_text("#!/bin/sh\nexit 1\n")
        (folder / program).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("lang", ["es", "en"])
def test_help_names_every_verb_at_80_columns(lang: str) -> None:
    """In both languages, without a terminal."""
    done = run("help", HILOS_LANG=lang)
    assert done.returncode == 0
    for verb in VERBS:
        assert f"  {verb} " in done.stdout
    assert ("Uso:" in done.stdout) == (lang == "es")
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_language_follows_the_locale_and_the_option() -> None:
    """--lang wins over HILOS_LANG, which wins over LANG."""
    assert "Uso:" in run("help").stdout
    assert "Usage:" in run("help", LANG="en_US.UTF-8").stdout
    assert "Uso:" in run("help", LANG="en_US.UTF-8", HILOS_LANG="es").stdout
    assert "Usage:" in run("--lang", "en", "help", HILOS_LANG="es").stdout
    assert "Usage:" in run("--lang=en", "help").stdout


def test_no_verb_is_help() -> None:
    """Somebody who types only ./run.sh sees what there is."""
    assert run().stdout == run("help").stdout


@pytest.mark.parametrize(("lang", "text"), [("es", "No existe la orden «volar»"), ("en", 'no verb "volar"')])
def test_an_unknown_verb_is_a_usage_error(lang: str, text: str) -> None:
    """Status 2, two lines."""
    done = run("volar", HILOS_LANG=lang)
    assert done.returncode == 2
    assert text in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_an_unknown_language_is_a_usage_error() -> None:
    """Status 2 and the two there are."""
    done = run("--lang", "fr", "help")
    assert done.returncode == 2
    assert "--lang es" in done.stderr


@pytest.mark.parametrize(("lang", "text"), [("es", "Python 3.11 o posterior"), ("en", "Python 3.11 or later")])
def test_without_a_recent_python_it_says_what_to_do(copy: Path, tmp_path: Path, lang: str, text: str) -> None:
    """A Python that is too old counts as none."""
    done = run("setup", cwd=copy, PATH=empty_path(tmp_path, "python3"), HILOS_LANG=lang)
    assert done.returncode == 2
    assert text in done.stderr
    assert "HILOS_PYTHON=" in done.stderr
    assert not (copy / ".venv").exists()


def test_without_docker_the_docker_verbs_say_what_to_do(copy: Path, tmp_path: Path) -> None:
    """Status 2 and the way to go on without."""
    path = empty_path(tmp_path)
    for verb in ("docker-start", "docker-stop", "docker-logs"):
        done = run(verb, cwd=copy, PATH=path)
        assert done.returncode == 2
        assert "start --stack" in done.stderr


def test_clean_removes_what_it_made_and_nothing_else(copy: Path) -> None:
    """Caches, records and its own environment go; the learner's files stay, and an environment that is theirs."""
    for made in (
        ".hilos/logs/x.log",
        "src/hilos/__pycache__/a.pyc",
        ".pytest_cache/x",
        ".venv/.made-by-hilos",
        "websockets/websocket_key.js",
    ):
        (copy / made).parent.mkdir(parents=True, exist_ok=True)
        (copy / made).write_text("")
    for theirs in ("mis_notas.txt", "exercises/01_threads/mine.py", ".venv-mine/bin/python"):
        (copy / theirs).parent.mkdir(parents=True, exist_ok=True)
        (copy / theirs).write_text("mío")
    assert run("clean", cwd=copy).returncode == 0
    left = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}
    assert left == {
        "run.sh",
        "requirements.txt",
        "pyproject.toml",
        "mis_notas.txt",
        "exercises/01_threads/mine.py",
        ".venv-mine/bin/python",
    }


def test_clean_leaves_an_environment_that_it_did_not_make(copy: Path) -> None:
    """.venv without our mark is somebody's."""
    (copy / ".venv").mkdir()
    (copy / ".venv" / "theirs").write_text("")
    run("clean", cwd=copy)
    assert (copy / ".venv" / "theirs").exists()


def test_a_folder_that_cannot_be_written_is_said(copy: Path) -> None:
    """Root may write anywhere, so this needs another user."""
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    copy.chmod(0o500)
    try:
        done = run("setup", cwd=copy)
    finally:
        copy.chmod(0o700)
    assert done.returncode == 2
    assert "permiso para escribir" in done.stderr
