"""Which pattern an execution shows, recognised from its steps alone: the most telling first.

    lost update                  t reads x, u writes x, t writes x from what it had read
    check, then act              t reads x, u writes x, t goes on as if it had not
    use before initialisation    t uses x and fails; u writes x later, or never got to
    unsynchronised publication   t lets u see a thing (a flag, a reference) before the rest of it is written
    missed notification          u notifies while t does not wait yet; t then waits for ever
    deadlock cycle, double release, no progress: as the finding says

Where none fits, the last conflict of two threads is shown as what it is, an order that goes wrong.  Doubt: a program
may show two of them at once (a lost update is also a check followed by an act); the first in `_PATTERNS_OF` is told.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from hilos.events import Kind
from hilos.explore.report import Finding, Step, Trouble

OBJECT = re.compile(r'(\w+) "(.*)"', re.DOTALL)
"""The target of an operation on an object that is not memory: its word and its name."""
_LOCK_TYPES = ("lock", "rlock", "condition", "semaphore", "boundedsemaphore")


class Pattern(StrEnum):
    """What kind of mistake the execution shows."""

    LOST_UPDATE = "lost update"
    CHECK_THEN_ACT = "check, then act"
    USE_BEFORE_INIT = "use before initialisation"
    PUBLICATION = "unsynchronised publication"
    DATA_RACE = "data race"
    DEADLOCK = "deadlock cycle"
    SELF_DEADLOCK = "self-deadlock"
    MISSED_NOTIFICATION = "missed notification"
    NEVER_RELEASED = "lock never released"
    STUCK = "waits for ever"
    NO_PROGRESS = "no progress"
    DOUBLE_RELEASE = "double release"
    ORDER = "wrong in this order"


@dataclass(frozen=True, slots=True)
class Clash:
    """What went wrong between two threads.

    Attributes:
        target: the memory that both access.
        before: the access that the victim relied on.
        intruder: the other thread's access in between, or the one that should have come first.
        after: what the victim did in the belief that nothing had changed; None where there is no such step.
        first: the earliest of the victim's reads of the same since it last wrote it: where its decision began.
        victim_locks: what the victim held all the way from `before` to `after`.
        intruder_locks: what the other held at its access.
        split: a lock that the victim held at `before` and at `after` but let go in between; "" if there is none.
    """

    target: str
    before: Step
    intruder: Step
    after: Step | None
    first: Step
    victim_locks: tuple[str, ...] = ()
    intruder_locks: tuple[str, ...] = ()
    split: str = ""


def recognise(finding: Finding) -> tuple[Pattern, Clash | None, Step | None]:
    """The pattern, the clash over memory if it is one, and for a missed notification the step that came too early."""
    trouble = finding.trouble
    if trouble is Trouble.DEADLOCK:
        if len(finding.cycle) > 1:
            return Pattern.DEADLOCK, None, None
        # A thread that waits for a permit of a semaphore that it has itself waits for another's release.
        owned = bool(finding.cycle) and is_owned(finding.cycle[0].target)
        return (Pattern.SELF_DEADLOCK, None, None) if owned else _stuck(finding)
    if trouble is Trouble.STUCK:
        return _stuck(finding)
    if trouble is Trouble.NO_PROGRESS:
        return Pattern.NO_PROGRESS, None, None
    if trouble is Trouble.DOUBLE_RELEASE:
        return Pattern.DOUBLE_RELEASE, None, None
    if trouble is Trouble.DATA_RACE and finding.race is not None:
        first, second = (finding.steps[number] for number in finding.race)
        return Pattern.DATA_RACE, _clash(finding.steps, first, second, None), None
    for pattern, find in _PATTERNS_OF[trouble is Trouble.EXCEPTION]:
        clash = find(finding)
        if clash is not None:
            return pattern, clash, None
    return Pattern.ORDER, _last_conflict(finding), None


# Waiting for ever.


def _stuck(finding: Finding) -> tuple[Pattern, Clash | None, Step | None]:
    """Somebody waits and nobody is left: was there a notification before it waited, or a lock not given back?"""
    for wait in finding.blocked:
        began = _last(finding.steps, lambda step, wait=wait: step.thread == wait.thread)  # type: ignore[misc]
        name = bare_name(wait.target)
        for step in finding.steps:
            is_signal = step.kind in (Kind.NOTIFY, Kind.SET) and step.thread != wait.thread
            if is_signal and bare_name(step.target) == name and (began is None or step.number < began.number):
                return Pattern.MISSED_NOTIFICATION, None, step
    if any(wait.kind is Kind.REQUEST and wait.holders and is_owned(wait.target) for wait in finding.blocked):
        return Pattern.NEVER_RELEASED, None, None
    return Pattern.STUCK, None, None


def bare_name(target: str) -> str:
    """`state.full` of `condition "state.full"`; memory is called by its name."""
    match = OBJECT.fullmatch(target)
    return match[2] if match else target


def is_owned(target: str) -> bool:
    """Whether it is a lock, which only its holder releases; anybody may release a semaphore."""
    return target.split(" ")[0].lower() in ("lock", "rlock")


# Clashes over memory.


def _accesses(steps: tuple[Step, ...]) -> dict[str, list[Step]]:
    """Reads and writes by what they access, for what at least one thread writes and two threads access."""
    found: dict[str, list[Step]] = {}
    for step in steps:
        if step.kind in (Kind.READ, Kind.WRITE):
            found.setdefault(step.target, []).append(step)
    return {
        target: accesses
        for target, accesses in found.items()
        if len({step.thread for step in accesses}) > 1 and any(step.kind is Kind.WRITE for step in accesses)
    }


def _lost_update(finding: Finding) -> Clash | None:
    """Read by t, written by u, written by t, which did not look again: the last such triple."""
    best: Clash | None = None
    for accesses in _accesses(finding.steps).values():
        for position, after in enumerate(accesses):
            if after.kind is not Kind.WRITE:
                continue
            earlier = accesses[:position]
            mine = _last(earlier, lambda step, after=after: step.thread == after.thread)  # type: ignore[misc]
            if mine is None or mine.kind is not Kind.READ:
                continue
            others = [step for step in earlier if step.number > mine.number and step.kind is Kind.WRITE]
            if others and (best is None or best.after is None or after.number > best.after.number):
                best = _clash(finding.steps, mine, others[0], after)
    return best


def _check_then_act(finding: Finding) -> Clash | None:
    """Read by t, written by u, then t goes on: reads it again, or writes something else."""
    best: Clash | None = None
    for accesses in _accesses(finding.steps).values():
        for intruder in accesses:
            if intruder.kind is not Kind.WRITE:
                continue
            for victim in dict.fromkeys(step.thread for step in accesses if step.thread != intruder.thread):
                before = _last(
                    accesses,
                    lambda step, i=intruder, v=victim: step.number < i.number and step.thread == v,  # type: ignore[misc]
                )
                if before is None or before.kind is not Kind.READ:
                    continue
                after = _consequence(finding, before, intruder)
                if after is not None and (best is None or before.number > best.before.number):
                    best = _clash(finding.steps, before, intruder, after)
    return best


def _consequence(finding: Finding, before: Step, intruder: Step) -> Step | None:
    """What the victim did next on memory: its first write after the intruder, else its first access."""
    later = [
        step
        for step in finding.steps
        if step.thread == before.thread and step.number > intruder.number and step.kind in (Kind.READ, Kind.WRITE)
    ]
    writes = [step for step in later if step.kind is Kind.WRITE]
    return (writes or later or [None])[0]  # type: ignore[list-item]


def _publication(finding: Finding) -> Clash | None:
    """t writes a flag, u sees it and reads x, t writes x afterwards."""
    shared = _accesses(finding.steps)
    for target, accesses in shared.items():
        for read in accesses:
            if read.kind is not Kind.READ:
                continue
            late = next(
                (s for s in accesses if s.number > read.number and s.kind is Kind.WRITE and s.thread != read.thread),
                None,
            )
            first = next((s for s in accesses if s.kind is Kind.WRITE), None)
            if late is None or late is not first:
                continue
            for flag, uses in shared.items():
                if flag == target or any(s.kind is Kind.WRITE and s.thread == read.thread for s in uses):
                    continue
                told = [s for s in uses if s.kind is Kind.WRITE and s.thread == late.thread and s.number < read.number]
                seen = [
                    s
                    for s in uses
                    if s.kind is Kind.READ
                    and s.thread == read.thread
                    and told
                    and told[0].number < s.number <= read.number
                ]
                if seen:
                    return _clash(finding.steps, read, late, None)
    return None


def _use_before_init(finding: Finding) -> Clash | None:
    """The failing thread's last read found nothing there (None, or an attribute that another thread sets later)."""
    if finding.step is None or finding.exception not in (
        "AttributeError",
        "TypeError",
        "NameError",
        "UnboundLocalError",
    ):
        return None
    thread = finding.threads[0] if finding.threads else ""
    mine = [s for s in finding.steps if s.thread == thread and s.kind is Kind.READ and s.number <= finding.step]
    for read in reversed(mine[-2:]):
        others = [s for s in finding.steps if s.thread != thread and s.target == read.target and s.kind is Kind.WRITE]
        later = [step for step in others if step.number > read.number]
        if later and not [step for step in others if step.number < read.number]:
            return _clash(finding.steps, read, later[0], None)
    return None


