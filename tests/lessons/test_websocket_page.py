"""The page in a real Chromium, from the server and from file://."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import require
from support.network import free_port
from support.websocket_server import SCRIPT, Running, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.real("chromium")
DEADLINE = 20_000
"""Milliseconds."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    require.package("playwright")
    chromium = require.program("chromium", "chromium-browser", "google-chrome")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Watched:
    """A page, what it complained of, and where it went."""

    def __init__(self, browser: "Browser", **options: object) -> None:
        self.context = browser.new_context(locale="es-ES", **options)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(DEADLINE)
        self.complaints: list[str] = []
        self.went: set[str] = set()
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.went.add(request.url))
        self.page.on("websocket", lambda socket: self.went.add(socket.url))

    def is_clean(self, *here: str) -> None:
        """It complained of nothing and went nowhere else."""
        assert self.complaints == []
        assert self.went
        assert all(url.startswith((*here, "data:,")) for url in self.went), self.went
        self.context.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the lesson's folder, with no key in it yet."""
    folder = tmp_path_factory.mktemp("course") / "websockets"
    folder.mkdir()
    for name in (SCRIPT.name, "websocket_client.html"):
        shutil.copy(SCRIPT.with_name(name), folder)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    with running("--wrong-way", script=folder / SCRIPT.name) as server:
        yield server


def open_page(watched: Watched, url: str) -> "Page":
    watched.page.goto(url)
    watched.page.wait_for_selector('#state[data-state="open"]')
    return watched.page


def ask(page: "Page", kind: str, size: int, where: str = "processes") -> None:
    page.select_option("#kind", kind)
    page.fill("#size", str(size))
    page.select_option("#where", where)
    page.click("#send")


@pytest.mark.parametrize("source", ["server", "file"])
def test_a_job_from_request_to_result_and_another_cancelled(
    browser: "Browser", server: Running, folder: Path, source: str
) -> None:
    """Connect, send, see progress and result; cancel; from the server and from file://, with nothing typed."""
    watched = Watched(browser)
    file = (folder / "websocket_client.html").as_uri()
    page = open_page(watched, f"http://{server.address}/" if source == "server" else f"{file}?port={server.port}")
    ask(page, "collatz", 100_000)
    page.wait_for_selector('.jobs .said:has-text("%")')
    page.wait_for_selector('.jobs li[data-state="done"]')
    assert "77.031" in page.inner_text(".jobs li .said")
    assert page.get_attribute(".jobs .bar", "aria-valuenow") == "100"
    ask(page, "primes", 3_000_000)
    page.wait_for_selector('.jobs li[data-state="running"]')
    page.click(".jobs li:first-child button")
    page.wait_for_selector('.jobs li[data-state="cancelled"]')
    assert page.inner_text(".jobs li:first-child .said") == "cancelado"
    assert "ms" in page.inner_text("#now-reply")
    page.wait_for_selector('#chart path.reply[d*="L"]', state="attached")
    watched.is_clean(f"http://{server.address}/", f"ws://{server.address}/", folder.as_uri())


