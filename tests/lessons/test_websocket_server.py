"""The WebSocket server with real sockets: jobs, limits, and whatever a stranger sends."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import psutil
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from hilos.websocket.hosting import make_room_for_sockets
from hilos.websocket.messages import LARGEST_MESSAGE
from hilos.websocket.strangers import HALF_A_FRAME, handshake, is_too_big, vanish, visits
from hilos.websocket.tasks import TASKS, work
from support.network import get
from support.websocket_server import SCRIPT, Running, is_worker, running

DEADLINE = 30
QUICK = 5
"""Seconds within which a server that is well answers, on a machine that has other things to do."""


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running("--clients", "40") as server:
        yield server


def run(body: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(DEADLINE):
            await body()

    asyncio.run(limited())


class Client:
    """A client for tests: sends values, waits for the message it wants."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, **message: object) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self, kind: str, id: object = None) -> dict[str, Any]:
        """The next message of that kind (about that id); the others are dropped."""
        while True:
            message = json.loads(await self.socket.recv())
            if message["type"] == kind and (id is None or message["id"] == id):
                return message  # type: ignore[no-any-return]

    async def is_answered(self, within: float = QUICK) -> bool:
        async with asyncio.timeout(within):
            await self.say(type="ping", id=99)
            await self.hear("pong", 99)
        return True


@contextlib.asynccontextmanager
async def client(server: Running, **options: Any) -> AsyncIterator[Client]:
    async with connect(f"ws://{server.address}/", compression=None, proxy=None, **options) as socket:
        yield Client(socket)


async def is_well(server: Running) -> bool:
    """A newcomer gets its welcome and its reply."""
    async with asyncio.timeout(QUICK), client(server) as newcomer:
        await newcomer.hear("welcome")
        return await newcomer.is_answered()


def test_jobs_from_welcome_to_result(server: Running) -> None:
    """Several jobs at once: each is accepted, tells its progress and gives the right result."""

    async def body() -> None:
        async with client(server) as one:
            welcome = await one.hear("welcome")
            assert set(welcome["kinds"]) == set(TASKS)
            assert welcome["where"] == ["processes"]
            sizes = {"primes": 200_000, "pi": 600_000, "collatz": 20_000}
            for kind, size in sizes.items():
                await one.say(type="submit", id=kind, kind=kind, size=size)
            heard: dict[str, list[dict[str, Any]]] = {kind: [] for kind in sizes}
            while sum(told[-1]["type"] == "result" for told in heard.values() if told) < len(sizes):
                message = json.loads(await one.socket.recv())
                heard[message["id"]].append(message)
            for kind, size in sizes.items():
                kinds = [message["type"] for message in heard[kind]]
                assert kinds[0] == "accepted"
                assert kinds[-1] == "result"
                fractions = [message["fraction"] for message in heard[kind] if message["type"] == "progress"]
                assert fractions, f"{kind} told no progress"
                assert fractions == sorted(fractions)
                assert 0 < fractions[0] <= 1
                assert heard[kind][-1]["value"] == work(kind, size, lambda fraction: None)

    run(body)


def test_replies_come_while_processes_work(server: Running) -> None:
    """With every worker busy, a ping is answered at once, and not after the job."""

    async def body() -> None:
        async with client(server) as busy, client(server) as other:
            for number in range(4):
                await busy.say(type="submit", id=f"big {number}", kind="primes", size=TASKS["primes"].largest)
                await busy.hear("accepted")
            await busy.hear("progress")
            assert await other.is_answered()
            assert await busy.is_answered()

    run(body)


def test_a_job_is_cancelled(server: Running) -> None:
    """While it runs and before it began; its name is free again at once; a stranger's job cannot be named."""

    async def body() -> None:
        async with client(server) as one, client(server) as other:
            await one.say(type="submit", id="a", kind="primes", size=TASKS["primes"].largest)
            await one.hear("progress", "a")
            await other.say(type="cancel", id="a")
            assert (await other.hear("error", "a"))["code"] == "unknown_job"
            await one.say(type="cancel", id="a")
            await one.hear("cancelled", "a")
            # Submit and cancel in one breath: the job must still say what became of it.
            await one.say(type="submit", id="a", kind="primes", size=TASKS["primes"].largest)
            await one.say(type="cancel", id="a")
            await one.hear("cancelled", "a")
            await one.say(type="submit", id="a", kind="primes", size=10)
            assert (await one.hear("result", "a"))["value"] == 4

    run(body)


