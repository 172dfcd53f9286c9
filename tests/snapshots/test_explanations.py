"""The explanations as printed, word by word, in both languages.

After a change that is meant: HILOS_UPDATE_SNAPSHOTS=1 pytest tests/snapshots, and read the difference.
"""

import os
import re
from pathlib import Path

import pytest

from hilos import locale
from hilos.explore import Report
from hilos.explore.explain.patterns import Pattern
from hilos.explore.explain.render import render
from hilos.explore.explain.story import tell
from hilos.explore.program_file import programs_in

HERE = Path(__file__).parent
PROGRAMS = {
    "lost_update": Pattern.LOST_UPDATE,
    "check_then_act": Pattern.CHECK_THEN_ACT,
    "deadlock": Pattern.DEADLOCK,
    "self_deadlock": Pattern.SELF_DEADLOCK,
    "missed_notification": Pattern.MISSED_NOTIFICATION,
    "double_release": Pattern.DOUBLE_RELEASE,
    "use_before_init": Pattern.USE_BEFORE_INIT,
    "publication": Pattern.PUBLICATION,
    "no_progress": Pattern.NO_PROGRESS,
    "waits_for_ever": Pattern.STUCK,
    "many_threads": Pattern.LOST_UPDATE,
    "wrong_order": Pattern.ORDER,
}


def explored(name: str) -> Report:
    return programs_in(HERE / "programs" / f"{name}.py")[0].explore()


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_pattern_is_recognised(name: str) -> None:
    """Each program shows the mistake that it is named after."""
    finding = explored(name).finding
    assert finding is not None
    assert tell(finding).pattern is PROGRAMS[name]


@pytest.mark.parametrize("language", locale.LANGUAGES)
@pytest.mark.parametrize("name", [*PROGRAMS, "proved", "unfinished"])
def test_the_explanation_reads_as_it_should(name: str, language: str) -> None:
    """The text is the one that was read and approved, and fits 80 columns."""
    with locale.using(language):
        if name == "unfinished":
            report = programs_in(HERE / "programs" / "proved.py")[0].explore(strategy="pct", budget=20)
        else:
            report = explored(name)
        text = without_what_varies(render(report, replay=f"hilos replay {{token}} {name}.py"))
    assert max(map(len, text.splitlines())) <= 80
    expected = HERE / "explanations" / f"{name}.{language}.txt"
    if os.environ.get("HILOS_UPDATE_SNAPSHOTS"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == expected.read_text(encoding="utf-8")


def without_what_varies(text: str) -> str:
    """The Python version, the time and the counts of a search that may become better."""
    text = re.sub(r"CPython [\d.a-z+]+", "CPython X.Y.Z", text)
    text = re.sub(r"(Tiempo|Time)( +)[\d.e-]+ s", r"\1\2T s", text)
    text = re.sub(r"(Ejecuciones probadas|Executions tried): .*?(\. )", r"\1: N\2", text)
    return re.sub(r"explored_\w+", "module", text)
