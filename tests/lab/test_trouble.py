"""Lessons that misbehave, as their page shows them: one sentence says what became of it, the lab lives, the next one
runs.
"""

import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.lab import Lab, shot, until
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


@pytest.fixture
def write(lab: Lab) -> Iterator[Callable[[str], None]]:
    """Puts a program in the place of a lesson, until the test is over."""
    file = lab.root / "basics" / f"{PLAIN}.py"
    before = file.read_text(encoding="utf-8")
    yield lambda program: file.write_text(textwrap.dedent(program), encoding="utf-8") and None
    file.write_text(before, encoding="utf-8")


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


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("what", ENDS)
def test_the_page_says_how_a_lesson_ended(visit: Visit, write: Callable[[str], None], what: str, lang: str) -> None:
    """An exception, a crash, a signal, processes without end, output and events without end: said in a sentence."""
    program, status, says = ENDS[what]
    page = visit(f"/lesson/{PLAIN}?lang={lang}", lang=lang)
    write(program)
    run(page, status)
    said = [page.inner_text(".bench .state"), *page.locator(".bench .notes li").all_inner_texts()]
    wanted = says if isinstance(says, str) else says[lang == "en"]
    assert any(wanted in sentence for sentence in said), said
    assert all("\n" not in sentence.strip() for sentence in said), said
    shot(page, f"{lang}-trouble-{what.replace(' ', '-')}")
    the_next_one_runs(page, write)


@pytest.mark.parametrize(("lang", "says"), [("es", "no queda ningún proceso suyo"), ("en", "none of its processes")])
def test_a_lesson_that_hangs_is_stopped_from_its_page(
    visit: Visit, write: Callable[[str], None], lang: str, says: str
) -> None:
    """It computes for ever and refuses SIGTERM: the page lives meanwhile, and Stop ends it."""
    page = visit(f"/lesson/{PLAIN}?lang={lang}", lang=lang)
    write(HANG)
    run(page, "running")
    until(page, "document.querySelector('lab-output').innerText.includes('hanging')")
    page.click(STOP)
    page.wait_for_selector(".bench[data-status=stopped]")
    assert says in page.inner_text(".bench .state")
    the_next_one_runs(page, write)
