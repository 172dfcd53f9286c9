"""Who may come in, without a socket."""

import pytest

from hilos.websocket.admission import Refusal, refusal

KEY = "k" * 43


def ask(origin: str | None, host: str | None = "127.0.0.1:8765", offered: str | None = None) -> Refusal | None:
    return refusal(host=host, origin=origin, key=KEY, offered=offered)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "127.0.0.1:8765"),
        ("http://127.0.0.1:8765", "127.0.0.1:8765"),
        ("http://localhost:8765", "localhost:8765"),
        ("http://LOCALHOST:8765", "localhost:8765"),
        ("http://[::1]:8765", "[::1]:8765"),
        ("http://localhost", "localhost"),
        ("http://localhost:9000", "localhost:9000"),
    ],
)
def test_our_own_page_and_programs_come_in(origin: str | None, host: str) -> None:
    """The page by any name of this machine, also through a forwarded port; and what is no browser."""
    assert ask(origin, host) is None


@pytest.mark.parametrize(
    "origin",
    [
        "https://ejemplo.com",
        "http://127.0.0.1.ejemplo.com:8765",
        "http://localhost:3000",
        "https://127.0.0.1:8765",
        "http://127.0.0.1:8765.ejemplo.com",
        "http://127.0.0.1:8765, null",
        "http://localhost:8765",
        "file://",
        "",
    ],
)
def test_a_foreign_page_stays_out(origin: str) -> None:
    """Another site, another port, another scheme, another name than it asked for."""
    assert ask(origin) is Refusal.ORIGIN


@pytest.mark.parametrize(
    "host", [None, "", "ejemplo.com:8765", "127.0.0.1.ejemplo.com", "localhost:8765:1", "localhost:x"]
)
def test_a_foreign_host_stays_out(host: str | None) -> None:
    """A site that points its name at 127.0.0.1 has an Origin that agrees with its Host, and both are foreign."""
    assert ask(f"http://{host}", host) is Refusal.HOST
    assert ask(None, host) is Refusal.HOST


def test_a_page_without_origin_needs_the_key() -> None:
    """`null` is what a file says, and what a foreign site's sandboxed frame says too."""
    assert ask("null") is Refusal.KEY
    assert ask("null", offered="") is Refusal.KEY
    assert ask("null", offered="ñ") is Refusal.KEY
    assert ask("null", offered=KEY[:-1]) is Refusal.KEY
    assert ask("null", offered=KEY) is None


def test_the_key_opens_for_no_other_origin() -> None:
    """A key that leaked is of no use to a site."""
    assert ask("https://ejemplo.com", offered=KEY) is Refusal.ORIGIN
