"""The fenced blocks of the guides: where each stands, what it holds, and the commands of those that are for a shell."""

import re
from dataclasses import dataclass
from pathlib import Path

from support.lessons import ROOT

_FENCE = re.compile(
    r"^(?P<indent>[ \t]*)(?P<mark>```+)(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)(?P=mark)[ \t]*$", re.M | re.S
)

GUIDES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "advanced").glob("*.md")),
    *sorted((ROOT / "exercises").glob("*/README.*.md")),
]


@dataclass(frozen=True)
class Block:
    """A fenced block: the language of its first word, and the file that its `title="…"` names."""

    page: Path
    line: int
    language: str
    title: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def is_file(self) -> bool:
        """Whether it is a file that the reader saves; otherwise the title is the command that gave the output."""
        return bool(re.fullmatch(r"[\w-]+\.\w+", self.title))

    @property
    def commands(self) -> list[str]:
        """The commands of a block for a shell, without their comments; a line that ends in a backslash goes on."""
        whole = self.text.replace("\\\n", " ")
        return [line for line in (re.sub(r"(^|\s+)#\s.*", "", each).strip() for each in whole.splitlines()) if line]


def blocks(page: Path, *languages: str) -> list[Block]:
    """The fenced blocks of a page, in order; only those in `languages` where any is given."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        language, _space, rest = match["info"].strip().partition(" ")
        title = re.search(r'title="([^"]+)"', rest)
        body = re.sub(rf"^{match['indent']}", "", match["body"], flags=re.M)
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(page, line, language, title[1] if title else "", body))
    return [block for block in found if not languages or block.language in languages]


def language_of(page: Path) -> str:
    """The language that a guide is written in: Spanish, but for docs/en and README.en.md."""
    name = page.relative_to(ROOT).as_posix()
    return "en" if name.startswith(("docs/en/", "docs/internals")) or ".en." in name or name in _ENGLISH else "es"


_ENGLISH = ("CHANGELOG.md", "CONTRIBUTING.md")
