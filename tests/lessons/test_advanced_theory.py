"""advanced/README_ADVANCED.md and its English twin: its snippets run, its links lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPANISH = ROOT / "advanced" / "README_ADVANCED.md"
ENGLISH = ROOT / "docs" / "en" / "README_ADVANCED.md"


def snippets(page: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def rows(page: Path) -> list[list[str]]:
    """Cells of the glossary, which is the last table."""
    glossary = page.read_text(encoding="utf-8").split("## 8.")[1].split("\n## ")[0]
    lines = [line for line in glossary.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize(
    ("page", "index"),
    [(page, index) for page in (SPANISH, ENGLISH) for index in range(len(snippets(page)))],
    ids=lambda value: value.parent.name if isinstance(value, Path) else str(value),
)
def test_every_snippet_runs(page: Path, index: int) -> None:
    """Each is a whole program whose assertions hold."""
    code = snippets(page)[index]
    assert "assert" in code
    exec(compile(code, f"{page.name}[{index}]", "exec"), {"__name__": "snippet"})


def test_both_languages_have_the_same_snippets() -> None:
    """As many, and the same code but for texts and comments."""

    def bare(code: str) -> str:
        return re.sub(r"\s+", " ", re.sub(r"\"\"\".*?\"\"\"|#[^\n]*|\"[^\"\n]*\"", "", code, flags=re.DOTALL))

    assert [bare(code) for code in snippets(SPANISH)] == [bare(code) for code in snippets(ENGLISH)]


def test_both_glossaries_have_the_same_terms() -> None:
    """Spanish and English columns change places and nothing else."""
    spanish = {frozenset(row[:2]) for row in rows(SPANISH)}
    english = {frozenset(row[:2]) for row in rows(ENGLISH)}
    assert len(spanish) >= 25
    assert {frozenset(" ".join(pair).replace(",", "").split()) for pair in spanish} == {
        frozenset(" ".join(pair).replace(",", "").split()) for pair in english
    }


@pytest.mark.parametrize("page", [SPANISH, ENGLISH], ids=["es", "en"])
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file of the repository."""
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert links
    for link in links:
        assert (page.parent / link).resolve().is_file(), link
