"""Who may come in: decided from three headers' worth of text, with no socket.

A WebSocket has no same-origin policy: *any* page that a browser shows may open one to 127.0.0.1, and the browser tells
the truth about who asks in one place, the `Origin` header, which scripts cannot forge.  So:

* **No Origin**: not a browser (a terminal, a test, `curl`).  A program on this machine could connect as it likes
  anyway.  It comes in.
* **The page that this server gave**: its origin is `http://` and the very `Host` it asked, and that host is a name of
  this machine.  The second half matters: a foreign site may point its own name at 127.0.0.1 (DNS rebinding), and then
  Origin and Host agree and both are foreign.
* **`null`**: what a page opened from `file://` says, but also what any site gets by putting its script in
  `<iframe sandbox>`.  By the header alone the two cannot be told apart, so `null` needs a key, which lies in a file
  beside the page: a local page can read it as a script, a page of the web cannot.
* **Anything else** is a foreign page, other ports of this machine included.  It stays out.
"""

import hmac
from enum import StrEnum

HERE = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Host names of this machine, as they stand in a Host header."""


class Refusal(StrEnum):
    """Why somebody stays out; the value is the metric's label."""

    HOST = "host"
    ORIGIN = "origin"
    KEY = "key"
    FULL = "full"


def is_here(host: str | None) -> bool:
    """Whether a Host header names this machine, on any port (somebody may have forwarded one)."""
    if not host:
        return False
    name, colon, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not colon:
        name, port = host, ""
    return name.lower() in HERE and (not port or port.isdecimal())


def refusal(*, host: str | None, origin: str | None, key: str, offered: str | None) -> Refusal | None:
    """Why a WebSocket is refused, or None if it is welcome.

    Arguments:
        host: the Host header.
        origin: the Origin header, None where there is none.
        key: what a page from `file://` has to know.
        offered: what it gave.
    """
    if not is_here(host):
        return Refusal.HOST
    if origin is None or origin.lower() == f"http://{host}".lower():
        return None
    if origin != "null":
        return Refusal.ORIGIN
    if offered is not None and hmac.compare_digest(offered.encode(), key.encode()):
        return None
    return Refusal.KEY
