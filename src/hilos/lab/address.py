"""Where the lab answers, and the token that opens it.

The token is made once for each copy of the course and kept where only its owner reads it, so that a page that is open
goes on working when the lab is restarted, and so that `hilos lab` and `./run.sh setup` can print the address of a lab
that already runs.
"""

import hmac
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from hilos.errors import HilosError
from hilos.lab.emitter import parse_address
from hilos.locale import translator

_ = translator("lab_server")


def folder(root: Path) -> Path:
    """Where the lab of the course in the folder `root` keeps its files."""
    return root / ".hilos" / "lab"


def token(root: Path) -> str:
    """The token of the course in the folder `root`; made if there is none yet.

    Raises:
        HilosError: the file cannot be written.
    """
    file = folder(root) / "token"
    try:
        found = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        found = ""
    if len(found) >= 32 and found.isalnum():
        return found
    made = secrets.token_hex(24)
    try:
        write_private(file, made + "\n")
    except OSError as error:
        raise HilosError(
            _(
                "No se puede escribir {file}: {reason}.\n"
                "El laboratorio necesita una carpeta del curso en la que escribir."
            ).format(file=file, reason=error.strerror)
        ) from error
    return made


def where_emitters_go(root: Path) -> tuple[str, str] | None:
    """Of the lab of the course in `root`, if it runs: what `HILOS_LAB` is set to, and its address for people."""
    try:
        where, page = (folder(root) / "emit").read_text(encoding="ascii").split()
        address = parse_address(where)
        if address is None:
            return None
        with socket.create_connection(address[:2], timeout=2):
            return where, page
    except (OSError, ValueError):
        return None


def write_private(file: Path, text: str) -> None:
    """Write `text` to `file` whole, readable by its owner only.

    Raises:
        OSError: it cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    beside.replace(file)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a lab answers: `port` on 127.0.0.1, and the `token` that it wants to see."""

    port: int
    token: str

    @property
    def base(self) -> str:
        """The address without a path or the token."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """What to open in a browser: it carries the token, which the lab then keeps in a cookie."""
        return f"{self.base}/?token={self.token}"

    @property
    def hosts(self) -> frozenset[str]:
        """The values of the `Host` header that are answered."""
        names = ("127.0.0.1", "localhost")
        bare = set(names) if self.port == 80 else set()
        return frozenset({f"{name}:{self.port}" for name in names} | bare)

    def proof(self, challenge: str) -> str:
        """What shows to who knows the token, and only to them, that this lab knows it too."""
        return hmac.new(self.token.encode(), b"hilos lab " + challenge.encode(), "sha256").hexdigest()

    @property
    def cookie(self) -> str:
        """The cookie's name: with the port, since browsers share cookies between the ports of a machine."""
        return f"hilos_lab_{self.port}"
