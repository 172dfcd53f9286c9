"""A lesson's theory and source as HTML, made on the server: no raw HTML, classes instead of styles."""

import base64
import html
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer, get_lexer_by_name
from pygments.util import ClassNotFound

from hilos.lab.lessons import LESSONS, Lesson
from hilos.locale import language

SCHEMES = ("http:", "https:", "mailto:")


def theory_html(root: Path, lesson: Lesson) -> str:
    """The lesson's walk-through in the language in force; empty where the course has none."""
    file = root / "docs" / language() / "lessons" / f"{lesson.theory}.md"
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        return ""
    return _rendered(text, file.parent)


def source(root: Path, lesson: Lesson) -> dict[str, Any]:
    """The lesson's file: its lines, and the same as HTML, one `<span class="line">` a line."""
    text = (root / lesson.file).read_text(encoding="utf-8")
    return {"file": lesson.file, "lines": text.splitlines(), "html": _coloured(text)}


@lru_cache(maxsize=64)
def _rendered(text: str, folder: Path) -> str:
    markdown = MarkdownIt("commonmark", {"html": False, "highlight": _code}).enable("table")
    tokens = markdown.parse(text)
    for token in tokens:
        nowhere = False
        for child in token.children or ():
            if child.type == "link_open":
                href = _link(str(child.attrs.get("href", "")))
                nowhere = child.hidden = href is None
                child.attrs["href"] = href or ""
                if href and href.startswith(("http:", "https:")):
                    child.attrs.update(target="_blank", rel="noreferrer noopener")
            elif child.type == "link_close":
                child.hidden = nowhere
            elif child.type == "image":
                path, _hash, theme = str(child.attrs.get("src", "")).partition("#")
                child.attrs["src"] = _picture(folder / path)
                child.attrs["class"] = theme if theme in ("only-light", "only-dark") else "picture"
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _picture(path: Path) -> str:
    """A picture of the guides within the page: nothing else is fetched for it, and the policy allows it."""
    if path.suffix != ".svg" or path.resolve().parent.name != "pictures":
        return ""
    try:
        data = path.read_bytes()
    except OSError:
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(data).decode()}"


def _link(target: str) -> str | None:
    """Where a link of a guide leads in the lab: a lesson's file to its page; None for what the lab does not show."""
    if target.startswith(("#", *SCHEMES)):
        return target
    path = target.partition("#")[0]
    for lesson in LESSONS:
        if path.endswith(lesson.file):
            return f"/lesson/{lesson.id}"
        if path.endswith(f"{lesson.theory}.md"):
            return f"/lesson/{lesson.id}?lang={'en' if '/en/' in path else 'es' if '/es/' in path else language()}"
    return None


def _code(text: str, name: str, _attributes: str) -> str:
    try:
        lexer = get_lexer_by_name(name or "text")
    except ClassNotFound:
        return html.escape(text)
    return str(highlight(text, lexer, HtmlFormatter(nowrap=True)))


@lru_cache(maxsize=16)
def _coloured(text: str) -> str:
    shown = str(highlight(text, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)))
    lines = shown.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return "\n".join(f'<span class="line">{line}</span>' for line in lines)
