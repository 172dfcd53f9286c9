"""What somebody on this machine could do to the lab without (or with) its token, while a lesson runs: refused or
bounded, and the lesson's page goes on as if nothing were.
"""

import asyncio
import contextlib
import http.client
import json
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from hilos.lab import live, serving
from hilos.lab.address import Address
from hilos.lab.connections import MOST, BoundedProtocol
from hilos.lab.guard import LARGEST_BODY, POLICY
from support.lab import Lab
from support.labclient import Client

STEADY = """
    import sys, threading, time
    from hilos import lesson
    def teach(tell, options):
        lock = threading.Lock()
        def work():
            while True:
                with lock:
                    time.sleep(0.002)
                time.sleep(0.001)
        for n in range(2):
            threading.Thread(target=work, name=f"steady-{n}", daemon=True).start()
        time.sleep(600)
    sys.exit(lesson.run(teach))
"""
UPGRADE = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
KEY = "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="
LONGEST_GAP = 1.0
"""Seconds between two batches of a run that makes some every 50 ms; on a machine with many others' work."""


class Watcher(threading.Thread):
    """A page that watches a run, and when it heard of its events."""

    def __init__(self, page: Client, run: str) -> None:
        super().__init__(daemon=True)
        self.times: list[float] = []
        self._page, self._run, self._done = page, run, threading.Event()
        self.start()

    def run(self) -> None:
        with self._page.socket(self._run) as connection:
            while not self._done.is_set():
                if '"k":"s"' in str(connection.recv(10)):
                    self.times.append(time.monotonic())

    def end(self) -> float:
        """The longest time without news."""
        self._done.set()
        self.join(10)
        return max((b - a for a, b in zip(self.times, self.times[1:], strict=False)), default=1e9)


@pytest.fixture(scope="module")
def steady(served: Lab) -> Iterator[str]:
    """A run that goes on through all tests of this file."""
    page = Client(served)
    id = page.start(STEADY)
    page.when(id, lambda run: run["attached"])
    yield id
    page.stop(id)


@pytest.fixture(autouse=True)
def undisturbed(page: Client, steady: str) -> Iterator[None]:
    """Whatever a test does: the run's page hears from it all the time, and other pages are answered."""
    watcher = Watcher(page, steady)
    while len(watcher.times) < 2:
        time.sleep(0.02)
    yield
    began = time.monotonic()
    assert page.ask("GET", "/api/runs")[0] == 200
    assert time.monotonic() - began < 2
    seen = len(watcher.times)
    while len(watcher.times) < seen + 2:
        time.sleep(0.02)
    assert watcher.end() < LONGEST_GAP


def raw(lab: Lab, data: bytes, within: float = 10.0) -> bytes:
    """What is answered to these bytes."""
    with socket.create_connection(("127.0.0.1", lab.address.port), within) as link:
        link.sendall(data)
        return everything(link)


def everything(link: socket.socket) -> bytes:
    """What comes until the other side closes."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while part := link.recv(65536):
            found += part
    return found


def request(lab: Lab, target: str, method: str = "GET", *more: str, token: bool = True) -> bytes:
    """A request as bytes: nothing tidies its path."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{lab.address.port}", "Connection: close", *more]
    if token:
        lines.append(f"Cookie: {lab.address.cookie}={lab.address.token}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


TRAVERSALS = [
    "/static/../app.py",
    "/static/js/../../app.py",
    "/static/..%2fapp.py",
    "/static/%2e%2e/app.py",
    "/static/%2e%2e%2fapp.py",
    "/static/%252e%252e%252fapp.py",
    "/static/..%5capp.py",
    "/static/....//app.py",
    "/static/%c0%ae%c0%ae/app.py",
    "/static//../../../../../../etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/static/js/app.js%00.py",
    "/api/lessons/..%2f..%2f..%2fetc%2fpasswd",
    "/api/traces/..%2ftoken",
    "/api/traces/%2e%2e%2ftoken/html",
    "/api/runs/..%2f..%2ftoken/log",
    "/api/exercises/..%2f..%2fREADME",
]


@pytest.mark.parametrize("target", TRAVERSALS)
def test_no_way_of_writing_a_path_leads_out(served: Lab, target: str) -> None:
    """Plain, encoded once and twice, with backslashes, in overlong UTF-8, with a zero byte: nothing of a file comes."""
    answer = raw(served, request(served, target))
    head, _blank, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] in (b"400", b"404"), head
    assert served.address.token.encode() not in answer
    assert b"root:" not in body and b"import " not in body
    assert POLICY.encode() in head


