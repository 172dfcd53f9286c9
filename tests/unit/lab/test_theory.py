"""A lesson's walk-through as the lab shows it: from the guides, with links that lead somewhere here."""

import re

import pytest

from hilos.lab.lessons import LESSONS, Lesson
from hilos.lab.theory import theory_html
from hilos.locale import using
from support.lessons import ROOT


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_no_link_leads_nowhere(lesson: Lesson, lang: str) -> None:
    """What the lab cannot open is text, and each link is to a lesson, a place of the page or the web."""
    with using(lang):
        html = theory_html(ROOT, lesson)
    assert html
    assert html.count("<a ") == html.count("</a>")
    for target in re.findall(r'<a href="([^"]*)"', html):
        assert re.match(r"/lesson/\w+|#\w|https?:", target), target


def test_the_name_of_what_the_lab_does_not_show_is_kept() -> None:
    """A link to the theory in the repository is not lost: its text stays."""
    races = next(lesson for lesson in LESSONS if lesson.id == "01_race_conditions")
    with using("es"):
        html = theory_html(ROOT, races)
    assert "README_ADVANCED" in html
