"""The outcome of an exploration, as data.

A `Report` has a verdict, counts, and findings; each `Finding` has the schedule that shows it and the `Step`s that it
went through.  `to_dict()` is the JSON, with a version, that the step viewer, the graders and other programs read.
How all this is told to a person is the business of `hilos.explore.explain`.
"""

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from hilos.events import Kind, Location
from hilos.explore.schedule import Schedule

VERSION = 1
"""Of the JSON that `to_dict` makes; it grows when a reader of the old one would misread the new one."""


class Verdict(StrEnum):
    """What an exploration came to."""

    PROVED = "proved"  # every interleaving was covered and none fails
    VIOLATED = "violated"  # at least one fails; see the findings
    UNFINISHED = "unfinished"  # the budget or a bound ended it; nothing is claimed beyond what was run


class Trouble(StrEnum):
    """What is wrong in a finding."""

    INVARIANT = "invariant"  # the invariant was false at the end
    ASSERTION = "assertion"  # an assert of the program failed
    EXCEPTION = "exception"  # another exception left a thread
    DEADLOCK = "deadlock"  # threads wait for one another in a cycle
    STUCK = "stuck"  # a thread waits for ever and nobody is left who could wake it
    NO_PROGRESS = "no_progress"  # threads run and run and nothing changes (livelock, endless spinning)
    DOUBLE_RELEASE = "double_release"  # a lock or a bounded semaphore was released once too often
    DATA_RACE = "data_race"  # two accesses, one a write, that nothing orders


