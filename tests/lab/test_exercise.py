"""Exercise, own program and scheduler in a real browser: from red to green, stopped, hinted, played."""

import contextlib
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from hilos.course.progress import parse
from support.lab import Lab, serious

pytestmark = pytest.mark.real("chromium")
Visit = Callable[..., Any]

FIELD = "lab-editor textarea"


def check(page: Any) -> None:
    """Press the button and wait for the verdict."""
    page.click("button.check")
    page.wait_for_selector(".verdict-card .outcome")
    page.wait_for_selector("button.primary.check")


def children(lab: Lab) -> list[psutil.Process]:
    """Processes of the lab that run a learner's program."""
    found = []
    for each in psutil.Process(lab.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if {"hilos.lab.exploring", "hilos.course.child"} & set(each.cmdline()):
                found.append(each)
    return found


def test_from_red_to_green(visit: Visit, lab: Lab) -> None:
    """The unsolved exercise is red with the interleaving to step through; repaired in the page it passes, and the file
    and the progress are those of `hilos learn`."""
    page = visit("/exercise/lying_counter")
    check(page)
    assert page.locator(".lamps .red strong").inner_text() == "seguridad"
    assert page.locator(".lamps .red .word").inner_text() == "rojo"
    page.wait_for_selector(".stepping lab-stepper .say")
    assert "lee counter.value" in page.inner_text(".stepping .say")
    assert serious(page) == []
    text = page.input_value(FIELD)
    repaired = text.replace("        self.value += 1", "        with self.lock:\n            self.value += 1")
    page.fill(FIELD, repaired.replace("self.value = 0", "self.value = 0\n        self.lock = threading.Lock()"))
    check(page)
    page.wait_for_selector(".verdict-card.passed")
    assert page.locator(".lamps .green").count() == page.locator(".lamps li").count() >= 3
    assert page.locator(".stepping lab-stepper").count() == 0
    assert page.locator("text=La solución comentada").count() == 1
    assert "self.lock = threading.Lock()" in (lab.root / "exercises/02_races/lying_counter.py").read_text(
        encoding="utf-8"
    )
    entry = parse((lab.root.parent / "data" / "progress.json").read_text(encoding="utf-8")).exercises["lying_counter"]
    assert entry.passed is not None
    assert entry.tries == 2


def test_another_language_tells_the_verdict_anew_and_counts_no_try(visit: Visit, lab: Lab) -> None:
    """Lamps, sentences and the interleaving follow; what was typed stays."""
    page = visit("/exercise/cash_machine")
    page.fill(FIELD, page.input_value(FIELD) + "\n# mine\n")
    check(page)
    page.click('.languages [lang="en"]')
    page.wait_for_selector("text=Not yet")
    page.wait_for_selector("text=red")
    assert "# mine" in page.input_value(FIELD)
    page.wait_for_selector("button.primary.check")
    entry = parse((lab.root.parent / "data" / "progress.json").read_text(encoding="utf-8")).exercises["cash_machine"]
    assert entry.tries == 1


def test_an_endless_loop_is_stopped_by_the_button(visit: Visit, lab: Lab) -> None:
    """At once, all of its processes; the page and the lab go on."""
    page = visit("/exercise/one_step")
    page.fill(FIELD, "while True:\n    pass\n")
    page.click("button.check")
    page.wait_for_selector("button.danger.check")
    end = time.monotonic() + 15
    while not children(lab):
        assert time.monotonic() < end
        page.wait_for_timeout(50)
    page.click("button.danger.check")
    page.wait_for_selector("text=Parado: no se ha comprobado nada.")
    while children(lab):
        assert time.monotonic() < end
        page.wait_for_timeout(50)
    page.click("text=Empezar de nuevo")
    check(page)
    assert page.locator(".lamps .red").count() == 1


def test_leaving_the_page_ends_the_check(visit: Visit, lab: Lab) -> None:
    """Nobody waits for the answer any more."""
    page = visit("/program")
    page.fill(FIELD, "while True:\n    pass\n")
    page.click("button.check")
    end = time.monotonic() + 15
    while not children(lab):
        assert time.monotonic() < end
        page.wait_for_timeout(50)
    page.context.close()
    while children(lab):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_hints_come_one_by_one_and_are_remembered(visit: Visit) -> None:
    """As many as were asked for, after a reload too."""
    page = visit("/exercise/half_a_lock")
    page.click("button:text-is('Pista')")
    page.wait_for_selector(".hints li >> nth=0")
    page.click("button:text-is('Pista')")
    page.wait_for_selector(".hints li >> nth=1")
    page.reload()
    page.wait_for_selector(".hints li >> nth=1")
    assert page.locator(".hints li").count() == 2


def test_what_changed_outside_is_not_overwritten(visit: Visit, lab: Lab) -> None:
    """The learner chooses between the file and what stands in the page."""
    page = visit("/exercise/lazy_twice")
    file = lab.root / "exercises/02_races/lazy_twice.py"
    theirs = file.read_text(encoding="utf-8") + "\n# from another editor\n"
    page.fill(FIELD, page.input_value(FIELD) + "\n# from the page\n")
    file.write_text(theirs, encoding="utf-8")
    with page.expect_response(lambda reply: reply.status == 409):
        page.click("button.check")
    page.click("text=Con lo que hay en el archivo")
    assert page.input_value(FIELD) == theirs
    assert file.read_text(encoding="utf-8") == theirs


def test_the_editor_indents_and_undoes(visit: Visit) -> None:
    """Tab, Enter, Backspace and Shift+Tab as an editor has them; undo takes each back; Esc and Tab leave."""
    page = visit("/program")
    page.fill(FIELD, "")
    page.focus(FIELD)
    page.keyboard.type("def f():\nreturn 1")
    assert page.input_value(FIELD) == "def f():\n    return 1"
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    page.keyboard.type("x")
    assert page.input_value(FIELD) == "def f():\n    return 1\nx"
    page.keyboard.press("Control+a")
    page.keyboard.press("Tab")
    assert page.input_value(FIELD) == "    def f():\n        return 1\n    x"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert page.input_value(FIELD) == "def f():\n    return 1\nx"
    assert page.locator(".gutter span").count() == 3
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"


def test_what_is_seen_lies_under_what_is_typed(visit: Visit) -> None:
    """The coloured text and the field have the same size, also for lines longer than the page."""
    page = visit("/program", width=360)
    page.fill(FIELD, "x = 1  # " + "long " * 40 + "\n" * 30)
    sizes = page.evaluate(
        "['pre', 'textarea'].map(tag => document.querySelector(`lab-editor ${tag}`))"
        ".map(e => [e.clientWidth, e.clientHeight, e.scrollWidth])"
    )
    assert sizes[0][0] == sizes[1][0] >= sizes[1][2]
    assert abs(sizes[0][1] - sizes[1][1]) <= 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_learners_own_program_is_explored(visit: Visit) -> None:
    """The example fails and can be stepped through; repaired it is proved; the whole explanation is there."""
    page = visit("/program", lang="en")
    check_explore(page)
    assert "fails in some order" in page.inner_text(".results .outcome")
    assert "“add-1” reads state.total" in page.inner_text(".results .say")
    assert serious(page) == []
    source = page.input_value(FIELD)
    page.fill(
        FIELD,
        source.replace(
            "    total = state.total\n    with state.lock:\n", "    with state.lock:\n        total = state.total\n"
        ),
    )
    check_explore(page)
    assert "proved" in page.inner_text(".results .outcome")
    page.fill(FIELD, "x = 1\n")
    with page.expect_response(lambda reply: reply.status == 400):
        page.click("button.check")
    page.wait_for_selector(".checking:has-text('WORKERS')")


def check_explore(page: Any) -> None:
    with page.expect_response(lambda reply: reply.url.split("?")[0].endswith("/api/explore")):
        page.click("button.check")
    page.wait_for_selector("button.primary.check")
    page.wait_for_selector(".results .outcome")


def test_the_learner_is_the_scheduler(visit: Visit) -> None:
    """Turns by click and by key, undo, an order that does it, one that cannot be; the grader has the last word."""
    page = visit("/scheduler/be_the_scheduler")
    page.wait_for_selector(".turn")
    for _turn in range(4):
        page.click('.turn[aria-disabled="false"] >> nth=0')
    assert "Acaba en total = 2" in page.inner_text(".say")
    for _step in range(3):
        page.keyboard.press("Backspace")
    for letter in "bba":
        page.keyboard.press(letter)
    assert "¡Conseguido! Tu orden, abba" in page.inner_text(".say")
    assert serious(page) == []
    page.click("text=Pregunta 2")
    for letter in "abbaba" + "ab":
        page.keyboard.press(letter)
    if "Conseguido" not in page.inner_text(".say"):
        page.click("text=Empezar este orden")
        for letter in "abbbaaab":
            page.keyboard.press(letter)
    for number in (3, 4):
        page.click(f"text=Pregunta {number}")
        page.click("text=Ningún orden lo consigue")
    page.click("button.check")
    page.wait_for_selector(".verdict-card .outcome")
    lamps = page.inner_text(".lamps")
    assert "THREE: imposible, y demostrado" in lamps
    assert "FOUR: imposible, y demostrado" in lamps


def test_a_thread_that_waits_cannot_be_given_the_turn(visit: Visit) -> None:
    """And says why; both waiting for each other is what was asked for."""
    page = visit("/scheduler/deadly_embrace", width=360, lang="en")
    page.wait_for_selector(".turn")
    page.keyboard.press("a")
    page.keyboard.press("a")
    assert "waits" in page.inner_text('.turn[data-turn="1"]')
    assert page.get_attribute('.turn[data-turn="1"]', "aria-disabled") == "true"
    page.keyboard.press("Backspace")
    page.keyboard.press("b")
    assert "Done! Your order, ab" in page.inner_text(".say")
    assert page.locator("lab-waitgraph path.bad").count() == 4
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious(page) == []
