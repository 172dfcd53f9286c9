"""The HTTP side of the WebSocket's port, and its doorkeeper.

A browser asks for the page with the same kind of request that opens a WebSocket, only without `Upgrade`.  So one port
serves both: `/` gives the page, `/metrics` the metrics, `/healthz` says that the loop is turning, and a request to
upgrade goes on to the WebSocket if it passes the door.
"""

import base64
import hashlib
import http
import logging
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from hilos.locale import translator
from hilos.metrics import Metrics, exposition
from hilos.websocket.admission import Refusal, is_here, refusal

_ = translator("websocket")

OPENING = 64
"""Sockets, beyond those of the clients, that may be open without having become a WebSocket (or only to be refused)."""


class Front:
    """Answers HTTP, and decides who may open a WebSocket.

    Arguments:
        page: the HTML file served at `/`.
        metrics: what `/metrics` shows, and where attempts to connect are counted.
        key: what a page from `file://` has to know.
        most_clients: WebSockets that may be open at once.
        clients: how many are open now.
    """

    def __init__(
        self, *, page: Path, metrics: Metrics, key: str, most_clients: int, clients: Callable[[], int]
    ) -> None:
        self._page = page
        self._metrics = metrics
        self._key = key
        self._most_clients = most_clients
        self._clients = clients
        self.sockets: set[ServerConnection] = set()

    def connection(self, *arguments: object, **options: object) -> ServerConnection:
        """Makes connections for `websockets.serve(create_connection=...)`: no more sockets than there is room for."""
        return _Counted(self.sockets, self._most_clients + OPENING, *arguments, **options)

    def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """For `websockets.serve(process_request=...)`: an HTTP response, or None to go on and open a WebSocket."""
        path = urlsplit(request.path).path
        host = _header(request.headers, "Host")
        if _header(request.headers, "Upgrade") is not None:
            return self._door(request, host)
        if path == "/metrics":
            body, media_type = exposition(self._metrics.registry)
            return _response(http.HTTPStatus.OK, body, media_type)
        if path == "/healthz":
            return _response(http.HTTPStatus.OK, b"ok\n", "text/plain; charset=utf-8")
        if not is_here(host):
            return _text(http.HTTPStatus.FORBIDDEN, _("Esta dirección solo se sirve a esta misma máquina."))
        if path == "/":
            return self._serve_page(host or "")
        return _text(http.HTTPStatus.NOT_FOUND, _("Aquí solo hay /, /metrics y /healthz."))

    def _door(self, request: Request, host: str | None) -> Response | None:
        offered = parse_qs(urlsplit(request.path).query).get("key", [None])[0]
        why = refusal(host=host, origin=_header(request.headers, "Origin"), key=self._key, offered=offered)
        if why is None and self._clients() >= self._most_clients:
            why = Refusal.FULL
        self._metrics.counter("websocket_connections_total").labels(why.value if why else "accepted").inc()
        if why is None:
            return None
        if why is Refusal.FULL:
            text = _("Ya hay {most} clientes, que es el máximo. Prueba dentro de un rato.").format(
                most=self._most_clients
            )
            return _text(http.HTTPStatus.SERVICE_UNAVAILABLE, text)
        if why is Refusal.KEY:
            text = _("Una página abierta como archivo necesita la clave que el servidor deja a su lado.")
        else:
            text = _("Solo puede conectarse la página de este servidor, no la de otro sitio.")
        return _text(http.HTTPStatus.FORBIDDEN, text)

    def _serve_page(self, host: str) -> Response:
        try:
            html = self._page.read_text(encoding="utf-8")
        except OSError:
            text = _("No está el archivo {name}.").format(name=self._page.name)
            return _text(http.HTTPStatus.NOT_FOUND, text)
        response = _response(http.HTTPStatus.OK, html.encode(), "text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = policy(html, host)
        return response


def policy(html: str, host: str) -> str:
    """The strictest Content-Security-Policy under which the page in `html` works: its own script and style, by hash.

    Arguments:
        html: a page with inline `<script>` and `<style>` elements and no inline handler or style attribute.
        host: the Host header of whoever asked; the WebSocket is there.
    """

    def hashes(element: str) -> str:
        found = re.findall(rf"<{element}>(.*?)</{element}>", html, re.DOTALL)
        digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in found)
        return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"

    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {hashes('script')}",
            f"style-src {hashes('style')}",
            f"connect-src ws://{host}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


class _Counted(ServerConnection):
    """A connection that is in a set while its socket is open, and is not opened where the set is full."""

    def __init__(self, sockets: set[ServerConnection], most: int, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self._sockets = sockets
        self._most = most

    def connection_made(self, transport) -> None:  # type: ignore[no-untyped-def]
        """The system accepted a socket."""
        super().connection_made(transport)
        if len(self._sockets) >= self._most:
            transport.abort()
        else:
            self._sockets.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed."""
        self._sockets.discard(self)
        super().connection_lost(exc)
        self.transport = _Gone(self.transport)  # type: ignore[assignment]


class _Gone:
    """A transport that is closed, on which `abort` does nothing, as documented.

    CPython's own raises AttributeError if the last thing it did was to flush its buffer while closing (3.11 to 3.13 at
    least), and websockets aborts in its clean-up: a stranger who sends 10 MB would leave a traceback in our terminal.
    """

    def __init__(self, transport: object) -> None:
        self._transport = transport

    def abort(self) -> None:
        """Nothing: it is closed."""

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)


def quiet_logger() -> logging.Logger:
    """A logger for `websockets.serve` without what strangers cause: broken handshakes, clients that vanish."""
    logger = logging.getLogger("hilos.websocket")
    if not logger.filters:
        logger.addFilter(lambda record: record.msg == "connection handler failed")
    return logger


def _header(headers: Headers, name: str) -> str | None:
    # get_all: a repeated header raises MultipleValuesError when it is asked for by name.
    values = headers.get_all(name)
    return ", ".join(values) if values else None


def _text(status: http.HTTPStatus, text: str) -> Response:
    return _response(status, f"{text}\n".encode(), "text/plain; charset=utf-8")


def _response(status: http.HTTPStatus, body: bytes, media_type: str) -> Response:
    headers = Headers(
        {
            "Content-Type": media_type,
            "Content-Length": str(len(body)),
            "Connection": "close",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
    )
    return Response(status.value, status.phrase, headers, body)
