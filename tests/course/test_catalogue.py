"""The real exercises: the catalogue against its files, and every promise that it makes."""

import pytest

from hilos.course.catalogue import Catalogue
from hilos.course.selfcheck import check_all, check_files
from support.lessons import ROOT

CATALOGUE = Catalogue(ROOT)

CORE = {
    "01": "1 2 3 4",
    "02": "0 1 2 3 4 5",
    "03": "1 2 3 4 5",
    "04": "0 1 2 3 4 5",
    "05": "1 2 3 4 5 7",
    "06": "1 2 3 4 6",
    "07": "1 2 4 5 6",
    "08": "1 2 4 5",
    "09": "1 2",
    "10": "1 2",
}
"""The 45 exercises that the course was designed with, by module; the numbers between them are of the reserve."""


def test_the_catalogue_and_its_files_agree() -> None:
    """Nothing missing, nothing unlisted, both languages."""
    assert [str(problem) for problem in check_files(CATALOGUE)] == []


def test_numbers_are_in_order() -> None:
    """As the learner meets them."""
    numbers = [each.number for each in CATALOGUE.exercises]
    assert numbers == sorted(numbers)
    for each in CATALOGUE.exercises:
        assert each.topic.startswith(each.number.split(".")[0])


def test_the_whole_core_is_there() -> None:
    """Its 45 exercises, the two of them that ask for a schedule and those that end the course among them."""
    designed = {f"{module}.{number}" for module, numbers in CORE.items() for number in numbers.split()}
    assert len(designed) == 45
    assert designed - {each.number for each in CATALOGUE.exercises} == set()
    assert CATALOGUE.find("02.0").kind == CATALOGUE.find("04.0").kind == "puzzle"
    assert {"10.1", "10.2", "10.3"} <= {each.number for each in CATALOGUE.exercises}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("exercise", CATALOGUE.exercises, ids=lambda exercise: exercise.name)
def test_it_keeps_its_promises(exercise: object) -> None:
    """Red unsolved for the stated reason, two solutions green, every wrong fix red for the stated reason."""
    problems = check_all(CATALOGUE, exercises=(exercise,))  # type: ignore[arg-type]
    own = [str(problem) for problem in problems if problem.exercise == exercise.name]  # type: ignore[attr-defined]
    assert own == []
