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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hilos.events import Kind, Location
from hilos.explore.explain import sentences, wording
from hilos.explore.explain.accesses import bare_name
from hilos.explore.explain.story import Story, tell, worth_showing
from hilos.explore.memory import MEMORY
from hilos.explore.report import Finding, Passing, Report, Step, Trouble, Wait
from hilos.explore.schedule import letters
from hilos.lab.sources import Sources
from hilos.locale import LANGUAGES, in_each

VERSION = 1
MOST_STEPS = 2_000
"""Of one execution; of a longer one, the beginning and the end are shown."""

Json = dict[str, Any]


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
    actors = {*story.actors, *(wait.thread for wait in story.waits)}
    order = dict.fromkeys([*report.threads, *story.actors])
    passing = finding.passing.steps if finding.passing is not None else ()
    telling = Telling(
        [(name, letters(number)) for number, name in enumerate(order) if name in actors], (*finding.steps, *passing)
    )
    runs = [_failing(telling, finding, story)]
    if finding.passing is not None:
        runs.append(_passing(telling, finding, finding.passing))
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
        "cycle": [list(telling.wait(wait)) for wait in finding.cycle],
        "runs": runs,
        "differ": _first_difference(runs),
    }


def _paragraphs(texts: Callable[[], list[str]]) -> list[dict[str, str]]:
    told = in_each(texts)
    return [{code: told[code][line] for code in LANGUAGES} for line in range(len(told[LANGUAGES[0]]))]


def _first_difference(runs: list[Json]) -> int | None:
    if len(runs) < 2:
        return None
    for number, (one, other) in enumerate(zip(runs[0]["steps"], runs[1]["steps"], strict=False)):
        if any(one.get(key) != other.get(key) for key in ("th", "op", "at", "target")):
            return number
    return min(len(run["steps"]) for run in runs)


@dataclass
class State:
    """What is so after a step.

    Attributes:
        memory: values by name; None where unknown.
        holds: numbers of objects and of the threads that hold them.
        waits: numbers of threads and of the objects that they wait for.
        ended: numbers of the threads that have ended.
    """

    memory: dict[str, str | None]
    holds: list[tuple[int, int]] = field(default_factory=list)
    waits: list[tuple[int, int]] = field(default_factory=list)
    ended: tuple[int, ...] = ()


class Telling:
    """Executions of one program on their way to JSON; gives numbers to threads, objects and sources.

    Arguments:
        threads: names and letters of those that appear.
        steps: of all executions that are to be told.
    """

    def __init__(self, threads: Sequence[tuple[str, str]], steps: Sequence[Step]) -> None:
        self.sources = Sources()
        self.threads: list[Json] = [{"name": name, "letter": letter} for name, letter in threads]
        self.objects: list[Json] = []
        self.positions = {name: number for number, (name, _letter) in enumerate(threads)}
        self._numbers: dict[str, int] = {}
        changed = {step.target for step in steps if _is_memory(step) and step.kind is Kind.WRITE}
        self.start: dict[str, str | None] = {}
        for step in steps:
            # What the first access sees was there at the start: nobody has changed it before.
            if step.target in changed and _is_memory(step) and step.target not in self.start:
                self.start[step.target] = step.before if step.kind is Kind.WRITE else step.value

    def object(self, target: str, kind: str = "") -> int:
        """The number of an object that is not memory."""
        if target not in self._numbers:
            self._numbers[target] = len(self.objects)
            label = in_each(lambda: sentences.thing(target))
            self.objects.append({"name": bare_name(target), "type": kind, "label": label})
        found = self._numbers[target]
        if kind and not self.objects[found]["type"]:
            self.objects[found]["type"] = kind
        return found

    def wait(self, wait: Wait) -> tuple[int, int]:
        """Who waits for what, in numbers."""
        return self.positions[wait.thread], self.object(wait.target)

    def after(self, state: State, passed: Iterable[Step], step: Step) -> State:
        """The state after `step`, and after what was `passed` over; who has ended is left to the caller."""
        memory = dict(state.memory)
        for each in (*passed, step):
            if each.target in memory and _is_memory(each) and each.kind is Kind.WRITE:
                memory[each.target] = each.value
        holds = [
            (self.object(hold.target), self.positions[hold.thread])
            for hold in step.holds
            if hold.thread in self.positions
        ]
        waits = [self.wait(wait) for wait in step.waits if wait.thread in self.positions]
        return State(memory, holds, waits, state.ended)

    def ended(self, whole: Sequence[Step], number: int, blocked: Iterable[Wait] = ()) -> tuple[int, ...]:
        """Threads that have done their last operation by step `number`, and are not kept from going on."""
        stays = {wait.thread for wait in blocked}
        last = {step.thread: step.number for step in whole}
        return tuple(
            position
            for name, position in self.positions.items()
            if name not in stays and name in last and last[name] <= number
        )

    def entry(self, step: Step, story: Story | None = None) -> Json:
        """One operation."""
        entry: Json = {"th": self.positions[step.thread], "op": step.kind.value, "at": self._at(step.location)}
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

    def blocked(self, wait: Wait, *, last: bool) -> Json:
        """A thread that cannot go on at the end; `last` closes a circle."""
        thread, target = self.wait(wait)
        say = in_each(lambda: sentences.waits(wait, last))
        return {"th": thread, "op": "blocked", "at": self._at(wait.location), "target": target, "say": say}

    def _at(self, location: Location | None) -> list[int] | None:
        position = self.sources.position(location)
        return None if position is None or location is None else [position, location.line]


