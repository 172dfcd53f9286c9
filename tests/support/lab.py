"""The lab as its reader meets it: `hilos lab` in a process of its own, on a copy of the course, in a real Chromium."""

import contextlib
import functools
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from hilos.lab.address import Address, token
from support.lessons import ROOT
from support.network import free_port

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu"]
FOLDERS = (
    "basics",
    "workers",
    "websockets",
    "monitoring",
    "advanced",
    "examples",
    "exercises",
    "solutions",
    "docs/es",
    "docs/en",
)


def course(folder: Path) -> Path:
    """A copy of the course in `folder` that a test may write to."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@dataclass
class Lab:
    """A lab that runs.

    Attributes:
        address: where it answers, with its token.
        root: its copy of the course.
        process: the server.
    """

    address: Address
    root: Path
    process: subprocess.Popen[str]

    @property
    def base(self) -> str:
        return self.address.base


@contextlib.contextmanager
def running(folder: Path, **environment: str) -> Iterator[Lab]:
    """`hilos lab` on a copy of the course in `folder`; ended by SIGTERM, which it has ten seconds for."""
    root = course(folder / "course")
    with _served(root, Address(free_port(), token(root)), {"HILOS_DATA": str(folder / "data"), **environment}) as lab:
        yield lab


@contextlib.contextmanager
def again(lab: Lab, **environment: str) -> Iterator[Lab]:
    """Another server in the place of one that has ended: the same copy of the course, port and token."""
    data = {"HILOS_DATA": str(lab.root.parent / "data")}
    with _served(lab.root, lab.address, {**data, **environment}) as another:
        yield another


@contextlib.contextmanager
def _served(root: Path, address: Address, environment: dict[str, str]) -> Iterator[Lab]:
    process = subprocess.Popen(
        [sys.executable, "-m", "hilos", "lab", "--no-browser", "--port", str(address.port)],
        cwd=root,
        env={**os.environ, "HILOS_ROOT": str(root), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_for(address.port, process)
        yield Lab(address, root, process)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 30
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end, "the lab does not answer"
        time.sleep(0.05)


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """The system's Chromium, without a window; for who measures or takes pictures, and needs it.

    Raises:
        SystemExit: there is none.
    """
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise SystemExit("there is no Chromium here; install chromium and run it again")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def page_in(browser: Any, lab: Lab, **options: Any) -> Any:
    """An empty page that the lab lets in, in a context of its own (`page.context`) made with `options`."""
    context = browser.new_context(**options)
    context.add_cookies([{"name": lab.address.cookie, "value": lab.address.token, "url": lab.base}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


@dataclass
class Watched:
    """What a page must not do: say an error on the console, ask another host.

    Attributes:
        base: where its own server is.
        errors: what was said.
        foreign: what was asked.
    """

    base: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def watch(self, page: Any) -> None:
        """Listen to a page of Playwright."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((self.base, "data:")) else self.foreign.append(asked.url),
        )

    def _said(self, message: Any) -> None:
        # Chromium notes a refusal of ours too (400, 409: the page then says why); what is not there is an error.
        refused = (
            re.search(r"responded with a status of (400|409)", message.text) and "/api/" in message.location["url"]
        )
        if message.type == "error" and not refused:
            self.errors.append(message.text)

    def check(self) -> None:
        """Fail if it did."""
        assert self.errors == []
        assert self.foreign == []


def until(page: Any, expression: str, argument: Any = None, seconds: float = 20) -> Any:
    """Wait until JavaScript's `expression` is true on a page (Playwright waits by eval, which our policy
    forbids).

    Returns:
        its value.
    """
    end = time.monotonic() + seconds
    while not (found := page.evaluate(expression, argument)):
        assert time.monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(40)
    return found


def shot(page: Any, name: str) -> None:
    """A picture for whoever asks for them (`HILOS_SHOTS=folder`), to be looked at."""
    if folder := os.environ.get("HILOS_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@functools.cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def serious(page: Any) -> list[str]:
    """What axe finds on a page that is serious or critical: rule, and where."""
    page.evaluate(_axe())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
