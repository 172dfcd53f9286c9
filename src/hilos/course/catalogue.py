"""The catalogue of exercises: exercises/info.toml read and checked.

Nothing of an answer is in it; what an answer must prove is in `hilos.course.checks`, out of the learner's reach.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import hilos
from hilos.errors import MissingError, UsageError
from hilos.locale import LANGUAGES, language, translator

_ = translator("course")

FORMAT = 1


@dataclass(frozen=True)
class Text:
    """The same text in each language; `str()` gives it in the language in force."""

    es: str
    en: str

    def __str__(self) -> str:
        return self.en if language() == "en" else self.es


def often(times: int) -> Text:
    """How many times."""
    return Text("una vez", "once") if times == 1 else Text(f"{times} veces", f"{times} times")


@dataclass(frozen=True)
class Wrong:
    """A known wrong fix.

    Attributes:
        name: of its file under exercises/wrong/TOPIC/EXERCISE/.
        lamp: the lamp that must be red for it.
        why: the misconception behind it, in both languages.
    """

    name: str
    lamp: str
    why: Text


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    Attributes:
        number: as in the catalogue, `02.1`.
        name: of its file; unique, what the learner types.
        topic: folder that it is in.
        title: in both languages.
        stars: difficulty, 1 to 5.
        task: what to do, one to three sentences.
        hints: in steps, from a nudge to nearly the answer.
        unsolved: the lamp that is red before anything is changed.
        wrong: known wrong fixes.
        kind: `repair` for a file to repair, `puzzle` for a schedule to find.
    """

    number: str
    name: str
    topic: str
    title: Text
    stars: int
    task: Text
    hints: tuple[Text, ...]
    unsolved: str
    wrong: tuple[Wrong, ...]
    kind: str = "repair"

    @property
    def path(self) -> str:
        """Of its file, relative to the exercises' folder (and to the solutions')."""
        return f"{self.topic}/{self.name}.py"


class Catalogue:
    """All exercises, in order.

    Arguments:
        root: the course's folder, which holds exercises/ and solutions/.

    Raises:
        MissingError: there is no exercises/info.toml.
        UsageError: it is not as it must be; says where.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        file = root / "exercises" / "info.toml"
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise MissingError(
                _("Faltan los ejercicios: no está {file}.\nEntra en la carpeta del curso y repite.").format(file=file)
            ) from error
        except tomllib.TOMLDecodeError as error:
            raise UsageError(_("{file} no es TOML válido: {error}").format(file=file, error=error)) from error
        if data.get("format") != FORMAT:
            raise UsageError(_("{file}: se esperaba format = {n}").format(file=file, n=FORMAT))
        self.topics = {name: _text(file, name, value) for name, value in data.get("topics", {}).items()}
        self.exercises = tuple(_exercise(file, entry) for entry in data.get("exercises", ()))
        names = [each.name for each in self.exercises]
        for name in names:
            if names.count(name) > 1:
                raise UsageError(_("{file}: el nombre «{name}» está repetido").format(file=file, name=name))
        for each in self.exercises:
            if each.topic not in self.topics:
                raise UsageError(
                    _("{file}: «{name}»: no existe el tema «{topic}»").format(
                        file=file, name=each.name, topic=each.topic
                    )
                )

    def find(self, name: str) -> Exercise:
        """The exercise called `name` (its number, its path or its file's name will do).

        Raises:
            UsageError: there is none; the message lists those that are near.
        """
        wanted = name.removesuffix(".py").rsplit("/", 1)[-1]
        for each in self.exercises:
            if wanted in (each.name, each.number):
                return each
        near = [each.name for each in self.exercises if wanted and wanted[:3] == each.name[:3]]
        if near:
            text = _("No existe el ejercicio «{name}».\n¿Querías decir {near}?")
        else:
            text = _("No existe el ejercicio «{name}».\nLos que hay: hilos learn list")
        raise UsageError(text.format(name=name, near=", ".join(near)))

    def answer(self, exercise: Exercise) -> Path:
        """The learner's file."""
        return self.root / "exercises" / exercise.path

    def solutions(self, exercise: Exercise) -> list[Path]:
        """Files of the reference solutions, the one to show first."""
        folders = (self.root / "solutions", self.root / "solutions" / "second")
        return [folder / exercise.path for folder in folders if (folder / exercise.path).exists()]

    def wrong(self, exercise: Exercise, wrong: Wrong) -> Path:
        """The file of a known wrong fix."""
        return self.root / "exercises" / "wrong" / exercise.topic / exercise.name / f"{wrong.name}.py"

    @cached_property
    def pristine(self) -> Mapping[str, str]:
        """Text of each exercise as it was given, by name; what `reset` writes and the self-check judges."""
        data = json.loads((Path(__file__).parent / "originals.json").read_text(encoding="utf-8"))
        return {str(name): str(text) for name, text in data.items()}


def course_folder() -> Path:
    """The folder that holds the exercises: `HILOS_ROOT`, else the working folder, else where this package stands."""
    asked = os.environ.get("HILOS_ROOT")
    for folder in [Path(asked)] if asked else [Path.cwd(), Path(hilos.__file__).parents[2]]:
        if (folder / "exercises" / "info.toml").is_file():
            return folder
    return Path(asked) if asked else Path.cwd()


def _text(file: Path, where: str, value: Any) -> Text:
    if not isinstance(value, dict) or any(
        not isinstance(value.get(code), str) or not value[code] for code in LANGUAGES
    ):
        raise UsageError(_("{file}: «{where}» necesita un texto en es y en en").format(file=file, where=where))
    return Text(value["es"].strip(), value["en"].strip())


def _exercise(file: Path, entry: Any) -> Exercise:
    name = entry.get("name", "?") if isinstance(entry, dict) else "?"
    try:
        hints = tuple(_text(file, f"{name}.hints", hint) for hint in entry["hints"])
        wrong = tuple(
            Wrong(each["name"], each["lamp"], _text(file, f"{name}.wrong.{each['name']}", each["why"]))
            for each in entry.get("wrong", ())
        )
        return Exercise(
            number=entry["number"],
            name=name,
            topic=entry["topic"],
            title=_text(file, f"{name}.title", entry["title"]),
            stars=int(entry["stars"]),
            task=_text(file, f"{name}.task", entry["task"]),
            hints=hints,
            unsolved=entry["unsolved"],
            wrong=wrong,
            kind=entry.get("kind", "repair"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            _("{file}: al ejercicio «{name}» le falta {what}").format(file=file, name=name, what=error)
        ) from error
