"""The step view in a real browser: the lost update, the deadlock's cycle, keys, languages, narrow, dark, the file."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hilos.explore.program_file import programs_in
from hilos.lab import exporting, stepping
from support.lab import page_in, serious

pytestmark = pytest.mark.real("chromium")
Visit = Callable[..., Any]

SAYS = {
    "es": [
        "«add_in_one_line-1» lee counter.value: vale 0.",
        "«add_in_one_line-2» lee counter.value: vale 0.",
        "«add_in_one_line-2» escribe 1 en counter.value, que valía 0.",
        "lo que escribió «add_in_one_line-2» se pierde.",
    ],
    "en": [
        "“add_in_one_line-1” reads counter.value: it is 0.",
        "“add_in_one_line-2” reads counter.value: it is 0.",
        "“add_in_one_line-2” writes 1 to counter.value, which was 0.",
        "what “add_in_one_line-2” wrote is lost.",
    ],
}


def said(page: Any) -> str:
    return str(page.inner_text("lab-stepper .say"))


def opened(visit: Visit, trace: str, **options: Any) -> Any:
    page = visit(f"/step/{trace}", **options)
    page.wait_for_selector("lab-stepper .say")
    return page


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_lost_update_is_stepped_through(visit: Visit, lang: str) -> None:
    """Forward with the key: each step's sentence, the variable's change, what was read and is out of date."""
    page = opened(visit, "01_race_conditions", lang=lang)
    for number, sentence in enumerate(SAYS[lang]):
        assert sentence in said(page)
        assert page.url.endswith(f"#step={number + 1}")
        if number == 2:
            assert page.locator(".variables .set del").inner_text() == "0"
            assert page.locator(".variables .set ins").inner_text() == "1"
            assert "counter.value: 0" in page.locator(".reads .stale").inner_text()
        page.keyboard.press("ArrowRight")
    assert page.locator(".say.bad").count() == 1
    page.keyboard.press("Home")
    assert SAYS[lang][0] in said(page)


def test_each_thread_shows_its_line(visit: Visit) -> None:
    """The line that was run is marked for whoever sees and for whoever listens; the other thread stands at its own."""
    page = opened(visit, "01_race_conditions")
    first, second = page.locator(".pane").nth(0), page.locator(".pane").nth(1)
    assert "counter.value += 1" in first.locator('.line[aria-current="true"]').inner_text()
    assert "Acaba de ejecutar" in first.locator(".doing").inner_text()
    assert "Aún no ha empezado" in second.locator(".doing").inner_text()
    page.keyboard.press("ArrowRight")
    assert "Acaba de ejecutar" in second.locator(".doing").inner_text()
    assert first.locator(".line.stands").count() == 1


def test_the_language_changes_without_a_reload_and_keeps_the_step(visit: Visit) -> None:
    """The same step in the other language; the page's own memory survives."""
    page = opened(visit, "01_race_conditions")
    page.keyboard.press("ArrowRight")
    page.evaluate("window.same = true")
    page.click('.languages [lang="en"]')
    page.wait_for_selector("text=Read counter.value: 0.")
    assert SAYS["en"][1] in said(page)
    assert page.evaluate("window.same && document.documentElement.lang") == "en"


def test_the_deadlocks_cycle_is_drawn(visit: Visit) -> None:
    """Red and thicker, and said in words; both threads are shown waiting, for the lock that the other has."""
    page = opened(visit, "03_deadlocks#step=4")
    assert "el círculo se cierra y ninguno puede seguir" in said(page)
    assert page.locator("lab-waitgraph path.bad.waits").count() == 2
    assert page.locator("lab-waitgraph path.bad.holds").count() == 2
    assert "Es un ciclo" in page.locator("lab-waitgraph .graph-said").inner_text()
    width = "getComputedStyle(document.querySelector('lab-waitgraph path.{}')).strokeWidth"
    bad = float(page.evaluate(width.format("bad.waits")).removesuffix("px"))
    page.keyboard.press("ArrowLeft")
    assert page.locator("lab-waitgraph path.bad").count() == 0
    assert bad > float(page.evaluate(width.format("waits")).removesuffix("px"))
    page.keyboard.press("ArrowRight")
    assert [text.split("\n")[0] for text in page.locator(".pane .doing.waits").all_inner_texts()] == [
        "Espera el lock «pair.b.lock»",
        "Espera el lock «pair.a.lock»",
    ]


