"""What pages are told of one run: batches, at most twenty a second, to each page at its own pace.

A batch is a JSON array of items.  Those of the last minute are kept, so that a page that comes (back) gets the picture
at once.  A page that reads too slowly is not waited for: what waits for it is dropped, and it gets the picture anew.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from hilos.lab.picture import encoded

EVERY = 0.05
"""Seconds between two batches."""
MEMORY = 60.0
"""Seconds of batches that are kept."""
LARGEST = 12 << 20
"""Bytes of batches that are kept, whatever their age."""
SNAPSHOT = 3 << 20
"""Bytes of kept batches that a page gets at once."""
BEHIND = 40
"""Batches that may wait for a page: two seconds of them."""
BEHIND_BYTES = 4 << 20


@dataclass(slots=True)
class _Kept:
    at: float  # monotonic seconds
    now: int  # the run's clock, nanoseconds
    text: str


class Reader:
    """One page: an asynchronous iterator of texts to send."""

    def __init__(self, feed: "Feed", since: int | None) -> None:
        self.interval = EVERY
        self._feed = feed
        self._waiting: deque[str] = deque()
        self._size = 0
        self._anew = True
        self._since = since
        self._event = asyncio.Event()
        self._event.set()

    def put(self, text: str) -> None:
        """Have `text` sent, or the whole picture if too much waits."""
        if self._anew:
            return
        self._waiting.append(text)
        self._size += len(text)
        if len(self._waiting) > BEHIND or self._size > BEHIND_BYTES:
            self._waiting.clear()
            self._size = 0
            self._anew, self._since = True, None
        self._event.set()

    def wake(self) -> None:
        """Have the iteration look whether the feed is closed."""
        self._event.set()

    async def __aiter__(self) -> AsyncIterator[str]:
        """Texts, each a JSON array, until the feed is closed and all are read."""
        while True:
            await self._event.wait()
            self._event.clear()
            if self._anew:
                self._anew = False
                yield self._feed.snapshot(self._since)
            texts, self._waiting, self._size = self._waiting, deque(), 0
            if texts:
                yield _joined(texts)
            if self._feed.closed and not self._waiting and not self._anew:
                return
            await asyncio.sleep(self.interval)


class Feed:
    """The batches of one run.

    Arguments:
        describe: gives the `hello` item as it is now, and the items that say what is open now.
        collect: gives the items that are due at a batch.
    """

    def __init__(
        self, describe: Callable[[], tuple[dict[str, Any], list[dict[str, Any]]]], collect: Callable[[], list[str]]
    ) -> None:
        self.closed = False
        self.now = 0
        self.readers: set[Reader] = set()
        self._describe = describe
        self._collect = collect
        self._items: list[str] = []
        self._kept: deque[_Kept] = deque()
        self._size = 0
        self._sent = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def say(self, item: dict[str, Any]) -> None:
        """Have `item` sent with the next batch."""
        if not self.closed:
            self._items.append(encoded(item))
            self.due()

    def due(self) -> None:
        """Have a batch sent soon: at once if the last one is long ago."""
        if self._timer is None and not self.closed:
            delay = max(0.0, self._sent + EVERY - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(delay, self._batch)

    def flush(self) -> None:
        """Send what is due now, as a batch of its own."""
        if self._timer is not None:
            self._timer.cancel()
        self._batch()

    def close(self) -> None:
        """Send what is left; then no more comes."""
        if not self.closed:
            self._batch()
            self.closed = True
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            for reader in self.readers:
                reader.wake()

    def join(self, since: int | None) -> Reader:
        """A new reader; `since` on the run's clock if it has seen what was before."""
        reader = Reader(self, since)
        self.readers.add(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        """The reader has gone."""
        self.readers.discard(reader)

    def snapshot(self, since: int | None = None, limit: int = SNAPSHOT) -> str:
        """What a page gets first: who is there, what happened lately (after `since`), what is open."""
        hello, still_open = self._describe()
        resumed = since is not None and bool(self._kept) and self._kept[0].now <= since
        chosen: list[str] = []
        size = 0
        for kept in reversed(self._kept):
            if (resumed and since is not None and kept.now <= since) or size > limit:
                break
            size += len(kept.text)
            chosen.append(kept.text)
        head = {**hello, "resumed": True} if resumed and size <= limit else hello
        items = [encoded(head), *(text[1:-1] for text in reversed(chosen)), *(encoded(item) for item in still_open)]
        return "[" + ",".join(items) + "]"

    def history(self) -> list[str]:
        """The kept batches, oldest first."""
        return [kept.text for kept in self._kept]

    def shrink(self, limit: int) -> None:
        """Keep `limit` bytes at most: the run has ended, others come."""
        while self._kept and self._size > limit:
            self._size -= len(self._kept.popleft().text)

    def _batch(self) -> None:
        self._timer = None
        if self.closed:
            return
        items = [*self._items, *self._collect()]
        self._items = []
        if not items:
            return
        self._sent = time.monotonic()
        text = "[" + ",".join(items) + "]"
        self._kept.append(_Kept(self._sent, self.now, text))
        self._size += len(text)
        while self._kept[0].at < self._sent - MEMORY or self._size > LARGEST:
            self._size -= len(self._kept.popleft().text)
            if not self._kept:
                break
        for reader in self.readers:
            reader.put(text)


def _joined(texts: deque[str]) -> str:
    return texts[0] if len(texts) == 1 else "[" + ",".join(text[1:-1] for text in texts) + "]"
