"""Judges an answer in a child process with limits: `hilos.course.confined` runs it, its result becomes lamps.

Whatever ends the child early becomes a red lamp with a sentence.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hilos.course import confined
from hilos.course.catalogue import Catalogue, Exercise
from hilos.course.confined import MEMORY, SECONDS, Confined, printable
from hilos.course.gates import Colour, Lamp, Shown


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
    catalogue: Catalogue,
    exercise: Exercise,
    answer: Path,
    seconds: int = SECONDS,
    memory: int = MEMORY,
    started: Callable[[Confined], None] | None = None,
) -> Judgement:
    """Judge the answer in the file `answer`.

    Arguments:
        catalogue: the exercises.
        exercise: which of them.
        answer: the file; may be gone, empty or no Python.
        seconds: wall time that judging may take.
        memory: bytes of address space that the child may take.
        started: given the child, for whoever may want to stop it.

    Raises:
        Stopped: the child was stopped.
    """
    began = time.monotonic()
    request = {"root": str(catalogue.root), "name": exercise.name, "answer": str(answer)}
    ended = confined.run("hilos.course.child", request, answer, seconds=seconds, memory=memory, started=started)
    if ended.early is not None:
        lamp = Lamp.LIVENESS if ended.early.endless else Lamp.CONTRACT
        lamps: tuple[Shown, ...] = (Shown(lamp, Colour.RED, ended.early.text),)
    else:
        lamps = tuple(map(_shown, ended.result))
    return Judgement(lamps, ended.output, time.monotonic() - began)


def _shown(each: dict[str, Any]) -> Shown:
    """A lamp as the child handed it over; what the answer had a part in (names, messages) is made printable."""
    texts = {name: printable(each[name]) for name in ("text", "story")}
    return Shown(**{**each, **texts, "lamp": Lamp(each["lamp"]), "colour": Colour(each["colour"])})
