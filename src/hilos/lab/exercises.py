"""The exercises as the pages show them: the same files and the same progress as `hilos learn`."""

import ast
import hashlib
import re
from pathlib import Path
from typing import Any

from hilos.course.catalogue import Catalogue, Exercise
from hilos.course.gates import Shown
from hilos.course.grader import Judgement
from hilos.course.progress import Entry, Record
from hilos.course.telling import colour_name, lamp_name
from hilos.course.watch import after
from hilos.errors import HilosError, UsageError
from hilos.lab.address import write_private
from hilos.lab.checking import check_size
from hilos.locale import translator

_ = translator("lab_step")


class ChangedError(HilosError):
    """The learner's file was changed outside the page; `text` is what it holds now."""

    def __init__(self, text: str) -> None:
        super().__init__(_("El archivo ha cambiado fuera de esta página desde que la abriste."))
        self.text = text


def stamp(text: str) -> str:
    """What tells one text of an answer from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def listed(catalogue: Catalogue, record: Record) -> list[dict[str, Any]]:
    """All exercises in order, with what was done."""
    return [_row(catalogue, each, record) for each in catalogue.exercises]


def _row(catalogue: Catalogue, exercise: Exercise, record: Record) -> dict[str, Any]:
    entry = _entry(record, exercise)
    return {
        "id": exercise.name,
        "number": exercise.number,
        "topic": exercise.topic,
        "topic_title": str(catalogue.topics[exercise.topic]),
        "title": str(exercise.title),
        "stars": exercise.stars,
        "puzzle": exercise.kind == "puzzle",
        "passed": entry.passed is not None,
        "tries": entry.tries,
        "current": exercise.name == record.current,
    }


def _entry(record: Record, exercise: Exercise) -> Entry:
    return record.exercises.get(exercise.name, Entry())


def described(catalogue: Catalogue, exercise: Exercise, record: Record) -> dict[str, Any]:
    """One exercise: the task, the learner's text, the hints asked for so far, the solution once it is passed."""
    entry = _entry(record, exercise)
    text = current_text(catalogue, exercise)
    found = {
        **_row(catalogue, exercise, record),
        "task": str(exercise.task),
        "file": f"exercises/{exercise.path}",
        "text": text,
        "stamp": stamp(text),
        "original": catalogue.pristine[exercise.name],
        "hints": [str(hint) for hint in exercise.hints[: entry.hints]],
        "hints_all": len(exercise.hints),
        "next": after(catalogue, exercise).name,
        "solution": [],
        "why": [],
    }
    if entry.passed is not None:
        found["solution"] = [file.read_text(encoding="utf-8") for file in catalogue.solutions(exercise)]
        found["why"] = [str(wrong.why) for wrong in exercise.wrong]
    return found


def current_text(catalogue: Catalogue, exercise: Exercise) -> str:
    """The learner's text; the exercise as it was given where there is no file that can be read."""
    try:
        return catalogue.answer(exercise).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return catalogue.pristine[exercise.name]


def save(catalogue: Catalogue, exercise: Exercise, text: str, seen: str) -> Path:
    """Write the learner's text to the file that `hilos learn` judges too.

    Arguments:
        catalogue: the exercises.
        exercise: which.
        text: what to write.
        seen: stamp of the text that the page began with; empty to write in any case.

    Raises:
        ChangedError: the file holds something else by now.
        UsageError: it is too large, or cannot be written.
    """
    check_size(text)
    answer = catalogue.answer(exercise)
    there = current_text(catalogue, exercise)
    if there == text and answer.exists():
        return answer
    if seen and stamp(there) != seen:
        raise ChangedError(there)
    try:
        write_text(answer, text)
    except OSError as error:
        raise UsageError(
            _("No se puede escribir {file}: {reason}.").format(file=exercise.path, reason=error.strerror)
        ) from error
    return answer


def write_text(file: Path, text: str) -> None:
    """Write beside and rename, with the rights that the file had."""
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
    write_private(file, text)
    file.chmod(mode)


def judged(judgement: Judgement, keep: Any) -> dict[str, Any]:
    """A judgement; `keep` is given the report of a red lamp and says under which id it can be stepped through."""
    return {
        "passed": judgement.passed,
        "seconds": judgement.seconds,
        "output": judgement.output[:4000],
        "lamps": [_lamp(each, keep) for each in judgement.lamps],
    }


def _lamp(shown: Shown, keep: Any) -> dict[str, Any]:
    return {
        "lamp": shown.lamp.value,
        "name": lamp_name(shown.lamp),
        "colour": shown.colour.value,
        "word": colour_name(shown.colour),
        "text": shown.text,
        "story": shown.story,
        "trace": keep(shown.report) if shown.report is not None else None,
    }


# Puzzles: the answer is a value of a variable, the rest of the file stays as it was given.


def answers_in(text: str) -> dict[str, str]:
    """Text of each variable of the module that holds one; empty if it is no Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def with_answers(original: str, answers: dict[str, str]) -> str:
    """The exercise with those answers written in.

    Raises:
        UsageError: it asks for no such thing, or an answer is more than a word.
    """
    known = answers_in(original)
    text = original
    for name, value in answers.items():
        if name not in known or not re.fullmatch(r"[\w .-]{0,200}", value):
            raise UsageError(_("«{name}» no es una respuesta de este ejercicio.").format(name=str(name)[:40]))
        place = re.compile(rf'^({re.escape(name)} = )"[^"\n]*"', re.MULTILINE)
        text = place.sub(rf'\g<1>"{value}"', text)
    return text
