"""Hooks of MkDocs: the site's pages that are not in docs/, and links as they are written for a reader of the files.

A guide is written to be read as a file too, on a disk or a forge: its links lead to files of the repository.  Here the
guides of the root and the exercises' topics become pages of their language, each link is turned to the page of its
target, and a linked file that is no guide (a lesson, a configuration) gets a page that shows it.
"""

import posixpath
import re
import shutil
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent.parent
LANGUAGES = ("es", "en")
STYLES = "hilos.css"
SEARCH = {"es": "Buscar", "en": "Search"}

_PAGES = {
    "README.md": "es/index.md",
    "README.en.md": "en/index.md",
    "QUICKSTART.md": "es/QUICKSTART.md",
    "INDEX.md": "es/INDEX.md",
    "README_DOCKER.md": "es/README_DOCKER.md",
    "DOCKER_SETUP.md": "es/DOCKER_SETUP.md",
    "advanced/README_ADVANCED.md": "es/README_ADVANCED.md",
    "docs/internals.md": "en/internals.md",
}
"""Guides outside docs/es and docs/en: repository path -> page."""

_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.M | re.S)
_LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^)\s]+)((?:\s+\"[^\"]*\")?)\)")
_KIND = {
    ".py": "python",
    ".yml": "yaml",
    ".yaml": "yaml",
    ".toml": "toml",
    ".sh": "bash",
    ".json": "json",
    ".html": "html",
}


def page_of(path: str) -> str | None:
    """The site's page for a file of the repository, or None where it is none of its pages."""
    if path in _PAGES:
        return _PAGES[path]
    if path.startswith("docs/pictures/") or (path.startswith("docs/") and path.endswith(".md")):
        return path.removeprefix("docs/")
    topic = re.fullmatch(r"exercises/(\w+)/README\.(es|en)\.md", path)
    return f"{topic[2]}/exercises/{topic[1]}.md" if topic else None


def outside_docs() -> dict[str, str]:
    """Every page that is not in docs/es and docs/en: page -> repository path."""
    found = {page: path for path, page in _PAGES.items() if (ROOT / path).exists()}
    for path in sorted(ROOT.glob("exercises/*/README.*.md")):
        name = path.relative_to(ROOT).as_posix()
        if page := page_of(name):
            found[page] = name
    return found


def url(page: str) -> str:
    """Where a page stands in the built site: Spanish at its root, English under `/en/`."""
    language, path = page.split("/", 1)
    place = path.removesuffix(".md").removesuffix("index")
    return posixpath.normpath(f"/{place}" if language == LANGUAGES[0] else f"/{language}/{place}")


def resolve(link: str, path: str) -> tuple[str, str]:
    """A link of the file `path`, as a path of the repository and an anchor with its `#`."""
    file, mark, anchor = link.partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), file)), mark + anchor


def shown(path: str) -> str:
    """The text of the page that shows a file, or what a folder holds, of the repository."""
    place = ROOT / path
    if place.is_dir():
        names = sorted(
            each.name + "/" * each.is_dir() for each in place.iterdir() if not each.name.startswith((".", "__"))
        )
        return f"# {path}/\n\n```text\n" + "\n".join(names) + "\n```\n"
    body = place.read_text(encoding="utf-8").rstrip()
    if place.suffix == ".md":
        return re.sub(r"\]\((?![a-z]+:|#)[^)\s]+\)", "](#)", body) + "\n"
    return f'# {path}\n\n````{_KIND.get(place.suffix, "text")} linenums="1"\n{body}\n````\n'


def source_page(path: str, language: str) -> str:
    """Where the page that shows a file of the repository stands."""
    return f"{language}/source/{path.replace('.md', '_md')}.md"


def turned(text: str, page: str, path: str, linked: set[str]) -> str:
    """The text of a page, with each link to a file of the repository turned into one to its page.

    Arguments:
        text: of the page.
        page: where it stands in the site.
        path: the file of the repository that it comes from.
        linked: is given the files that links lead to and that are none of the site's pages.
    """
    language = page.split("/")[0]

    def turn(match: re.Match[str]) -> str:
        label, link, title = match.groups()
        if re.match(r"[a-z]+:|#", link):
            return match[0]
        target, anchor = resolve(link, path)
        place = page_of(target)
        if place is None:
            if not (ROOT / target).exists():
                return match[0]  # a strict build then names it
            place = source_page(target, language)
            linked.add(target)
        if place.startswith("pictures/"):
            place = f"{language}/{place}"
        if place.split("/")[0] != language:  # each language is a site of its own to the i18n plugin
            return f"{label}({posixpath.relpath(url(place), url(page)) + '/'}{anchor}{title})"
        return f"{label}({posixpath.relpath(place, posixpath.dirname(page))}{anchor}{title})"

    parts, end = [], 0
    for fence in _FENCE.finditer(text):
        parts += [_LINK.sub(turn, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, _LINK.sub(turn, text[end:])])


def pages() -> dict[str, str]:
    """Every page of the site with its text, its links turned, and the pages of the files that they lead to."""
    sources = outside_docs()
    for language in LANGUAGES:
        for file in sorted((ROOT / "docs" / language).rglob("*.md")):
            sources[file.relative_to(ROOT / "docs").as_posix()] = file.relative_to(ROOT).as_posix()
    made = {}
    linked: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for page, path in sources.items():
        made[page] = turned((ROOT / path).read_text(encoding="utf-8"), page, path, linked[page.split("/")[0]])
    for language, paths in linked.items():
        made |= {source_page(path, language): shown(path) for path in sorted(paths)}
    return made


def stage(folder: Path) -> None:
    """Write every page, and the pictures, into a folder; what was there before goes."""
    shutil.rmtree(folder, ignore_errors=True)
    for page, text in pages().items():
        (folder / page).parent.mkdir(parents=True, exist_ok=True)
        (folder / page).write_text(text, encoding="utf-8")
    for language in LANGUAGES:  # to the i18n plugin a language is a site of its own
        shutil.copytree(
            ROOT / "docs" / "pictures", folder / language / "pictures", ignore=shutil.ignore_patterns("data")
        )
        shutil.copy2(Path(__file__).parent / STYLES, folder / language / STYLES)


@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Build from the staged pages: the i18n plugin takes files that are on the disk only."""
    folder = ROOT / ".hilos" / "site"
    stage(folder)
    config.docs_dir = str(folder)
    return config


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Give the theme's search dialog the name that a screen reader says."""
    name = SEARCH[page.file.src_uri.split("/")[0] if page.file.src_uri.startswith(LANGUAGES) else LANGUAGES[0]]
    return output.replace('class="md-search"', f'class="md-search" aria-label="{name}"', 1)
