"""Bounds what a connection may cost: how many there are, and how long each may take to ask and to read its answer.

uvicorn closes a connection that is idle between two requests and has no limit for one that never finishes asking
(slow-loris) or never reads.  Whoever reaches 127.0.0.1 could hold the lab's descriptors that way, without any token.

Where all places are taken, the connection that has waited longest for its own client is closed for a new one: so a
page gets its answer though somebody opens five hundred connections and says nothing.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from hilos.lab.guard import HEADERS

MOST = 128
"""HTTP connections at the same time; pages' WebSockets have a limit of their own."""
REQUEST_WITHIN = 10.0
"""Seconds that a request may take to come, from its first byte (or the connection's beginning) to its last."""
READ_WITHIN = 20.0
"""Seconds that an answer may wait for its reader."""


CLOSE_WITHIN = 5.0
"""Seconds that what was sent on a WebSocket may take to be read when it is over."""


class BoundedSocket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, which ends even if its reader never reads, and refuses with the lab's headers."""

    close_within = CLOSE_WITHIN

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        answer = self.conn.send_response

        def send_response(response: Any) -> None:
            if response.status_code != 101:
                for name, value in HEADERS:
                    response.headers.setdefault(name.decode(), value.decode())
            answer(response)

        self.conn.send_response = send_response  # type: ignore[method-assign]

    async def run_asgi(self) -> None:
        """Serve it; closing would wait for the reader for ever."""
        await super().run_asgi()
        self.loop.call_later(self.close_within, self.transport.abort)


class BoundedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, bounded."""

    most = MOST
    request_within = REQUEST_WITHIN
    read_within = READ_WITHIN

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._asking: asyncio.TimerHandle | None = None
        self._upgraded = False
        self._reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place, another's if there is none left."""
        super().connection_made(transport)
        self._await_request()
        others = [each for each in self.connections if isinstance(each, BoundedProtocol)]
        if len(others) > self.most:
            idle = [each for each in others if each._is_idle() and each is not self]
            (min(idle, key=lambda each: each._since) if idle else self)._give_up()

    def data_received(self, data: bytes) -> None:
        """Something of a request has come: all of it must, in time."""
        super().data_received(data)
        if self._upgraded:
            return
        state = self.conn.their_state
        if state is h11.SEND_BODY or (state is h11.IDLE and self.conn.trailing_data[0]):
            if self._asking is None:
                self._await_request()
        else:
            self._stop_waiting()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """A WebSocket is bounded by whom it speaks to."""
        self._stop_waiting()
        self._upgraded = True
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        """It is between two requests, or the next one is here in part."""
        super().on_response_complete()
        self._since = self.loop.time()
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0] and self._asking is None:
            self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Its timers end with it."""
        self._stop_waiting()
        self._has_read()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The reader is slow."""
        self.flow.pause_writing()
        if self._reading is None:
            self._reading = self.loop.call_later(self.read_within, self._give_up)

    def resume_writing(self) -> None:
        """The reader reads."""
        self._has_read()
        self.flow.resume_writing()

    def send_400_response(self, msg: str) -> None:
        """As uvicorn's, with the headers that every answer of the lab has."""
        body = f"{msg}\n".encode("ascii", "replace")
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
            *HEADERS,
        ]
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            events = (
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            )
            for event in events:
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _is_idle(self) -> bool:
        """Whether nobody but its own client is waited for."""
        return self.cycle is None or self.cycle.response_complete or self._asking is not None

    def _await_request(self) -> None:
        self._since = self.loop.time()
        self._asking = self.loop.call_later(self.request_within, self._give_up)

    def _stop_waiting(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _has_read(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _give_up(self) -> None:
        self._stop_waiting()
        self.connections.discard(self)
        self.transport.abort()
