"""The walk of a learner through the lab in a real browser: from the opened address to the update that was lost."""

import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from support.lab import Lab, shot, until

pytestmark = [pytest.mark.real("chromium"), pytest.mark.slow]
Visit = Callable[..., Any]

RACE, LOCKS, DEADLOCKS = "01_race_conditions", "02_locks_mutex", "03_deadlocks"
RUN, STOP = ".bench button[type=submit]", ".bench .danger"
MOVED = "lab-panel:not([empty]) :is(.legend b, .value strong)"
PAINTED = "document.querySelector('lab-timeline').painted"


def patience() -> float:
    """Two seconds; as much longer as there is more to do on this machine than it has processors."""
    return 2.0 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def run(page: Any) -> float:
    """Press Run; the seconds until a panel shows a value."""
    start = time.monotonic()
    page.click(RUN)
    page.wait_for_selector(".bench[data-status=running]")
    page.wait_for_selector(MOVED)
    return time.monotonic() - start


def stop(page: Any) -> None:
    """Press Stop, and see it."""
    page.click(STOP)
    page.wait_for_selector(".bench[data-status=stopped]")


def moves(page: Any) -> None:
    """The lanes are drawn on, and the figures of the panels that are in sight change, while the run goes on."""
    before = page.evaluate(PAINTED)
    until(page, f"{PAINTED} > {before}")
    # What is out of sight is not drawn.  The panels may be made anew meanwhile, as more of them have something to show.
    page.evaluate("document.querySelector('lab-panel').scrollIntoView({ block: 'center' })")
    told = page.locator("lab-panel .legend").all_inner_texts()
    until(
        page,
        "told => [...document.querySelectorAll('lab-panel .legend')].some((each, i) => each.innerText !== told[i])",
        told,
    )


TEXTS = {
    "es": ("Empezar", "Condiciones de carrera", "hilo 1", "Experimentos con carrera", "Es un ciclo", "se pierde."),
    "en": ("Begin", "Race conditions", "thread 1", "Experiments with a race", "It is a cycle", "is lost."),
}


@pytest.mark.parametrize("lang", ["es", "en"])
def test_from_the_address_to_the_lost_update(visit: Visit, lab: Lab, lang: str) -> None:
    """A learner runs the race, lock and deadlock lessons, sees panels and lanes move and the cycle drawn, changes the
    switch interval and sees what it does, and steps through the interleaving that lost an update."""
    begin, races, worker, figure, cycle, lost = TEXTS[lang]
    page = visit(f"/?lang={lang}", lang=lang, still=False)
    assert page.inner_text(".hero .primary").strip() == begin
    shot(page, f"{lang}-1-home")

    # The race, and what the switch interval does to it.
    page.click(f"text={races}")
    page.wait_for_selector(".theory h1, .theory h2")
    assert run(page) < patience()
    moves(page)
    until(page, "[...document.querySelectorAll('.key .lock-chip')].length > 0")
    page.click("lab-timeline .tools button >> nth=-1")
    page.wait_for_selector(f"lab-timeline .reading th:has-text('{worker}')")
    page.click("lab-timeline .tools button >> nth=-1")
    until(page, "Number(document.querySelector('lab-panel.stat .value strong')?.innerText) >= 3")
    shot(page, f"{lang}-2-race")
    stop(page)
    page.fill("#parameter-switch_interval", "5")
    assert run(page) < patience()
    page.wait_for_selector(f".difference dt:has-text('{figure}')")
    page.wait_for_timeout(2500)  # some dozens of experiments
    stop(page)
    before, after = page.locator(".difference div", has_text=figure).locator("span, strong").all_inner_texts()
    assert as_number(after) < as_number(before), "handing over less often shows fewer races"
    assert page.locator(".comparison tbody tr").count() >= 2
    shot(page, f"{lang}-3-interval")

    page.goto(f"{lab.base}/lesson/{LOCKS}")
    assert run(page) < patience()
    moves(page)
    shot(page, f"{lang}-4-locks")
    stop(page)

    page.goto(f"{lab.base}/lesson/{DEADLOCKS}")
    assert run(page) < patience()
    page.wait_for_selector(".bench[data-status=deadlock]")
    page.wait_for_selector(".finding lab-waitgraph .graph-said.bad")
    assert cycle in page.inner_text(".finding .graph-said")
    assert page.locator(".finding lab-waitgraph path.bad.waits").count() == 2
    assert page.locator(".finding lab-waitgraph path.bad.holds").count() == 2
    shot(page, f"{lang}-5-deadlock")

    # From the deadlock to its steps, and from there to the update that was lost.
    page.click(".finding a.button")
    page.wait_for_selector("lab-stepper .say")
    page.keyboard.press("End")
    page.wait_for_selector("lab-waitgraph path.bad")
    shot(page, f"{lang}-6-steps")
    page.go_back()
    page.wait_for_selector(".bench[data-status=deadlock]")
    # Who comes later is told what the others were told: who waits for whom.
    assert {"es": "espera", "en": "waits"}[lang] in page.inner_text(".bench .state")
    stop(page)
    page.goto(f"{lab.base}/step/{RACE}")
    page.wait_for_selector("lab-stepper .say")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    assert page.inner_text("lab-stepper .say").rstrip().endswith(lost)
    shot(page, f"{lang}-7-lost-update")


def as_number(text: str) -> float:
    """Of a figure as either language writes it; none of these has thousands."""
    return float(text.removesuffix("%").strip().replace(",", "."))
