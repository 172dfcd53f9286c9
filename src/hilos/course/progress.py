"""What a learner has done: a file in the user's data folder, written beside and renamed.

Two watchers at once read the file again before they write, under a lock, so that neither undoes the other.  A damaged
file is kept under another name and never overwritten.  The form is plain JSON with a version: for a teacher's report,
for export and import.
"""

import contextlib
import fcntl
import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hilos.errors import UsageError
from hilos.locale import translator

_ = translator("course")

VERSION = 1


@dataclass(slots=True)
class Entry:
    """What was done on one exercise.

    Attributes:
        tries: answers judged.
        hints: hints shown, at most as many as there are.
        passed: seconds since the epoch of the first pass; None before.
        proof: what the lamps said when it passed, with their bounds.
        answer: SHA-256 of the answer that passed.
    """

    tries: int = 0
    hints: int = 0
    passed: float | None = None
    proof: list[str] = field(default_factory=list)
    answer: str = ""


@dataclass(slots=True)
class Record:
    """Everything that is known of a learner."""

    name: str = ""
    current: str = ""
    exercises: dict[str, Entry] = field(default_factory=dict)


def data_folder() -> Path:
    """Where progress is kept: `HILOS_DATA`, else the user's data folder as the system has it."""
    asked = os.environ.get("HILOS_DATA")
    if asked:
        return Path(asked)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "hilos"


class Progress:
    """The learner's progress.

    Arguments:
        file: where it is kept; `progress.json` in `data_folder()` unless given.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or data_folder() / "progress.json"

    def read(self) -> Record:
        """What is known; an empty record where there is none yet.

        Raises:
            UsageError: the file is there and cannot be read; it is not touched.
        """
        try:
            text = self.file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Record()
        except OSError as error:
            raise UsageError(
                _("No se puede leer tu progreso en {file}: {reason}.").format(file=self.file, reason=error.strerror)
            ) from error
        try:
            return parse(text)
        except ValueError as error:
            aside = self.file.with_name(f"{self.file.name}.damaged-{int(time.time())}")
            with contextlib.suppress(OSError):
                self.file.rename(aside)
            raise UsageError(
                _(
                    "Tu progreso estaba dañado ({why}). Lo he guardado en {aside}; al repetir se empieza uno nuevo."
                ).format(why=error, aside=aside)
            ) from error

    def change(self, how: Callable[[Record], None]) -> Record:
        """Read, let `how` change it, write it whole; what another process wrote meanwhile is kept.

        Raises:
            UsageError: it cannot be written (a full disk, no permission); what was there stays.
        """
        with self._alone():
            record = self.read()
            how(record)
            beside = self.file.with_name(f"{self.file.name}.{os.getpid()}.new")
            try:
                with beside.open("w", encoding="utf-8") as file:
                    file.write(dump(record))
                    file.flush()
                    os.fsync(file.fileno())
                beside.replace(self.file)
            except OSError as error:
                with contextlib.suppress(OSError):
                    beside.unlink()
                raise cannot_save(self.file, error) from error
        return record

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            lock = self.file.with_name(f"{self.file.name}.lock").open("w")
        except OSError as error:
            raise cannot_save(self.file, error) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def cannot_save(file: Path, error: OSError) -> UsageError:
    """The error for progress that cannot be written."""
    return UsageError(
        _(
            "No se puede guardar tu progreso en {file}: {reason}.\n"
            "Lo anterior sigue intacto. HILOS_DATA=carpeta elige otro sitio."
        ).format(file=file, reason=error.strerror)
    )


def fingerprint(answer: Path) -> str:
    """SHA-256 of an answer's file, in hexadecimal."""
    return hashlib.sha256(answer.read_bytes()).hexdigest()


def dump(record: Record) -> str:
    """The record as the text of a file."""
    return json.dumps({"version": VERSION, **asdict(record)}, indent=1, ensure_ascii=False) + "\n"


def parse(text: str) -> Record:
    """The record in the text of a file.

    Raises:
        ValueError: it is not one.
    """
    try:
        data: Any = json.loads(text)
    except RecursionError as error:
        raise ValueError(_("demasiado anidado")) from error
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise ValueError(_("se esperaba la versión {n}").format(n=VERSION))
    entries = data.get("exercises")
    if not isinstance(entries, dict):
        raise ValueError(_("faltan los ejercicios"))
    try:
        return Record(
            name=str(data.get("name", "")),
            current=str(data.get("current", "")),
            exercises={
                str(name): Entry(
                    tries=int(each["tries"]),
                    hints=int(each["hints"]),
                    passed=None if each["passed"] is None else _moment(each["passed"]),
                    proof=[str(line) for line in each["proof"]],
                    answer=str(each["answer"]),
                )
                for name, each in entries.items()
            },
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(_("lo que dice de un ejercicio no se entiende: {what}").format(what=error)) from error


def _moment(value: Any) -> float:
    """Seconds since the epoch; what is no number is no moment."""
    seconds = float(value)
    if not math.isfinite(seconds):
        raise ValueError(value)
    return seconds


def merged(mine: Record, other: Record) -> Record:
    """Both records in one: a pass of either counts, the earlier one; tries and hints are the greater number."""
    result = Record(mine.name or other.name, mine.current or other.current)
    for name in {**mine.exercises, **other.exercises}:
        pair = [record.exercises[name] for record in (mine, other) if name in record.exercises]
        passed = sorted((entry for entry in pair if entry.passed is not None), key=lambda entry: entry.passed or 0.0)
        best = passed[0] if passed else pair[0]
        result.exercises[name] = Entry(
            max(entry.tries for entry in pair), max(entry.hints for entry in pair), best.passed, best.proof, best.answer
        )
    return result
