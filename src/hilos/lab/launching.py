"""Starts a program under its keeper, and hears from both."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hilos.lab.pacing import Pace

KEEPER = Path(__file__).parent / "keeper.py"
LIMITS = {
    "memory": 2 << 30,  # bytes in memory, all processes of a run together
    "processes": 128,
    "RLIMIT_CORE": 0,
    "RLIMIT_FSIZE": 1 << 30,  # bytes of one file
    "RLIMIT_NOFILE": 2048,
}
"""What a run may use.  The keeper looks after the first two, the system after the others."""
BUDGET = 32 << 20
"""Bytes a second that are read of a run's output; what prints more waits at its pipe."""

Heard = Callable[[bytes], None]


class _Reader(asyncio.Protocol):
    """Reads a pipe, not faster than the budget."""

    def __init__(self, heard: Heard, ended: asyncio.Event) -> None:
        self._heard = heard
        self._ended = ended
        self._pace: Pace

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The pipe is open."""
        self._pace = Pace(transport, BUDGET)

    def data_received(self, data: bytes) -> None:
        """Something was printed."""
        self._heard(data)
        self._pace.count(len(data))

    def connection_lost(self, error: Exception | None) -> None:
        """All who could have printed have ended."""
        self._pace.end()
        self._ended.set()


class Program:
    """A program under its keeper.

    Attributes:
        pid: of the program, as soon as it is known.
        outcome: what the keeper said at the end: `code`, `signal`, `why`, `left`.
    """

    def __init__(self) -> None:
        self.pid: int | None = None
        self.outcome: dict[str, Any] | None = None
        self._process: subprocess.Popen[bytes]
        self._status = b""
        self._ends = [asyncio.Event() for _ in range(3)]
        self._transports: list[asyncio.BaseTransport] = []

    async def start(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        output: Heard,
        errors: Heard,
        limits: Mapping[str, int] = LIMITS,
    ) -> None:
        """Start it.

        Arguments:
            command: program and arguments.
            folder: working directory.
            environment: variables.
            output, errors: called with what it prints.
            limits: see `LIMITS`.

        Raises:
            OSError: there is no room for another process.
        """
        pipes = [os.pipe() for _ in range(3)]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(KEEPER), str(pipes[2][1]), json.dumps(dict(limits)), *command],
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=pipes[0][1],
                stderr=pipes[1][1],
                pass_fds=[pipes[2][1]],
                start_new_session=True,
            )
        except OSError:
            for reading, _writing in pipes:
                os.close(reading)
            raise
        finally:
            for _reading, writing in pipes:
                os.close(writing)
        loop = asyncio.get_running_loop()
        for (reading, _writing), heard, ended in zip(
            pipes, (output, errors, self._hear_keeper), self._ends, strict=True
        ):
            reader = _Reader(heard, ended)
            transport, _protocol = await loop.connect_read_pipe(lambda made=reader: made, os.fdopen(reading, "rb", 0))  # type: ignore[misc]
            self._transports.append(transport)

    def stop(self) -> None:
        """Ask the program to end; what does not is killed two seconds later."""
        with suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.write(b"stop\n")
            self._process.stdin.flush()

    def kill(self) -> None:
        """Have all of it killed at once."""
        with suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()

    async def wait(self) -> dict[str, Any]:
        """Wait until nothing of it is left; the outcome."""
        await self._ends[2].wait()
        for ended in self._ends[:2]:  # what was printed last may still be in the pipes
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), 1.0)
        for transport in self._transports:
            transport.close()
        self.kill()
        await asyncio.to_thread(self._process.wait)
        return self.outcome or {"code": 0, "signal": 9, "why": "", "left": 0}

    def _hear_keeper(self, data: bytes) -> None:
        *lines, self._status = (self._status + data).split(b"\n")
        for line in lines:
            item = json.loads(line)
            if "pid" in item:
                self.pid = int(item["pid"])
            else:
                self.outcome = item
