"""The WebSocket: batches of one run to one page."""

import asyncio
import contextlib
import json

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from hilos.lab.feed import EVERY, Feed, Reader

MOST = 32
"""Pages that may listen at the same time."""
STUCK = 20.0
"""Seconds that a page may take to read one batch."""
SLOWEST = 2.0
"""Seconds between two batches, at most, whatever a page asks for."""

_open: set[WebSocket] = set()


async def socket(websocket: WebSocket) -> None:
    """Serve one page: `?run=ID`, and `since=T` where it was here before."""
    feeds = websocket.app.state.feeds
    feed: Feed | None = feeds(websocket.query_params.get("run", ""))
    await websocket.accept()
    if feed is None:
        await websocket.close(4404)
        return
    if len(_open) >= MOST:
        await websocket.close(1013)
        return
    since = websocket.query_params.get("since", "")
    reader = feed.join(int(since) if since.isdecimal() and len(since) < 20 else None)
    _open.add(websocket)
    listening = asyncio.create_task(_listen(websocket, reader))
    sending = asyncio.create_task(_send(websocket, reader))
    try:
        await asyncio.wait({listening, sending}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        _open.discard(websocket)
        feed.leave(reader)
        for task in (listening, sending):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError, TimeoutError):
                await task
        if websocket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError, TimeoutError, WebSocketDisconnect):
                await asyncio.wait_for(websocket.close(1000), 1.0)


async def _send(websocket: WebSocket, reader: Reader) -> None:
    async for text in reader:
        await asyncio.wait_for(websocket.send_text(text), STUCK)


async def _listen(websocket: WebSocket, reader: Reader) -> None:
    """A page says only how often it wants to hear; whatever else it says is not heard."""
    while True:
        text = await websocket.receive_text()
        with contextlib.suppress(ValueError, TypeError, KeyError, ZeroDivisionError):
            said = json.loads(text)
            if said["k"] == "rate":
                reader.interval = min(SLOWEST, max(EVERY, 1 / float(said["hz"])))
