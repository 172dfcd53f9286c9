"""From a finding to a story, as data: who acts, what they do, which two accesses clash, what pattern that is.

A story has no words of any language in it.  `patterns` says what the execution is an example of; here it is decided
what of it is worth showing: what nobody changes is not (the lock that `with self.lock` looks up), nor are threads that
have no part in it where there are too many to stand side by side.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hilos.events import Kind
from hilos.explore.explain.accesses import Clash, is_inside, is_write, memory_of
from hilos.explore.explain.patterns import Pattern, recognise
from hilos.explore.report import Finding, Hold, Step, Trouble, Wait

MOST_THREADS = 8
"""More than these do not fit side by side: the threads concerned are shown, the others left out."""


@dataclass(frozen=True, slots=True)
class Link:
    """One thread of a deadlock cycle: what it has and what it wants."""

    wait: Wait
    hold: Hold | None


@dataclass(frozen=True, slots=True)
class Story:
    """A finding, ready to be told.

    Attributes:
        pattern: what kind of mistake it is.
        finding: what it is told from.
        actors: names of the threads that appear, in order of appearance.
        steps: the operations worth showing.
        hidden: how many threads were left out for want of room.
        clash: the two accesses, where memory is what went wrong.
        cycle: the circle of a deadlock.
        waits: who waits at the end.
        signals: where a notification was in vain, the step that notified, and the one that undid it if there is one.
    """

    pattern: Pattern
    finding: Finding
    actors: tuple[str, ...]
    steps: tuple[Step, ...]
    hidden: int
    clash: Clash | None = None
    cycle: tuple[Link, ...] = ()
    waits: tuple[Wait, ...] = ()
    signals: tuple[Step, ...] = ()

    @property
    def marked(self) -> frozenset[int]:
        """Numbers of the steps that the explanation is about."""
        if self.clash is not None:
            steps = (self.clash.before, self.clash.intruder, self.clash.after)
            return frozenset(step.number for step in steps if step is not None)
        if self.signals:
            return frozenset(step.number for step in self.signals)
        return frozenset() if self.finding.step is None else frozenset({self.finding.step})


def tell(finding: Finding) -> Story:
    """The story of a finding."""
    pattern, clash, signals = recognise(finding)
    story = Story(
        pattern=pattern,
        finding=finding,
        actors=(),
        steps=(),
        hidden=0,
        clash=clash,
        cycle=_links(finding) if finding.cycle else (),
        waits=finding.blocked,
        signals=signals,
    )
    shown = worth_showing(finding, story.marked)
    actors = dict.fromkeys(step.thread for step in shown)
    waits = finding.blocked
    if len({*actors, *(wait.thread for wait in waits)}) > MOST_THREADS:
        waits = tuple(wait for wait in waits if wait.thread in actors)
    actors.update(dict.fromkeys(wait.thread for wait in waits))
    return replace(story, actors=tuple(actors), steps=shown, hidden=_hidden(finding, actors), waits=waits)


def _hidden(finding: Finding, actors: Iterable[str]) -> int:
    """How many threads take part and are not shown."""
    return len({step.thread for step in finding.steps} - set(actors))


def _links(finding: Finding) -> tuple[Link, ...]:
    """Each thread of the cycle with what it holds: the thing that the one before it waits for."""
    holds = finding.steps[-1].holds if finding.steps else ()
    links = []
    for position, wait in enumerate(finding.cycle):
        wanted = finding.cycle[position - 1].target
        held = [hold for hold in holds if hold.thread == wait.thread and hold.target == wanted]
        links.append(Link(wait, held[-1] if held else None))
    return tuple(links)


def worth_showing(finding: Finding, marked: frozenset[int] = frozenset()) -> tuple[Step, ...]:
    """Without looking up what nobody changes: the lock in `with self.lock`, the list in `self.items.append`.

    What the passing execution beside it changes counts as changed, so that both can be compared step by step.
    """
    passing = finding.passing.steps if finding.passing is not None else ()
    writes = [step for step in (*finding.steps, *passing) if is_write(step)]
    written = {memory_of(step) for step in writes}
    shown = [
        step
        for step in finding.steps
        if step.number in marked
        or step.number == finding.step
        or step.kind not in (Kind.END, Kind.READ)
        or (step.kind is Kind.READ and (memory_of(step) in written or any(is_inside(write, step) for write in writes)))
    ]
    if finding.trouble is Trouble.NO_PROGRESS and len(shown) < 2:
        shown = [step for step in finding.steps if step.kind is not Kind.END]  # looking is all that they do
    threads = dict.fromkeys(step.thread for step in shown)
    if len(threads) > MOST_THREADS:
        concerned = {step.thread for step in finding.steps if step.number in marked}
        concerned |= {*finding.threads, *(wait.thread for wait in finding.blocked)}
        concerned = set([name for name in threads if name in concerned][:MOST_THREADS])
        shown = [step for step in shown if step.thread in concerned or step.number in marked]
    return tuple(shown)
