"""One run: what its emitter, its output and its keeper say of it, and what pages are told."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable
from typing import Any

from hilos.lab import statuses
from hilos.lab.feed import Feed
from hilos.lab.launching import Program
from hilos.lab.output import KEPT, Output
from hilos.lab.picture import Picture, encoded
from hilos.lab.statuses import Status
from hilos.locale import LANGUAGES, using

SURE = 1.0
"""Seconds after which the threads of a cycle that still wait are said to be in a deadlock."""
TAIL = 8_000
"""Characters of each stream that are kept for after a restart of the lab."""
AFTER_ALL = 1 << 52
"""On the run's clock, when the end of a run from before a restart is: a page that saw the rest is told the end only."""
NOTES_EVERY = 2.0
"""Seconds after which pages of a run that goes on are told anew how much was left out of what they show."""
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
        self.parameters: dict[str, Any] = {}
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
        self._notes: dict[str, int] = {}
        self._noted: tuple[float, dict[str, int]] = (0.0, {})  # when pages were told of which notes
        self._stopping = False
        self._with_lab = False
        self._cycle: list[tuple[str, str, str]] = []
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
        return statuses.sentence(self.status, **self._details, cycle=statuses.cycle_text(self._cycle))

    def notes(self) -> list[str]:
        """What else is to be said of it, a sentence each."""
        return [statuses.NOTES[name](count) for name, count in self._notes.items()]

    def described(self) -> dict[str, Any]:
        """As the API gives it."""
        return {
            "id": self.id,
            "lesson": self.lesson,
            "parameters": self.parameters,
            "status": self.status.value,
            "sentence": self.sentence(),
            "notes": self.notes(),
            "started": self.started,
            "ended": self.ended,
            "alive": not self.is_over,
            "exit": self._details.get("code") if self.is_over else None,
            "pid": self.pid or (self.program.pid if self.program is not None else None),
            "by_hand": self.by_hand,
            "attached": bool(self.hello_item),
            "dropped": self.picture.dropped_ever,
            "merged": self.picture.merged_ever,
        }

    def text(self) -> dict[str, str]:
        """The last of its output."""
        return {"out": self.output.text(), "err": self.errors.text()}

    def queues(self) -> list[dict[str, Any]]:
        """The job queues that the lesson has now."""
        return [{**queue, "run": self.id} for queue in self._queues] if not self.is_over else []

    def record(self) -> dict[str, Any]:
        """What is kept of it for after a restart of the lab: what was said, in no language."""
        return {
            "id": self.id,
            "lesson": self.lesson,
            "language": self.language,
            "by_hand": self.by_hand,
            "parameters": self.parameters,
            "started": self.started,
            "ended": self.ended,
            "status": self.status.value,
            "details": self._details,
            "notes": self._notes,
            "out": self.output.text()[-TAIL:],
            "err": self.errors.text()[-TAIL:],
        }

    @classmethod
    def revived(cls, record: dict[str, Any]) -> "Run":
        """The run that left `record`: over now, whatever it was then.

        Raises:
            KeyError, TypeError, ValueError: it is no record of a run.
        """
        run = cls(str(record["id"]), str(record["lesson"]), str(record["language"]), bool(record["by_hand"]))
        run.parameters = dict(record["parameters"])
        run.started = float(record["started"])
        run._notes = {str(name): int(n) for name, n in record["notes"].items() if name in statuses.NOTES}
        run.output.feed(str(record["out"]).encode())
        run.errors.feed(str(record["err"]).encode())
        with using(run.language):
            for line in run._logs(final=True):
                run.feed.say(line)
        run.feed.flush()
        run.feed.now = AFTER_ALL
        if record["ended"] is None:  # its keeper ended it when the lab was gone
            run.finish(Status.KILLED, why="restarted")
        else:
            details = record["details"]
            texts = {name: str(details.get(name, "")) for name in ("why", "last")}
            run.finish(
                Status(record["status"]),
                code=int(details.get("code", 0)),
                number=int(details.get("number", 0)),
                **texts,
            )
            run.ended = float(record["ended"])
        return run

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
        elif kind == "b":
            self.picture.bursts(item["r"], int(item["now"]))
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
        self._cycle = pairs
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
        self.feed.say({"k": "status", "t": self.clock(), **self._told()})

    def _told(self) -> dict[str, Any]:
        """How it is, as its pages are told: in every language, since they may change theirs."""
        said = {}
        for language in LANGUAGES:
            with using(language):
                said[language] = {"sentence": self.sentence(), "notes": self.notes()}
        return {"status": self.status.value, "said": said}

    # --- its life

    def clock(self) -> int:
        """Nanoseconds on the run's clock now."""
        return int((time.monotonic() - self._zero) * 1e9) if self.hello_item else 0

    def stop(self, with_lab: bool = False) -> None:
        """End it and all that it started; `with_lab` says that it is the lab that ends, and nobody pressed Stop."""
        self._stopping = True
        self._with_lab = with_lab
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
            self._notes["left"] = int(outcome["left"])
        details = {"code": int(outcome["code"]), "number": int(outcome["signal"]), "why": str(outcome["why"])}
        if self._with_lab:
            self.finish(Status.KILLED, **{**details, "why": "restarted"})
        elif self._stopping:
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
                    **self._told(),
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
        if output.total > KEPT:
            self._notes["output"] = self.output.total + self.errors.total

    def _logs(self, final: bool = False) -> list[dict[str, Any]]:
        now = self.clock()
        found: list[dict[str, Any]] = []
        for output, is_error in ((self.output, False), (self.errors, True)):
            lines, left_out = output.take(final)
            if left_out:
                text = statuses.lines_left_out(left_out)
                found.append({"k": "log", "t": now, "s": text, "err": is_error, "skipped": left_out})
            found += [{"k": "log", "t": now, "s": line, "err": is_error} for line in lines]
        return found

    def _collect(self) -> list[str]:
        """What is due at a batch: segments, timeouts, output."""
        items: list[dict[str, Any]] = []
        with using(self.language):
            items += self._logs()
            if self.picture.merged_ever:
                self._notes["merged"] = self.picture.merged_ever
            if self.picture.dropped_ever:
                self._notes["flood"] = self.picture.dropped_ever
        if self._has_news_of_notes():
            items.append({"k": "status", "t": self.clock(), **self._told()})
        segments = self.picture.batch()
        if segments is not None:
            items.append(segments)
        for time_, lane, _lock, place in self.picture.timeouts[:5]:
            mark = {"k": "mark", "t": time_, "sev": "warn", "id": "timeout", "threads": [], "cycle": []}
            items.append({**mark, "text": "", "trace": None, "lane": lane, "place": place})
        self.picture.timeouts.clear()
        self.feed.now = max(self.feed.now, self.picture.now)
        return [encoded(item) for item in items]

    def _has_news_of_notes(self) -> bool:
        """Whether pages are to be told the notes now: of a new one at once, of larger numbers now and then."""
        told, notes = self._noted
        now = time.monotonic()
        if self._notes == notes or (self._notes.keys() == notes.keys() and now - told < NOTES_EVERY):
            return False
        self._noted = (now, dict(self._notes))
        return True

    def _describe(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        hello = {
            "k": "hello",
            "run": self.id,
            "lesson": self.lesson,
            "now": self.picture.now,
            **self._told(),
            **self.hello_item,
            **self.picture.described(),
        }
        rows = self.picture.open_rows()
        return hello, [{"k": "s", "now": self.picture.now, "r": rows, "dropped": 0}] if rows else []