def test_every_refusal_carries_the_policy(served: Lab) -> None:
    """What is no HTTP, a wrong method, no token, a handshake refused, a body too large: each answer, each header."""
    lab = served
    answers = {
        "no HTTP": raw(lab, b"what is this\r\n\r\n"),
        "two hosts": raw(lab, request(lab, "/", "GET", "Host: evil.test")),
        "no token": raw(lab, request(lab, "/", token=False)),
        "nothing there": raw(lab, request(lab, "/nowhere")),
        "wrong method": raw(lab, request(lab, "/api/lessons", "PATCH")),
        "too large": raw(lab, request(lab, "/api/runs", "POST", f"Content-Length: {100 << 20}")),
        "a handshake": raw(lab, request(lab, "/ws?run=x", "GET", "Origin: http://evil.test", *UPGRADE, KEY)),
        "a wrong handshake": raw(lab, request(lab, "/ws?run=x", "GET", *UPGRADE, "Sec-WebSocket-Key: x")),
        "a page": raw(lab, request(lab, "/")),
        "a file": raw(lab, request(lab, "/static/js/app.js")),
    }
    for what, answer in answers.items():
        head = answer.partition(b"\r\n\r\n")[0].lower()
        assert POLICY.encode().lower() in head, what
        assert b"x-content-type-options: nosniff" in head, what
        assert head.count(b"content-security-policy") == 1, what
    assert b"unsafe" not in POLICY.encode()


def test_a_body_of_a_hundred_megabytes_is_refused(served: Lab) -> None:
    """Announced, it is refused before it is sent; in pieces, as soon as it is too large; none of it is kept."""
    before = psutil.Process(served.process.pid).memory_info().rss
    answer = raw(served, request(served, "/api/runs", "POST", f"Content-Length: {100 << 20}"))
    assert answer.split()[1] == b"413"
    sent = 0
    with socket.create_connection(("127.0.0.1", served.address.port), 10) as link:
        head = request(served, "/api/runs", "POST", "Transfer-Encoding: chunked", "Content-Type: application/json")
        link.sendall(head)
        with contextlib.suppress(OSError):
            while sent < 100 << 20:
                link.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                sent += 65536
        answer = everything(link) if sent < 100 << 20 else b""
    assert sent < 16 * LARGEST_BODY
    assert not answer or answer.split()[1] == b"413"
    assert psutil.Process(served.process.pid).memory_info().rss - before < 16 << 20


