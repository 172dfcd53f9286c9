"""The course's own visitor: a client that behaves and misbehaves a little, so that every curve moves and there is a
latency to see while nobody else is connected.

It lives in the server's loop and connects over a real socket.  What it measures is what any client on this machine
sees: when the loop is stuck, its pings, counted from when they should have left, are as late as everybody's.
"""

import asyncio
import contextlib
import itertools
import json
from collections.abc import Iterator

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from hilos.metrics import Metrics
from hilos.websocket.latency import ping_on_time

PING_SECONDS = 0.2
JOB_SECONDS = 3.0


async def visit(port: int, metrics: Metrics) -> None:
    """Visit the server on `port` until cancelled, again after every goodbye.

    Arguments:
        port: where the server listens.
        metrics: where the latency is recorded.
    """
    jobs = itertools.count(1)
    while True:
        with contextlib.suppress(OSError, WebSocketException):
            async with connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None) as socket:
                await _stay(socket, metrics, jobs)
        await asyncio.sleep(0.5)


async def _stay(socket: ClientConnection, metrics: Metrics, jobs: Iterator[int]) -> None:
    latency = metrics.histogram("websocket_reply_latency_seconds")
    due: dict[int, float] = {}
    loop = asyncio.get_running_loop()

    async def ping(number: int) -> None:
        await socket.send(json.dumps({"type": "ping", "id": number}))

    async def ask() -> None:
        while True:
            number = next(jobs)
            kind = ("primes", "pi", "collatz")[number % 3]
            size = {"primes": 40_000, "pi": 300_000, "collatz": 8_000}[kind]
            if number % 4 == 0:
                size *= 20  # long enough to be cancelled below
            await socket.send(json.dumps({"type": "submit", "id": f"visitor-{number}", "kind": kind, "size": size}))
            if number % 4 == 0:
                await asyncio.sleep(0.1)
                await socket.send(json.dumps({"type": "cancel", "id": f"visitor-{number}"}))
            if number % 5 == 0:
                await socket.send("hello?")
            await asyncio.sleep(JOB_SECONDS)

    async def listen() -> None:
        async for message in socket:
            reply = json.loads(message)
            if reply["type"] == "pong":
                latency.observe(loop.time() - due.pop(reply["id"]))

    # When the server closes, `listen` ends and the pings would go nowhere: whichever ends first ends all.
    parts = [asyncio.ensure_future(part) for part in (listen(), ask(), ping_on_time(ping, PING_SECONDS, due))]
    try:
        await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
