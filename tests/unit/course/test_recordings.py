"""The recordings of exercise 10.3: what the learner is shown is what ran, and each bug shows in its own."""

import ast
from itertools import combinations

import pytest

from hilos.course.checks.panels import SHOWS, _mistake
from hilos.course.recordings import SECONDS, Bug, Recording, panels, recorded
from support.lessons import ROOT

RECORDED = recorded()


def evidence(bug: Bug, recording: Recording) -> list[tuple[str, int, int]]:
    """All that shows a bug: who, from which second to before which."""
    return [
        (name, first, end)
        for name in recording.lanes
        for first, end in combinations(range(SECONDS + 1), 2)
        if SHOWS[bug](recording, name, range(first, end))
    ]


def test_the_learner_is_shown_what_was_recorded() -> None:
    """Letter by letter; a change of a service has to go into the exercise too."""
    text = (ROOT / "exercises" / "10_capstones" / "read_the_panel.py").read_text(encoding="utf-8")
    values = {
        node.targets[0].id: node.value.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    assert values["PANELS"] == f"\n{panels()}\n"


def test_each_service_has_a_bug_of_its_own() -> None:
    """Five recordings, five bugs."""
    assert sorted(bug for bug, _recording in RECORDED.values()) == sorted(Bug)


@pytest.mark.parametrize("letter", RECORDED)
def test_a_bug_shows_in_its_recording_and_no_other_one_does(letter: str) -> None:
    """Some worker and some seconds show it; no worker and no seconds show another one.

    Save contention: whoever starves, or waits for the permits that a leak has left, waits while others pass, too; what
    tells them apart is the rest of the recording.
    """
    own, recording = RECORDED[letter]
    shown = {bug for bug in Bug if evidence(bug, recording)}
    assert shown - {Bug.CONTENTION} == {own} - {Bug.CONTENTION}
    assert own in shown


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Leak luis 5", None),
        ("fuga, LUIS: 5 - 6", None),
        ("fuga luis 5-4", "0 a 23"),
        ("fuga luis 24", "0 a 23"),
        ("fuga luis 6-9", "ahí no se ve"),
        ("fuga", "escribe qué falla"),
        ("fuga pepe 5", "escribe qué falla"),
        ("avería luis 5", "escribe qué falla"),
        ("convoy luis 5", "no es convoy"),
        (None, "escribe qué falla"),
        (5, "escribe qué falla"),
    ],
)
def test_an_answer_is_read_with_patience_and_refused_with_a_reason(written: object, said: str | None) -> None:
    """Either language, capitals, commas; what is wrong is said without saying what is right."""
    found = _mistake(written, *RECORDED["B"])
    assert (found is None) if said is None else (said in str(found))
