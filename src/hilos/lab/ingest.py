"""Where emitters connect: a port of its own on 127.0.0.1, lines of JSON, a token in the first.

A token names the run that the lab started; the general one, which only the learner can read from a file, opens a new
run for a program started by hand.
"""

import asyncio
import hmac
import json
from typing import Any, Protocol

from hilos.lab.pacing import Pace

LONGEST = 1 << 20
"""Bytes of a line."""
PATIENCE = 5.0
"""Seconds that a connection has for its first line."""
BUDGET = 8 << 20
"""Bytes a second that are read of one emitter."""
CONNECTIONS = 64


class Listener(Protocol):
    """Who is told what an emitter says: a run."""

    def hello(self, item: dict[str, Any]) -> None:
        """The emitter is there."""

    def hear(self, item: dict[str, Any]) -> None:
        """It said something."""

    def gone(self) -> None:
        """Its connection has ended."""


class Door(Protocol):
    """Who knows the runs."""

    def run_of(self, token: str, hello: dict[str, Any]) -> Listener | None:
        """The run whose emitter has `token`, or a new one; None if the token is nobody's."""


def same(one: str, other: str) -> bool:
    """Whether two tokens are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


class _Connection(asyncio.Protocol):
    def __init__(self, door: Door, connections: "set[_Connection]") -> None:
        self._door = door
        self._connections = connections
        self._run: Listener | None = None
        self._rest = b""
        self._transport: Any = None
        self._pace: Pace
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._pace = Pace(transport, BUDGET)
        if len(self._connections) >= CONNECTIONS:
            self._transport.abort()
            return
        self._connections.add(self)
        self._patience = asyncio.get_running_loop().call_later(PATIENCE, self._transport.abort)

    def connection_lost(self, error: Exception | None) -> None:
        self._connections.discard(self)
        self._pace.end()
        if self._patience is not None:
            self._patience.cancel()
        if self._run is not None:
            self._run.gone()
            self._run = None

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST:
            self._transport.abort()
            return
        try:
            for line in lines:
                self._take(line)
        except (ValueError, KeyError, TypeError, AttributeError):  # not an emitter of ours
            self._transport.abort()
            return
        if self._run is not None:
            self._pace.count(len(data))

    def _take(self, line: bytes) -> None:
        item = json.loads(line)
        if b"\\ud" in line:  # a name may hold half of a pair of surrogates, which no page can be told
            item = json.loads(json.dumps(item, ensure_ascii=False).encode("utf-8", "replace"))
        if self._run is not None:
            self._run.hear(item)
            return
        run = self._door.run_of(str(item["token"]), item) if item["k"] == "hello" else None
        if run is None:
            self._transport.abort()
            return
        if self._patience is not None:
            self._patience.cancel()
        self._run = run
        run.hello(item)


class Ingest:
    """The port.

    Arguments:
        door: who knows the runs.
    """

    def __init__(self, door: Door) -> None:
        self.port = 0
        self._door = door
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begin to listen, on any free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self._door, self._connections), "127.0.0.1", 0, backlog=64
        )
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            for connection in list(self._connections):
                connection._transport.abort()