def test_jobs_leave_with_their_client(server: Running) -> None:
    """Who disconnects takes his jobs along: the workers are free for others."""

    async def body() -> None:
        async with client(server) as one:
            for number in range(8):
                await one.say(type="submit", id=str(number), kind="primes", size=TASKS["primes"].largest)
            await one.hear("progress")
            one.socket.transport.abort()
        async with client(server) as other:
            await other.say(type="submit", id="mine", kind="primes", size=100)
            assert (await other.hear("result", "mine"))["value"] == 25

    run(body)


def test_a_clients_jobs_are_bounded(server: Running) -> None:
    """The ninth is refused, as is a name in use and a place that the server does not offer."""

    async def body() -> None:
        async with client(server) as one:
            for number in range(9):
                await one.say(type="submit", id=str(number), kind="primes", size=TASKS["primes"].largest)
            assert (await one.hear("error", "8"))["code"] == "too_many"
            await one.say(type="cancel", id="7")
            await one.hear("cancelled", "7")
            await one.say(type="submit", id="0", kind="primes")
            assert (await one.hear("error", "0"))["code"] == "duplicate"
            await one.say(type="submit", id="x", kind="primes", where="loop")
            assert (await one.hear("error", "x"))["code"] == "where"

    run(body)


@pytest.mark.parametrize(
    "message", [b"\x00\xff", "hola", "[" * 10_000, "{}", '{"type":"submit","id":"a","kind":"pi","size":true}']
)
def test_a_malformed_message_gets_its_reply_and_the_connection_lives(server: Running, message: str | bytes) -> None:
    """Not JSON, wrong types, binary: an error, and then business as usual."""

    async def body() -> None:
        async with client(server) as one:
            await one.socket.send(message)
            error = await one.hear("error")
            assert error["text"]
            assert await one.is_answered()

    run(body)


def test_a_fragmented_message_is_one_message(server: Running) -> None:
    """A ping that comes in three frames is answered like any other."""

    async def body() -> None:
        async with client(server) as one:
            await one.socket.send(['{"type":', '"ping",', '"id":5}'])
            await one.hear("pong", 5)

    run(body)


def test_ten_megabytes_are_refused(server: Running) -> None:
    """The connection of who sends them is closed with 1009; the size that is allowed is allowed."""

    async def body() -> None:
        assert "1009" in await is_too_big(server.port, 10_000_000)
        async with client(server) as one:
            await one.socket.send("x" * LARGEST_MESSAGE)
            assert (await one.hear("error"))["code"] == "not_json"
        assert await is_well(server)

    run(body)


def test_every_bad_visit_is_survived(server: Running) -> None:
    """All that the lesson's own strangers do, and then a newcomer is served."""

    async def body() -> None:
        answers = dict(await visits(server.port))
        assert len(answers) == 8
        assert not any("sin respuesta" in answer or "no reply" in answer for answer in answers.values())
        assert await is_well(server)

    run(body)


def test_half_frames_and_half_requests_hold_up_nobody(server: Running) -> None:
    """Clients that stop in the middle of a request or a frame, and stay: the others are served."""

    async def body() -> None:
        writers = []
        for _ in range(8):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(handshake(server.port))
            await reader.readuntil(b"\r\n\r\n")
            writer.write(HALF_A_FRAME)
            writers.append(writer)
        for start in (b"", b"G", b"GET / HTTP/1.1\r\nHost: x", b"\x16\x03\x01\x02\x00\x01\x00", b"\x00" * 5000):
            _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(start)
            writers.append(writer)
        assert await is_well(server)
        for writer in writers:
            await vanish(writer)
        assert await is_well(server)

    run(body)


@pytest.mark.slow
def test_a_thousand_connections_are_survived() -> None:
    """1,000 sockets at once: some get in, the rest are turned away, memory stays, and afterwards all is well."""
    make_room_for_sockets()

    async def body() -> None:
        with running("--clients", "50") as server:
            process = psutil.Process(server.process.pid)
            assert await is_well(server)
            memory = process.memory_info().rss
            async with client(server) as early:
                sockets = [socket.create_connection(("127.0.0.1", server.port), QUICK) for _ in range(1000)]
                for raw in sockets[::2]:
                    with contextlib.suppress(OSError):
                        raw.sendall(handshake(server.port))
                assert await early.is_answered(), "who was there before is still served"
                assert process.num_fds() < 200
                assert process.memory_info().rss - memory < 64 * 2**20
                for raw in sockets:
                    raw.close()
            await well_again(server)
            seconds, printed = server.stop()
            assert seconds < 2
            assert "Traceback" not in printed

    run(body)


