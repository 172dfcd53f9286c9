"""One run, several views: what is chosen or pointed at in one is marked in the others."""

from collections.abc import Callable
from typing import Any

import pytest

from support.lab import serious, shot, until
from support.labclient import PLAIN

pytestmark = [pytest.mark.real("chromium"), pytest.mark.slow]
Visit = Callable[..., Any]

TWO_LOCKS = """
    import sys, threading, time
    from hilos import lesson, observe

    def teach(tell, options):
        def work(lock):
            end = time.monotonic() + 60
            while time.monotonic() < end:
                with lock:
                    time.sleep(0.05)
                time.sleep(0.02)

        for name in ("left", "right"):
            lock = observe.lock(threading.Lock(), name=name)
            for n in range(2):
                threading.Thread(target=work, args=(lock,), name=f"{name}-{n}", daemon=True).start()
        time.sleep(60)

    sys.exit(lesson.run(teach))
"""
PIXELS = """() => {
  const canvas = document.querySelector("lab-timeline canvas");
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let dark = 0;
  for (let i = 0; i < data.length; i += 4) dark += data[i] + data[i + 1] + data[i + 2] < 450 && data[i + 3] > 200;
  return dark;
}"""


def test_a_lock_that_is_chosen_is_marked_in_all_views(visit: Visit, write: Callable[[str], None]) -> None:
    """From the keyboard too; on the other pages of the run as well; until it is chosen again."""
    page = visit(f"/lesson/{PLAIN}")
    write(TWO_LOCKS)
    page.click(".bench button[type=submit]")
    page.wait_for_selector(".key .lock-chip:has-text('right')")
    page.click(".bench a[href^='/timeline/']")
    chip = page.locator("main:has(.page-head a[href^='/live/']) .key .lock-chip", has_text="right")
    chip.wait_for()
    page.wait_for_timeout(1500)  # something to draw
    page.click("lab-timeline .tools button >> nth=0")  # it stands still now
    before = page.evaluate(PIXELS)
    chip.focus()
    page.keyboard.press("Enter")
    assert chip.get_attribute("aria-pressed") == "true"
    page.mouse.move(5, 5)
    until(page, f"({PIXELS})() < 0.9 * {before}")
    assert serious(page) == []
    shot(page, "linked-timeline")

    page.click(".page-head a[href^='/live/']")
    lit = "lab-panel .legend .lit"
    page.wait_for_selector(f"{lit}:has-text('right')")
    assert all("right" in told for told in page.locator(lit).all_inner_texts())
    shot(page, "linked-live")
    page.hover("lab-panel .legend [data-lock=left] >> nth=0")
    page.wait_for_selector(f"{lit}:has-text('left')")
    assert not any("right" in told for told in page.locator(lit).all_inner_texts())

    page.click(".page-head a[href^='/timeline/']")
    chip.wait_for()
    assert chip.get_attribute("aria-pressed") == "true"
    chip.click()
    assert chip.get_attribute("aria-pressed") == "false"
    page.click(".page-head .danger")
    page.wait_for_selector(".page-head :text('La has parado')")
