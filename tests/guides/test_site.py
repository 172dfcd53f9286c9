"""The site: it builds without a warning, and nothing in a page leads nowhere or to another host's program."""

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from support import require
from support.lab import serious
from support.lessons import ROOT, environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Links(HTMLParser):
    """What a page leads to or loads, and its anchors."""

    def __init__(self) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        for name in ("id", "name"):
            if found.get(name):
                self.anchors.add(str(found[name]))
        if tag == "a" and found.get("href"):
            self.leads.append(str(found["href"]))
        elif tag in ("script", "img", "iframe") and found.get("src"):
            self.loads.append(str(found["src"]))
        elif tag == "link" and found.get("href") and found.get("rel") != "canonical":
            self.loads.append(str(found["href"]))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    require.package("mkdocs")
    place = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(place)],
        cwd=ROOT, env=environment(NO_MKDOCS_2_WARNING="1"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return place


def read(page: Path) -> Links:
    links = Links()
    links.feed(page.read_text(encoding="utf-8"))
    return links


def test_every_link_of_the_built_pages_leads_somewhere(site: Path) -> None:
    """To a file of the site, and to an anchor of it where one is named."""
    pages = {page.resolve(): read(page) for page in site.rglob("*.html") if page.is_file() and page.name != "404.html"}
    assert len(pages) > 60
    lost = []
    for page, links in pages.items():
        for link in (*links.leads, *links.loads):
            if re.match(r"[a-z]+:|//", link):
                continue
            path, _, anchor = unquote(link).partition("#")
            base = site if path.startswith("/") else page.parent
            target = (base / path.lstrip("/")).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (anchor and target in pages and anchor not in pages[target].anchors):
                lost.append(f"{page.relative_to(site)}: {link}")
    assert lost == []


def test_nothing_is_fetched_from_another_host(site: Path) -> None:
    """No script, style, font or picture of somebody else's."""
    # A folder may be called so, too: that of the page that shows an .html file.
    for page in filter(Path.is_file, site.rglob("*.html")):
        assert [link for link in read(page).loads if re.match(r"https?:|//", link)] == [], page


def test_both_languages_have_the_same_pages(site: Path) -> None:
    """But for the pages that show a file, which each language has for its own links."""
    english = {page.relative_to(site / "en").as_posix() for page in (site / "en").rglob("index.html")}
    spanish = {
        page.relative_to(site).as_posix()
        for page in site.rglob("index.html")
        if "en" not in page.relative_to(site).parts
    }
    assert {page for page in spanish ^ english if not page.startswith("source/")} == set()


@pytest.fixture(scope="module")
def reader(site: Path) -> Iterator[Any]:
    """Opens pages of the site in the system's Chromium: a function of a page's place, a width and a theme."""
    path = require.program("chromium", "chromium-browser", "google-chrome")
    require.package("playwright")
    from playwright.sync_api import sync_playwright

    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        pages = {}

        def read_page(place: str, width: int = 1280, dark: bool = False) -> Any:
            if (width, dark) not in pages:
                context = browser.new_context(
                    viewport={"width": width, "height": 800},
                    color_scheme="dark" if dark else "light",
                    reduced_motion="reduce",
                )
                pages[width, dark] = context.new_page()
            page = pages[width, dark]
            page.goto(f"http://127.0.0.1:{server.server_port}/{place}", wait_until="load")
            return page

        yield read_page
        browser.close()
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test's output is read by people."""


KINDS = (
    "", "lessons/locks/", "explorer/tutorial/", "exercises/", "lab/", "metrics/", "glossary/", "en/", "en/api/",
    "source/src/hilos/errors.py/", "source/prometheus/prometheus.yml/", "source/tests/programs/",
)  # fmt: skip
"""A page of each kind, the API's and the shown files' among them."""
FULL = os.environ.get("HILOS_FULL") == "1"
"""Whether axe reads every page (about ten minutes), not one of each kind."""
ONCE = """() => {
  const seen = new Set();
  for (const span of document.querySelectorAll(".highlight code span, .linenos span")) {
    const kind = `${span.className}/${span.parentElement.className}`;
    if (span.id || span.querySelector("a")) continue;
    if (seen.has(kind)) span.replaceWith(...span.childNodes); else seen.add(kind);
  }
}"""
"""Leaves one coloured word of each kind in a page: thousands look alike, and axe would read each."""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("place", KINDS)
def test_a_page_can_be_read_by_everyone(reader: Any, place: str, dark: bool) -> None:
    """axe finds nothing serious, in either theme."""
    page = reader(place, dark=dark)
    assert page.evaluate("document.body.dataset.mdColorScheme") == ("slate" if dark else "default")
    page.evaluate(ONCE)
    assert serious(page) == []


@pytest.mark.timeout(1200)
@pytest.mark.skipif(not FULL, reason="HILOS_FULL=1 has axe read every page, not one of each kind")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_can_be_read_by_everyone(site: Path, reader: Any, dark: bool) -> None:
    """The same of all pages of both languages."""
    wrong = {}
    for place in places(site):
        page = reader(f"{place}/", dark=dark)
        page.evaluate(ONCE)
        if found := serious(page):
            wrong[place] = found
    assert wrong == {}


def places(site: Path) -> list[str]:
    """Where every page of the site stands."""
    return sorted(page.parent.relative_to(site).as_posix() for page in site.rglob("index.html") if page.is_file())


def test_pages_fit_a_phone(site: Path, reader: Any) -> None:
    """At 360 px no page scrolls sideways as a whole; wide tables and code do so by themselves."""
    wide = []
    for place in places(site):
        if "source/" not in place or FULL:
            width = reader(f"{place}/", width=360).evaluate("document.documentElement.scrollWidth")
            if width > 360:
                wide.append(f"{place}: {width}")
    assert wide == []
