"""Step data: one finding as JSON that a browser can go through, forward and back, in either language.

`of_finding` makes a document from a report:

    v, kind             1, "steps"
    program, trouble, pattern, token, executions, failing, python
    headline            {es, en}: what happened, in a sentence
    failure, cause      [{es, en}]: what was observed; why, and what would have prevented it
    sources             [{file, name, first, lines}]: functions, the number of their first line, their text
    threads             [{name, letter}]: in the order in which they were started; `letter` as in the token
    objects             [{name, type, label: {es, en}}]: locks, conditions, queues... that somebody holds or awaits
    cycle               [[thread, object]]: of a deadlock
    runs                the failing execution, then the passing one if one is known:
        fails, token
        start           {variable: value}: memory that somebody changes, before the first step; null where unknown
        steps           [{...}], each a change to the state before it:
            th          number of the thread that acts, null for the last entry (what it came to)
            op          `hilos.events.Kind`, or "blocked" (cannot go on), or "verdict"
            at          [number of the source, line], null where it has no text
            target      the memory, or number of the object
            value       what was read or written
            set         {variable: [before, after]}
            holds       [[object, thread]], all of them, where they differ from the step before
            waits       [[thread, object]], likewise
            ended       [thread] that ended with this step
            mark        true: the explanation is about this step
            say         {es, en}: one or two sentences
    differ              number of the first step at which the two executions differ

Numbers of threads, objects and sources are positions in their lists.
"""

import linecache
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hilos.events import Kind, Location
from hilos.explore.explain import sentences, wording
from hilos.explore.explain.story import Story, tell, worth_showing
from hilos.explore.report import Finding, Report, Step, Trouble, Wait
from hilos.explore.schedule import letters
from hilos.lab.sources import Sources
from hilos.locale import LANGUAGES, using

VERSION = 1
MOST_STEPS = 2_000
"""Of one execution; of a longer one, the beginning and the end are shown."""
_MEMORY = ("attribute", "item", "global", "variable", "list", "dict", "set", "deque", "bytearray", "array")

Json = dict[str, Any]


def in_each(text: Callable[[], str]) -> dict[str, str]:
    """What `text` gives in each language."""
    result = {}
    for code in LANGUAGES:
        with using(code):
            result[code] = text()
    return result


def of_finding(report: Report, number: int = 0) -> Json:
    """The step data of the finding with that number.

    Arguments:
        report: of an exploration that found something.
        number: position of the finding.

    Raises:
        IndexError: the report has no such finding.
    """
    finding = report.findings[number]
    for step in finding.steps:
        if step.location is not None:
            linecache.checkcache(step.location.file)  # the learner may have changed it since it was last read
    story = tell(finding)
    telling = _Telling(report, finding, story)
    runs = [telling.run(fails=True)]
    if finding.passing is not None:
        runs.append(telling.run(fails=False))
    return {
        "v": VERSION,
        "kind": "steps",
        "program": report.program,
        "trouble": finding.trouble.value,
        "pattern": story.pattern.name.lower(),
        "token": finding.schedule.token,
        "executions": report.executions,
        "failing": report.failing,
        "python": report.certificate.python,
        "headline": in_each(lambda: wording.headline(story)),
        "failure": _paragraphs(lambda: wording.failure(story)),
        "cause": _paragraphs(lambda: wording.cause(story)),
        "sources": telling.sources.told(),
        "threads": telling.threads,
        "objects": telling.objects,
        "cycle": [telling.wait(wait) for wait in finding.cycle],
        "runs": runs,
        "differ": _first_difference(runs),
    }


def _paragraphs(texts: Callable[[], list[str]]) -> list[dict[str, str]]:
    told = {}
    for code in LANGUAGES:
        with using(code):
            told[code] = texts()
    return [{code: told[code][line] for code in LANGUAGES} for line in range(len(told[LANGUAGES[0]]))]


def _first_difference(runs: list[Json]) -> int | None:
    if len(runs) < 2:
        return None
    for number, (one, other) in enumerate(zip(runs[0]["steps"], runs[1]["steps"], strict=False)):
        if any(one.get(key) != other.get(key) for key in ("th", "op", "at", "target")):
            return number
    return min(len(run["steps"]) for run in runs)


@dataclass
class _State:
    """What is so after a step."""

    memory: dict[str, str | None]
    holds: list[tuple[int, int]] = field(default_factory=list)
    waits: list[tuple[int, int]] = field(default_factory=list)
    ended: tuple[int, ...] = ()