def test_five_hundred_connections_do_not_keep_a_page_out(served: Lab, page: Client) -> None:
    """Nobody asks on them and nobody closes them: the lab keeps a bounded number, and answers a page in between."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _soft < 700:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096) if hard > 0 else 4096, hard))
    with contextlib.ExitStack() as stack:
        for number in range(500):
            link = stack.enter_context(socket.create_connection(("127.0.0.1", served.address.port), 10))
            if number % 2:
                link.sendall(b"GET / HTTP/1.1\r\nHost: 127")
            if number % 100 == 99:
                assert page.ask("GET", "/api/lessons")[0] == 200
        began = time.monotonic()
        assert page.ask("GET", "/api/lessons")[0] == 200
        assert time.monotonic() - began < 2
        opened = [
            each
            for each in psutil.Process(served.process.pid).net_connections("tcp")
            if each.status == psutil.CONN_ESTABLISHED and each.laddr.port == served.address.port
        ]
        assert len(opened) <= MOST + live.MOST


def test_pages_that_never_read_are_bounded(served: Lab, page: Client, steady: str) -> None:
    """Ten sockets of a busy run that nobody reads: what waits for them is dropped, and the lab's memory stays."""
    before = psutil.Process(served.process.pid).memory_info().rss
    # Two seconds of events a thousand times denser than the steady run's.
    id = page.start(STEADY.replace("0.002", "0").replace("0.001", "0").replace("600", "2"))
    page.when(id, lambda run: run["attached"])
    with contextlib.ExitStack() as stack:
        for _ in range(10):
            link = stack.enter_context(socket.socket())
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            link.connect(("127.0.0.1", served.address.port))
            link.sendall(request(served, f"/ws?run={id}", "GET", f"Origin: {served.base}", *UPGRADE, KEY))
            assert link.recv(12) == b"HTTP/1.1 101"
        assert page.over(id)["status"] == "ok"
        assert psutil.Process(served.process.pid).memory_info().rss - before < 80 << 20


def test_more_pages_than_there_are_places_for_are_told_so(page: Client, steady: str) -> None:
    """The thirty-third socket is closed with 1013, try again later; the others go on."""
    with contextlib.ExitStack() as stack:
        codes = []
        for _ in range(live.MOST + 3):
            connection = stack.enter_context(page.socket(steady, close_timeout=1))
            try:
                connection.recv(5)
            except ConnectionClosed as error:
                codes.append(error.rcvd.code if error.rcvd else None)
        assert codes and set(codes) == {1013}


@pytest.mark.parametrize("origin", ["http://evil.test", "null", None])
def test_a_foreign_page_gets_no_socket(served: Lab, steady: str, origin: str | None) -> None:
    """With the right token and another origin, or none: status 403, whatever run it asks for."""
    lab = served
    headers = {"cookie": f"{lab.address.cookie}={lab.address.token}"}
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{lab.address.port}/ws?run={steady}", origin=origin, additional_headers=headers)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


# --- limits in time: a server in this process, whose limits are shorter


@pytest.fixture
def hasty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """A lab whose patience is half a second, and a quarter of one between two requests."""

    class Hasty(BoundedProtocol):
        request_within = 0.5
        read_within = 0.5
        most = 8

    monkeypatch.setattr(serving, "BoundedProtocol", Hasty)
    monkeypatch.setattr(live, "STUCK", 0.5)
    listener = serving.listen(0)
    address = Address(int(listener.getsockname()[1]), "e" * 48)
    config = serving.configured(tmp_path, address)
    config.timeout_keep_alive = 1
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield address
    server.should_exit = True
    thread.join(15)
    listener.close()
    assert not thread.is_alive()


