"""What the learner has done: the three paths of the course with their lessons and exercises, and what comes next."""

from pathlib import Path
from typing import Any

from hilos.course.catalogue import Catalogue
from hilos.course.progress import Progress
from hilos.errors import HilosError
from hilos.lab import history, lessons
from hilos.locale import translator

_ = translator("lab_server")
N_ = str

PATHS = (
    ("beginner", N_("Principiante"), (2, 3)),
    ("intermediate", N_("Intermedio"), (3, 4)),
    ("advanced", N_("Avanzado"), (4, 6)),
)
"""Each with its hours, as the course's index gives them."""
_STARS = {1: "beginner", 2: "beginner", 3: "intermediate"}
"""The path of an exercise by its difficulty; the harder ones are of the last."""


def described(root: Path, catalogue: Catalogue | None) -> dict[str, Any]:
    """As the API gives it.

    Arguments:
        root: the course's folder.
        catalogue: the exercises; None where the course's folder has none.
    """
    done = history.lesson_runs(root)
    items: dict[str, list[dict[str, Any]]] = {id: [] for id, _title, _hours in PATHS}
    for lesson in lessons.LESSONS:
        item = {"kind": "lesson", "id": lesson.id, "title": _(lesson.title), "done": lesson.id in done}
        items[lesson.path].append(item)
    record = None
    if catalogue is not None:
        try:
            record = Progress().read()
        except HilosError:
            record = None  # `hilos learn` and the exercises' page say what is wrong with the file
        for exercise in catalogue.exercises:
            entry = record.exercises.get(exercise.name) if record is not None else None
            solved = entry is not None and entry.passed is not None
            item = {"kind": "exercise", "id": exercise.name, "title": str(exercise.title), "done": solved}
            items[_STARS.get(exercise.stars, "advanced")].append(item)
    following = next((item for id, _t, _h in PATHS for item in items[id] if not item["done"]), None)
    return {
        "exercises": {
            name: {"passed": entry.passed is not None, "tries": entry.tries, "hints": entry.hints}
            for name, entry in (record.exercises.items() if record is not None else ())
        },
        "lessons": done,
        "paths": [
            {"id": id, "title": _(title), "hours": list(hours), "items": items[id]} for id, title, hours in PATHS
        ],
        "next": {key: following[key] for key in ("kind", "id", "title")} if following else None,
    }
