"""How `hilos report PID` asks a running program for its report.

A program under `hilos run` leaves a note of itself in a folder of the user's own, and reports when it gets a signal
that programs leave alone: the handler runs in its main thread, even while that waits for a lock, and no thread has to
be added to the program.  Before the signal is sent, the note's process is checked by its start time, since a PID is
used again.
"""

import json
import os
import signal
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

import psutil

from hilos import locale
from hilos.errors import HilosError, MissingError, UsageError
from hilos.locale import translator
from hilos.observe.files import write

_ = translator("observe")

LIMIT = 5.0
"""Seconds that an answer may take."""


def ask_signal() -> int | None:
    """The signal that asks for a report; None where there are no signals for that (Windows)."""
    if hasattr(signal, "SIGRTMAX"):
        return int(signal.SIGRTMAX) - 3
    return int(signal.SIGUSR2) if hasattr(signal, "SIGUSR2") else None


def folder() -> Path:
    """The folder of the notes: made if need be, and the user's alone.

    Raises:
        HilosError: somebody else owns it.
    """
    path = Path(tempfile.gettempdir()) / f"hilos-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    path.mkdir(mode=0o700, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or (hasattr(os, "getuid") and status.st_uid != os.getuid()):
        raise HilosError(
            _("La carpeta {path} no es tuya: bórrala o elige otra con la variable TMPDIR.").format(path=path)
        )
    return path


def announce(report: Callable[[], str]) -> Callable[[], None]:
    """Answer `hilos report` from now on with what `report()` gives; what is returned ends it.

    Only the main thread can do it.
    """
    number = ask_signal()
    if number is None:
        return lambda: None
    place = folder()
    pid = os.getpid()
    note = place / f"{pid}.json"

    def answer(signum: int, frame: FrameType | None) -> None:
        if os.getpid() != pid:
            return
        with suppress(Exception):
            question = json.loads((place / f"{pid}.ask").read_text("utf-8"))
            with locale.using(question["lang"]):
                text = report()
            write(place / f"{pid}.answer", text)

    signal.signal(number, answer)
    write(
        note,
        json.dumps({"pid": pid, "started": psutil.Process().create_time(), "argv": sys.argv, "signal": number}),
    )

    def end() -> None:
        if os.getpid() == pid:
            for suffix in ("json", "ask", "answer"):
                (place / f"{pid}.{suffix}").unlink(missing_ok=True)

    return end


def running() -> list[dict[str, Any]]:
    """The notes of the programs that run now; those of programs that ended are removed."""
    found = []
    for note in sorted(folder().glob("*.json")):
        try:
            content = json.loads(note.read_text("utf-8"))
            alive = psutil.Process(content["pid"]).create_time() == content["started"]
        except (OSError, ValueError, KeyError, TypeError, psutil.Error):
            alive = False
        if alive:
            found.append(content)
        else:
            for left in note.parent.glob(f"{note.stem}.*"):
                left.unlink(missing_ok=True)
    return found


def ask(pid: int) -> str:
    """The report of the program under `hilos run` whose PID is `pid`.

    Raises:
        UsageError: no such program runs.
        MissingError: it does not answer.
    """
    notes = {note["pid"]: note for note in running()}
    if pid not in notes:
        others = ", ".join(map(str, notes))
        raise UsageError(
            _("El proceso {pid} no corre bajo «hilos run». Los que sí: {others}.").format(pid=pid, others=others)
            if others
            else _("El proceso {pid} no corre bajo «hilos run», ni ningún otro.").format(pid=pid)
        )
    place = folder()
    answer = place / f"{pid}.answer"
    answer.unlink(missing_ok=True)
    write(place / f"{pid}.ask", json.dumps({"lang": locale.language()}))
    os.kill(pid, notes[pid]["signal"])
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        with suppress(FileNotFoundError):
            text = answer.read_text("utf-8")
            answer.unlink(missing_ok=True)
            return text
        time.sleep(0.02)
    raise MissingError(
        _(
            "El proceso {pid} no contesta: su hilo principal no ejecuta Python ahora, o usa la señal {signal}.\n"
            "Inténtalo otra vez, o mira sus pilas con py-spy dump --pid {pid}."
        ).format(pid=pid, signal=notes[pid]["signal"])
    )