def dripping(address: Address, head: bytes, drip: bytes) -> float:
    """Seconds until the lab closes a connection on which a byte comes now and then."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", address.port), 5) as link:
        link.settimeout(0.1)
        link.sendall(head)
        while time.monotonic() - began < 8:
            try:
                if link.recv(4096) == b"":
                    break
            except TimeoutError:
                with contextlib.suppress(OSError):
                    link.sendall(drip)
            except OSError:
                break
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("head", "drip"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\n", b"x"),
        (b"GET / HTTP/1.1\r\nHost: ", b"a"),
        (b"POST /health HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n\r\n", b"x"),
        (b"POST /api/runs HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nContent-Length: 1000\r\n\r\n", b"x"),
        (b"GET /health HTTP/1.1\r\nHost: {host}\r\n\r\nGET /he", b"a"),
    ],
    ids=["nothing", "line", "headers", "body", "body with token", "a second request"],
)
def test_who_never_finishes_asking_is_closed(hasty: Address, head: bytes, drip: bytes) -> None:
    """Slow-loris, in each part of a request: a byte now and then does not buy more time."""
    cookie = f"{hasty.cookie}={hasty.token}".encode()
    head = head.replace(b"{host}", f"127.0.0.1:{hasty.port}".encode()).replace(b"{cookie}", cookie)
    assert dripping(hasty, head, drip) < 4


def test_a_connection_between_two_requests_ends_after_a_while(hasty: Address) -> None:
    """Keep-alive is kept for as long as is said, and no longer."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", hasty.port), 10) as link:
        link.sendall(f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{hasty.port}\r\n\r\n".encode())
        assert everything(link).startswith(b"HTTP/1.1 200")
    assert 0.9 < time.monotonic() - began < 6


def test_the_longest_idle_gives_its_place_to_a_newcomer(hasty: Address) -> None:
    """All eight places taken by who says nothing: a ninth that asks is answered."""
    with contextlib.ExitStack() as stack:
        for _ in range(12):
            stack.enter_context(socket.create_connection(("127.0.0.1", hasty.port), 5))
        connection = http.client.HTTPConnection("127.0.0.1", hasty.port, timeout=5)
        connection.request("GET", "/health")
        assert connection.getresponse().read() == b"ok"
        connection.close()


def test_an_answer_that_nobody_reads_is_given_up(hasty: Address) -> None:
    """A client asks a hundred times for a file and reads nothing: its connection ends."""
    with socket.socket() as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        link.settimeout(5)
        link.connect(("127.0.0.1", hasty.port))
        asked = (
            f"GET /static/index.html HTTP/1.1\r\nHost: 127.0.0.1:{hasty.port}\r\nCookie: {hasty.cookie}={hasty.token}"
        )
        began = time.monotonic()
        with contextlib.suppress(OSError):
            while time.monotonic() - began < 8:
                link.sendall(f"{asked}\r\n\r\n".encode() * 50)
                time.sleep(0.05)
        assert time.monotonic() - began < 6


def test_a_page_that_only_listens_stays(hasty: Address) -> None:
    """A socket is no request: it outlives by far the time that one may take."""
    with connect(
        f"ws://127.0.0.1:{hasty.port}/ws?run=services",
        origin=f"http://127.0.0.1:{hasty.port}",  # type: ignore[arg-type]
        additional_headers={"cookie": f"{hasty.cookie}={hasty.token}"},
    ) as connection:
        end = time.monotonic() + 2.5
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                connection.recv(left)


def test_a_socket_that_nobody_reads_is_closed(hasty: Address) -> None:
    """Half a second after its reader stopped reading, with megabytes waiting."""

    def served() -> Any:
        with connect(
            f"ws://127.0.0.1:{hasty.port}/ws?run=none",
            origin=f"http://127.0.0.1:{hasty.port}",  # type: ignore[arg-type]
            additional_headers={"cookie": f"{hasty.cookie}={hasty.token}"},
        ) as connection:
            with pytest.raises(ConnectionClosed):
                connection.recv(5)
            return connection.close_code

    assert served() == 4404
    reader = _Stuck()
    began = time.monotonic()
    asyncio.run(reader.serve())
    assert 0.4 < time.monotonic() - began < 4 and reader.left


class _Stuck:
    """A socket whose text is never taken, as `live` sees it."""

    def __init__(self) -> None:
        self.left = False

    async def serve(self) -> None:
        from hilos.lab.feed import Feed

        feed = Feed(lambda: ({"k": "hello"}, []), list)
        self.app = type("App", (), {"state": type("State", (), {"feeds": staticmethod(lambda run: feed)})})
        self.query_params = {"run": "x"}
        self.application_state = None
        leave: Callable[[Any], None] = feed.leave

        def left(reader: Any) -> None:
            self.left = True
            leave(reader)

        feed.leave = left  # type: ignore[method-assign]
        await live.socket(self)  # type: ignore[arg-type]

    async def accept(self) -> None:
        pass

    async def close(self, code: int) -> None:
        pass

    async def send_text(self, text: str) -> None:
        assert json.loads(text)
        await asyncio.sleep(60)

    async def receive_text(self) -> str:
        await asyncio.sleep(60)
        return ""
