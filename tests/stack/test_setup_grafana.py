"""grafana/setup_grafana.sh against an API that answers as Grafana's does (no Grafana installs from a registry here)."""

import base64
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from support import require
from support.lessons import ROOT


class Grafana(ThreadingHTTPServer):
    """Keeps what it is asked; knows one password."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, object]]] = []
        self.has_source = False


class Handler(BaseHTTPRequestHandler):
    """The four calls that the script makes."""

    server: Grafana

    def do_GET(self) -> None:
        """Health, of Grafana and of Prometheus."""
        self.answer(200 if self.path in ("/api/health", "/-/ready") else 404)

    def do_POST(self) -> None:
        """Create the data source or import the dashboard."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        expected = "Basic " + base64.b64encode(b'admin:se"cr\\eto').decode()
        if self.headers["Authorization"] != expected:
            self.answer(401)
            return
        self.server.asked.append((self.command, self.path, body))
        self.answer(409 if self.path == "/api/datasources" and self.server.has_source else 200)

    do_PUT = do_POST

    def answer(self, status: int) -> None:
        """An empty object."""
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    """The API, serving."""
    server = Grafana()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def setup(
    server: Grafana | None, password: str | None = 'se"cr\\eto', lang: str = "es"
) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    require.program("curl")
    environ = {k: v for k, v in os.environ.items() if not k.startswith("GRAFANA")} | {"HILOS_LANG": lang}
    url = f"http://127.0.0.1:{server.server_port}" if server else "http://127.0.0.1:9"
    environ |= {"GRAFANA_URL": url, "PROMETHEUS_URL": url}
    if password is not None:
        environ["GRAFANA_PASSWORD"] = password
    return subprocess.run(
        ["./setup_grafana.sh"], cwd=ROOT / "grafana", env=environ, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_it_sends_the_source_and_the_dashboard(grafana: Grafana) -> None:
    """Both, with the dashboard that is in the repository."""
    done = setup(grafana)
    assert done.returncode == 0, done.stderr
    assert [(method, path) for method, path, _ in grafana.asked] == [
        ("POST", "/api/datasources"),
        ("POST", "/api/dashboards/db"),
    ]
    assert grafana.asked[0][2]["uid"] == "hilos-prometheus"
    assert grafana.asked[1][2]["dashboard"] == json.loads((ROOT / "grafana/dashboards.json").read_text())
    assert "/d/hilos-concurrencia" in done.stdout


def test_it_can_be_run_again(grafana: Grafana) -> None:
    """A data source that is there is brought up to date."""
    grafana.has_source = True
    assert setup(grafana).returncode == 0
    assert ("PUT", "/api/datasources/uid/hilos-prometheus") in [(method, path) for method, path, _ in grafana.asked]


@pytest.mark.parametrize(("lang", "text"), [("es", "no acepta"), ("en", "does not accept")])
def test_a_wrong_password_is_said(grafana: Grafana, lang: str, text: str) -> None:
    """Status 2, in the language chosen."""
    done = setup(grafana, password="otra", lang=lang)
    assert done.returncode == 2
    assert text in done.stderr + done.stdout


def test_without_password_and_terminal_it_says_what_to_set(grafana: Grafana) -> None:
    """It does not wait for ever for somebody to type."""
    done = setup(grafana, password=None)
    assert done.returncode == 2
    assert "GRAFANA_PASSWORD" in done.stderr


def test_without_grafana_it_says_how_to_install_it() -> None:
    """Status 2 and the addresses of the instructions."""
    done = setup(None)
    assert done.returncode == 2
    assert "brew install grafana" in done.stderr