def test_the_keyboard_is_enough(browser: "Browser", server: Running) -> None:
    """Tab and Enter: reach the form, send a job, cancel it."""
    watched = Watched(browser)
    page = open_page(watched, f"http://{server.address}/")
    page.focus("#lang-en")
    for wanted in ("kind", "size"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == wanted
    page.keyboard.press("Control+A")
    page.keyboard.type("3000000")
    page.keyboard.press("Enter")
    page.wait_for_selector('.jobs li[data-state="running"]')
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Cancelar Contar primos 1"
    page.keyboard.press("Space")
    page.wait_for_selector('.jobs li[data-state="cancelled"]')
    watched.is_clean(f"http://{server.address}/", f"ws://{server.address}/")


def test_both_languages(browser: "Browser", server: Running) -> None:
    """The language is the browser's, changes without a reload, is remembered, and no text is left behind."""
    watched = Watched(browser)
    page = open_page(watched, f"http://{server.address}/")
    assert page.inner_text("#send") == "Enviar"
    ask(page, "pi", 1000)
    page.wait_for_selector('.jobs li[data-state="done"]')
    spanish = set(page.inner_text("body").splitlines())
    page.click("#lang-en")
    assert page.inner_text("#send") == "Send"
    assert page.get_attribute("html", "lang") == "en"
    english = set(page.inner_text("body").splitlines())
    shared = {line for line in spanish & english if any(letter.isalpha() for letter in line)}
    assert {line for line in shared if not re.search(r"^(Español|English|ws://.*)$|\bm?s$", line)} == set()
    page.reload()
    page.wait_for_selector('#state[data-state="open"]')
    assert page.inner_text("#send") == "Send"
    page.goto(f"http://{server.address}/?lang=es")
    assert page.inner_text("#send") == "Enviar"
    for part in ("", ".errors"):
        spanish_keys, english_keys = page.evaluate(f"[Object.keys(TEXTS.es{part}), Object.keys(TEXTS.en{part})]")
        assert spanish_keys == english_keys
    watched.is_clean(f"http://{server.address}/", f"ws://{server.address}/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_360_pixels_and_can_be_read(browser: "Browser", server: Running, scheme: str) -> None:
    """No sideways scrolling on a small telephone; text stands out 4.5 to 1 from its ground in both schemes."""
    watched = Watched(browser, color_scheme=scheme, viewport={"width": 360, "height": 720})
    page = open_page(watched, f"http://{server.address}/")
    for _ in range(2):
        page.click("#send-four")
    page.wait_for_selector('.jobs li[data-state="done"]')
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    ratios = page.evaluate(
        """() => {
          const luminance = (color) => {
            const parts = color.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255)
              .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
          };
          const ground = (element) => {
            for (; element; element = element.parentElement) {
              const color = getComputedStyle(element).backgroundColor;
              if (!/, 0\\)$/.test(color)) return color;
            }
          };
          const found = [];
          for (const element of document.querySelectorAll('p, h1, h2, button, label, .said, .what, .name, summary')) {
            if (!element.innerText.trim() || element.disabled) continue;
            const [a, b] = [luminance(getComputedStyle(element).color), luminance(ground(element))];
            found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.innerText]);
          }
          return found;
        }"""
    )
    assert len(ratios) > 10
    assert [text for ratio, text in ratios if ratio < 4.5] == []
    watched.is_clean(f"http://{server.address}/", f"ws://{server.address}/")


@pytest.mark.alone
def test_the_wrong_way_can_be_seen(browser: "Browser", server: Running) -> None:
    """A job in the event loop: the page says that the server is silent, then that it is back, and the p99 shows it."""
    watched = Watched(browser)
    page = open_page(watched, f"http://{server.address}/")
    # Several times the silence that the page waits for, on a quick machine and on a busy one.
    ask(page, "collatz", 600_000, "loop")
    page.wait_for_selector('#state[data-state="stuck"]')
    assert "event loop" in page.inner_text("#state-text")
    page.wait_for_selector('.jobs li[data-state="done"]', timeout=45_000)
    page.wait_for_selector('#state[data-state="open"]')
    page.wait_for_selector(r'#now-p99:text-matches("^([5-9]\\d\\d|\\d[.,]?\\d{3}) ms")')
    page.click("#table-details summary")
    page.wait_for_selector("#table td")
    watched.is_clean(f"http://{server.address}/", f"ws://{server.address}/")


@pytest.mark.slow
@pytest.mark.parametrize("source", ["server", "file"])
def test_it_loses_the_server_and_recovers(browser: "Browser", folder: Path, source: str) -> None:
    """The server is killed: jobs are said to be lost, it tries again on its own, and works when the server is back."""
    watched = Watched(browser)
    port = free_port()
    here = f"http://127.0.0.1:{port}/"
    url = here if source == "server" else f"{(folder / 'websocket_client.html').as_uri()}?port={port}"
    with running(port=port, script=folder / SCRIPT.name):
        page = open_page(watched, url)
        ask(page, "primes", 3_000_000)
        page.wait_for_selector('.jobs li[data-state="running"]')
    page.wait_for_selector('#state[data-state="closed"]')
    assert page.inner_text(".jobs .said").startswith("perdido")
    assert page.is_disabled("#send")
    assert "websocket_server.py" in page.inner_text("#state-more")
    with running(port=port, script=folder / SCRIPT.name):
        page.wait_for_selector('#state[data-state="open"]')
        ask(page, "primes", 1000)
        page.wait_for_selector('.jobs li[data-state="done"]')
        # Chromium itself reports each attempt that finds nobody; the page reports nothing.
        assert all("ERR_CONNECTION" in complaint for complaint in watched.complaints), watched.complaints
        watched.complaints.clear()
        watched.is_clean(f"http://127.0.0.1:{port}/", f"ws://127.0.0.1:{port}/", folder.as_uri())


def test_a_foreign_page_cannot_come_in(browser: "Browser", server: Running, tmp_path: Path) -> None:
    """What a site can do, done: its own origin, a sandboxed frame (`null`), and reading the key: none gets through."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    attack = f"""<script>
      const s = new WebSocket("ws://{server.address}/?key=" + (window.hilosKey || ""));
      s.onopen = () => parent.postMessage("in", "*"); s.onclose = () => parent.postMessage("out", "*");
    </script>"""
    (tmp_path / "frame.html").write_text(
        f'<script src="http://{server.address}/websocket_key.js"></script>' + attack, encoding="utf-8"
    )
    (tmp_path / "index.html").write_text(
        """<script>window.said = []; onmessage = (event) => said.push(event.data);</script>
        <iframe src="frame.html"></iframe><iframe sandbox="allow-scripts" src="frame.html"></iframe>""",
        encoding="utf-8",
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as foreign:
        Thread(target=foreign.serve_forever, daemon=True).start()
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{foreign.server_port}/index.html")
        page.wait_for_function("said.length === 2", timeout=DEADLINE)
        assert page.evaluate("said") == ["out", "out"]
        context.close()
        foreign.shutdown()
