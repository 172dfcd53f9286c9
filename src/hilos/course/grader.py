"""Judges an answer in a child process with limits, so that nothing that it does reaches the course.

The child leads a session of its own: at the end of its time it is killed with everything that it started.  What it
prints is kept up to a length.  Whatever ends it early (an endless loop, `os._exit`, no memory left, a signal) becomes a
red lamp with a sentence.
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
from dataclasses import dataclass
from pathlib import Path

from hilos.course.catalogue import Catalogue, Exercise
from hilos.course.gates import Colour, Lamp, Shown
from hilos.locale import language, translator

_ = translator("course")

SECONDS = 20
"""Wall time that an answer may take to be judged."""
MEMORY = 2 << 30
"""Bytes of address space that it may take."""
OUTPUT = 20_000
"""Characters of what it prints that are kept."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of judging an answer.

    Attributes:
        lamps: in the order in which they are shown.
        output: what the answer printed, cut to a length.
        seconds: wall time that it took.
    """

    lamps: tuple[Shown, ...]
    output: str = ""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether every lamp is green."""
        return all(each.colour is Colour.GREEN for each in self.lamps)

    @property
    def worst(self) -> Shown:
        """The first red lamp, else the first amber one, else the last green one."""
        for colour in (Colour.RED, Colour.AMBER):
            for each in self.lamps:
                if each.colour is colour:
                    return each
        return self.lamps[-1]


def grade(
    catalogue: Catalogue, exercise: Exercise, answer: Path, seconds: int = SECONDS, memory: int = MEMORY
) -> Judgement:
    """Judge the answer in the file `answer`.

    Arguments:
        catalogue: the exercises.
        exercise: which of them.
        answer: the file; may be gone, empty or no Python.
        seconds: wall time that judging may take.
        memory: bytes of address space that the child may take.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hilos-") as folder:
        request, result, stacks = (Path(folder) / name for name in ("request.json", "result.json", "stacks.txt"))
        request.write_text(
            json.dumps(
                {
                    "root": str(catalogue.root),
                    "name": exercise.name,
                    "answer": str(answer),
                    "language": language(),
                    "seconds": seconds,
                    "memory": memory,
                    "stacks": str(stacks),
                }
            ),
            encoding="utf-8",
        )
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "hilos.course.child", str(request), str(result)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
        )
        output = _Output(process)
        try:
            status: int | None = process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            _end(process)
        printed = output.text()
        if result.exists():
            lamps = tuple(
                Shown(**{**each, "lamp": Lamp(each["lamp"]), "colour": Colour(each["colour"])})
                for each in json.loads(result.read_text(encoding="utf-8"))
            )
        else:
            lamps = (_ended_early(status, seconds, answer, stacks, printed),)
    return Judgement(lamps, printed, time.monotonic() - began)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the child's whole session; it may have left processes behind although it ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


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
        return self._kept[:OUTPUT].decode("utf-8", errors="replace")


def _ended_early(status: int | None, seconds: int, answer: Path, stacks: Path, printed: str) -> Shown:
    if status is None or status == -signal.SIGXCPU:
        line = _hanging_line(answer, stacks)
        if line:
            text = _("No termina: a los {n} s seguía en la línea {line}. ¿Un bucle sin fin?").format(
                n=seconds, line=line
            )
        else:
            text = _("No termina: a los {n} s seguía en marcha. ¿Un bucle sin fin?").format(n=seconds)
        return Shown(Lamp.LIVENESS, Colour.RED, text)
    if "MemoryError" in printed or status == -signal.SIGKILL:
        return Shown(
            Lamp.CONTRACT, Colour.RED, _("Se quedó sin memoria: un ejercicio no necesita ni la centésima parte.")
        )
    if status < 0:
        text = _("El proceso murió con la señal {name}.").format(name=signal.Signals(-status).name)
        return Shown(Lamp.CONTRACT, Colour.RED, text)
    if "Traceback" in printed:
        last = printed.strip().splitlines()[-1]
        return Shown(Lamp.CONTRACT, Colour.RED, _("La comprobación no pudo terminar: {what}").format(what=last))
    return Shown(
        Lamp.CONTRACT, Colour.RED, _("Tu programa terminó el proceso a mitad (código {status}).").format(status=status)
    )


def _hanging_line(answer: Path, stacks: Path) -> str:
    try:
        text = stacks.read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(rf'File "{re.escape(str(answer))}", line (\d+)', text)
    return found[1] if found else ""