async def well_again(server: Running) -> None:
    """Wait until a newcomer is served; the deadline is the test's."""
    while True:
        with contextlib.suppress(InvalidStatus, OSError, EOFError, TimeoutError):
            if await is_well(server):
                return
        await asyncio.sleep(0.05)


def test_clients_are_bounded(server: Running) -> None:
    """When it is full, the next is told so with HTTP 503; when one leaves there is room again."""

    async def body() -> None:
        async with contextlib.AsyncExitStack() as stack:
            with pytest.raises(InvalidStatus) as caught:
                for _ in range(60):
                    await stack.enter_async_context(client(server))
            assert caught.value.response.status_code == 503
        await well_again(server)

    run(body)


@pytest.mark.slow
def test_a_client_that_never_reads_is_cut_off_and_harms_nobody(server: Running) -> None:
    """It asks and asks and reads nothing: the server stops reading from it and drops it within its time."""

    async def body() -> None:
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        raw.connect(("127.0.0.1", server.port))
        raw.sendall(handshake(server.port))
        text = b'{"type":"submit","id":"a","kind":"x"}'
        frame = b"\x81" + bytes([0x80 | len(text)]) + b"\0\0\0\0" + text
        raw.setblocking(False)
        cut = False
        end = time.monotonic() + 20
        while not cut and time.monotonic() < end:
            try:
                raw.send(frame * 100)
            except BlockingIOError:  # the server reads no more
                assert await is_well(server)
                await asyncio.sleep(0.2)
            except OSError:
                cut = True
        raw.close()
        assert cut

    run(body)


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("https://ejemplo.com", None, 403),
        ("http://localhost:3000", None, 403),
        ("null", None, 403),
        ("http://ejemplo.com", "ejemplo.com", 403),
        (None, "ejemplo.com", 403),
    ],
)
def test_a_foreign_page_is_turned_away(server: Running, origin: str | None, host: str | None, status: int) -> None:
    """Another site's page, another port's, one without origin or key, and one by a foreign name."""

    async def body() -> None:
        headers = {"Host": host} if host else {}
        lines = handshake(server.port).decode()
        if host:
            lines = re.sub(r"Host: .*", f"Host: {headers['Host']}\r", lines)
        if origin:
            lines = lines.replace("\r\n\r\n", f"\r\nOrigin: {origin}\r\n\r\n")
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(lines.encode())
        assert f" {status} ".encode() in await reader.readline()
        await vanish(writer)

    run(body)


def test_the_page_itself_and_a_file_with_the_key_come_in(server: Running) -> None:
    """The server's own origin; and `null` with what lies beside the page."""

    async def body() -> None:
        async with client(server, origin=Origin(f"http://{server.address}")) as page:
            await page.hear("welcome")
        found = re.search(r'"(.+)"', SCRIPT.with_name("websocket_key.js").read_text())
        assert found is not None
        async with connect(
            f"ws://{server.address}/?key={found[1]}", origin=Origin("null"), proxy=None
        ) as page_in_a_file:
            await page_in_a_file.recv()

    run(body)


