"""The runs: what was started from a page, and what was started by hand and called in."""

import asyncio
import contextlib
import itertools
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

from hilos.errors import HilosError, UsageError
from hilos.lab.address import folder, write_private
from hilos.lab.ingest import Ingest, same
from hilos.lab.launching import LIMITS, Program
from hilos.lab.lessons import Lesson
from hilos.lab.machine import Machine
from hilos.lab.run import Run
from hilos.locale import LANGUAGES, translator

_ = translator("lab_server")

AT_ONCE = 4
"""Runs that may go on at the same time."""
KEPT_RUNS = 20
"""Runs that are remembered after their end."""


class Runs:
    """All runs of a lab.

    Arguments:
        root: the course's folder.
        token: what a program started by hand shows.
    """

    def __init__(self, root: Path, token: str) -> None:
        self.root = root
        self.ingest = Ingest(self)
        self.machine = Machine(lambda: any(not run.is_over for run in self._runs.values()))
        self._token = token
        self._file = folder(root) / "runs.json"
        self._runs: dict[str, Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)
        self._born = format(time.time_ns() // 1_000_000, "x")

    def all(self) -> list[Run]:
        """The runs, newest first."""
        return list(reversed(self._runs.values()))

    def find(self, id: str) -> Run | None:
        """The run called `id`, if it is remembered."""
        return self._runs.get(id)

    async def start(self, lesson: Lesson, chosen: dict[str, Any], language: str) -> Run:
        """Start `lesson`.

        Arguments:
            lesson: which one.
            chosen: its parameters.
            language: of what it tells.

        Raises:
            UsageError: a parameter makes no sense, or too many runs are going on.
            HilosError: it cannot be started.
        """
        if sum(not run.is_over and not run.by_hand for run in self._runs.values()) >= AT_ONCE:
            raise UsageError(_("Ya hay {n} ejecuciones en marcha: para una antes de empezar otra.").format(n=AT_ONCE))
        arguments, variables = lesson.command(chosen, _free_port)
        run = self._new(lesson.id, language)
        run.parameters = lesson.chosen(chosen)
        environment = {
            **os.environ,
            "HILOS_LANG": language,
            "HILOS_LAB": f"127.0.0.1:{self.ingest.port}:{run.token}",
            "HILOS_ROOT": str(self.root),
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
            "NO_COLOR": "1",
            "COLUMNS": "100",
            **variables,
        }
        await self.launch(run, [sys.executable, str(self.root / lesson.file), *arguments], environment)
        return run

    async def launch(self, run: Run, command: list[str], environment: dict[str, str]) -> None:
        """Start `command` as `run`.

        Raises:
            HilosError: it cannot be started.
        """
        program = Program()
        try:
            await program.start(
                command,
                folder=self.root,
                environment=environment,
                output=run.printed,
                errors=run.complained,
                limits=LIMITS,
            )
        except OSError as error:
            del self._runs[run.id]
            raise HilosError(_("No se puede arrancar: {reason}.").format(reason=error.strerror)) from error
        run.program = program
        task = asyncio.create_task(self._through(run, program))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._remember()

    async def _through(self, run: Run, program: Program) -> None:
        await run.live(program)
        self._remember()

    def run_of(self, token: str, hello: dict[str, Any]) -> Run | None:
        """The run whose emitter has `token`, or a new one for a program started by hand."""
        for run in self._runs.values():
            if not run.is_over and not run.by_hand and not run.hello_item and same(token, run.token):
                return run
        if not same(token, self._token):
            return None
        return self._new(Path(str(hello.get("lesson", "?"))).stem[:80], str(hello.get("lang", "es")), by_hand=True)

    async def open(self) -> None:
        """Let emitters in, and remember the runs of before."""
        self._recall()
        await self.ingest.open()

    async def close(self) -> None:
        """End all runs: nothing is left behind."""
        for run in self._runs.values():
            if run.program is not None and not run.is_over:
                run.stop(with_lab=True)
                run.program.kill()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=8)
        for run in self._runs.values():
            run.feed.close()
        await self.ingest.close()

    def _remember(self) -> None:
        """Write down what pages may ask for after a restart; a disk that is full costs only that."""
        kept = [run.record() for run in self._runs.values() if run.is_over or not run.by_hand]
        with contextlib.suppress(OSError):
            write_private(self._file, json.dumps(kept))

    def _recall(self) -> None:
        try:
            records = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        for record in records if isinstance(records, list) else []:
            with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError):
                run = Run.revived(record)
                self._runs[run.id] = run

    def _new(self, lesson: str, language: str, by_hand: bool = False) -> Run:
        spoken = language if language in LANGUAGES else LANGUAGES[0]
        run = Run(f"r{self._born}-{next(self._numbers)}", lesson, spoken, by_hand)
        run.machine = lambda: self.machine.gauges
        self._runs[run.id] = run
        over = [each.id for each in self._runs.values() if each.is_over]
        for id in over[: max(0, len(over) - KEPT_RUNS)]:
            del self._runs[id]
        return run


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
