"""The lessons' own programs that can be explored from the lab: what their last section explores too."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

Parts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """A lesson's program.

    Attributes:
        path: of the lesson's file, relative to the course's folder.
        parts: the arguments of `hilos.explore.explore`, from the lesson's module.
    """

    path: Path
    parts: Callable[[ModuleType], Parts]


def _race(lesson: ModuleType) -> Parts:
    counter = lesson.HONEST
    return {"setup": counter.setup, "workers": counter.workers, "invariant": counter.invariant, "name": "race"}


def _deadlock(lesson: ModuleType) -> Parts:
    return {"setup": lesson.Pair, "workers": lesson.head_on(lesson.naive), "name": "naive"}


def _philosophers(lesson: ModuleType) -> Parts:
    return {"setup": lesson.three_seats, "workers": lesson.guests(lesson.naive), "name": "philosophers"}


_RACES = Path("advanced/race_conditions/01_race_conditions.py")
_DEADLOCKS = Path("advanced/deadlocks/03_deadlocks.py")
KNOWN = {
    "01_race_conditions": Known(_RACES, _race),
    "03_deadlocks": Known(_DEADLOCKS, _deadlock),
    "philosophers": Known(_DEADLOCKS, _philosophers),
}
"""By the id under which the step view opens them; that of a lesson where it has one program only."""
