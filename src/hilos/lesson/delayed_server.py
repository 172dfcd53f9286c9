"""A real HTTP server on this machine that answers every request after a set delay: something to wait for.

It stands for a database or a web service.  It runs an asyncio loop in one thread of its own, so it serves many
connections at once and counts how many it really had open together.
"""

import asyncio
import threading
from types import TracebackType

_BODY = b"hola\n"
_REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (
    len(_BODY),
    _BODY,
)


class DelayedServer:
    """Listens on a free port of 127.0.0.1 until closed; a context manager.

    Arguments:
        delay: seconds between a request and its answer.

    Attributes:
        port: where it listens.
        served: requests answered.
        most_at_once: the most requests that were waiting for their answer together.
    """

    def __init__(self, delay: float) -> None:
        if delay < 0:
            raise ValueError(f"delay must be 0 seconds or more, not {delay}")
        self.delay = delay
        self.port = 0
        self.served = 0
        self.most_at_once = 0
        self._waiting = 0
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="delayed-server", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Stop listening, drop open connections and end the thread."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def __enter__(self) -> "DelayedServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001  whatever it is, the thread that waits for `_ready` must learn of it
            self._failure = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            self._waiting += 1
            self.most_at_once = max(self.most_at_once, self._waiting)
            try:
                await asyncio.sleep(self.delay)
            finally:
                self._waiting -= 1
            self.served += 1  # before the client can know
            writer.write(_REPLY)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # the client went away or did not speak HTTP: nobody is left to answer
        except asyncio.CancelledError:
            return  # the server is closing; this task ends here, and asyncio would log the cancellation as an error
        finally:
            writer.close()
