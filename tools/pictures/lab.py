"""Takes docs/pictures/lab-NAME-LANGUAGE-THEME.png from a lab that runs the course's lessons, in Chromium.

    .venv/bin/python tools/pictures/lab.py

Real runs, nothing drawn: the deadlock lesson's page with its cycle, its timeline, and the steps of the update that is
lost, in both languages, light and dark.  256 colours a picture keep each below 150 kB.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT / "tests"))

from support import lab as support  # noqa: E402

DEADLOCK, RACE = "03_deadlocks", "01_race_conditions"


def take(page: Any, name: str, lang: str, theme: str) -> None:
    """Write what the page shows now, beside and renamed."""
    file = PICTURES / f"lab-{name}-{lang}-{theme}.png"
    with tempfile.TemporaryDirectory() as folder:
        taken = Path(folder) / "taken.png"
        page.screenshot(path=str(taken))
        small = Image.open(taken).convert("RGB").quantize(256, dither=Image.Dither.NONE)
        beside = file.with_suffix(".part")
        small.save(beside, "PNG", optimize=True)
    beside.replace(file)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB")


def pictures(browser: Any, lab: support.Lab, lang: str, theme: str) -> None:
    """The three pictures of a language and a theme, from one run of their own."""
    page = support.page_in(
        browser,
        lab,
        viewport={"width": 1200, "height": 750},
        color_scheme=theme,
        locale=lang,
        reduced_motion="reduce",
    )
    page.goto(f"{lab.base}/lesson/{DEADLOCK}?lang={lang}")
    page.click(".bench button[type=submit]")
    page.wait_for_selector(".bench[data-status=deadlock]")
    page.wait_for_selector(".finding lab-waitgraph path.bad")
    page.click("a[href^='/timeline/']:has-text('')")
    page.wait_for_selector("lab-timeline")
    page.wait_for_selector("lab-waitgraph path.bad")
    page.wait_for_timeout(4000)
    page.click("lab-timeline .tools button >> nth=0")  # frozen: a picture of one moment
    take(page, "timeline", lang, theme)
    page.go_back()
    page.wait_for_selector(".bench[data-status=deadlock]")
    page.locator(".finding").first.scroll_into_view_if_needed()
    take(page, "lesson", lang, theme)
    page.click(".bench .danger")
    page.wait_for_selector(".bench[data-status=stopped]")
    page.goto(f"{lab.base}/step/{RACE}")
    page.wait_for_selector("lab-stepper .say")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    take(page, "steps", lang, theme)
    page.context.close()


def main() -> None:
    """Take all pictures."""
    with tempfile.TemporaryDirectory() as folder, support.chromium() as browser, support.running(Path(folder)) as lab:
        for lang in ("es", "en"):
            for theme in ("light", "dark"):
                pictures(browser, lab, lang, theme)


if __name__ == "__main__":
    main()
