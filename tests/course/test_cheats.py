"""Cheats derived from the exercises by their syntax trees: each is refused with a sentence, in both languages.

All of them take many minutes: `hilos learn check --all --cheats`, or HILOS_CHEATS=1 here.  Without it those on some
exercises are read, and of those that the contract lets through, a few of each kind are run.
"""

import ast
import os

import pytest

from hilos.course import contract
from hilos.course.catalogue import Catalogue, Exercise
from hilos.course.cheats import preludes
from hilos.course.cheats.derive import Cheat, derive
from hilos.course.cheats.trying import Tried, read, try_all
from hilos.course.gates import Lamp
from hilos.locale import using
from support.lessons import ROOT

CATALOGUE = Catalogue(ROOT)
EVERY = set(Lamp)

_SAMPLE = {
    "lying_counter": ("patch handed_over", "patch from_a_list", "files open_by_logging", "swallow again_and_again"),
    "staircase": ("no threads 1", "start and join 1", "global lock 1", "daemon 1", "size 2"),
    "burning_wait": ("spin 1", "sleep 1", "end system_exit, in the functions"),
    "silent_future": ("start and join 2", "end interrupt, in the functions"),
    "two_truths": ("sleep everywhere", "loud forged_verdict"),
    "value_lock": ("global lock 1",),
}


def cheats(exercise: Exercise) -> list[Cheat]:
    """All on one exercise."""
    return list(derive(CATALOGUE, exercise, EVERY))


def test_what_is_written_in_a_file_is_refused_before_it_runs() -> None:
    """Patches, inspection, files and endings: all but those that only show when they are run, on every exercise."""
    let_through = []
    for exercise in CATALOGUE.exercises if os.environ.get("HILOS_CHEATS") == "1" else CATALOGUE.exercises[::6]:
        for cheat in cheats(exercise):
            group, _space, name = cheat.name.partition(" ")
            if group in ("patch", "inspect", "files", "end") and read(CATALOGUE, cheat) is None:
                let_through.append(name.partition(",")[0])
    names = {
        name for group in (preludes.PATCHES, preludes.INSPECTING, preludes.FILES, preludes.ENDINGS) for name in group
    }
    assert set(let_through) <= names
    assert len(set(let_through)) <= 10, sorted(set(let_through))


def test_a_sentence_in_each_language() -> None:
    """And never the same one: each is translated."""
    cheat = next(each for each in cheats(CATALOGUE.find("staircase")) if each.name == "patch assigned")
    spanish = read(CATALOGUE, cheat)
    with using("en"):
        english = read(CATALOGUE, cheat)
    assert spanish is not None
    assert english is not None
    assert "no cambies el módulo threading" in spanish.text
    assert english.text != spanish.text


@pytest.mark.slow
@pytest.mark.parametrize("name", _SAMPLE)
def test_what_the_contract_lets_through_is_refused_when_it_runs(name: str) -> None:
    """A few of each kind."""
    wanted = _SAMPLE[name]
    tried = try_all(CATALOGUE, [CATALOGUE.find(name)], wanted=lambda cheat: cheat.name in wanted)
    assert [each.cheat.name for each in tried if each.ran], name
    assert {each.cheat.name for each in tried} == set(wanted)
    assert [str(each) for each in tried if not each.refused] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(os.environ.get("HILOS_CHEATS") != "1", reason="HILOS_CHEATS=1 tries them all, for many minutes")
@pytest.mark.parametrize("exercise", CATALOGUE.exercises, ids=lambda exercise: exercise.name)
def test_every_cheat_on_every_exercise(exercise: Exercise) -> None:
    """Refused, with a sentence."""
    tried: list[Tried] = try_all(CATALOGUE, [exercise])
    assert [str(each) for each in tried if not each.refused] == []


def test_no_solution_and_no_honest_mistake_is_taken_for_a_trick() -> None:
    """The contract lets through every solution, and every wrong fix that is not wrong for the contract's reason."""
    for exercise in CATALOGUE.exercises:
        given = ast.parse(CATALOGUE.pristine[exercise.name])
        wrong = [CATALOGUE.wrong(exercise, each) for each in exercise.wrong if each.lamp != "contract"]
        for file in [*CATALOGUE.solutions(exercise), *wrong]:
            found = contract.breaches(ast.parse(file.read_text(encoding="utf-8")), given)
            assert not found, f"{file}: {found[0]}"
