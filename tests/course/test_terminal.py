"""`hilos learn` driven through a real terminal (a pseudo-terminal of 80x24), as a learner does it."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.lessons import ROOT, environment

pytestmark = pytest.mark.timeout(120)


def _own_terminal() -> None:
    """In the child: lead a session whose terminal is standard input, so that Ctrl+C on it is a signal."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, command: list[str], cwd: Path, **extra: str) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(
            command, cwd=cwd, env=environment(TERM="xterm", **extra), stdin=slave, stdout=slave, stderr=slave,
            preexec_fn=_own_terminal,
        )  # fmt: skip
        os.close(slave)
        self.seen = ""

    def expect(self, text: str, deadline: float = 60.0) -> str:
        """Read until `text` has appeared; gives what was read since the last call."""
        end = time.monotonic() + deadline
        fresh = ""
        while text not in fresh:
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"not within {deadline} s: {text!r} in {fresh[-2000:]!r}"
            try:
                fresh += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", os.read(self.master, 65536).decode(errors="replace"))
            except OSError:
                raise AssertionError(f"ended before {text!r}: {fresh[-2000:]!r}") from None
        self.seen += fresh
        return fresh

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def close(self) -> None:
        """End whatever is left."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the course with a learner who has done nothing yet."""
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name, tmp_path / name)
    # Unsolved, whatever the developer did in the repository.
    from hilos.course.catalogue import Catalogue

    catalogue = Catalogue(tmp_path)
    for each in catalogue.exercises:
        catalogue.answer(each).write_text(catalogue.pristine[each.name])
    return tmp_path


def learn(course: Path, *arguments: str, lang: str = "es") -> Terminal:
    """`hilos learn` in that copy."""
    return Terminal(
        [sys.executable, "-m", "hilos", "learn", *arguments], course,
        HILOS_ROOT=str(course), HILOS_DATA=str(course / "data"), HILOS_LANG=lang,
    )  # fmt: skip


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Those that a test opened."""
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


@pytest.mark.parametrize(
    ("lang", "edit", "red", "solved"),
    [("es", "Edita y guarda: ", "rojo", "¡Resuelto!"), ("en", "Edit and save: ", "red", "Solved!")],
)
def test_from_nothing_to_green_by_following_the_screen(
    course: Path, terminals: list[Terminal], lang: str, edit: str, red: str, solved: str
) -> None:
    """The first exercise: red on start, the file that the screen names is repaired, green on save; under 60 seconds."""
    began = time.monotonic()
    terminal = learn(course, lang=lang)
    terminals.append(terminal)
    screen = terminal.expect(red)
    file = re.search(re.escape(edit) + r"(\S+\.py)", screen.replace("\r", ""))
    assert file is not None, screen
    terminal.press("h")
    terminal.expect("1")
    solution = ROOT / "solutions" / Path(file[1]).relative_to("exercises")
    (course / file[1]).write_text(solution.read_text())
    terminal.expect(solved)
    terminal.press("q")
    assert terminal.process.wait(10) == 0
    assert time.monotonic() - began < 60


def test_ctrl_c_leaves_at_once_and_nothing_behind(course: Path, terminals: list[Terminal]) -> None:
    """Also while an answer is being judged."""
    terminal = learn(course)
    terminals.append(terminal)
    terminal.expect("Comprobando")
    terminal.press("\x03")
    assert terminal.process.wait(10) in (0, 130)


def test_a_file_that_vanishes_while_it_is_watched(course: Path, terminals: list[Terminal]) -> None:
    """It is said, and x brings it back."""
    terminal = learn(course)
    terminals.append(terminal)
    screen = terminal.expect("q salir").replace("\r", "")
    file = re.search(r"(exercises/\S+\.py)", screen)
    assert file is not None
    (course / file[1]).unlink()
    terminal.expect("el archivo no está")
    terminal.press("x")
    terminal.expect("como al principio")
    assert (course / file[1]).exists()


def test_without_a_terminal_it_judges_once(course: Path) -> None:
    """Status 1 while unsolved, plain lines, no escape bytes."""
    done = subprocess.run(
        [sys.executable, "-m", "hilos", "learn"], cwd=course, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        env=environment(HILOS_ROOT=str(course), HILOS_DATA=str(course / "data")), timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "\x1b" not in done.stdout
    assert "hilos learn hint" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
