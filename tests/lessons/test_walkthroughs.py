"""The lessons' walk-throughs: twins in both languages that quote the file by name, and only names that it has."""

import re

import pytest

from support import lessons

DOCS = lessons.ROOT / "docs"
WALKTHROUGHS = ("threading_basics", "multiprocessing_basics", "cpu_monitor")


def page(language: str, name: str) -> str:
    return (DOCS / language / "lessons" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", WALKTHROUGHS)
@pytest.mark.parametrize(("language", "word"), [("es", "Lee"), ("en", "Read")])
def test_every_name_that_is_quoted_is_in_the_lesson(name: str, language: str, word: str) -> None:
    """The names after «Read:» are functions or classes of the file named on top."""
    text = page(language, name)
    path = re.search(r"^\w+: \[`([^`]+\.py)`\]", text, re.MULTILINE)
    assert path is not None
    lesson = lessons.load(path[1])
    lines = re.findall(rf"^{word}: (.+)$", text, re.MULTILINE)
    assert lines
    for quoted in re.findall(r"`(\w+)`", " ".join(lines)):
        assert callable(getattr(lesson, quoted, None)), f"{path[1]} has no {quoted}"


@pytest.mark.parametrize("name", WALKTHROUGHS)
def test_the_twins_say_the_same_in_the_same_order(name: str) -> None:
    """As many headings, the same names quoted under each, the same commands but for their language."""
    shapes = {}
    for language, word in (("es", "Lee"), ("en", "Read")):
        text = page(language, name)
        headings = len(re.findall(r"^#+ ", text, re.MULTILINE))
        names = [re.findall(r"`(\w+)`", line) for line in re.findall(rf"^{word}: (.+)$", text, re.MULTILINE)]
        commands = [
            line.split("#")[0].replace("--lang en", "").split()
            for line in re.findall(r"^    python3.*$", text, re.MULTILINE)
        ]
        shapes[language] = (headings, names, commands)
    assert shapes["es"] == shapes["en"]


@pytest.mark.parametrize("name", WALKTHROUGHS)
@pytest.mark.parametrize("language", ["es", "en"])
def test_its_links_lead_somewhere(name: str, language: str) -> None:
    """Every relative link is a file that is there, and so is every .py that is named in a command."""
    folder = DOCS / language / "lessons"
    text = page(language, name)
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (folder / target).is_file(), target
    for script in re.findall(r"python3 (\S+\.py)", text):
        assert (lessons.ROOT / script).is_file(), script