@dataclass(frozen=True, slots=True)
class Hold:
    """A thread holds a lock or a permit.

    Attributes:
        thread: its name.
        target: the object's human name, with its type: `lock "fork 2"`.
        location: the line where it took it.
    """

    thread: str
    target: str
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A thread cannot go on.

    Attributes:
        thread: its name.
        target: what it waits for: `lock "fork 2"`, `condition "not empty"`, `queue "jobs"`, `thread "worker-1"`.
        kind: the operation that waits (`REQUEST` for a lock or permit, `WAIT`, `GET`, `PUT`, `JOIN`).
        location: the line that waits.
        holders: names of the threads that hold the target, or that it would have to wait for; empty if nobody.
    """

    thread: str
    target: str
    kind: Kind
    location: Location | None = None
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of one thread.

    Attributes:
        number: its place in the trace, from 0.
        thread: the thread's name.
        kind: what it did.
        target: the location's or object's human name: `account.balance`, `lock "fork 2"`.
        target_type: `attribute`, `item`, `global`, `variable`, `list`, `dict`, `Lock`, `Condition`, `Queue`...
        location: the line of the program that did it.
        value: `repr` of what was read, written, put or got, cut to a readable length; for an operation that may fail,
            `True` or `False`; None where there is nothing to show.
        before: for a write, `repr` of what the location held until then; None where that cannot be seen.
        time: virtual seconds at which the thread did it.
        holds: who holds what after it.
        waits: who waits for what after it.
        happens_after: numbers of the steps that this one directly depends on (the reduction of happens-before to
            conflicting accesses), other threads' only.
    """

    number: int
    thread: str
    kind: Kind
    target: str
    target_type: str
    location: Location | None = None
    value: str | None = None
    time: float = 0.0
    holds: tuple[Hold, ...] = ()
    waits: tuple[Wait, ...] = ()
    happens_after: tuple[int, ...] = ()
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Passing:
    """An execution that does not fail and is like one that does for as long as possible.

    Attributes:
        schedule: replays it.
        steps: the whole execution.
        state: `repr` of the state at the end, cut to a readable length.
    """

    schedule: Schedule
    steps: tuple[Step, ...]
    state: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, with the execution that shows it.

    Attributes:
        trouble: what kind of wrong.
        message: the program's own words (an exception's text, the invariant's name), or empty.
        schedule: replays it.
        steps: the whole execution.
        step: the number of the step at which it shows, None if at the end.
        threads: names of the threads concerned.
        exception: the type's name, for an exception.
        traceback: its frames in the program under test, oldest first.
        cycle: for a deadlock, the waits that close the circle, in order; each is held up by the next one's thread.
        blocked: every thread that waits at the end.
        race: for a data race, the numbers of the two steps.
        invariant: the name of the invariant that was false.
        state: `repr` of the state at the end, cut to a readable length.
        passing: an execution that goes well, to compare with; None if none was asked for or none is known.
    """

    trouble: Trouble
    message: str
    schedule: Schedule
    steps: tuple[Step, ...] = ()
    step: int | None = None
    threads: tuple[str, ...] = ()
    exception: str = ""
    traceback: tuple[Location, ...] = ()
    cycle: tuple[Wait, ...] = ()
    blocked: tuple[Wait, ...] = ()
    race: tuple[int, int] | None = None
    invariant: str = ""
    state: str = ""
    passing: Passing | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a verdict rests on, and what it leaves out.

    Attributes:
        strategy: the one of `explore`, or `replay`.
        granularity: what counts as one indivisible operation, in words.
        preemptions: the bound on preemptive switches, None if there was none.
        operations: the bound on operations of one execution.
        seed: of the sampling strategies.
        instrumented: source files whose shared accesses were scheduled one by one.
        untracked: what ran but was not watched: names of modules and functions, `atomic` declarations.
        python: implementation and version.
        blocked: executions that ran into the sleep set and so repeated another (0 for an optimal search).
        samples: executions that a proof ran on the side, looking for a bug at random while it was not finished; they
            are not among the report's executions.
    """

    strategy: str
    granularity: str = ""
    preemptions: int | None = None
    operations: int | None = None
    seed: int | None = None
    instrumented: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    python: str = field(default_factory=lambda: f"{platform.python_implementation()} {platform.python_version()}")
    blocked: int = 0
    samples: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What an exploration found out.

    Attributes:
        program: its name.
        verdict: proved, violated or unfinished.
        executions: how many were run.
        findings: what is wrong, the first found first; one of each kind and place.
        certificate: what the verdict rests on.
        why: for `UNFINISHED`, what ended the search, in words; empty otherwise.
        seconds: wall time of the search.
        found_after: seconds from the call to the first failing execution, which is then made simple and told.
        operations: over all executions.
        longest: operations of the longest execution.
        threads: names, in the order in which they were started.
        orders: counts what `interleavings` gives, or is that number.
        estimate: for a search that did not finish, an estimate of the executions that a proof takes and how far the
            estimates made on the way lie apart (they grow while new branches are found); None where there is none.
        together: for each region that was asked for, the greatest number of threads that were in it at once.
        shortest_time: virtual seconds of the quickest execution; None if none ended.
        failing: how many executions failed.
        spins: loops in which a thread looked again at what nobody had changed (busy waiting), in some execution.
    """

    program: str
    verdict: Verdict
    executions: int
    findings: tuple[Finding, ...]
    certificate: Certificate
    why: str = ""
    seconds: float = 0.0
    found_after: float | None = None
    operations: int = 0
    longest: int = 0
    threads: tuple[str, ...] = ()
    orders: Callable[[], int | None] | int | None = field(default=None, repr=False, compare=False)
    estimate: tuple[float, float] | None = None
    together: Mapping[str, int] = field(default_factory=dict)
    shortest_time: float | None = None
    failing: int = 0
    spins: tuple[Location, ...] = ()

    renderer: ClassVar[Callable[["Report"], str] | None] = None
    """Turns a report into the explanation that `str()` gives; set by `hilos.explore`."""

    @property
    def interleavings(self) -> int | None:
        """How many orders of operations the executions stand for, where they can be counted."""
        return self.orders() if callable(self.orders) else self.orders

    @property
    def proved(self) -> bool:
        return self.verdict is Verdict.PROVED

    @property
    def finding(self) -> Finding | None:
        """The first finding."""
        return self.findings[0] if self.findings else None

    @property
    def schedule(self) -> Schedule | None:
        """The schedule of the first finding."""
        return self.findings[0].schedule if self.findings else None

    @property
    def trace(self) -> tuple[Step, ...]:
        """The steps of the first finding."""
        return self.findings[0].steps if self.findings else ()

    def check(self) -> None:
        """Do nothing if the program was proved.

        Raises:
            NotProved: it was not; an AssertionError, the message is the explanation.
        """
        if self.verdict is not Verdict.PROVED:
            raise NotProved(self)

    def __str__(self) -> str:
        renderer = type(self).renderer
        if renderer is not None:
            return renderer(self)
        lines = [f"{self.program}: {self.verdict} ({self.executions})"]
        lines += [f"{finding.trouble}: {finding.message} [{finding.schedule}]" for finding in self.findings]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON types, under the key `version` the number of this format."""
        return {
            "version": VERSION,
            "program": self.program,
            "verdict": self.verdict.value,
            "why": self.why,
            "executions": self.executions,
            "failing": self.failing,
            "interleavings": self.interleavings,
            "estimate": list(self.estimate) if self.estimate else None,
            "seconds": self.seconds,
            "found_after": self.found_after,
            "operations": self.operations,
            "longest": self.longest,
            "threads": list(self.threads),
            "together": dict(self.together),
            "shortest_time": self.shortest_time,
            "spins": [_place(location) for location in self.spins],
            "certificate": {
                "strategy": self.certificate.strategy,
                "granularity": self.certificate.granularity,
                "preemptions": self.certificate.preemptions,
                "operations": self.certificate.operations,
                "seed": self.certificate.seed,
                "instrumented": list(self.certificate.instrumented),
                "untracked": list(self.certificate.untracked),
                "python": self.certificate.python,
                "blocked": self.certificate.blocked,
                "samples": self.certificate.samples,
            },
            "findings": [_finding(finding) for finding in self.findings],
        }


