"""The runs: what was started from a page, and what was started by hand and called in."""

import asyncio
import contextlib
import itertools
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hilos.errors import HilosError, UsageError
from hilos.lab import statuses
from hilos.lab.feed import Feed
from hilos.lab.ingest import Ingest, same
from hilos.lab.launching import LIMITS, Program
from hilos.lab.lessons import Lesson
from hilos.lab.machine import Machine
from hilos.lab.output import KEPT, Output
from hilos.lab.picture import Picture, encoded
from hilos.lab.statuses import Status
from hilos.locale import LANGUAGES, translator, using

_ = translator("lab_server")

AT_ONCE = 4
"""Runs that may go on at the same time."""
KEPT_RUNS = 20
"""Runs that are remembered after their end."""
SURE = 1.0
"""Seconds after which the threads of a cycle that still wait are said to be in a deadlock."""
OF_ENDED = 2 << 20
"""Bytes of batches that are kept of a run that has ended."""


class Run:
    """One run.

    Arguments:
        id: names it, also after a restart of the lab.
        lesson: the lesson's id, or the file's name.
        language: of what is said of it.
        by_hand: whether somebody else started it.
    """

    def __init__(self, id: str, lesson: str, language: str, by_hand: bool = False) -> None:
        self.id = id
        self.lesson = lesson
        self.language = language
        self.by_hand = by_hand
        self.token = secrets.token_hex(16)
        self.started = time.time()
        self.ended: float | None = None
        self.status = Status.RUNNING
        self.program: Program | None = None
        self.pid: int | None = None
        self.output, self.errors = Output(), Output()
        self.picture = Picture()
        self.feed = Feed(self._describe, self._collect)
        self.hello_item: dict[str, Any] = {}
        self.machine: Callable[[], dict[str, float]] = dict
        self._zero = time.monotonic()
        self._details: dict[str, Any] = {}
        self._notes: dict[str, Callable[[], str]] = {}
        self._stopping = False
        self._cycle = ""
        self._races: dict[str, float] = {}
        self._queues: list[dict[str, Any]] = []
        self._said_goodbye = False
        self._gone = asyncio.Event()

    # --- what the API says of it

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left."""
        return self.ended is not None

    def sentence(self) -> str:
        """How it is, in one sentence, in the language in force."""
        return statuses.sentence(self.status, **self._details, cycle=self._cycle)

    def described(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "id": self.id,
            "lesson": self.lesson,
            "status": self.status.value,
            "sentence": self.sentence(),
            "notes": [note() for note in self._notes.values()],
            "started": self.started,
            "ended": self.ended,
            "alive": not self.is_over,
            "exit": self._details.get("code") if self.is_over else None,
            "pid": self.pid,
            "by_hand": self.by_hand,
            "attached": bool(self.hello_item),
            "dropped": self.picture.dropped_ever,
        }

    def text(self) -> dict[str, str]:
        """The last of its output."""
        return {"out": self.output.text(), "err": self.errors.text()}

    def queues(self) -> list[dict[str, Any]]:
        """The job queues that the lesson has now."""
        return [{**queue, "run": self.id} for queue in self._queues] if not self.is_over else []

    # --- what its emitter says

    def hello(self, item: dict[str, Any]) -> None:
        """The emitter is there."""
        self._zero = time.monotonic()
        self.hello_item = {key: item[key] for key in ("py", "gil", "switch", "epoch") if key in item}
        self.pid = self.pid or int(item.get("pid", 0)) or None
        self.feed.say(self._describe()[0])

    def hear(self, item: dict[str, Any]) -> None:
        """It said something."""
        kind = item["k"]
        if kind == "s":
            self.picture.events(item["r"], int(item["now"]), int(item["dropped"]))
            self.feed.due()
        elif kind == "thread":
            self.picture.thread(item)
            self.feed.say(item)
        elif kind == "lock":
            self.picture.lock(item)
            self.feed.say(item)
        elif kind == "place":
            self.picture.place(item)
            self.feed.say(item)
        elif kind == "m":
            self._metrics(item)
        elif kind == "mark":
            self.feed.say(item)
            if item["id"] == "deadlock":
                self._suspect(item)
        elif kind == "jobs":
            self._queues = [queue for queue in item["queues"] if isinstance(queue, dict)]
        elif kind == "bye":
            self._said_goodbye = True

    def gone(self) -> None:
        """Its connection has ended: of a run by hand, that is all that is seen of its end."""
        self._gone.set()
        if self.by_hand and not self.is_over:
            if self._said_goodbye:
                self.finish(Status.OK)
            else:
                self.finish(Status.KILLED, why="lost")

    def _metrics(self, item: dict[str, Any]) -> None:
        gauges = item["g"]
        for key, value in self.machine().items():
            gauges.setdefault(key, value)
        self.feed.say(item)
        races = {key: float(value) for key, value in item["c"].items() if key.startswith("race_conditions_detected")}
        grown = [key for key, value in races.items() if value > self._races.get(key, 0.0)]
        if grown:
            kinds = [key.partition('type="')[2].partition('"')[0] for key in grown]
            mark = {"k": "mark", "t": item["t"], "sev": "bad", "id": "corrupt", "threads": [], "cycle": []}
            self.feed.say({**mark, "text": ", ".join(kinds), "trace": None, "lane": -1, "place": -1})
        self._races = races

    # --- deadlock: reported as it closes, believed when nobody has moved for a while

    def _suspect(self, item: dict[str, Any]) -> None:
        names = [str(name) for name in item["threads"]]
        cycle = [str(name) for name in item["cycle"]]
        pairs = [(cycle[at], cycle[at + 1], cycle[(at + 2) % len(cycle)]) for at in range(0, len(cycle) - 1, 2)]
        asyncio.get_running_loop().call_later(SURE / 4, self._watch_cycle, names, pairs, time.monotonic())

    def _watch_cycle(self, names: list[str], pairs: list[tuple[str, str, str]], since: float) -> None:
        if self.is_over:
            return
        waiting = self.picture.waiting_since(names)
        if len(waiting) < len(set(names)):
            return
        asyncio.get_running_loop().call_later(SURE, self._believe, names, pairs, waiting)

    def _believe(self, names: list[str], pairs: list[tuple[str, str, str]], before: dict[int, int]) -> None:
        if self.is_over or self._stopping or self.picture.waiting_since(names) != before:
            return
        with using(self.language):
            self._cycle = statuses.cycle_text(pairs)
        self.status = Status.DEADLOCK
        self._tell_status()
        asyncio.get_running_loop().call_later(SURE, self._doubt, names, before)

    def _doubt(self, names: list[str], before: dict[int, int]) -> None:
        """Somebody broke the cycle after all: it runs again."""
        if self.is_over or self.status is not Status.DEADLOCK:
            return
        if self.picture.waiting_since(names) != before:
            self.status = Status.RUNNING
            self._tell_status()
            return
        asyncio.get_running_loop().call_later(SURE, self._doubt, names, before)

    def _tell_status(self) -> None:
        with using(self.language):
            self.feed.say({"k": "status", "t": self.clock(), "status": self.status.value, "sentence": self.sentence()})

    # --- its life

    def clock(self) -> int:
        """Nanoseconds on the run's clock now."""
        return int((time.monotonic() - self._zero) * 1e9) if self.hello_item else 0

    def stop(self) -> None:
        """End it and all that it started."""
        self._stopping = True
        if self.program is not None:
            self.program.stop()

    async def live(self, program: Program) -> None:
        """See it through to its end."""
        self.program = program
        outcome = await program.wait()
        with contextlib.suppress(TimeoutError):  # what the emitter said last is on its way
            if self.hello_item:
                await asyncio.wait_for(self._gone.wait(), 0.5)
        if outcome["left"] and not self._stopping and not outcome["why"]:
            left = int(outcome["left"])
            self._notes["left"] = lambda: statuses.outlived(left)
        details = {"code": int(outcome["code"]), "number": int(outcome["signal"]), "why": str(outcome["why"])}
        if self._stopping:
            self.finish(Status.STOPPED, **details)
        elif details["number"] or details["why"]:
            self.finish(Status.KILLED, **details)
        elif details["code"]:
            lines = [line for line in self.errors.text().splitlines()[-50:] if line.strip()]
            self.finish(Status.FAILED, **details, last=lines[-1].strip()[:300] if lines else "")
        else:
            self.finish(Status.OK, **details)

    def finish(self, status: Status, **details: Any) -> None:
        """It is over."""
        self.status, self._details, self.ended = status, details, time.time()
        with using(self.language):
            for line in self._logs(final=True):
                self.feed.say(line)
            self.feed.say(
                {
                    "k": "end",
                    "t": self.clock(),
                    "status": status.value,
                    "sentence": self.sentence(),
                    "notes": [note() for note in self._notes.values()],
                    "exit": details.get("code"),
                }
            )
        self.feed.close()
        self.feed.shrink(OF_ENDED)

    def printed(self, data: bytes) -> None:
        """It wrote to standard output."""
        self.output.feed(data)
        self._printed(self.output)

    def complained(self, data: bytes) -> None:
        """It wrote to standard error."""
        self.errors.feed(data)
        self._printed(self.errors)

    def _printed(self, output: Output) -> None:
        if output.waiting:
            self.feed.due()
        if output.total > KEPT and "output" not in self._notes:
            self._notes["output"] = lambda: statuses.much_output(self.output.total + self.errors.total)

    def _logs(self, final: bool = False) -> list[dict[str, Any]]:
        now = self.clock()
        found: list[dict[str, Any]] = []
        for output, is_error in ((self.output, False), (self.errors, True)):
            lines, left_out = output.take(final)
            if left_out:
                text = _("… {n} líneas más que no se muestran").format(n=left_out)
                found.append({"k": "log", "t": now, "s": text, "err": is_error, "skipped": left_out})
            found += [{"k": "log", "t": now, "s": line, "err": is_error} for line in lines]
        return found

    def _collect(self) -> list[str]:
        """What is due at a batch: segments, timeouts, output."""
        items: list[dict[str, Any]] = []
        with using(self.language):
            items += self._logs()
            if self.picture.dropped_ever and "flood" not in self._notes:
                self._notes["flood"] = lambda: statuses.flood(self.picture.dropped_ever)
        segments = self.picture.batch()
        if segments is not None:
            items.append(segments)
        for time_, lane, _lock, place in self.picture.timeouts[:5]:
            mark = {"k": "mark", "t": time_, "sev": "warn", "id": "timeout", "threads": [], "cycle": []}
            items.append({**mark, "text": "", "trace": None, "lane": lane, "place": place})
        self.picture.timeouts.clear()
        self.feed.now = max(self.feed.now, self.picture.now)
        return [encoded(item) for item in items]

    def _describe(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        hello = {
            "k": "hello",
            "run": self.id,
            "lesson": self.lesson,
            "now": self.picture.now,
            "status": self.status.value,
            **self.hello_item,
            **self.picture.described(),
        }
        rows = self.picture.open_rows()
        return hello, [{"k": "s", "now": self.picture.now, "r": rows, "dropped": 0}] if rows else []


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
        self._runs: dict[str, Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count(1)
        self._born = format(int(time.time()), "x")

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
        task = asyncio.create_task(run.live(program))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def run_of(self, token: str, hello: dict[str, Any]) -> Run | None:
        """The run whose emitter has `token`, or a new one for a program started by hand."""
        for run in self._runs.values():
            if not run.is_over and not run.by_hand and not run.hello_item and same(token, run.token):
                return run
        if not same(token, self._token):
            return None
        return self._new(Path(str(hello.get("lesson", "?"))).stem[:80], str(hello.get("lang", "es")), by_hand=True)

    async def open(self) -> None:
        """Let emitters in."""
        await self.ingest.open()

    async def close(self) -> None:
        """End all runs: nothing is left behind."""
        for run in self._runs.values():
            if run.program is not None and not run.is_over:
                run.stop()
                run.program.kill()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=8)
        for run in self._runs.values():
            run.feed.close()
        await self.ingest.close()

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
