"""Tries the cheats: each has to be refused with a sentence."""

import ast
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hilos.course import contract
from hilos.course.catalogue import Catalogue, Exercise
from hilos.course.cheats.derive import Cheat, derive
from hilos.course.gates import Colour, Lamp
from hilos.course.grader import grade


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a cheat.

    Attributes:
        cheat: which.
        lamp, colour, text: of the worst lamp; what the contract says before anything is run is a red contract.
        ran: whether it was run at all.
    """

    cheat: Cheat
    lamp: Lamp
    colour: Colour
    text: str
    ran: bool

    @property
    def refused(self) -> bool:
        """Red, with a sentence."""
        return self.colour is Colour.RED and bool(self.text.strip())

    def __str__(self) -> str:
        return f"{self.cheat.exercise.name}: {self.cheat.name}: {self.lamp} {self.colour}: {self.text}"


def read(catalogue: Catalogue, cheat: Cheat) -> Tried | None:
    """What the contract says of a cheat without running it; None if it lets it through."""
    tree, given = ast.parse(cheat.text), ast.parse(catalogue.pristine[cheat.exercise.name])
    found = contract.breaches(tree, given, puzzle=cheat.exercise.kind == "puzzle")
    return Tried(cheat, Lamp.CONTRACT, Colour.RED, str(found[0]), False) if found else None


def try_all(
    catalogue: Catalogue,
    exercises: Sequence[Exercise],
    workers: int = 2,
    told: Callable[[Tried], None] = lambda tried: None,
    wanted: Callable[[Cheat], bool] = lambda cheat: True,
) -> list[Tried]:
    """Try every cheat on each of `exercises`, `workers` at a time; `told` hears of each.

    Arguments:
        catalogue: the exercises.
        exercises: those that are meant.
        workers: how many are judged at a time.
        told: hears of each.
        wanted: which cheats are tried.
    """
    found: list[Tried] = []
    with TemporaryDirectory(prefix="hilos-") as folder, ThreadPoolExecutor(workers) as pool:

        def attempt(cheat: Cheat) -> Tried:
            beforehand = read(catalogue, cheat)
            if beforehand is not None:
                return beforehand
            file = Path(folder) / "".join(each if each.isalnum() else "_" for each in cheat.name) / cheat.exercise.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(cheat.text, encoding="utf-8")
            worst = grade(catalogue, cheat.exercise, file).worst
            return Tried(cheat, worst.lamp, worst.colour, worst.text, True)

        for exercise in exercises:
            solution = catalogue.solutions(exercise)[0]
            asked = {shown.lamp for shown in grade(catalogue, exercise, solution).lamps}
            for tried in pool.map(attempt, filter(wanted, derive(catalogue, exercise, asked))):
                told(tried)
                found.append(tried)
    return found
