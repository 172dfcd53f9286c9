"""The walk-throughs of advanced/: quoted functions exist, both languages say the same, links lead somewhere."""

import ast
import re

import pytest

from support.lessons import ROOT

LESSONS = {
    "race_conditions": "advanced/race_conditions/01_race_conditions.py",
    "locks": "advanced/locks/02_locks_mutex.py",
    "deadlocks": "advanced/deadlocks/03_deadlocks.py",
}


def page(language: str, name: str) -> str:
    return (ROOT / "docs" / language / "lessons" / f"{name}.md").read_text(encoding="utf-8")


def quoted(text: str) -> set[str]:
    return set(re.findall(r"`([\w.]+)\(\)`", text))


@pytest.mark.parametrize("name", LESSONS)
def test_every_function_quoted_exists(name: str) -> None:
    """Also methods, as Class.method."""
    tree = ast.parse((ROOT / LESSONS[name]).read_text(encoding="utf-8"))
    known = {"notify"}  # of the standard library
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            known.add(node.name)
        elif isinstance(node, ast.ClassDef):
            known |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    assert quoted(page("es", name)) <= known


@pytest.mark.parametrize("name", LESSONS)
def test_both_languages_quote_the_same(name: str) -> None:
    """Functions and queries."""
    assert quoted(page("es", name)) == quoted(page("en", name))
    queries = [re.findall(r"```promql\n(.*?)```", page(language, name), re.DOTALL) for language in ("es", "en")]
    assert queries[0] == queries[1]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", LESSONS)
def test_links_lead_somewhere(name: str, language: str) -> None:
    """Every relative link names a file."""
    folder = ROOT / "docs" / language / "lessons"
    for link in re.findall(r"\]\(([^)#]+)\)", page(language, name)):
        assert (folder / link).resolve().is_file(), link
