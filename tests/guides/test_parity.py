"""Spanish and English are one text: the same headings, snippets, tables and pictures on each page; one glossary."""

import ast
import re
from pathlib import Path

import pytest

from support.lessons import ROOT
from support.snippets import GUIDES, Block, blocks, language_of

ELSEWHERE = {
    "README.md": "README.en.md",
    "QUICKSTART.md": "docs/en/QUICKSTART.md",
    "INDEX.md": "docs/en/INDEX.md",
    "README_DOCKER.md": "docs/en/README_DOCKER.md",
    "DOCKER_SETUP.md": "docs/en/DOCKER_SETUP.md",
    "advanced/README_ADVANCED.md": "docs/en/README_ADVANCED.md",
    "docs/es/internals.md": "docs/internals.md",
}
"""Twins that do not stand at the same place of docs/es and docs/en."""
ALONE = ("CHANGELOG.md", "CONTRIBUTING.md")
"""Pages for who works on the course, in English."""


def twin(page: Path) -> Path:
    """Where the English text of a Spanish page stands."""
    name = page.relative_to(ROOT).as_posix()
    return ROOT / ELSEWHERE.get(name, name.replace("docs/es/", "docs/en/").replace(".es.md", ".en.md"))


SPANISH = [page for page in GUIDES if language_of(page) == "es"]
pairs = pytest.mark.parametrize("page", SPANISH, ids=lambda page: str(page.relative_to(ROOT)))


_PLACE = re.compile(
    r"(?<==).+|[~\w./-]+(?<!run)\.(?:py|db|json|html|png|txt)$|^~/.*|^(?!hilos)[a-z]+/ana.*|^clase$|^class$"
)
"""What a language names in its own way: values of variables, the reader's own files and folders."""


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


def shape(block: Block) -> object:
    """What of a block may not differ between languages: not its words, comments, texts or the names of files."""
    if block.language == "python":
        return [type(node).__name__ for node in ast.walk(ast.parse(block.text))]
    if block.language == "bash":
        commands = (re.sub(r" --lang en\b", "", command) for command in block.commands)
        words = [command.split() for command in commands if not re.match(r"export HILOS_LANG=", command)]
        return [[word if (ROOT / word).exists() else _PLACE.sub("*", word) for word in each] for each in words]
    return len(block.text.splitlines()) if block.language in ("promql", "toml", "json") else None


def test_no_page_is_without_its_twin() -> None:
    """Every page is in both languages, but for those of who works on the course."""
    english = {twin(page) for page in SPANISH}
    assert english == {page for page in GUIDES if language_of(page) == "en" and page.name not in ALONE}


@pairs
def test_the_headings_are_the_same(page: Path) -> None:
    """Level by level, in order."""
    levels = [re.findall(r"^(#+) ", prose(each), re.M) for each in (page, twin(page))]
    assert levels[0] == levels[1]


@pairs
def test_the_snippets_are_the_same(page: Path) -> None:
    """The same kinds of blocks in order; the same commands with the same options; Python of the same shape."""
    ours, theirs = blocks(page), blocks(twin(page))
    assert [block.language for block in ours] == [block.language for block in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert shape(one) == shape(other), f"{one.name} and {other.name}"


@pairs
def test_the_tables_and_lists_are_the_same(page: Path) -> None:
    """As many rows of as many columns, and as many points."""

    def counted(text: str) -> tuple[list[int], int]:
        rows = [len(re.findall(r"(?<!\\)\|", row)) for row in re.findall(r"^\|.*\|$", text, re.M)]
        return rows, len(re.findall(r"^ *(?:[-*]|\d+\.) ", text, re.M))

    assert counted(prose(page)) == counted(prose(twin(page)))


@pairs
def test_the_pictures_are_the_same(page: Path) -> None:
    """In the same order, each for light and for dark, each with words for who does not see it."""
    found: list[list[tuple[str, str, str]]] = []
    for each in (page, twin(page)):
        pictures = re.findall(r"!\[([^\]]*)\]\((?:\.\./)*(?:docs/)?pictures/([\w.-]+)-(light|dark)\.(\w+)", prose(each))
        assert all(len(words) > 20 for words, *_ in pictures), each
        # A picture of the lab holds texts: each language has its own, under one name but for the language.
        found.append([(re.sub("-(es|en)$", "", name), theme, kind) for _words, name, theme, kind in pictures])
    assert found[0] == found[1]
    names = [(name, kind) for name, _theme, kind in found[0]]
    assert names[::2] == names[1::2]
    assert [theme for _name, theme, _kind in found[0]] == ["light", "dark"] * (len(names) // 2)


GLOSSARY = ROOT / "docs/es/glossary.md"
OTHER_WORDS = {
    r"la GIL\b": "el GIL",
    r"[Ff]icheros?\b": "archivo",
    r"[Ee]ntrelazados?\b": "intercalación",
    r"[Cc]andados?\b|[Cc]errojos?\b": "lock",
    r"[Hh]ebras?\b": "hilo",
    r"[Ll]ibrerías?\b": "biblioteca",
    r"[Cc]hequea\w*|[Tt]estea\w*": "comprobar, probar",
    r"\bpor defecto\b": "por omisión",
    r"\b[Uu]sted(es)?\b": "tú",
    r"\bremov(er|id)\w*": "quitar",
    r"\bbasad[oa]s? en\b": "según, a partir de",
}
"""Words that the course does not use, and those that it uses instead."""


@pairs
def test_one_thing_has_one_name(page: Path) -> None:
    """The words of the glossary, which alone may say what else they are called."""
    if page == GLOSSARY:
        return
    text = re.sub(r"`[^`]*`", "", prose(page))
    assert [(found[0], word) for pattern, word in OTHER_WORDS.items() for found in re.finditer(pattern, text)] == []


def test_the_glossaries_have_the_same_terms() -> None:
    """What a Spanish term is called in English is a term of the English glossary; both are in alphabetical order."""
    english = re.findall(r"^(.+)\n: ", twin(GLOSSARY).read_text(encoding="utf-8"), re.M)
    spanish = re.findall(r"^(.+)\n: +(.*)", GLOSSARY.read_text(encoding="utf-8"), re.M)
    terms = [term for term, meaning in spanish if not meaning.startswith("Véase")]
    assert len(terms) == len(english)
    for term in terms:
        if called := re.search(r"\(\*(.+)\*\)", term):
            assert any(called[1] in each for each in english), term
    plain = str.maketrans("áéíóúñ", "aeioun")
    for names in ([term for term, _meaning in spanish], english):
        keys = [re.sub(r" *\(.*\)|[^\w ]", "", name.lower().translate(plain)) for name in names]
        assert keys == sorted(keys)