class NotProved(AssertionError):
    """A program that should have been proved was not.  `report` says why; the text is the explanation."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        return str(self.report)


def _place(location: Location | None) -> dict[str, Any] | None:
    if location is None:
        return None
    return {"file": location.file, "line": location.line, "function": location.function}


def _hold(hold: Hold) -> dict[str, Any]:
    return {"thread": hold.thread, "target": hold.target, "location": _place(hold.location)}


def _wait(wait: Wait) -> dict[str, Any]:
    return {
        "thread": wait.thread,
        "target": wait.target,
        "kind": wait.kind.value,
        "location": _place(wait.location),
        "holders": list(wait.holders),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "number": step.number,
        "thread": step.thread,
        "kind": step.kind.value,
        "target": step.target,
        "target_type": step.target_type,
        "location": _place(step.location),
        "value": step.value,
        "time": step.time,
        "holds": [_hold(hold) for hold in step.holds],
        "waits": [_wait(wait) for wait in step.waits],
        "happens_after": list(step.happens_after),
        "before": step.before,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "trouble": finding.trouble.value,
        "message": finding.message,
        "schedule": finding.schedule.token,
        "step": finding.step,
        "threads": list(finding.threads),
        "exception": finding.exception,
        "traceback": [_place(location) for location in finding.traceback],
        "cycle": [_wait(wait) for wait in finding.cycle],
        "blocked": [_wait(wait) for wait in finding.blocked],
        "race": list(finding.race) if finding.race else None,
        "invariant": finding.invariant,
        "state": finding.state,
        "steps": [_step(step) for step in finding.steps],
        "passing": _passing(finding.passing) if finding.passing is not None else None,
    }


def _passing(passing: Passing) -> dict[str, Any]:
    return {
        "schedule": passing.schedule.token,
        "steps": [_step(step) for step in passing.steps],
        "state": passing.state,
    }
