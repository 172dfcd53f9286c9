"""Lessons loaded by path (their names begin with digits) and run as a learner runs them."""

import importlib.util
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import polib
import psutil

ROOT = Path(__file__).resolve().parents[2]


def load(path: str) -> ModuleType:
    """The lesson at `path` (relative to the repository) as a module, registered so that its functions pickle."""
    file = ROOT / path
    name = "lesson_" + file.stem
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def environment(**extra: str) -> dict[str, str]:
    """The environment of a learner's shell with no language chosen."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("HILOS_", "LC_", "LANG", "PYTHON"))}
    return {**clean, "PYTHONUTF8": "1", **extra}


def run(path: str, *arguments: str, timeout: float = 120, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the lesson at `path` in a process of its own, as `python3 PATH ARGUMENTS` does, and wait for its end."""
    return subprocess.run(
        [sys.executable, str(ROOT / path), *arguments],
        cwd=ROOT,
        env=environment(**extra),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def start(path: str, *arguments: str, **extra: str) -> subprocess.Popen[str]:
    """Start the lesson at `path` in a session of its own, as a terminal would; both outputs are pipes."""
    return subprocess.Popen(
        [sys.executable, "-u", str(ROOT / path), *arguments],
        cwd=ROOT,
        env=environment(**extra),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def left_behind(leader: int, deadline: float = 5.0) -> list[str]:
    """Command lines of the processes that the session of `leader` still has once `deadline` seconds are over."""
    end = time.monotonic() + deadline
    while True:
        left = []
        for process in psutil.process_iter():
            try:
                if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                    left.append(" ".join(process.cmdline()))
            except (psutil.Error, OSError):
                continue
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.02)


def unreadable(text: str, width: int = 80) -> list[str]:
    """Lines of `text` that a plain terminal of `width` columns would spoil: too long, or with control bytes."""
    return [line for line in text.split("\n") if len(line) > width or any(ord(sign) < 32 for sign in line)]


def untranslated(text: str, domain: str) -> list[str]:
    """Spanish sentences of the catalogue `domain` that stand in `text`, which ought to be English."""
    flat = " ".join(text.split())
    found = []
    for entry in polib.pofile(str(ROOT / "src" / "hilos" / "locale" / "en" / f"{domain}.po")):
        # The longest stretch between placeholders: what `format` leaves as it is.
        stretch = max((" ".join(part.split()) for part in re.split(r"\{[^}]*\}", entry.msgid)), key=len)
        if len(stretch) > 20 and stretch not in entry.msgstr and stretch in flat:
            found.append(stretch)
    return found