@dataclass
class _Telling:
    """One finding on its way to JSON; gives numbers to threads, objects and sources as they come up."""

    report: Report
    finding: Finding
    story: Story
    sources: Sources = field(default_factory=Sources)
    threads: list[Json] = field(default_factory=list)
    objects: list[Json] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _positions: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        actors = {*self.story.actors, *(wait.thread for wait in self.story.waits)}
        for order, name in enumerate(self.report.threads):
            if name in actors and name not in self._positions:
                self._add_thread(name, letters(order))
        for name in self.story.actors:
            if name not in self._positions:
                self._add_thread(name, letters(len(self.report.threads) + len(self.threads)))
        passing = self.finding.passing
        both = (*self.finding.steps, *(passing.steps if passing is not None else ()))
        changed = {step.target for step in both if _is_memory(step) and step.kind is Kind.WRITE}
        self.start: dict[str, str | None] = {}
        for step in both:
            # What the first access sees was there at the start: nobody has changed it before.
            if step.target in changed and _is_memory(step) and step.target not in self.start:
                self.start[step.target] = step.before if step.kind is Kind.WRITE else step.value

    def _add_thread(self, name: str, letter: str) -> None:
        self._positions[name] = len(self.threads)
        self.threads.append({"name": name, "letter": letter})

    def object(self, target: str, kind: str = "") -> int:
        """The number of an object that is not memory."""
        if target not in self._numbers:
            self._numbers[target] = len(self.objects)
            name = sentences.bare_name(target)
            self.objects.append(
                {"name": name, "type": kind, "label": in_each(lambda: sentences.thing(target))},
            )
        found = self._numbers[target]
        if kind and not self.objects[found]["type"]:
            self.objects[found]["type"] = kind
        return found

    def wait(self, wait: Wait) -> list[int]:
        return [self._positions[wait.thread], self.object(wait.target)]

    def run(self, *, fails: bool) -> Json:
        """One execution, as changes."""
        finding, passing = self.finding, self.finding.passing
        if fails:
            whole, shown = finding.steps, self.story.steps
        else:
            assert passing is not None
            whole = passing.steps
            shown = worth_showing(
                replace(finding, steps=whole, step=None, passing=replace(passing, steps=finding.steps))
            )
        shown = tuple(step for step in shown if step.thread in self._positions)
        token = finding.schedule.token if fails or passing is None else passing.schedule.token
        state = _State(dict(self.start))
        entries: list[tuple[Json, _State]] = []
        rest = list(whole)
        for step in shown:
            state = self._after(state, rest, step)
            state.ended = self._ended(whole, step.number, fails)
            entries.append((self._entry(step, self.story if fails else None), state))
        if fails:
            for position, wait in enumerate(self.story.waits):
                state = replace(state, waits=self._merged(state.waits, wait))
                last = bool(finding.cycle) and position == len(self.story.waits) - 1
                entries.append((self._blocked(wait, last), state))
        state = replace(state, ended=self._ended(whole, len(whole), fails))
        say = in_each(lambda: sentences.verdict(self.story) if fails else sentences.all_well(finding))
        entries.append(({"th": None, "op": "verdict", "say": say}, state))
        left_out = 0
        if len(entries) > MOST_STEPS:
            left_out = len(entries) - MOST_STEPS
            entries = entries[: MOST_STEPS // 3] + entries[left_out + MOST_STEPS // 3 :]
        result: Json = {"fails": fails, "token": token, "start": self.start}
        if left_out:
            result["left_out"] = [MOST_STEPS // 3, left_out]
        return {**result, "steps": list(_changes(_State(dict(self.start)), entries))}

    def _after(self, state: _State, rest: list[Step], step: Step) -> _State:
        """The state after `step`, taking from `rest` what comes before it and is not shown."""
        memory = dict(state.memory)
        while rest and rest[0].number <= step.number:
            earlier = rest.pop(0)
            if earlier.target in memory and _is_memory(earlier) and earlier.kind is Kind.WRITE:
                memory[earlier.target] = earlier.value
        return _State(
            memory,
            [
                (self.object(hold.target), self._positions[hold.thread])
                for hold in step.holds
                if hold.thread in self._positions
            ],
            [
                (self._positions[wait.thread], self.object(wait.target))
                for wait in step.waits
                if wait.thread in self._positions
            ],
        )

    def _ended(self, whole: Sequence[Step], number: int, fails: bool) -> tuple[int, ...]:
        """Threads that have done their last operation by step `number`, and are not kept from going on."""
        if fails and self.finding.trouble is Trouble.NO_PROGRESS:
            return ()
        blocked = {wait.thread for wait in self.finding.blocked} if fails else set()
        last = {step.thread: step.number for step in whole}
        return tuple(
            position
            for name, position in self._positions.items()
            if name not in blocked and name in last and last[name] <= number
        )

    def _merged(self, waits: list[tuple[int, int]], wait: Wait) -> list[tuple[int, int]]:
        pair = (self._positions[wait.thread], self.object(wait.target))
        return [each for each in waits if each[0] != pair[0]] + [pair]

    def _entry(self, step: Step, story: Story | None) -> Json:
        entry: Json = {"th": self._positions[step.thread], "op": step.kind.value, "at": self._at(step.location)}
        if _is_memory(step):
            entry["target"] = step.target
        elif step.kind not in (Kind.END, Kind.SLEEP, Kind.CALL):
            entry["target"] = self.object(step.target, step.target_type)
        if step.value not in (None, ""):
            entry["value"] = step.value
        if story is not None and step.number in story.marked:
            entry["mark"] = True
        entry["say"] = in_each(lambda: sentences.sentence(step, story))
        return entry

    def _blocked(self, wait: Wait, last: bool) -> Json:
        thread, target = self.wait(wait)
        say = in_each(lambda: sentences.waits(wait, last))
        return {"th": thread, "op": "blocked", "at": self._at(wait.location), "target": target, "say": say}

    def _at(self, location: Location | None) -> list[int] | None:
        position = self.sources.position(location)
        return None if position is None or location is None else [position, location.line]


def _is_memory(step: Step) -> bool:
    return step.target_type in _MEMORY and step.kind in (Kind.READ, Kind.WRITE)


def _changes(state: _State, entries: Iterable[tuple[Json, _State]]) -> Iterable[Json]:
    """Each entry with what differs from the state before it."""
    for entry, after in entries:
        changed: Mapping[str, list[str | None]] = {
            name: [state.memory.get(name), value]
            for name, value in after.memory.items()
            if state.memory.get(name) != value and name in state.memory
        }
        if changed:
            entry["set"] = changed
        if sorted(after.holds) != sorted(state.holds):
            entry["holds"] = [list(each) for each in after.holds]
        if sorted(after.waits) != sorted(state.waits):
            entry["waits"] = [list(each) for each in after.waits]
        if after.ended != state.ended:
            entry["ended"] = [number for number in after.ended if number not in state.ended]
        yield entry
        state = replace(after, memory={name: after.memory.get(name, state.memory.get(name)) for name in state.memory})
