"""The course's services as one more run, called `services`: read on their ports while a page watches."""

import asyncio
import time
import urllib.error
import urllib.request
from typing import Any

from hilos.lab.feed import Feed
from hilos.metrics.parsing import parsed
from hilos.ports import CPU, DEADLOCKS, LOCKS, RACES, WEBSOCKET, Service

NAME = "services"
EVERY = 1.0
WATCHED = (RACES, LOCKS, DEADLOCKS, CPU, Service(WEBSOCKET.name, WEBSOCKET.port, "/metrics"))
LARGEST = 4 << 20


class Services:
    """Reads the services' metrics once a second while somebody listens.

    Arguments:
        services: which ones.
    """

    def __init__(self, services: tuple[Service, ...] = WATCHED) -> None:
        self.feed = Feed(self._describe, list)
        self.up: list[str] = []
        self._services = services
        self._began = time.monotonic()

    async def look(self) -> None:
        """Read until it is cancelled, while somebody listens."""
        while True:
            if self.feed.readers:
                texts = await asyncio.gather(*(asyncio.to_thread(_read, service) for service in self._services))
                item: dict[str, Any] = {"k": "m", "t": self._clock(), "c": {}, "g": {}, "h": {}}
                self.up = []
                for service, text in zip(self._services, texts, strict=True):
                    if text is not None:
                        self.up.append(service.name)
                        for group, series in parsed(text, {"job": service.name}).items():
                            item[group].update(series)
                self.feed.now = item["t"]
                self.feed.say(item)
            await asyncio.sleep(EVERY)

    def _describe(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        hello = {"k": "hello", "run": NAME, "lesson": NAME, "services": self.up, "now": self._clock()}
        return {**hello, "threads": [], "locks": [], "places": []}, []

    def _clock(self) -> int:
        return int((time.monotonic() - self._began) * 1e9)


def _read(service: Service) -> str | None:
    try:
        with urllib.request.urlopen(service.url, timeout=0.8) as reply:  # noqa: S310  a constant http URL
            body: bytes = reply.read(LARGEST)
            return body.decode("utf-8", "replace")
    except (OSError, urllib.error.URLError, ValueError):
        return None
