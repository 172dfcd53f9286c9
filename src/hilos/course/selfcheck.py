"""Holds the catalogue against itself: what CI runs before a learner meets an exercise.

Every exercise is red unsolved, on the lamp that it says; at least two different solutions are green; every known wrong
fix is red on the lamp that it says; both languages are whole; no file lies about unlisted.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hilos.course.catalogue import Catalogue, Exercise
from hilos.course.gates import Colour
from hilos.course.grader import Judgement, grade
from hilos.locale import LANGUAGES, translator

_ = translator("course")

NAME_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that the catalogue promises and does not keep."""

    exercise: str
    text: str

    def __str__(self) -> str:
        return f"{self.exercise}: {self.text}"


@dataclass(frozen=True, slots=True)
class Case:
    """One answer and what has to come of it: `lamp` is the one that must be red, None if all must be green."""

    exercise: Exercise
    label: str
    file: Path
    lamp: str | None


def cases(catalogue: Catalogue, exercise: Exercise, originals: Path) -> Iterator[Case]:
    """Unsolved, solutions, wrong fixes; the unsolved text is written to the folder `originals` first."""
    unsolved = originals / exercise.path
    unsolved.parent.mkdir(parents=True, exist_ok=True)
    unsolved.write_text(catalogue.pristine[exercise.name], encoding="utf-8")
    yield Case(exercise, "unsolved", unsolved, exercise.unsolved)
    for file in catalogue.solutions(exercise):
        yield Case(exercise, f"solution {file.parent.parent.name}", file, None)
    for wrong in exercise.wrong:
        yield Case(exercise, f"wrong {wrong.name}", catalogue.wrong(exercise, wrong), wrong.lamp)


def verdict(case: Case, judgement: Judgement) -> Problem | None:
    """What is wrong with what came of `case`, if anything."""
    if case.lamp is None:
        if judgement.passed:
            return None
        worst = judgement.worst
        return Problem(case.exercise.name, f"{case.label}: {worst.lamp} {worst.colour}: {worst.text}")
    worst = judgement.worst
    if worst.colour is Colour.RED and worst.lamp == case.lamp:
        return None
    return Problem(
        case.exercise.name, f"{case.label}: {case.lamp} red expected, got {worst.lamp} {worst.colour}: {worst.text}"
    )


def check_files(catalogue: Catalogue) -> list[Problem]:
    """What can be said without running anything."""
    found = [Problem(each.name, text) for each in catalogue.exercises for text in _complaints(catalogue, each)]
    listed = {
        file
        for each in catalogue.exercises
        for file in (
            catalogue.answer(each),
            *catalogue.solutions(each),
            *(catalogue.wrong(each, wrong) for wrong in each.wrong),
        )
    }
    found += [
        Problem(str(file.relative_to(catalogue.root)), "not listed in info.toml")
        for folder in ("exercises", "solutions")
        for file in sorted((catalogue.root / folder).rglob("*.py"))
        if file not in listed
    ]
    found += [
        Problem(topic, f"no README.{code}.md")
        for topic in catalogue.topics
        for code in LANGUAGES
        if not (catalogue.root / "exercises" / topic / f"README.{code}.md").exists()
    ]
    return found


def _complaints(catalogue: Catalogue, exercise: Exercise) -> Iterator[str]:
    if len(exercise.name) > NAME_LENGTH:
        yield f"name longer than {NAME_LENGTH}"
    if len(exercise.hints) < 3:
        yield "fewer than three hints"
    if exercise.name not in catalogue.pristine:
        yield "not in originals.json: run tools/generate_originals.py"
    elif "TODO" not in catalogue.pristine[exercise.name]:
        yield "no TODO where to act"
    if len(catalogue.solutions(exercise)) < 2:
        yield "fewer than two solutions"
    if not exercise.wrong:
        yield "no known wrong fix"
    for wrong in exercise.wrong:
        if not catalogue.wrong(exercise, wrong).exists():
            yield f"no file for the wrong fix {wrong.name}"


def check_all(
    catalogue: Catalogue,
    exercises: tuple[Exercise, ...] | None = None,
    workers: int = 2,
    told: Callable[[Case, Judgement, Problem | None], None] = lambda case, judgement, problem: None,
) -> list[Problem]:
    """Judge every case of `exercises` (all unless given), `workers` at a time; `told` hears of each."""
    found = check_files(catalogue)
    with TemporaryDirectory(prefix="hilos-") as folder, ThreadPoolExecutor(workers) as pool:
        todo = [
            case
            for exercise in (catalogue.exercises if exercises is None else exercises)
            for case in cases(catalogue, exercise, Path(folder))
        ]
        for case, judgement in zip(
            todo, pool.map(lambda case: grade(catalogue, case.exercise, case.file), todo), strict=True
        ):
            problem = verdict(case, judgement)
            told(case, judgement, problem)
            if problem is not None:
                found.append(problem)
    return found
