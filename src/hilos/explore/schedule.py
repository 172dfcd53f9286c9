"""A schedule: which thread goes on, for how many operations, as a value and as a short token.

A schedule names *operations of the program* (an attribute read, a lock acquired, a thread joined), never bytecode:
what Python 3.11 wrote down, Python 3.14 replays.  Threads are counted in the order in which they were started
(`a`, `b`, ... `z`, `_26_`, `_27_`...), so `h1.a3b5a` says: the first thread does three operations, the second five,
the first one more, and from there the rule that needs no writing down holds: the running thread goes on while it can,
else the first that can.  A token may end in a checksum of the operations it was made from: replayed on a program that
has been changed since, it is refused instead of showing something else.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hilos.errors import UsageError
from hilos.locale import translator

_ = translator("explore")

_TOKEN = re.compile(r"h1\.((?:(?:[a-z]|_[0-9]{1,6}_)[0-9]*)*)(?:\.([0-9a-f]{8}))?")
_SEGMENT = re.compile(r"([a-z]|_[0-9]+_)([0-9]*)")
_LONGEST = 1_000_000


def letters(thread: int) -> str:
    """`a` for 0, `z` for 25, `_26_` for 26: one word for each thread, and none the beginning of another."""
    return chr(97 + thread) if thread < 26 else f"_{thread}_"


def number(word: str) -> int:
    """The inverse of `letters`."""
    return int(word.strip("_")) if word.startswith("_") else ord(word) - 97


@dataclass(frozen=True, slots=True)
class Schedule:
    """Whose turn it was.

    Attributes:
        threads: for each operation, in order, the number of the thread that did it (threads count from 0 in the
            order in which they were started).
        checksum: of the operations, as `checksum()` makes it; empty if unknown.
    """

    threads: tuple[int, ...] = ()
    checksum: str = field(default="", compare=False)

    @property
    def token(self) -> str:
        """The schedule as one word that survives shells, URLs and e-mail."""
        words = []
        position, end = 0, len(self.threads)
        while position < end:
            thread, start = self.threads[position], position
            while position < end and self.threads[position] == thread:
                position += 1
            words.append(letters(thread) + (str(position - start) if position - start > 1 else ""))
        return f"h1.{''.join(words)}" + (f".{self.checksum}" if self.checksum else "")

    def __str__(self) -> str:
        return self.token

    @property
    def switches(self) -> int:
        """How often another thread takes over."""
        return sum(1 for before, after in zip(self.threads, self.threads[1:], strict=False) if before != after)

    @classmethod
    def parse(cls, token: str) -> "Schedule":
        """Read a token.

        Raises:
            UsageError: it is not one.
        """
        match = _TOKEN.fullmatch(token.strip())
        if match is None:
            raise UsageError(
                _("«{token}» no es una ficha de planificación; debe parecerse a h1.a3b5a.0c0ffee0").format(
                    token=token.strip()[:60]
                )
            )
        threads: list[int] = []
        for word, count in _SEGMENT.findall(match[1]):
            times = int(count or "1") if len(count) < 8 else _LONGEST + 1
            if len(threads) + times > _LONGEST:
                raise UsageError(_("La ficha de planificación es demasiado larga"))
            threads += [number(word)] * times
        return cls(tuple(threads), match[2] or "")


def checksum(operations: Iterable[Sequence[object]]) -> str:
    """Eight hexadecimal digits over operations given as (thread number, kind, target)."""
    value = 0
    for operation in operations:
        value = zlib.crc32("\x1f".join(map(str, operation)).encode(), value)
    return f"{value:08x}"
