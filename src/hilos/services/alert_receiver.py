"""Receives Alertmanager's webhook, tells each alert in the terminal, keeps the last ones, explains every alert.

    POST /alerts         what Alertmanager sends
    GET  /alerts         the last ones as JSON, newest first
    GET  /               the last ones as a page
    GET  /NAME           what the alert NAME means and what to do
    GET  /lesson/PATH    the source of a lesson, as text (the dashboard's links)

It takes no other Host than this machine's names, so that a page of another site cannot read it through DNS.
"""

import html
import json
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hilos.locale import LANGUAGES, translator, using
from hilos.locale import language as language_in_force
from hilos.metrics.alerts import ALERTS
from hilos.metrics.exporter import port_error
from hilos.metrics.panels import PANELS

_ = translator("services")

LARGEST = 1 << 20
"""Bytes that a request may have."""
KEPT = 500
HOSTS = ("127.0.0.1", "localhost", "alert-webhook")

_BY_NAME = {alert.name: alert for alert in ALERTS}


@dataclass(frozen=True, slots=True)
class Received:
    """One alert as it came: `status` is firing or resolved, `since` an RFC 3339 time, `summaries` by language."""

    status: str
    name: str
    severity: str
    job: str
    summaries: dict[str, str]
    since: str
    fingerprint: str

    @property
    def summary(self) -> str:
        """In the language in force: that of whoever reads it, not of when it came."""
        return self.summaries[language_in_force()]

    def described(self) -> dict[str, str]:
        """As the JSON gives it."""
        fields = ("status", "name", "severity", "job", "summary", "since", "fingerprint")
        return {field: getattr(self, field) for field in fields}


def read_webhook(body: bytes) -> list[Received]:
    """The alerts in the body of a webhook (Alertmanager's version 4).

    Raises:
        ValueError: it is not one.
    """
    data = json.loads(body)
    if not isinstance(data, dict) or not isinstance(data.get("alerts"), list):
        raise ValueError("no list of alerts")
    found = []
    for each in data["alerts"]:
        if not isinstance(each, dict):
            raise ValueError("an alert is not an object")
        labels = {str(k): str(v) for k, v in (each.get("labels") or {}).items()}
        notes = {str(k): str(v) for k, v in (each.get("annotations") or {}).items()}
        summary = notes.get("summary", "")
        found.append(
            Received(
                status=str(each.get("status", "firing")),
                name=labels.get("alertname", "?"),
                severity=labels.get("severity", ""),
                job=labels.get("job", ""),
                summaries={each: notes.get(f"summary_{each}") or summary for each in LANGUAGES},
                since=str(each.get("startsAt", "")),
                fingerprint=str(each.get("fingerprint", "")),
            )
        )
    return found


class AlertReceiver:
    """The receiver.

    Arguments:
        port: TCP port; 0 for any free one (then read `port`).
        root: the course's folder, whose lessons may be read.
        host: address to listen on.
        tell: called with one line for each alert.

    Raises:
        PortError: the port cannot be listened on.
    """

    def __init__(self, port: int, root: Path, host: str = "127.0.0.1", tell: Callable[[str], None] = print) -> None:
        self.root = root
        self._kept: deque[Received] = deque(maxlen=KEPT)
        self._lock = threading.Lock()  # guards _kept: each request has a thread of its own
        self._tell = tell
        receiver = self

        class Handler(_Handler):
            """The handler of this receiver."""

            owner = receiver

        try:
            self._server = ThreadingHTTPServer((host, port), Handler)
        except OSError as error:
            raise port_error(port, error) from error
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def serve(self) -> None:
        """Serve until interrupted or closed."""
        try:
            self._server.serve_forever(poll_interval=0.2)
        finally:
            self._server.server_close()

    def close(self) -> None:
        """Make `serve`, in another thread, return."""
        self._server.shutdown()

    def take(self, alerts: Iterable[Received]) -> None:
        """Keep and tell `alerts`."""
        for alert in alerts:
            with self._lock:
                self._kept.append(alert)
            sign = "✓" if alert.status == "resolved" else "!"
            state = _("resuelta") if alert.status == "resolved" else _("activa")
            self._tell(f"{sign} {alert.name} ({alert.severity}, {state}): {alert.summary}")

    def kept(self) -> list[Received]:
        """The last alerts, newest first."""
        with self._lock:
            return list(reversed(self._kept))


