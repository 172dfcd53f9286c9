"""The real exercises: the catalogue against its files, and every promise that it makes."""

import pytest

from hilos.course.catalogue import Catalogue
from hilos.course.selfcheck import check_all, check_files
from support.lessons import ROOT

CATALOGUE = Catalogue(ROOT)


def test_the_catalogue_and_its_files_agree() -> None:
    """Nothing missing, nothing unlisted, both languages."""
    assert [str(problem) for problem in check_files(CATALOGUE)] == []


def test_numbers_are_in_order() -> None:
    """As the learner meets them."""
    numbers = [each.number for each in CATALOGUE.exercises]
    assert numbers == sorted(numbers)
    for each in CATALOGUE.exercises:
        assert each.topic.startswith(each.number.split(".")[0])


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("exercise", CATALOGUE.exercises, ids=lambda exercise: exercise.name)
def test_it_keeps_its_promises(exercise: object) -> None:
    """Red unsolved for the stated reason, two solutions green, every wrong fix red for the stated reason."""
    problems = check_all(CATALOGUE, exercises=(exercise,))  # type: ignore[arg-type]
    own = [str(problem) for problem in problems if problem.exercise == exercise.name]  # type: ignore[attr-defined]
    assert own == []
