"""The alert receiver: what it takes, what it refuses, what it shows."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hilos.metrics.alerts import ALERTS
from hilos.metrics.panels import PANELS
from hilos.services.alert_receiver import LARGEST, AlertReceiver, read_webhook
from support.lessons import ROOT

HOOK = {
    "version": "4",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "DeadlockDetected", "severity": "critical", "job": "deadlocks"},
            "annotations": {"summary": "Deadlock en deadlocks", "summary_en": "Deadlock in deadlocks"},
            "startsAt": "2026-01-01T00:00:00Z",
            "fingerprint": "abc",
        }
    ],
}


@pytest.fixture
def told() -> list[str]:
    """What it said."""
    return []


@pytest.fixture
def receiver(told: list[str]) -> Iterator[AlertReceiver]:
    """A receiver that serves on a free port."""
    made = AlertReceiver(0, ROOT, tell=told.append)
    thread = threading.Thread(target=made.serve)
    thread.start()
    yield made
    made.close()
    thread.join()


def ask(receiver: AlertReceiver, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Status and body of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    finally:
        connection.close()


def test_an_alert_is_told_and_kept(receiver: AlertReceiver, told: list[str]) -> None:
    """In the terminal, as JSON and on the page."""
    assert ask(receiver, "POST", "/alerts", json.dumps(HOOK).encode())[0] == 200
    assert told == ["! DeadlockDetected (critical, activa): Deadlock en deadlocks"]
    kept = json.loads(ask(receiver, "GET", "/alerts")[1])
    assert kept[0]["name"] == "DeadlockDetected"
    assert "Deadlock en deadlocks" in ask(receiver, "GET", "/")[1]


@pytest.mark.parametrize(
    "body", [b"", b"hola", b"[]", b"{}", b'{"alerts": 3}', b'{"alerts": [7]}', b'{"alerts": [{"labels": 3}]}']
)
def test_what_is_no_webhook_is_refused_and_it_goes_on(receiver: AlertReceiver, body: bytes) -> None:
    """Status 400, and the next one is taken."""
    assert ask(receiver, "POST", "/alerts", body)[0] == 400
    assert ask(receiver, "POST", "/alerts", json.dumps(HOOK).encode())[0] == 200


def test_too_much_is_refused_unread(receiver: AlertReceiver) -> None:
    """By its declared length."""
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=10) as raw:
        raw.sendall(f"POST /alerts HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LARGEST + 1}\r\n\r\n".encode())
        assert b" 413 " in raw.recv(100)


def test_another_host_is_refused(receiver: AlertReceiver) -> None:
    """A name of somebody else's that points here (DNS rebinding)."""
    assert ask(receiver, "GET", "/alerts", Host="evil.example")[0] == 403
    assert ask(receiver, "GET", "/alerts", Host=f"localhost:{receiver.port}")[0] == 200


def test_what_it_shows_is_escaped(receiver: AlertReceiver) -> None:
    """A summary with markup is text."""
    hook = json.loads(json.dumps(HOOK))
    hook["alerts"][0]["annotations"]["summary"] = "<script>alert(1)</script>"
    ask(receiver, "POST", "/alerts", json.dumps(hook).encode())
    page = ask(receiver, "GET", "/")[1]
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_every_alert_is_explained_in_both_languages(receiver: AlertReceiver) -> None:
    """The address that its annotation gives leads to its meaning and what to do."""
    for alert in ALERTS:
        spanish = ask(receiver, "GET", f"/{alert.name}?lang=es")
        english = ask(receiver, "GET", f"/{alert.name}", Accept_Language="en-GB")
        assert spanish[0] == english[0] == 200
        assert "Qué hacer" in spanish[1]
        assert "What to do" in english[1]


def test_lessons_are_shown_and_nothing_else_of_the_disk(receiver: AlertReceiver) -> None:
    """An allow-list: no path leads out."""
    lesson = PANELS[0].lesson
    assert ask(receiver, "GET", f"/lesson/{lesson}") == (200, (ROOT / lesson).read_text(encoding="utf-8"))
    for path in (
        "/lesson/../pyproject.toml",
        "/lesson/pyproject.toml",
        "/lesson//etc/passwd",
        "/lesson/%2e%2e/LICENSE",
    ):
        assert ask(receiver, "GET", path)[0] == 404


def test_the_language_of_the_summary_is_its_readers(receiver: AlertReceiver) -> None:
    """Not that of when it came."""
    assert ask(receiver, "POST", "/alerts", json.dumps(HOOK).encode())[0] == 200
    for language, summary in (("es", "Deadlock en deadlocks"), ("en", "Deadlock in deadlocks")):
        assert json.loads(ask(receiver, "GET", f"/alerts?lang={language}")[1])[0]["summary"] == summary
        assert summary in ask(receiver, "GET", f"/?lang={language}")[1]


def test_it_keeps_a_bounded_number(tmp_path: Path) -> None:
    """The oldest give way."""
    receiver = AlertReceiver(0, tmp_path, tell=lambda line: None)
    try:
        for _ in range(30):
            receiver.take(read_webhook(json.dumps({"alerts": HOOK["alerts"] * 20}).encode()))
        assert len(receiver.kept()) == 500
    finally:
        receiver._server.server_close()