def _last_conflict(finding: Finding) -> Clash | None:
    """Where nothing more telling is found: the failing thread's last access that conflicts with another thread's."""
    thread = finding.threads[0] if finding.threads and finding.step is not None else ""
    steps = [step for step in finding.steps if step.kind in (Kind.READ, Kind.WRITE)]
    for step in reversed(steps):
        if thread and step.thread != thread:
            continue
        others = [
            other
            for other in steps
            if other.thread != step.thread
            and Kind.WRITE in (other.kind, step.kind)
            and (other.target == step.target or is_inside(other, step) or is_inside(step, other))
        ]
        if others:
            nearest = min(others, key=lambda other: abs(other.number - step.number))
            return _clash(finding.steps, step, nearest, None)
    return None


def is_inside(step: Step, whole: Step) -> bool:
    """Whether a step is about an item of the container that the other is about as a whole."""
    return whole.target_type not in ("attribute", "global", "variable") and step.target.startswith(whole.target + "[")


_Finder = Callable[[Finding], Clash | None]
_PATTERNS_OF: dict[bool, list[tuple[Pattern, _Finder]]] = {
    False: [
        (Pattern.LOST_UPDATE, _lost_update),
        (Pattern.PUBLICATION, _publication),
        (Pattern.CHECK_THEN_ACT, _check_then_act),
    ],
    True: [
        (Pattern.USE_BEFORE_INIT, _use_before_init),
        (Pattern.CHECK_THEN_ACT, _check_then_act),
        (Pattern.PUBLICATION, _publication),
        (Pattern.LOST_UPDATE, _lost_update),
    ],
}


def _clash(steps: tuple[Step, ...], before: Step, intruder: Step, after: Step | None) -> Clash:
    victim = before.thread
    end = after.number if after is not None else before.number
    held = [_locks(step, victim) for step in steps[before.number : end + 1]]
    throughout = frozenset.intersection(*held) if held else frozenset()
    both_ends = held[0] & held[-1] if held else frozenset()
    split = sorted(both_ends - throughout)
    first = before
    for step in reversed(steps[: before.number]):
        if step.thread == victim and step.target == before.target:
            if step.kind is not Kind.READ or before.kind is not Kind.READ:
                break
            first = step
    return Clash(
        before.target,
        before,
        intruder,
        after,
        first,
        tuple(sorted(throughout)),
        tuple(sorted(_locks(intruder, intruder.thread))),
        split[0] if split else "",
    )


def _locks(step: Step, thread: str) -> frozenset[str]:
    return frozenset(
        hold.target
        for hold in step.holds
        if hold.thread == thread and hold.target.split(" ")[0].replace("-", "").lower() in _LOCK_TYPES
    )


def _last(steps: "tuple[Step, ...] | list[Step]", wanted: Callable[[Step], bool]) -> Step | None:
    return next((step for step in reversed(steps) if wanted(step)), None)
