"""What a run prints: the last of it, and the lines that are new since the last look.

A program may print faster than any page can show: of what comes between two looks, the last lines are shown and the
others are counted.
"""

from collections import deque

KEPT = 1 << 20
"""Bytes of a run's output that are kept."""
AT_ONCE = 200
"""Lines shown of those between two looks."""
LONGEST = 2000
"""Characters shown of a line."""
_FRESH = 64 * 1024


class Output:
    """One stream of a run, standard output or standard error."""

    def __init__(self) -> None:
        self.total = 0  # bytes ever
        self._kept: deque[bytes] = deque()
        self._size = 0
        self._fresh = bytearray()  # since the last look, from the beginning of a line on
        self._newlines = 0  # in what has come since the last look

    def feed(self, data: bytes) -> None:
        """Take note of `data`."""
        self.total += len(data)
        self._kept.append(data)
        self._size += len(data)
        while self._size - len(self._kept[0]) >= KEPT:
            self._size -= len(self._kept.popleft())
        self._newlines += data.count(b"\n")
        self._fresh += data[-_FRESH:]
        if len(self._fresh) > 2 * _FRESH:
            del self._fresh[:-_FRESH]

    def take(self, final: bool = False) -> tuple[list[str], int]:
        """The lines that are whole since the last look (all, if this is the last one), and how many were left out."""
        whole, newline, rest = bytes(self._fresh).rpartition(b"\n")
        lines = whole.split(b"\n") if newline else []
        if final and rest:
            lines.append(rest)
            rest = b""
        self._fresh = bytearray(rest)
        shown = lines[-AT_ONCE:]
        left_out = max(0, self._newlines - len(shown))
        self._newlines = 0
        return [line.decode("utf-8", "replace").rstrip("\r")[:LONGEST] for line in shown], left_out

    @property
    def waiting(self) -> bool:
        """Whether there is a whole line to take."""
        return self._newlines > 0

    def text(self) -> str:
        """What is kept of it, from the beginning of a line on where something is missing."""
        data = b"".join(self._kept)
        if len(data) > KEPT:
            data = data[-KEPT:].partition(b"\n")[2]
        return data.decode("utf-8", "replace")
