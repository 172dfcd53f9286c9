"""The five services.  Each works, passes its tests, and has one bug."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator
from enum import StrEnum
from functools import partial
from types import ModuleType

from hilos.course.asynchronous.machine import Machine, Program
from hilos.course.asynchronous.search import standing
from hilos.course.recordings.recorder import SECONDS, WORKERS, Recorder, Recording


class Bug(StrEnum):
    """What is wrong with a service."""

    CONTENTION = "contention"  # everybody needs the same lock nearly all the time
    CONVOY = "convoy"  # who has the lock waits for something slow, and all queue behind it
    LIVELOCK = "livelock"  # all work, undo it and try again, for ever
    STARVATION = "starvation"  # the others go on and one is never let in
    LEAK = "leak"  # what was taken is not given back when a job fails


class _Service(Recorder):
    """Workers that use one lock."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = asyncio.Lock()

    async def works(self, name: str) -> None:
        """Until the recording ends."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(SECONDS):
                await self.starts(name)
                while True:
                    await self.job(name)
        self.begins(name, " ")

    async def starts(self, name: str) -> None:
        """What it does before its first job."""

    async def job(self, name: str) -> None:
        """One job."""
        raise NotImplementedError

    @contextlib.asynccontextmanager
    async def locked(self, name: str) -> AsyncIterator[None]:
        """With the lock."""
        self.begins(name, ".")
        async with self.lock:
            self.uses(1)
            try:
                yield
                self.ends(name)
            finally:
                self.uses(-1)


class _Contention(_Service):
    async def job(self, name: str) -> None:
        async with self.locked(name):
            await self.spends(name, "#", 2)
        await self.spends(name, "w", 1)


class _Convoy(_Service):
    async def job(self, name: str) -> None:
        async with self.locked(name):
            if name == "luis":
                await self.spends(name, "D", 4)
            else:
                await self.spends(name, "#", 1)
        await self.spends(name, "w", 1)


class _Livelock(_Service):
    def __init__(self) -> None:
        super().__init__()
        self.locks = {name: asyncio.Lock() for name in WORKERS}

    async def job(self, name: str) -> None:
        other = WORKERS[(WORKERS.index(name) + 1) % len(WORKERS)]
        async with self.locks[name]:
            self.uses(1)
            await self.spends(name, "#", 1)
            if not self.locks[other].locked():
                async with self.locks[other]:
                    self.ends(name)
            else:
                await self.spends(name, "x", 1)
            self.uses(-1)


class _Starvation(_Service):
    """Readers may read together and a writer needs to be alone: it waits until nobody reads."""

    def __init__(self) -> None:
        super().__init__()
        self.readers = 0
        self.nobody = asyncio.Condition()

    async def starts(self, name: str) -> None:
        await self.spends(name, "w", WORKERS.index(name))

    async def job(self, name: str) -> None:
        if name == "eva":
            self.begins(name, ".")
            async with self.nobody:
                await self.nobody.wait_for(lambda: not self.readers)
                self.uses(1)
                await self.spends(name, "#", 1)
                self.ends(name)
                self.uses(-1)
        else:
            async with self.nobody:
                self.readers += 1
            self.uses(1)
            await self.spends(name, "#", 2)
            self.ends(name)
            self.uses(-1)
            async with self.nobody:
                self.readers -= 1
                self.nobody.notify_all()
        await self.spends(name, "w", 1)


class _Leak(_Service):
    """Three connections; a job that fails keeps its own."""

    def __init__(self) -> None:
        super().__init__()
        self.permits = asyncio.Semaphore(3)
        self.jobs = dict.fromkeys(WORKERS, 0)

    async def job(self, name: str) -> None:
        self.begins(name, ".")
        await self.permits.acquire()
        self.uses(1)
        await self.spends(name, "#", 2)
        self.jobs[name] += 1
        if self.jobs[name] == {"luis": 2, "eva": 4, "ana": 6}[name]:
            await self.spends(name, "!", 1)
        else:
            self.ends(name)
            self.permits.release()
            self.uses(-1)
        await self.spends(name, "w", 1)


SERVICES: dict[str, tuple[Bug, type[_Service]]] = {
    "A": (Bug.STARVATION, _Starvation),
    "B": (Bug.LEAK, _Leak),
    "C": (Bug.CONTENTION, _Contention),
    "D": (Bug.LIVELOCK, _Livelock),
    "E": (Bug.CONVOY, _Convoy),
}
"""By the letter of its recording."""


def _made(service: type[_Service], _file: ModuleType) -> _Service:
    """What runs is the service; the file, which would be a learner's, is empty."""
    return service()


@functools.cache
def recorded() -> dict[str, tuple[Bug, Recording]]:
    """All five, by letter: the bug and the recording."""
    found = {}
    for letter, (bug, service) in SERVICES.items():
        workers = {name: partial(service.works, name=name) for name in WORKERS}
        program = Program(partial(_made, service), workers)
        machine = Machine("", f"<{bug}>", f"recording_{bug}", program, loops_own=True)
        with standing() as (guard, unawaited):
            state = machine.run(guard, unawaited).state
        found[letter] = (bug, state.recording)
    return found


def panels() -> str:
    """All recordings as the learner gets them."""
    ruler = "".join(str(second % 10) for second in range(SECONDS))
    blocks = [
        "\n".join([f"{letter:<18}{ruler}", *recording.panels()]) for letter, (_bug, recording) in recorded().items()
    ]
    return "\n\n".join(blocks)
