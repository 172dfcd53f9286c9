"""A lab whose server is killed while a page watches a run: the page says so, and recovers by itself."""

import signal
from pathlib import Path
from typing import Any

from support import lab as support
from support.lab import until


def test_the_page_says_that_the_server_is_gone_and_goes_on_with_the_next(browser: Any, tmp_path: Path) -> None:
    """SIGKILL while the deadlock lesson runs; another server at the same address: no reload, and the run is over."""
    with support.running(tmp_path) as first:
        page = support.page_in(browser, first, locale="es")
        page.goto(first.base + "/lesson/03_deadlocks?lang=es")
        page.click(".bench button[type=submit]")
        page.wait_for_selector(".bench[data-status=deadlock]")
        page.evaluate("window.sameDocument = true")
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        page.wait_for_selector("text=El laboratorio no responde")
        with support.again(first):
            page.wait_for_selector("text=El laboratorio no responde", state="hidden")
            page.wait_for_selector(".bench[data-status=killed]")
            until(page, "!document.querySelector('.bench button[type=submit]').disabled")
            page.click(".bench button[type=submit]")
            page.wait_for_selector(".bench[data-status=deadlock]")
            page.click(".bench .danger")
            page.wait_for_selector(".bench[data-status=stopped]")
            assert page.evaluate("window.sameDocument"), "the page was loaded anew"
        page.context.close()
