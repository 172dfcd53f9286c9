"""Running a server: in a process of its own, to be mistreated there; until a signal; with room for its sockets."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from multiprocessing.connection import Connection

from hilos.interrupts import sigint_blocked

Host = Callable[["Connection[object, object]"], None]
"""What runs in the other process: serves, sends its port through the pipe, and leaves when the pipe ends."""


@contextlib.asynccontextmanager
async def hosted(host: Host) -> AsyncIterator[int]:
    """A server in a process of its own for as long as this block lasts; gives its port.

    Arguments:
        host: importable by name; usually one call of `hold`.
    """
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=host, args=(theirs,))
    with theirs, sigint_blocked():
        process.start()
    try:
        port = await asyncio.to_thread(pipe.recv)
        assert isinstance(port, int)
        yield port
    except BaseException:
        process.kill()  # interrupted: nothing of it is worth waiting for, and its workers leave when their pipes end
        raise
    finally:
        pipe.close()
        process.join(0.5)  # it leaves by itself, unless its loop is stuck
        process.kill()
        process.join()


def hold(
    pipe: "Connection[object, object]", serve: Callable[[Callable[[int], Awaitable[None]]], Awaitable[None]]
) -> None:
    """The inside of a `Host`: run `serve`, which calls what it is given with its port and is over when that returns."""

    async def until_the_pipe_ends(port: int) -> None:
        ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(pipe.fileno(), ended.set)
        pipe.send(port)
        await ended.wait()

    async def run() -> None:
        await serve(until_the_pipe_ends)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    asyncio.run(run())


@contextlib.contextmanager
def on_signals(stop: Callable[[], None]) -> Iterator[asyncio.Event]:
    """Within this block, Ctrl+C and SIGTERM call `stop` at once, even while the loop is busy, and set the event."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()

    def ask(signum: int, frame: object) -> None:
        stop()
        loop.call_soon_threadsafe(asked.set)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def make_room_for_sockets(wanted: int = 4096) -> None:
    """Ask for `wanted` open files: each socket is one, and many systems start a program with 256."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