class _Handler(BaseHTTPRequestHandler):
    owner: AlertReceiver
    timeout = 10  # seconds that a client may take over a request
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take a webhook."""
        if not self._is_for_us():
            return
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            self._reply(HTTPStatus.LENGTH_REQUIRED, "text/plain", "Content-Length?")
            return
        if not 0 <= length <= LARGEST:
            self.close_connection = True  # what follows is not read
            self._reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "text/plain", f"at most {LARGEST} bytes")
            return
        body = self.rfile.read(length)
        if urlsplit(self.path).path != "/alerts":
            self._reply(HTTPStatus.NOT_FOUND, "text/plain", "POST /alerts")
            return
        try:
            alerts = read_webhook(body)
        except (ValueError, AttributeError) as error:
            self._reply(HTTPStatus.BAD_REQUEST, "text/plain", f"not an Alertmanager webhook: {error}")
            return
        self.owner.take(alerts)
        self._reply(HTTPStatus.OK, "text/plain", "ok")

    def do_GET(self) -> None:
        """Show what there is."""
        if not self._is_for_us():
            return
        url = urlsplit(self.path)
        asked = parse_qs(url.query).get("lang", [""])[0] or self.headers.get("Accept-Language", "")[:2].lower()
        with using(asked if asked in LANGUAGES else language_in_force()):
            if url.path == "/alerts":
                kept = [alert.described() for alert in self.owner.kept()]
                self._reply(HTTPStatus.OK, "application/json", json.dumps(kept, ensure_ascii=False))
            elif url.path == "/":
                self._reply(HTTPStatus.OK, "text/html", _list_page(self.owner.kept()))
            elif url.path[1:] in _BY_NAME:
                self._reply(HTTPStatus.OK, "text/html", _alert_page(url.path[1:]))
            elif url.path.startswith("/lesson/") and url.path.removeprefix("/lesson/") in _LESSONS:
                file = self.owner.root / url.path.removeprefix("/lesson/")
                self._reply(HTTPStatus.OK, "text/plain", file.read_text(encoding="utf-8"))
            else:
                self._reply(HTTPStatus.NOT_FOUND, "text/plain", _("Aquí no hay nada con ese nombre."))

    def _is_for_us(self) -> bool:
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        if host in HOSTS:
            return True
        self.close_connection = True
        self._reply(HTTPStatus.FORBIDDEN, "text/plain", "Host?")
        return False

    def _reply(self, status: HTTPStatus, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request: the terminal is for alerts."""


# An allow-list instead of a check of the path: nothing else of the disk can be asked for.
_LESSONS = frozenset(panel.lesson for panel in PANELS)


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{language_in_force()}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{html.escape(title)}</title></head><body><main><h1>{html.escape(title)}</h1>{body}</main></body></html>"
    )


def _list_page(kept: list[Received]) -> str:
    if not kept:
        return _page(_("Alertas"), f"<p>{html.escape(_('Todavía no ha llegado ninguna alerta.'))}</p>")
    rows = []
    for alert in kept:
        state = _("resuelta") if alert.status == "resolved" else _("activa")
        cells = (state, alert.severity, alert.summary, alert.since)
        link = f'<a href="/{html.escape(alert.name)}">{html.escape(alert.name)}</a>'
        rows.append(f"<tr><td>{link}</td>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>")
    heads = (_("Alerta"), _("Estado"), _("Gravedad"), _("Qué ocurre"), _("Desde"))
    head = "".join(f"<th>{html.escape(each)}</th>" for each in heads)
    return _page(_("Alertas"), f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>")


def _alert_page(name: str) -> str:
    alert = _BY_NAME[name]
    means, do = alert.told(language_in_force())
    return _page(
        name,
        f"<p>{html.escape(means)}</p><h2>{html.escape(_('Qué hacer'))}</h2><p>{html.escape(do)}</p>"
        f"<pre>{html.escape(alert.expr)}</pre><p>{html.escape(_('Gravedad'))}: {html.escape(alert.severity)}</p>",
    )
