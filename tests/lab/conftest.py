"""One lab for all page tests, a Chromium for each file of them; each test has a browser context of its own."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support import lab as support
from support import require
from support.labclient import PLAIN


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[support.Lab]:
    """A lab on a copy of the course."""
    with support.running(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium, without a window.

    For a module and no longer: while Playwright is there, no other test can have an event loop of its own.
    """
    path = require.program(*support.BROWSERS)
    require.package("playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=support.FLAGS)
        yield found
        found.close()


@pytest.fixture
def visit(lab: support.Lab, browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens a page of the lab: `visit("/step/x", lang="en", width=360, dark=True, still=False)`; what it must not do
    is checked."""
    contexts: list[Any] = []
    watched = support.Watched(lab.base)

    def go(
        path: str, *, lang: str = "es", width: int = 1280, height: int = 900, dark: bool = False, still: bool = True
    ) -> Any:
        page = support.page_in(
            browser,
            lab,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
            locale=lang,
        )
        contexts.append(page.context)
        watched.watch(page)
        page.goto(lab.base + path)
        page.wait_for_selector("html[data-ready]")
        return page

    yield go
    for context in contexts:
        context.close()
    watched.check()


@pytest.fixture
def write(lab: support.Lab) -> Iterator[Callable[[str], None]]:
    """Puts a program in the place of a lesson, until the test is over."""
    file = lab.root / "basics" / f"{PLAIN}.py"
    before = file.read_text(encoding="utf-8")

    def put(program: str) -> None:
        file.write_text(textwrap.dedent(program), encoding="utf-8")

    yield put
    file.write_text(before, encoding="utf-8")