def test_http_on_the_same_port(server: Running) -> None:
    """The page with its policy, health, metrics; 404 for the rest, the key included; no page for a foreign host."""
    with urllib.request.urlopen(f"http://{server.address}/", timeout=QUICK) as page:
        assert "<!doctype html>" in page.read().decode()
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert get(f"http://{server.address}/healthz") == "ok\n"
    for path in ("/websocket_key.js", "/../websocket_server.py", "/%2e%2e/websocket_server.py", "//etc/passwd"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            get(f"http://{server.address}{path}")
        assert caught.value.code == 404
        caught.value.close()
    request = urllib.request.Request(f"http://{server.address}/", headers={"Host": "ejemplo.com"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=QUICK)
    assert caught.value.code == 403
    caught.value.close()


def samples(text: str) -> dict[str, float]:
    """Samples of an exposition by name and labels."""
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_every_curve_moves_while_nobody_is_connected() -> None:
    """The course's own visitor keeps all the metrics going (a replaced worker is the exception, as it should be)."""
    moving = (
        'websocket_messages_received_total{type="ping"}',
        'websocket_messages_sent_total{type="pong"}',
        'websocket_messages_sent_total{type="progress"}',
        'websocket_jobs_total{kind="pi",outcome="done"}',
        'websocket_job_duration_seconds_count{kind="pi"}',
        "websocket_event_loop_lag_seconds_count",
        "websocket_reply_latency_seconds_count",
    )
    with running() as server:
        first: dict[str, float] = {}
        deadline = time.monotonic() + 25
        while True:
            now = samples(get(f"http://{server.address}/metrics"))
            if not first and all(now.get(name, 0) > 0 for name in moving):
                first = now
            if first and all(now[name] > first[name] for name in moving if 'kind="' not in name):
                break
            assert time.monotonic() < deadline, [name for name in moving if not now.get(name)]
            time.sleep(0.1)
        assert now["websocket_clients"] == 1
        assert now["websocket_workers_replaced_total"] == 0
        assert now['websocket_connections_total{outcome="accepted"}'] == 1


def test_a_killed_worker_is_replaced_and_its_job_done_again() -> None:
    """SIGKILL to the worker in the middle of a job: the client gets its result, marked as repeated."""

    async def body() -> None:
        with running("--workers", "1", "--no-visitor") as server:
            async with client(server) as one:
                await one.say(type="submit", id="a", kind="collatz", size=50_000)
                await one.hear("progress", "a")
                (worker,) = server.workers()
                worker.kill()
                result = await one.hear("result", "a")
                assert result["value"] == 35655
                assert result["retried"] is True
            assert samples(get(f"http://{server.address}/metrics"))["websocket_workers_replaced_total"] == 1

    run(body)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("where", ["processes", "loop"])
def test_it_leaves_within_two_seconds(number: int, where: str) -> None:
    """With clients connected, one of them deaf, and work going on, in processes or in the loop: no child, no trace."""

    async def body() -> None:
        with running("--wrong-way") as server, socket.create_connection(("127.0.0.1", server.port)) as deaf:
            deaf.sendall(handshake(server.port))
            async with client(server) as one:
                await one.hear("welcome")
                await one.say(type="submit", id="a", kind="primes", size=TASKS["primes"].largest, where=where)
                await one.hear("accepted" if where == "loop" else "progress")
                children = psutil.Process(server.process.pid).children(recursive=True)
                seconds, printed = await asyncio.to_thread(server.stop, number)
                assert seconds < 2
                assert server.process.returncode == 0
                assert "Traceback" not in printed
                assert "Hasta luego" in printed
                _gone, alive = psutil.wait_procs(children, timeout=2)
                assert not alive

    run(body)


def test_killing_the_server_leaves_no_worker() -> None:
    """SIGKILL leaves no time to clean up: busy and idle workers notice and leave by themselves."""

    async def body() -> None:
        with running() as server:
            async with client(server) as one:
                await one.say(type="submit", id="a", kind="primes", size=TASKS["primes"].largest)
                await one.hear("progress")
                workers = server.workers()
                assert workers
                os.kill(server.process.pid, signal.SIGKILL)
                deadline = time.monotonic() + 5
                while any(is_worker(worker) for worker in workers):
                    assert time.monotonic() < deadline
                    await asyncio.sleep(0.02)

    run(body)


@pytest.mark.alone
def test_the_wrong_way_is_wrong() -> None:
    """A job in the event loop silences the server for as long as it lasts; the lag that it reports says so."""

    async def body() -> None:
        with running("--wrong-way") as server:
            async with client(server) as one, client(server) as other:
                assert (await one.hear("welcome"))["where"] == ["processes", "threads", "loop"]
                await one.say(type="submit", id="a", kind="primes", size=200_000, where="loop")
                await one.hear("accepted", "a")
                asked = time.monotonic()
                await other.say(type="ping", id=1)
                pong = await other.hear("pong", 1)
                silent = time.monotonic() - asked
                took = (await one.hear("result", "a"))["seconds"]
                assert silent > took / 2
                await asyncio.sleep(0.2)
                await other.say(type="ping", id=2)
                pong = await other.hear("pong", 2)
                assert pong["lag_ms"] > took * 500
                await one.say(type="submit", id="b", kind="primes", size=200_000, where="threads")
                await one.hear("progress", "b")
                assert await other.is_answered()
                assert (await one.hear("result", "b"))["value"] == 17984

    run(body)
