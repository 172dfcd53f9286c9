"""Who may speak to the lab, and who may not: token x Host x Origin x HTTP and WebSocket."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from hilos.lab.address import Address
from hilos.lab.app import create_app
from hilos.lab.guard import LARGEST_BODY, POLICY, Guard

ADDRESS = Address(8800, "f" * 48)
OWN = "http://127.0.0.1:8800"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A client that has shown nothing yet."""
    with TestClient(create_app(tmp_path, ADDRESS), base_url=OWN, follow_redirects=False) as made:
        yield made


def with_cookie(client: TestClient) -> TestClient:
    client.cookies.set(ADDRESS.cookie, ADDRESS.token)
    return client


def test_the_printed_address_gives_the_cookie_and_drops_the_token(client: TestClient) -> None:
    """The token leaves the address bar at once and the cookie is out of reach of scripts and other sites."""
    reply = client.get(f"/lesson/x?lang=en&token={ADDRESS.token}")
    assert reply.status_code == 303
    assert reply.headers["location"] == "/lesson/x?lang=en"
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("hilos_lab_8800=") and "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("path", ["//evil.test/", "/\\evil.test", "///evil.test"])
def test_the_redirect_never_leaves_the_lab(client: TestClient, path: str) -> None:
    """A path that a browser would read as another host does not become one."""
    reply = client.get(f"{OWN}{path}?token={ADDRESS.token}")
    assert not reply.headers["location"].startswith(("//", "/\\"))


@pytest.mark.parametrize("path", ["/", "/api/texts", "/static/js/app.js", "/nowhere"])
@pytest.mark.parametrize("token", [None, "", "0" * 48])
def test_without_the_token_nothing_is_answered(client: TestClient, path: str, token: str | None) -> None:
    """No page, no file and no data: not even whether they exist."""
    if token is not None:
        client.cookies.set(ADDRESS.cookie, token)
        assert client.get(path, params={"token": token}).status_code == 403
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("other", ["a[]=1", 'prefs={"a": 1, "b": "x y"}', "flag", "name=caf\xe9", "x=a,b c", ""])
def test_cookies_of_other_programs_on_this_machine_do_not_lock_the_learner_out(client: TestClient, other: str) -> None:
    """Cookies know no ports: what another server of localhost has set, in whatever form, comes before the token."""
    cookie = f"{other}; {ADDRESS.cookie}={ADDRESS.token}".encode("latin-1")
    assert client.get("/", headers=[(b"cookie", cookie)]).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:8800", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8800.evil.test", "[::1]:8800", ""]
)
def test_a_foreign_host_is_refused_though_the_token_is_right(client: TestClient, host: str) -> None:
    """DNS rebinding: a name of somebody else's that leads here is not answered."""
    assert with_cookie(client).get("/api/texts", headers={"host": host}).status_code == 403
    assert client.get(f"/?token={ADDRESS.token}", headers={"host": host}).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://127.0.0.1:8000", "https://127.0.0.1:8800", ""])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_foreign_origin_is_refused_though_the_token_is_right(client: TestClient, origin: str, method: str) -> None:
    """Another site's page, or another port's, asks for nothing here."""
    assert with_cookie(client).request(method, "/api/texts", headers={"origin": origin}).status_code == 403


def test_both_names_of_this_machine_are_answered(client: TestClient) -> None:
    """127.0.0.1 and localhost, each with its own origin only."""
    with_cookie(client)
    for name in ("127.0.0.1", "localhost"):
        cookie = f"{ADDRESS.cookie}={ADDRESS.token}"
        headers = {"host": f"{name}:8800", "origin": f"http://{name}:8800", "cookie": cookie}
        assert client.get("/api/texts", headers=headers).status_code == 200
    crossed = {"host": "localhost:8800", "origin": OWN}
    assert client.get("/api/texts", headers=crossed).status_code == 403


@pytest.mark.parametrize(
    ("site", "mode", "status"),
    [
        ("same-origin", "cors", 200),
        ("none", "navigate", 200),
        ("same-site", "navigate", 200),
        ("same-site", "no-cors", 403),
        ("cross-site", "no-cors", 403),
        ("same-site", "cors", 403),
    ],
)
def test_another_port_may_open_a_page_and_nothing_else(client: TestClient, site: str, mode: str, status: int) -> None:
    """For a browser every port of 127.0.0.1 is the same site, and sends the cookie: what it says of itself is read."""
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode}
    assert with_cookie(client).get("/api/texts", headers=headers).status_code == status


async def _echo(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
    socket = WebSocket(scope, receive, send)
    await socket.accept()
    await socket.send_text("in")
    await socket.close()


@pytest.mark.parametrize("token", [True, False])
@pytest.mark.parametrize("host", ["127.0.0.1:8800", "evil.test:8800"])
@pytest.mark.parametrize("origin", [OWN, "http://evil.test", "null", None])
def test_a_websocket_needs_all_three(token: bool, host: str, origin: str | None) -> None:
    """Token, Host and Origin: one that is wrong or missing closes it before it opens."""
    client = TestClient(Guard(_echo, ADDRESS), base_url=OWN)
    if token:
        client.cookies.set(ADDRESS.cookie, ADDRESS.token)
    headers = {"host": host} | ({"origin": origin} if origin is not None else {})
    if token and host == "127.0.0.1:8800" and origin == OWN:
        with client.websocket_connect("/ws", headers=headers) as socket:
            assert socket.receive_text() == "in"
        return
    with pytest.raises(WebSocketDisconnect):
        with client.websocket_connect("/ws", headers=headers) as socket:
            socket.receive_text()


def test_every_answer_carries_the_policy(client: TestClient) -> None:
    """Also the refusals: no inline script, no eval, no other host, no frame."""
    replies = [
        client.get("/api/texts"),
        with_cookie(client).get("/"),
        client.get("/static/js/app.js"),
        client.get("/x"),
    ]
    for reply in replies:
        assert reply.headers["content-security-policy"] == POLICY
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cross-origin-resource-policy"] == "same-origin"
    assert "unsafe" not in POLICY and "*" not in POLICY


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fports.py",
        "/static//etc/passwd",
        "/static/js/..\\..\\app.py",
        "/static/%00",
        "/static/js",
        "/static/",
    ],
)
def test_only_static_files_are_given_out(client: TestClient, path: str) -> None:
    """No way of writing a path leads out of the folder, nor to a listing of it."""
    reply = with_cookie(client).get(f"{OWN}{path}")
    assert reply.status_code in (400, 404)
    assert "import" not in reply.text and "root:" not in reply.text


def test_a_large_body_is_refused(client: TestClient) -> None:
    """Whether its size is announced or not, it is refused after the limit and never kept."""
    with_cookie(client)
    announced = client.post("/api/runs", content=b"x" * (LARGEST_BODY + 1))
    assert announced.status_code == 413 and "error" in announced.json()


def test_mistakes_are_said_in_the_language_asked_for(client: TestClient) -> None:
    """Spanish and English; JSON under /api."""
    with_cookie(client)
    assert client.get("/api/none?lang=es").json() == {"error": "Aquí no hay nada."}
    assert client.get("/api/none?lang=en").json() == {"error": "There is nothing here."}
    client.cookies.clear()
    assert "hilos lab" in client.get("/?lang=en").text
