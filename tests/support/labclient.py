"""Speaks to a lab as its page does, without a browser: HTTP with the cookie, and the socket of a run."""

import contextlib
import http.client
import json
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from websockets.sync.client import ClientConnection, connect

from support.lab import Lab

PLAIN = "02_multiprocessing_basics"
"""A lesson whose file tests replace by programs of their own: it serves nothing, and is started with `--fast`."""
OVER = ("ok", "failed", "killed", "stopped")


@dataclass
class Client:
    """A page's side.

    Attributes:
        lab: which one.
        language: what is asked for.
    """

    lab: Lab
    language: str = "en"
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, within: float = 15.0) -> tuple[int, Any]:
        """Status, and the answer: what the JSON says, else its text."""
        port = self.lab.address.port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within)
        headers = {
            "cookie": f"{self.lab.address.cookie}={self.lab.address.token}",
            "accept-language": self.language,
            "content-type": "application/json",
            **self.headers,
        }
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            reply = connection.getresponse()
            text = reply.read().decode()
        finally:
            connection.close()
        return reply.status, json.loads(text) if "json" in reply.headers.get("content-type", "") else text

    def start(self, program: str, **parameters: Any) -> str:
        """Run `program` (source text) in the place of a lesson; the run's id."""
        file = next((self.lab.root / "basics").glob(f"{PLAIN}.py"))
        file.write_text(textwrap.dedent(program), encoding="utf-8")
        return self.start_lesson(PLAIN, **parameters)

    def start_lesson(self, lesson: str, **parameters: Any) -> str:
        """Run a lesson as it is; the run's id."""
        status, answer = self.ask("POST", "/api/runs", {"lesson": lesson, "parameters": parameters})
        assert status == 201, answer
        return str(answer["id"])

    def run(self, id: str, language: str = "en") -> dict[str, Any]:
        """How a run is."""
        status, answer = self.ask("GET", f"/api/runs/{id}?lang={language}")
        assert status == 200, answer
        return dict(answer)

    def stop(self, id: str) -> dict[str, Any]:
        """The page's Stop; how the run is then."""
        status, answer = self.ask("DELETE", f"/api/runs/{id}")
        assert status == 200, answer
        return dict(answer)

    def when(self, id: str, true: Callable[[dict[str, Any]], bool], within: float = 20.0) -> dict[str, Any]:
        """How a run is as soon as `true` of it; a failure after `within` seconds."""
        end = time.monotonic() + within
        while True:
            run = self.run(id)
            if true(run):
                return run
            assert time.monotonic() < end, run
            time.sleep(0.05)

    def over(self, id: str, within: float = 20.0) -> dict[str, Any]:
        """How a run ended."""
        return self.when(id, lambda run: not run["alive"], within)

    @contextlib.contextmanager
    def socket(self, id: str, **options: Any) -> Iterator[ClientConnection]:
        """The socket of a run."""
        port = self.lab.address.port
        with connect(
            f"ws://127.0.0.1:{port}/ws?run={id}",
            origin=f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
            additional_headers={"cookie": f"{self.lab.address.cookie}={self.lab.address.token}"},
            compression=None,
            max_size=None,
            **options,
        ) as connection:
            yield connection

    def items(self, id: str, within: float = 20.0) -> Iterator[dict[str, Any]]:
        """What the socket of a run says, item by item, until its end."""
        end = time.monotonic() + within
        with self.socket(id) as connection:
            for text in connection:
                assert time.monotonic() < end, "the run goes on"
                yield from json.loads(text)