Entries = list[tuple[Json, State]]


def _failing(telling: Telling, finding: Finding, story: Story) -> Json:
    # Whoever runs for ever has not ended, wherever the telling stops.
    endless = finding.trouble is Trouble.NO_PROGRESS
    whole: Sequence[Step] = () if endless else finding.steps
    entries, state = _told(telling, finding.steps, story.steps, whole, finding.blocked, story)
    waits = [wait for wait in story.waits if wait.thread in telling.positions]
    for wait in waits:
        pair = telling.wait(wait)
        state = replace(state, waits=[*(each for each in state.waits if each[0] != pair[0]), pair])
        entries.append((telling.blocked(wait, last=bool(finding.cycle) and wait is waits[-1]), state))
    state = replace(state, ended=telling.ended(whole, len(whole), finding.blocked))
    verdict = in_each(lambda: sentences.verdict(story))
    entries.append(({"th": None, "op": "verdict", "say": verdict}, state))
    return _run(telling, entries, fails=True, token=finding.schedule.token)


def _passing(telling: Telling, finding: Finding, passing: Passing) -> Json:
    swapped = replace(finding, steps=passing.steps, step=None, passing=replace(passing, steps=finding.steps))
    entries, state = _told(telling, passing.steps, worth_showing(swapped), passing.steps)
    state = replace(state, ended=telling.ended(passing.steps, len(passing.steps)))
    entries.append(({"th": None, "op": "verdict", "say": in_each(lambda: sentences.all_well(finding))}, state))
    return _run(telling, entries, fails=False, token=passing.schedule.token)


def _told(
    telling: Telling,
    steps: Sequence[Step],
    shown: Sequence[Step],
    whole: Sequence[Step],
    blocked: Sequence[Wait] = (),
    story: Story | None = None,
) -> tuple[Entries, State]:
    """The steps that are shown, each with the state after it, and the last state."""
    state = State(dict(telling.start))
    entries: Entries = []
    done = 0
    for step in shown:
        if step.thread not in telling.positions:
            continue
        state = telling.after(state, steps[done : step.number], step)
        done = step.number + 1
        state.ended = telling.ended(whole, step.number, blocked)
        entries.append((telling.entry(step, story), state))
    return entries, state


def _run(telling: Telling, entries: Entries, *, fails: bool, token: str) -> Json:
    run: Json = {"fails": fails, "token": token, "start": telling.start}
    left_out = len(entries) - MOST_STEPS
    if left_out > 0:
        run["left_out"] = [MOST_STEPS // 3, left_out]
        entries = entries[: MOST_STEPS // 3] + entries[left_out + MOST_STEPS // 3 :]
    steps, state = [], State(dict(telling.start))
    for entry, after in entries:
        steps.append({**entry, **changes(state, after)})
        state = after
    return {**run, "steps": steps}


def changes(state: State, after: State) -> Json:
    """What differs from one state to another, under the keys that a step has for it."""
    result: Json = {}
    changed = {name: [value, after.memory[name]] for name, value in state.memory.items() if value != after.memory[name]}
    if changed:
        result["set"] = changed
    if sorted(after.holds) != sorted(state.holds):
        result["holds"] = [list(each) for each in after.holds]
    if sorted(after.waits) != sorted(state.waits):
        result["waits"] = [list(each) for each in after.waits]
    ended = [number for number in after.ended if number not in state.ended]
    if ended:
        result["ended"] = ended
    return result


def _is_memory(step: Step) -> bool:
    return step.target_type in MEMORY and step.kind in (Kind.READ, Kind.WRITE)