def test_the_graph_keeps_its_places_while_the_cycle_forms(visit: Visit) -> None:
    """Nothing jumps from one step to the next."""
    page = opened(visit, "03_deadlocks")
    places = "[...document.querySelectorAll('lab-waitgraph g')].map(g => g.getAttribute('transform'))"
    before = page.evaluate(places)
    page.keyboard.press("End")
    assert page.evaluate(places) == before


def test_the_one_that_goes_well_beside_the_one_that_fails(visit: Visit) -> None:
    """Where they part is said; the other one can be stepped through, and its address names it."""
    page = opened(visit, "03_deadlocks")
    assert "El paso 1 es igual en las dos. En el 2, aquí sigue «back»" in page.inner_text(".difference")
    page.click(".difference button")
    assert page.url.endswith("#step=2")
    page.click("text=Una que sale bien")
    page.keyboard.press("End")
    assert "Todos los hilos terminan" in said(page)
    assert page.url.endswith("&run=passing")
    page.reload()
    page.wait_for_selector("lab-stepper .say.good")


def test_buttons_slider_and_lanes_do_the_same(visit: Visit) -> None:
    """One step each; the ends are no trap for the focus."""
    page = opened(visit, "01_race_conditions")
    page.click("button[aria-label='Al último paso']")
    assert page.inner_text(".count") == "Paso 5 de 5"
    page.focus("button[aria-label='Un paso adelante']")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Un paso adelante"
    page.click("button[aria-label='Un paso atrás']")
    assert page.inner_text(".count") == "Paso 4 de 5"
    page.focus(".controls input")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text(".count") == "Paso 3 de 5"
    box = page.locator(".board").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + 5)
    assert page.inner_text(".count") == "Paso 2 de 5"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1280])
def test_narrow_or_dark_it_can_be_read(visit: Visit, width: int, dark: bool) -> None:
    """Nothing sticks out to the side, and axe finds nothing serious."""
    page = opened(visit, "03_deadlocks#step=4", width=width, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert serious(page) == []
    panes = [pane.bounding_box() for pane in page.locator(".pane").all()]
    assert (panes[0]["x"] == panes[1]["x"]) == (width == 360), "panes stand one below the other only where it is narrow"


def test_an_unknown_interleaving_says_so(visit: Visit, browser: Any, lab: Any) -> None:
    """A sentence and a way on, no empty page."""
    page = page_in(browser, lab)
    page.goto(lab.base + "/step/0123456789abcdef")
    page.wait_for_selector(".empty")
    assert re.search("interleaving|intercalación", page.inner_text(".empty"))
    page.context.close()


PROGRAM = """
import threading

class State:
    def __init__(self):
        self.first, self.second = threading.Lock(), threading.Lock()

def one(state):
    with state.first:
        with state.second:
            pass

def other(state):
    with state.second:
        with state.first:
            pass

WORKERS = [one, other]
"""


def test_an_exported_file_is_stepped_through_from_the_disk(browser: Any, tmp_path: Path) -> None:
    """By keyboard, in both languages, with no network at all; nothing is asked of anybody."""
    program = tmp_path / "two_locks.py"
    program.write_text(PROGRAM, encoding="utf-8")
    report = programs_in(program)[0].explore(compare=True)
    file = tmp_path / "two_locks.html"
    exporting.write(file, [stepping.of_finding(report)])
    context = browser.new_context(offline=True, locale="es", viewport={"width": 360, "height": 740})
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda told: problems.append(told.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda asked: None if asked.url == file.as_uri() else problems.append(asked.url))
    page.goto(file.as_uri())
    page.wait_for_selector("lab-stepper .say")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert "«other» pide el lock «state.first», que tiene «one»: el círculo se cierra" in said(page)
    assert page.locator("lab-waitgraph path.bad").count() == 4
    page.click('.languages [lang="en"]')
    assert "“other” asks for the lock “state.first”" in said(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious(page) == []
    assert problems == []
    context.close()


def test_the_page_keeps_the_interleaving_as_a_file(visit: Visit, tmp_path: Path) -> None:
    """The button downloads what `--html` writes."""
    page = opened(visit, "03_deadlocks")
    with page.expect_download() as download:
        page.click("text=Guardar como archivo HTML")
    assert download.value.suggested_filename == "naive.html"
    download.value.save_as(tmp_path / "naive.html")
    assert 'id="lab-traces"' in (tmp_path / "naive.html").read_text(encoding="utf-8")
