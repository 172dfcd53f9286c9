"""Ports and pages on this machine."""

import socket
import time
import urllib.error
import urllib.request


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str, timeout: float = 5.0) -> str:
    """Body of `url`."""
    with urllib.request.urlopen(url, timeout=timeout) as reply:
        return str(reply.read().decode())


def get_when_ready(url: str, deadline: float = 20.0) -> str:
    """Body of `url`, asked for until it answers or `deadline` seconds are over."""
    end = time.monotonic() + deadline
    while True:
        try:
            return get(url)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
