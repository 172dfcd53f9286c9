"""Lessons that misbehave, as their page shows them: one sentence says what became of it, the lab lives, the next one
runs.
"""

from collections.abc import Callable
from typing import Any

import pytest

from support.lab import shot, until
from support.labclient import PLAIN
from support.troubles import FLOOD, FORKS, HANG, PRINTS_MUCH

pytestmark = [pytest.mark.real("chromium"), pytest.mark.slow]
Visit = Callable[..., Any]

RUN, STOP = ".bench button[type=submit]", ".bench .danger"
WELL = "print('the next one')"

ENDS = {
    "raises": ("raise RuntimeError('the bridge fell')", "failed", "RuntimeError: the bridge fell"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "killed", ("Se ha estrellado (SIGSEGV)", "It crashed (SIGSEGV)")),
    "is killed": (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "killed",
        ("La ha matado una señal: SIGKILL.", "A signal killed it: SIGKILL."),
    ),
    "is no Python": ("def f(:", "failed", "SyntaxError"),
    "forks": (FORKS, "killed", ("más de 128 procesos", "more than 128 processes")),
    "prints 100 MB": (PRINTS_MUCH, "ok", ("Ha escrito 95 MB", "It wrote 95 MB")),
    "floods": (FLOOD, "ok", ("se dibujan agrupadas", "are drawn in groups")),
}
"""Program, status, and what the page says: the same in both languages, or in Spanish and in English."""


def run(page: Any, status: str) -> None:
    """Press Run; return when this run, and not the one before, is as it should be."""
    shown = "document.querySelector('.bench a[href^=\"/live/\"]')?.href ?? ''"
    before = page.evaluate(shown)
    page.click(RUN)
    until(page, f"before => ({shown}) !== before", before)
    page.wait_for_selector(f".bench[data-status={status}]")


def the_next_one_runs(page: Any, write: Callable[[str], None]) -> None:
    """On the same page, without loading it anew."""
    write(WELL)
    run(page, "ok")
    until(page, "document.querySelector('lab-output').innerText.includes('the next one')")


def sentences(page: Any) -> list[str]:
    """What the page says of the run."""
    return [page.inner_text(".bench .state"), *page.locator(".bench .notes li").all_inner_texts()]


def in_english(page: Any) -> None:
    """Have the page speak English."""
    page.click(".languages [lang=en]")
    page.wait_for_selector("html[lang=en] .bench")


@pytest.mark.parametrize("what", ENDS)
def test_the_page_says_how_a_lesson_ended(visit: Visit, write: Callable[[str], None], what: str) -> None:
    """An exception, a crash, a signal, processes without end, output and events without end: said in a sentence, in
    the language that the page speaks now."""
    program, status, says = ENDS[what]
    page = visit(f"/lesson/{PLAIN}")
    write(program)
    run(page, status)
    spanish, english = (says, says) if isinstance(says, str) else says
    said = sentences(page)
    assert any(spanish in sentence for sentence in said), said
    assert all("\n" not in sentence.strip() for sentence in said), said
    shot(page, f"es-trouble-{what.replace(' ', '-')}")
    in_english(page)
    said = sentences(page)
    assert any(english in sentence for sentence in said), said
    shot(page, f"en-trouble-{what.replace(' ', '-')}")
    the_next_one_runs(page, write)


def test_what_cannot_be_shown_is_said_while_it_happens(visit: Visit, write: Callable[[str], None]) -> None:
    """A flood of events is on its page, its live page and its timeline told as one, before it ends."""
    page = visit(f"/lesson/{PLAIN}")
    write(FLOOD.replace("+ 2.0", "+ 60"))
    run(page, "running")
    page.wait_for_selector(".bench[data-status=running] .notes li:has-text('se dibujan agrupadas')")
    for name, shows in (("live", "lab-panel"), ("timeline", "lab-timeline")):
        page.click(f"main a[href^='/{name}/']")
        page.wait_for_selector(f"main:has({shows}) .page-head .notes li:has-text('se dibujan agrupadas')")
        shot(page, f"flood-{name}")
    page.click(".page-head .danger")
    page.wait_for_selector(".page-head :text('La has parado')")


def test_a_lesson_that_hangs_is_stopped_from_its_page(visit: Visit, write: Callable[[str], None]) -> None:
    """It computes for ever and refuses SIGTERM: the page lives meanwhile, and Stop ends it."""
    page = visit(f"/lesson/{PLAIN}")
    write(HANG)
    run(page, "running")
    until(page, "document.querySelector('lab-output').innerText.includes('hanging')")
    page.click(STOP)
    page.wait_for_selector(".bench[data-status=stopped]")
    assert "no queda ningún proceso suyo" in sentences(page)[0]
    in_english(page)
    assert "none of its processes is left" in sentences(page)[0]
    the_next_one_runs(page, write)
