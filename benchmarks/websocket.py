"""Reply latency of the WebSocket lesson's server while CPU jobs keep every core busy, against the same server idle.

    python benchmarks/websocket.py [--clients 200] [--rate 5] [--seconds 4] [--rounds 3] [--json FILE]

200 clients send a small message each, five times a second, and latency is counted from when each message should have
left (so a stuck server cannot hide).  The variants take turns, round by round, each with a fresh server, and each
round gives one ratio to the idle server of *that* round; what is reported is the median of the ratios.

    echo idle           the bare `websockets` echo server, nothing else running: what the library and machine give
    idle                the lesson's server, no jobs
    processes           two jobs a core, always, in worker processes of niceness 10 (the default)
    processes, nice 0   the same, workers as urgent as the loop
    processes, nice 19  the same, workers as patient as can be
    threads             the same jobs in threads of the server
    event loop          the same jobs in the event loop itself
    echo, busy cores    the bare echo server beside as many unrelated busy processes of niceness 10 as there are cores:
                        how much of the delay is the operating system's, and no server's

The clients run in this process, and compete for the same cores as everything else; their delay is in every number.
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import platform
import random
import statistics
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from hilos.websocket.hosting import cores, hold, hosted, make_room_for_sockets
from hilos.websocket.latency import percentile

SCRIPT = Path(__file__).resolve().parent.parent / "websockets" / "websocket_server.py"
JOB = {"type": "submit", "kind": "primes", "size": 200_000}


@dataclass(frozen=True)
class Round:
    """One variant in one round; latencies in seconds."""

    variant: str
    replies: int
    p50: float
    p99: float
    worst: float
    jobs: int


def host_echo(pipe: Connection) -> None:
    """The bare library, in a process of its own."""

    async def echo(socket: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in socket:
                await socket.send(message)

    async def serve_it(until_the_end: Callable) -> None:
        async with serve(echo, "127.0.0.1", 0, compression=None) as server:
            await until_the_end(next(iter(server.sockets)).getsockname()[1])

    hold(pipe, serve_it)


def burn(niceness: int) -> None:
    os.nice(niceness)
    while True:
        sum(range(10_000))


@contextlib.asynccontextmanager
async def echo(busy: int = 0) -> AsyncIterator[int]:
    """The echo server's port; beside it, `busy` unrelated processes that compute."""
    burners = [multiprocessing.get_context("spawn").Process(target=burn, args=(10,), daemon=True) for _ in range(busy)]
    for burner in burners:
        burner.start()
    try:
        async with hosted(host_echo) as port:
            yield port
    finally:
        for burner in burners:
            burner.kill()
            burner.join()


