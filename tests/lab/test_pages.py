"""Every page for everybody: by axe, on a phone, from the keyboard, in both themes."""

from collections.abc import Callable
from typing import Any

import pytest

from support.lab import serious, until

Visit = Callable[..., Any]
PAGES = {
    "home": "/",
    "lesson": "/lesson/03_deadlocks",
    "live": "/live",
    "timeline": "/timeline",
    "exercises": "/exercise",
    "program": "/program",
    "jobs": "/jobs",
    "alerts": "/alerts",
}
PLACE_SHOWN = """() => {
  const [here, bar] = [document.querySelector("nav [aria-current]"), document.querySelector(".bar nav")];
  const [inner, outer] = [here.getBoundingClientRect(), bar.getBoundingClientRect()];
  return inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
}"""
NOTHING_SIDEWAYS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
def over(visit: Visit) -> str:
    """A run that met a deadlock and was stopped: something for the live page and the timeline to show."""
    page = visit("/lesson/03_deadlocks")
    if not page.locator(".bench[data-status=stopped]").count():
        page.click(".bench button[type=submit]")
        page.wait_for_selector(".bench[data-status=deadlock]")
        page.click(".bench .danger")
        page.wait_for_selector(".bench[data-status=stopped]")
    return str(page.get_attribute(".bench a[href^='/live/']", "href")).removeprefix("/live/")


@pytest.mark.timeout(180)  # axe on eight pages
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_and_a_phone_is_wide_enough(visit: Visit, over: str, dark: bool) -> None:
    """On each page, in either theme: 360 px scroll to no side, the bar shows which page it is, axe has nothing serious
    to say."""
    found = {}
    for name, path in PAGES.items():
        page = visit(f"{path}/{over}" if name in ("live", "timeline") else path, dark=dark, width=360, height=740)
        until(page, "document.querySelector('main h1') !== null")
        if not page.evaluate(NOTHING_SIDEWAYS):
            found[f"{name}: scrolls sideways"] = [page.evaluate("document.documentElement.scrollWidth")]
        if not page.evaluate(PLACE_SHOWN):
            found[f"{name}: its entry in the navigation is out of sight"] = []
        if wrong := serious(page):
            found[name] = wrong
        page.context.close()
    assert found == {}


@pytest.mark.parametrize("name", ["home", "live", "timeline", "jobs"])
def test_the_keyboard_reaches_the_page_and_shows_where_it_is(visit: Visit, name: str) -> None:
    """Tab goes on and never stays; what has the focus has an outline or a ring."""
    page = visit(PAGES[name])
    until(page, "document.querySelector('main h1') !== null")
    met = []
    for _press in range(12):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const e = document.activeElement, style = getComputedStyle(e);
              const ring = style.outlineStyle !== "none" || style.boxShadow !== "none";
              return [e.tagName + (e.getAttribute("href") ?? "") + e.textContent.trim().slice(0, 20), ring];
            }"""
        )
        met.append(at)
    reached = [what for what, _ring in met if not what.startswith("BODY")]
    assert len(set(reached)) >= 8, reached
    assert all(ring for what, ring in met if not what.startswith("BODY")), met
