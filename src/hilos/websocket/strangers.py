"""What strangers send: each visit does one wrong thing over a real socket and says how the server answered."""

import asyncio
import base64
import contextlib
import json
import os
from collections.abc import Awaitable, Callable

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from hilos.locale import translator

_ = translator("websocket")

PATIENCE = 5.0
"""Seconds that a visit may take."""

HALF_A_FRAME = b"\x81\xfe\x04\x00\x01\x02\x03\x04" + b"x" * 100
"""A text frame that announces 1,024 bytes and brings 100."""


async def says(port: int, message: str | bytes) -> str:
    """Send `message`; the answer, and whether the connection lives on."""
    async with connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None) as socket:
        await socket.recv()  # welcome
        await socket.send(message)
        reply = json.loads(await socket.recv())
        await socket.send('{"type":"ping","id":1}')
        lives = json.loads(await socket.recv())["type"] == "pong"
        code = reply.get("code", reply["type"])
        return _("error «{code}»; la conexión sigue").format(code=code) if lives else str(code)


async def comes_from(port: int, origin: str) -> str:
    """Open a WebSocket as a page of `origin` would; how it was received."""
    try:
        async with connect(f"ws://127.0.0.1:{port}/", origin=Origin(origin), compression=None, proxy=None):
            return _("entra")
    except InvalidStatus as refused:
        return _("no entra: HTTP {status}").format(status=refused.response.status_code)


async def is_too_big(port: int, size: int) -> str:
    """Open a WebSocket and push one text message of `size` bytes; the code with which the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(handshake(port))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x81\xff" + size.to_bytes(8, "big") + b"\0\0\0\0")
        answer = asyncio.ensure_future(_code_of_close(reader))
        with contextlib.suppress(OSError):
            for _chunk in range(size // 65_536):
                if answer.done():
                    break
                writer.write(b"x" * 65_536)
                await writer.drain()
        return _("se cierra la conexión, código {code}").format(code=await answer)
    finally:
        await vanish(writer)


async def _code_of_close(reader: asyncio.StreamReader) -> int:
    """The code of the close frame, after whatever short messages come before it."""
    while True:
        opcode, length = await reader.readexactly(2)
        size = int.from_bytes(await reader.readexactly(2), "big") if length == 126 else length
        payload = await reader.readexactly(size)
        if opcode == 0x88:
            return int.from_bytes(payload[:2], "big")


async def stops_half_way(port: int) -> str:
    """Open a WebSocket, send half a frame and vanish."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(handshake(port))
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HALF_A_FRAME)
    await writer.drain()
    await vanish(writer)
    return _("se le olvida")


async def vanish(writer: asyncio.StreamWriter) -> None:
    """Cut the connection without a word."""
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def handshake(port: int) -> bytes:
    """A request to open a WebSocket, for those who want to break what follows it."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


async def visits(port: int) -> list[tuple[str, str]]:
    """All of them, one after another: what was sent, and what came of it."""
    said: list[tuple[str, Callable[[], Awaitable[str]]]] = [
        (_("hola (no es JSON)"), lambda: says(port, "hola")),
        (_("10.000 corchetes abiertos"), lambda: says(port, "[" * 10_000)),
        (
            _("un tamaño que no es un número"),
            lambda: says(port, '{"type":"submit","id":"a","kind":"primes","size":true}'),
        ),
        (_("bytes en lugar de texto"), lambda: says(port, b"\x00\xff")),
        (_("un mensaje de 10 MB"), lambda: is_too_big(port, 10_000_000)),
        (_("media trama, y se va"), lambda: stops_half_way(port)),
        (_("una página de https://ejemplo.com"), lambda: comes_from(port, "https://ejemplo.com")),
        (_("una página sin origen y sin la clave"), lambda: comes_from(port, "null")),
    ]
    answers = []
    for what, visit in said:
        answer = _("sin respuesta")
        with contextlib.suppress(TimeoutError, OSError, EOFError, ConnectionClosed):
            async with asyncio.timeout(PATIENCE):
                answer = await visit()
        answers.append((what, answer))
    return answers