@contextlib.asynccontextmanager
async def lesson(clients: int, *arguments: str) -> AsyncIterator[int]:
    """The lesson's server, run as a learner runs it; its port."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPT), "--quiet", "--no-visitor", "--wrong-way", "--clients", str(clients + 5),
        "--port", str(port), *arguments, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                async with connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None):
                    break
            await asyncio.sleep(0.05)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def measure(
    variant: str, server: AbstractAsyncContextManager[int], where: str | None, clients: int, rate: float, seconds: float
) -> Round:
    """All clients on one server, with two jobs a core in `where` (none if None)."""
    loop = asyncio.get_running_loop()
    replies: list[float] = []
    jobs = 0

    async def exchange(socket: ClientConnection, start: float) -> None:
        due: dict[int, float] = {}

        async def listen() -> None:
            async for message in socket:
                reply = json.loads(message)
                if reply["type"] in ("pong", "ping"):  # the echo sends the ping back
                    replies.append(loop.time() - due.pop(reply["id"]))

        listening = asyncio.ensure_future(listen())
        for number in range(round(rate * seconds)):
            on_time = start + number / rate
            await asyncio.sleep(max(0.0, on_time - loop.time()))
            due[number] = on_time
            await socket.send(f'{{"type":"ping","id":{number}}}')
        for _ in range(1000):  # 10 s for what is still on its way
            if not due:
                break
            await asyncio.sleep(0.01)
        listening.cancel()
        replies.extend(loop.time() - sent for sent in due.values())

    async def work(socket: ClientConnection) -> None:
        nonlocal jobs
        for number in range(2 * cores()):
            await socket.send(json.dumps({**JOB, "id": str(number), "where": where}))
        async for message in socket:
            reply = json.loads(message)
            if reply["type"] == "result":
                jobs += 1
                await socket.send(json.dumps({**JOB, "id": reply["id"], "where": where}))

    async with server as port, contextlib.AsyncExitStack() as stack:

        async def join() -> ClientConnection:
            where_to = connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None, open_timeout=30)
            return await stack.enter_async_context(where_to)

        sockets = [await join() for _ in range(clients)]
        working = None
        if where is not None:
            working = asyncio.ensure_future(work(await join()))
            await asyncio.sleep(1.0)  # the workers are up and busy
        jobs = 0
        start = loop.time() + 0.1
        # Spread over the period, in no order: 200 messages in one instant would measure the length of that queue.
        await asyncio.gather(*(exchange(socket, start + random.random() / rate) for socket in sockets))
        if working is not None:
            working.cancel()
        await asyncio.gather(*(socket.close() for socket in sockets))
    return Round(variant, len(replies), percentile(replies, 0.5), percentile(replies, 0.99), max(replies), jobs)


async def run(options: argparse.Namespace) -> list[Round]:
    clients = options.clients
    variants: dict[str, tuple[Callable[[], AbstractAsyncContextManager[int]], str | None]] = {
        "echo idle": (echo, None),
        "idle": (lambda: lesson(clients), None),
        "processes": (lambda: lesson(clients), "processes"),
        "processes, nice 0": (lambda: lesson(clients, "--nice", "0"), "processes"),
        "processes, nice 19": (lambda: lesson(clients, "--nice", "19"), "processes"),
        "threads": (lambda: lesson(clients), "threads"),
        "event loop": (lambda: lesson(clients), "loop"),
        "echo, busy cores": (lambda: echo(busy=cores()), None),
    }
    rounds = []
    for number in range(options.rounds):
        for variant, (server, where) in variants.items():
            measured = await measure(variant, server(), where, clients, options.rate, options.seconds)
            rounds.append(measured)
            print(f"round {number + 1}: {variant}: p99 {measured.p99 * 1000:.1f} ms", file=sys.stderr)
    return rounds


def report(rounds: list[Round], options: argparse.Namespace) -> None:
    print(
        f"{options.clients} clients, {options.rate:g} messages a second each, {options.rounds} rounds of "
        f"{options.seconds:g} s; {platform.python_implementation()} {platform.python_version()}, websockets "
        f"{websockets.__version__}, {cores()} cores, load {os.getloadavg()[0]:.1f}\n"
    )
    print(f"{'variant':20}{'p50 ms':>9}{'p99 ms':>9}{'worst ms':>10}{'p99 / idle':>12}{'jobs':>6}")
    idle = [each.p99 for each in rounds if each.variant == "idle"]
    for variant in dict.fromkeys(each.variant for each in rounds):
        mine = [each for each in rounds if each.variant == variant]
        ratio = statistics.median(each.p99 / base for each, base in zip(mine, idle, strict=True))
        p50, p99 = (statistics.median(getattr(each, name) for each in mine) * 1000 for name in ("p50", "p99"))
        worst, jobs = max(each.worst for each in mine) * 1000, sum(each.jobs for each in mine)
        print(f"{variant:20}{p50:9.2f}{p99:9.2f}{worst:10.1f}{ratio:12.2f}{jobs:6}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rate", type=float, default=5.0, help="messages a second of each client")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write every round there")
    options = parser.parse_args()
    make_room_for_sockets()
    rounds = asyncio.run(run(options))
    report(rounds, options)
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in rounds], indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
