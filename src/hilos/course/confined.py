"""Runs a learner's program in a child process with limits, so that nothing that it does reaches the course.

The child leads a session of its own: at the end of its time, or when it is stopped, it is killed with everything that
it started.  What it prints is kept up to a length.  Whatever ends it early (an endless loop, `os._exit`, no memory
left, a signal) becomes a sentence.

The child is a module that is given two paths, `python -m MODULE REQUEST RESULT`: it calls `limits.confine` first, does
its work, and calls `limits.hand_over` at the end.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hilos.locale import language, translator

_ = translator("course")

SECONDS = 20
"""Wall time that a child may take."""
MEMORY = 2 << 30
"""Bytes of address space that it may take."""
OUTPUT = 20_000
"""Characters of what it prints that are kept."""


class Stopped(Exception):
    """Somebody stopped the child before it came to its end."""


@dataclass(frozen=True, slots=True)
class Early:
    """Why a child ended without a result.

    Attributes:
        endless: whether it was its time that ran out.
        text: a sentence for the learner.
    """

    endless: bool
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a child.

    Attributes:
        result: what it wrote, None if it did not come to that.
        output: what it printed, cut to a length.
        early: why there is no result, None if there is one.
    """

    result: Any
    output: str
    early: Early | None


class Confined:
    """A child that runs, and is killed with all its session as the `with` block is left.

    Whoever started it may be asked to stop it, from any thread.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._stopped = threading.Event()

    def __enter__(self) -> "Confined":
        return self

    def __exit__(self, *error: object) -> None:
        self._kill()  # it may have left processes behind although it ended
        self._process.wait()

    def stop(self) -> None:
        """Kill the child's whole session, now; nothing if it has ended."""
        if self._process.returncode is None:  # else its number may be another process's by now
            self._stopped.set()
            self._kill()

    def wait(self, seconds: float) -> int | None:
        """Its exit status; None if it takes longer than `seconds`.

        Raises:
            Stopped: it was stopped meanwhile.
        """
        try:
            status: int | None = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        if self._stopped.is_set():
            raise Stopped
        return status

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def run(
    module: str,
    request: Mapping[str, Any],
    program: Path,
    *,
    seconds: int = SECONDS,
    memory: int = MEMORY,
    started: Callable[[Confined], None] | None = None,
) -> Ended:
    """Run `python -m module` on a request.

    Arguments:
        module: dotted name of the child.
        request: JSON types; `language`, `seconds`, `until`, `memory` and `stacks` are added to it.
        program: the learner's file: of an endless loop, the line in it is told.
        seconds: wall time that it may take.
        memory: bytes of address space that it may take.
        started: given the child, for whoever may want to stop it.

    Raises:
        Stopped: it was stopped.
    """
    with tempfile.TemporaryDirectory(prefix="hilos-") as folder:
        asked, result, stacks = (Path(folder) / name for name in ("request.json", "result.json", "stacks.txt"))
        limits = {"language": language(), "seconds": seconds, "memory": memory, "stacks": str(stacks)}
        limits["until"] = time.monotonic() + seconds
        asked.write_text(json.dumps({**request, **limits}), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, str(asked), str(result)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
        )
        child = Confined(process)
        output = _Output(process)
        try:
            with child:
                if started is not None:
                    started(child)
                status = child.wait(seconds)
        finally:
            printed = output.text()
        if result.exists():
            return Ended(json.loads(result.read_text(encoding="utf-8")), printed, None)
        return Ended(None, printed, _early(status, seconds, program, stacks, printed))


class _Output:
    """Reads what a process prints, keeps the beginning, and throws away the rest so that it never blocks."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._kept = bytearray()
        self._stream = process.stdout
        self._thread = threading.Thread(target=self._read, name="output of the answer", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        if self._stream is None:
            return
        while block := self._stream.read1(65536):  # type: ignore[attr-defined]
            if len(self._kept) < OUTPUT:
                self._kept += block

    def text(self) -> str:
        self._thread.join(2.0)
        if self._stream is not None:
            self._stream.close()
        return printable(self._kept[:OUTPUT].decode("utf-8", errors="replace"))


def printable(text: str) -> str:
    """The text with what would move a terminal's cursor, colour or hide something made visible."""
    text = text.replace("\r\n", "\n")
    return "".join(each if each.isprintable() or each in "\n\t" else _picture(each) for each in text)


def _picture(control: str) -> str:
    return chr(0x2400 + ord(control)) if control < " " else "\N{REPLACEMENT CHARACTER}"


def _early(status: int | None, seconds: int, program: Path, stacks: Path, printed: str) -> Early:
    if status is None or status == -signal.SIGXCPU:
        line = _hanging_line(program, stacks)
        if line:
            text = _("No termina: a los {n} s seguía en la línea {line}. ¿Un bucle sin fin?").format(
                n=seconds, line=line
            )
        else:
            text = _("No termina: a los {n} s seguía en marcha. ¿Un bucle sin fin?").format(n=seconds)
        return Early(True, text)
    if "MemoryError" in printed or status == -signal.SIGKILL:
        return Early(False, _("Se quedó sin memoria: un ejercicio no necesita ni la centésima parte."))
    if status < 0:
        return Early(False, _("El proceso murió con la señal {name}.").format(name=signal.Signals(-status).name))
    if "Traceback" in printed:
        last = printed.strip().splitlines()[-1]
        return Early(False, _("La comprobación no pudo terminar: {what}").format(what=last))
    return Early(False, _("Tu programa terminó el proceso a mitad (código {status}).").format(status=status))


def _hanging_line(program: Path, stacks: Path) -> str:
    try:
        text = stacks.read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(rf'File "{re.escape(str(program))}", line (\d+)', text)
    return found[1] if found else ""
