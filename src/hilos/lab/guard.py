"""Who may speak to the lab: decided before anything else looks at the request.

The lab runs programs, so whoever may speak to it may run programs as this user.  Other users of this machine reach
127.0.0.1, and so does every page in the learner's browser.  Therefore, on the raw ASGI scope (never on a parsed URL,
which a malformed header could bend):

- `Host` must be this lab's own, exactly and once: a foreign name that resolves to 127.0.0.1 is refused (DNS rebinding);
- `Origin`, where there is one, must be the page's own; a WebSocket must have one (cross-site WebSocket hijacking);
- `Sec-Fetch-Site`, where a browser sends it, must not say that another site or port asks, except to open a page;
- the token must come with every request, in a cookie that scripts cannot read and other sites cannot send; the address
  that `hilos lab` prints carries it once, is answered with the cookie and leads to the same address without it;
- `/health` alone is answered without it, and says nothing but that the lab is up;
- a body may have `LARGEST_BODY` bytes, announced or not.

There is no way to switch any of it off.
"""

import hmac
import json
from urllib.parse import parse_qsl, urlencode

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hilos.lab.address import Address
from hilos.lab.languages import asked
from hilos.locale import translator, using

_ = translator("lab_server")

LARGEST_BODY = 1 << 20
"""Bytes of a request's body: a learner's program is smaller."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
"""On every answer."""


class _TooLarge(HTTPException):
    """The body went past the limit while it was read."""


class Guard:
    """An ASGI application that lets through to `app` what comes from the learner's own page.

    Arguments:
        app: what is guarded.
        address: where the lab answers, and its token.
    """

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._app = app
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            if self._refusal(scope) is not None or not self._has_cookie(scope):
                await _refuse_socket(scope, send)
                return
            await self._app(scope, receive, send)
            return
        await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": [*message["headers"], *HEADERS]}
            await send(message)

        with using(asked(scope)):
            refusal = self._refusal(scope)
            if refusal is not None:
                await _refuse(scope, send_with_headers, *refusal)
                return
            if scope["path"] == "/health":
                await self._show_health(scope, send_with_headers)
                return
            query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            given = [value for name, value in query if name == "token"]
            if given and scope["method"] == "GET" and self._is_token(given[0]):
                await self._let_in(scope, query, send_with_headers)
                return
            if given or not self._has_cookie(scope):
                await _refuse(scope, send_with_headers, 403, _closed())
                return
            length = _header(scope, b"content-length")
            if length is not None and (not length.isdigit() or int(length) > LARGEST_BODY):
                await _refuse(scope, send_with_headers, 413, _too_large())
                return
            try:
                await self._app(scope, _bounded(receive), send_with_headers)
            except _TooLarge:
                if not started:
                    await _refuse(scope, send_with_headers, 413, _too_large())

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Why the request is refused whatever token it has: status and sentence; None where it is not."""
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or hosts[0].decode("latin-1") not in self._address.hosts:
            return 403, _("El laboratorio no se llama así: ábrelo con la dirección que imprime «hilos lab».")
        own = b"http://" + hosts[0]
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        if any(origin != own for origin in origins) or (scope["type"] == "websocket" and len(origins) != 1):
            return 403, _("Otra página ha pedido esto; el laboratorio solo atiende a las suyas.")
        site = _header(scope, b"sec-fetch-site")
        if site in (b"cross-site", b"same-site") and _header(scope, b"sec-fetch-mode") != b"navigate":
            return 403, _("Otra página ha pedido esto; el laboratorio solo atiende a las suyas.")
        return None

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._address.token.encode())

    def _has_cookie(self, scope: Scope) -> bool:
        # Cookies know no ports: those of whatever else runs on this machine come along, and http.cookies gives up all
        # of them for one that it cannot read.
        pairs = (
            pair.strip().partition("=")
            for name, value in scope["headers"]
            if name == b"cookie"
            for pair in bytes(value).decode("latin-1").split(";")
        )
        return any(name == self._address.cookie and self._is_token(given) for name, _equals, given in pairs)

    async def _show_health(self, scope: Scope, send: Send) -> None:
        """That it is up, without the token; to who sends a challenge, that it is the lab that they think it is."""
        challenge = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("challenge", "")
        body = self._address.proof(challenge[:64]).encode() if challenge else b"ok"
        headers = [
            (b"content-type", b"text/plain"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _let_in(self, scope: Scope, query: list[tuple[str, str]], send: Send) -> None:
        """Give the cookie and lead to the same address without the token."""
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        # Never a target that a browser would read as another host: `//evil.test`.
        path = "/" + scope.get("raw_path", scope["path"].encode()).decode("latin-1").lstrip("/\\")
        cookie = f"{self._address.cookie}={self._address.token}; HttpOnly; SameSite=Strict; Path=/"
        headers = [
            (b"location", (path + (f"?{rest}" if rest else "")).encode("latin-1")),
            (b"set-cookie", cookie.encode()),
            (b"cache-control", b"no-store"),
            (b"content-length", b"0"),
        ]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _closed() -> str:
    return _("El laboratorio no te conoce: ábrelo con la dirección completa que imprime «hilos lab», con su token.")


def _too_large() -> str:
    return _("Lo enviado es demasiado grande: como mucho, {limit} KB.").format(limit=LARGEST_BODY // 1024)


def _header(scope: Scope, name: bytes) -> bytes | None:
    found: bytes | None = next((value for each, value in scope["headers"] if each == name), None)
    return found


def _bounded(receive: Receive) -> Receive:
    """`receive`, raising once the body is larger than it may be."""
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > LARGEST_BODY:
                raise _TooLarge(413, _too_large(), {"connection": "close"})
        return message

    return bounded


async def _refuse_socket(scope: Scope, send: Send) -> None:
    """Answer the handshake with status 403, and with the headers of every answer where the server can."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [*HEADERS, (b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "websocket.http.response.start", "status": 403, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})


async def _refuse(scope: Scope, send: Send, status: int, sentence: str) -> None:
    if scope["path"].startswith("/api/"):
        body, kind = json.dumps({"error": sentence}, ensure_ascii=False).encode(), b"application/json"
    else:
        body, kind = sentence.encode() + b"\n", b"text/plain; charset=utf-8"
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),  # what is still to come of a body that is too large is not worth reading
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
