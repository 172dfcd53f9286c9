"""Which pattern an execution shows, recognised from its steps alone: the most telling first.

    lost update                  t reads x, u writes x, t writes x from what it had read
    check, then act              t reads x, u writes x, t goes on as if it had not
    use before initialisation    t uses x and fails; u writes x later, or never got to
    changed while iterated       t goes through x, u adds to x or takes from it, t's next step fails
    unsynchronised publication   t lets u see a thing (a flag, a reference) before the rest of it is written
    overwritten                  t writes x, u writes x, t reads x as if it were its own
    missed notification          u notifies while t does not wait yet; t then waits for ever
    erased notification          u sets an event, v clears it, and t, which has not seen it set, waits for ever
    wrong thread notified        u notifies one of several that wait; it cannot go on and waits again, like the others
    deadlock cycle, double release, no progress: as the finding says

Where none fits, the last conflict of two threads is shown as what it is, an order that goes wrong.  Doubt: a program
may show two of them at once (a lost update is also a check followed by an act); the first in `_PATTERNS_OF` is told.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from hilos.events import Kind
from hilos.explore.report import Finding, Step, Trouble, Wait

OBJECT = re.compile(r'(\w+) "(.*)"', re.DOTALL)
"""The target of an operation on an object that is not memory: its word and its name."""
_BINDINGS = ("attribute", "item", "global", "variable")
_LOCK_TYPES = ("lock", "rlock", "condition", "semaphore", "boundedsemaphore")


class Pattern(StrEnum):
    """What kind of mistake the execution shows."""

    LOST_UPDATE = "lost update"
    CHECK_THEN_ACT = "check, then act"
    USE_BEFORE_INIT = "use before initialisation"
    ITERATION = "changed while iterated"
    PUBLICATION = "unsynchronised publication"
    OVERWRITTEN = "overwritten"
    DATA_RACE = "data race"
    DEADLOCK = "deadlock cycle"
    SELF_DEADLOCK = "self-deadlock"
    MISSED_NOTIFICATION = "missed notification"
    ERASED_NOTIFICATION = "erased notification"
    WRONG_NOTIFIED = "wrong thread notified"
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
        split: a lock that the victim held at `before`, and the other or it itself later, but let go in between; "" if
            there is none.
    """

    target: str
    before: Step
    intruder: Step
    after: Step | None
    first: Step
    victim_locks: tuple[str, ...] = ()
    intruder_locks: tuple[str, ...] = ()
    split: str = ""


_Recognised = tuple[Pattern, Clash | None, tuple[Step, ...]]


def recognise(finding: Finding) -> _Recognised:
    """The pattern, the clash over memory if it is one, and where a notification was in vain, it and what undid it."""
    trouble = finding.trouble
    if trouble is Trouble.DEADLOCK:
        if len(finding.cycle) > 1:
            return Pattern.DEADLOCK, None, ()
        # A thread that waits for a permit of a semaphore that it has itself waits for another's release.
        owned = bool(finding.cycle) and is_owned(finding.cycle[0].target)
        return (Pattern.SELF_DEADLOCK, None, ()) if owned else _stuck(finding)
    if trouble is Trouble.STUCK:
        return _stuck(finding)
    if trouble is Trouble.NO_PROGRESS:
        return Pattern.NO_PROGRESS, None, ()
    if trouble is Trouble.DOUBLE_RELEASE:
        return Pattern.DOUBLE_RELEASE, None, ()
    if trouble is Trouble.DATA_RACE and finding.race is not None:
        first, second = (finding.steps[number] for number in finding.race)
        return Pattern.DATA_RACE, _clash(finding.steps, first, second, None), ()
    for pattern, find in _PATTERNS_OF[trouble is Trouble.EXCEPTION]:
        clash = find(finding)
        if clash is not None:
            return pattern, clash, ()
    return Pattern.ORDER, _last_conflict(finding), ()


# Waiting for ever.


def _stuck(finding: Finding) -> _Recognised:
    """Somebody waits and nobody is left: was a notification in vain, an update lost, or a lock not given back?"""
    for wait in finding.blocked:
        for pattern, find in _IN_VAIN:
            signals = find(finding, wait)
            if signals:
                return pattern, None, signals
    for wait in finding.blocked:
        clash = _looked_before_waiting(finding, wait)
        if clash is not None:
            return Pattern.CHECK_THEN_ACT, clash, ()
    clash = _lost_update(finding)
    if clash is not None:
        return Pattern.LOST_UPDATE, clash, ()
    clash = _overwritten(finding)
    if clash is not None and any(clash.before.thread in wait.holders for wait in finding.blocked):
        return Pattern.OVERWRITTEN, clash, ()
    waiting = {wait.thread for wait in finding.blocked}
    if any(
        wait.kind is Kind.REQUEST and wait.holders and is_owned(wait.target) and not waiting & {*wait.holders}
        for wait in finding.blocked
    ):
        return Pattern.NEVER_RELEASED, None, ()
    return Pattern.STUCK, None, ()


def _looked_before_waiting(finding: Finding, wait: Wait) -> Clash | None:
    """`if not jobs.empty(): jobs.get()`, and in between another was faster."""
    looked = _last(
        finding.steps, lambda step: is_read(step) and (step.thread, step.target) == (wait.thread, wait.target)
    )
    if looked is None or any(
        step.thread == wait.thread and not is_read(step) for step in finding.steps[looked.number + 1 :]
    ):
        return None
    others = [step for step in finding.steps[looked.number :] if step.target == wait.target and is_write(step)]
    return _clash(finding.steps, looked, others[0], None) if others else None


def _signals(finding: Finding, wait: Wait, kind: Kind) -> list[Step]:
    """What others did to wake whoever waits there, as long as the thread did something after."""
    began = _last(finding.steps, lambda step: step.thread == wait.thread)
    name = bare_name(wait.target)
    return [
        step
        for step in finding.steps
        if step.kind is kind
        and step.thread != wait.thread
        and bare_name(step.target) == name
        and (began is None or step.number < began.number)
    ]


def _waiting_at(finding: Finding, signal: Step) -> list[str]:
    """The threads that wait where a step notifies."""
    last = {step.thread: step for step in finding.steps[: signal.number]}
    return [name for name, step in last.items() if step.kind is Kind.WAIT and step.target == signal.target]


def _missed(finding: Finding, wait: Wait) -> tuple[Step, ...]:
    """Notified while nobody waited; and the waiting thread had not looked, with the lock taken, at what was changed."""
    for signal in _signals(finding, wait, Kind.NOTIFY):
        if not _waiting_at(finding, signal) and not _saw(finding, wait.thread, signal):
            return (signal,)
    return ()


def _saw(finding: Finding, thread: str, signal: Step) -> bool:
    """Whether a thread that waits had read, under a lock that it had until then, what the one that notified wrote."""
    written = {
        memory_of(step): _locks(step, step.thread)
        for step in finding.steps[: signal.number]
        if step.thread == signal.thread and step.kind is Kind.WRITE
    }
    looked = [step for step in finding.steps if step.thread == thread and step.number > signal.number][:-1]
    held = _locks(looked[-1], thread) if looked else frozenset()
    for step in reversed(looked):
        held &= _locks(step, thread)
        if step.kind is Kind.READ and held & written.get(memory_of(step), frozenset()):
            return True
    return False


def _wrong_thread(finding: Finding, wait: Wait) -> tuple[Step, ...]:
    """The notification woke another, which changed nothing and waits again, while this one waited all along."""
    for signal in reversed([step for step in finding.steps if step.kind is Kind.NOTIFY]):
        waiting = _waiting_at(finding, signal)
        later = [step for step in finding.steps if step.number > signal.number]
        if wait.thread not in waiting or any(step.thread == wait.thread for step in later):
            continue
        for other in waiting:
            mine = [step for step in later if step.thread == other]
            again = next((step for step in mine if step.kind in (Kind.WAIT, Kind.WRITE)), None)
            if again is not None and again.kind is Kind.WAIT and again.target == signal.target:
                return signal, again
    return ()


def _erased(finding: Finding, wait: Wait) -> tuple[Step, ...]:
    """Set, and cleared before the thread that waits had looked."""
    for signal in reversed(_signals(finding, wait, Kind.SET)):
        for step in finding.steps[signal.number + 1 :]:
            if step.target != signal.target:
                continue
            if step.kind is Kind.CLEAR:
                return signal, step
            if step.thread == wait.thread:
                break
    return ()


_IN_VAIN: list[tuple[Pattern, Callable[[Finding, Wait], tuple[Step, ...]]]] = [
    (Pattern.WRONG_NOTIFIED, _wrong_thread),
    (Pattern.ERASED_NOTIFICATION, _erased),
    (Pattern.MISSED_NOTIFICATION, _missed),
]


def bare_name(target: str) -> str:
    """`state.full` of `condition "state.full"`; memory is called by its name."""
    match = OBJECT.fullmatch(target)
    return match[2] if match else target


def is_owned(target: str) -> bool:
    """Whether it is a lock, which only its holder releases; anybody may release a semaphore."""
    return target.split(" ")[0].lower() in ("lock", "rlock")


# Clashes over memory.


def memory_of(step: Step) -> tuple[str, bool]:
    """What a step accesses: `state.items` is a variable and also what is in the list that it is bound to."""
    return step.target, step.target_type in _BINDINGS


def is_read(step: Step) -> bool:
    """Whether a step only looks: at memory, or at how full a queue is."""
    return step.kind is Kind.READ


def is_write(step: Step) -> bool:
    """Whether a step changes what others look at: memory, a queue, whether a future or an event is set."""
    return step.kind in (Kind.WRITE, Kind.PUT, Kind.GET, Kind.SET, Kind.CLEAR)


def _accesses(steps: tuple[Step, ...]) -> dict[tuple[str, bool], list[Step]]:
    """Reads and writes by what they access, for what at least one thread writes and two threads access."""
    found: dict[tuple[str, bool], list[Step]] = {}
    for step in steps:
        if is_read(step) or is_write(step):
            found.setdefault(memory_of(step), []).append(step)
    return {
        memory: accesses
        for memory, accesses in found.items()
        if len({step.thread for step in accesses}) > 1 and any(is_write(step) for step in accesses)
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
            if not is_write(intruder):
                continue
            for victim in dict.fromkeys(step.thread for step in accesses if step.thread != intruder.thread):
                before = _last(
                    accesses,
                    lambda step, i=intruder, v=victim: step.number < i.number and step.thread == v,  # type: ignore[misc]
                )
                if before is None or not is_read(before):
                    continue
                after = _consequence(finding, before, intruder)
                if after is not None and (best is None or before.number > best.before.number):
                    best = _clash(finding.steps, before, intruder, after)
    return best


def _consequence(finding: Finding, before: Step, intruder: Step) -> Step | None:
    """What the victim did next on memory: its first write after the intruder; where it failed, its first access."""
    later = [
        step
        for step in finding.steps
        if step.thread == before.thread and step.number > intruder.number and (is_read(step) or is_write(step))
    ]
    acts = [step for step in later if is_write(step)]
    if finding.step is not None:  # what somebody does after the failure has not led to it
        acts = [step for step in acts if step.number <= finding.step]
        failed = [step for step in later if step.thread in finding.threads and step.number <= finding.step]
        acts = acts or failed
    return acts[0] if acts else None


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


def _overwritten(finding: Finding) -> Clash | None:
    """Written by t, by u, and read by t, which finds what u wrote: the last such triple."""
    best: Clash | None = None
    for accesses in _accesses(finding.steps).values():
        for position, after in enumerate(accesses):
            earlier = accesses[:position]
            mine = _last(earlier, lambda step, after=after: step.thread == after.thread)  # type: ignore[misc]
            if after.kind is not Kind.READ or mine is None or mine.kind is not Kind.WRITE:
                continue
            others = [step for step in earlier if step.number > mine.number and step.kind is Kind.WRITE]
            found = others and after.target_type in _BINDINGS and after.value != mine.value
            found = found and not _expects_change(finding, accesses[position:], mine)
            if found and (best is None or best.after is None or after.number > best.after.number):
                best = _clash(finding.steps, mine, others[-1], after)
    return best


def _expects_change(finding: Finding, now: list[Step], mine: Step) -> bool:
    """Whether a thread that reads again has waited for others since it wrote, or will write from what it now reads."""
    after = now[0]
    again = next((step for step in now[1:] if step.thread == after.thread), None)
    waited = (Kind.ACQUIRE, Kind.WAIT, Kind.WAKE, Kind.GET, Kind.JOIN, Kind.SLEEP)
    between = finding.steps[mine.number : after.number]
    return (again is not None and again.kind is Kind.WRITE) or any(
        step.thread == after.thread and step.kind in waited for step in between
    )


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
        others = [
            step
            for step in finding.steps
            if step.thread != thread and step.kind is Kind.WRITE and memory_of(step) == memory_of(read)
        ]
        later = [step for step in others if step.number > read.number]
        if later and not [step for step in others if step.number < read.number]:
            return _clash(finding.steps, read, later[0], None)
    return None


def _changed_while_iterated(finding: Finding) -> Clash | None:
    """The interpreter says so; the walk began where the thread looked up what it goes through."""
    if finding.exception != "RuntimeError" or "during iteration" not in finding.message or finding.step is None:
        return None
    failed = finding.steps[finding.step]
    walk = [
        step
        for step in finding.steps[: failed.number]
        if step.thread == failed.thread and step.target == failed.target and step.location == failed.location
    ]
    others = [
        step
        for step in finding.steps[: failed.number]
        if is_write(step)
        and step.thread != failed.thread
        and (memory_of(step) == memory_of(failed) or is_inside(step, failed))
    ]
    return _clash(finding.steps, walk[0], others[-1], failed) if walk and others else None


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
            and (memory_of(other) == memory_of(step) or is_inside(other, step) or is_inside(step, other))
        ]
        if others:
            nearest = min(others, key=lambda other: abs(other.number - step.number))
            return _clash(finding.steps, step, nearest, None)
    return None


def is_inside(step: Step, whole: Step) -> bool:
    """Whether a step is about an item of the container that the other is about as a whole."""
    return whole.target_type not in _BINDINGS and step.target.startswith(whole.target + "[")


_Finder = Callable[[Finding], Clash | None]
_PATTERNS_OF: dict[bool, list[tuple[Pattern, _Finder]]] = {
    False: [
        (Pattern.LOST_UPDATE, _lost_update),
        (Pattern.PUBLICATION, _publication),
        (Pattern.CHECK_THEN_ACT, _check_then_act),
        (Pattern.OVERWRITTEN, _overwritten),
    ],
    True: [
        (Pattern.ITERATION, _changed_while_iterated),
        (Pattern.USE_BEFORE_INIT, _use_before_init),
        (Pattern.CHECK_THEN_ACT, _check_then_act),
        (Pattern.PUBLICATION, _publication),
        (Pattern.LOST_UPDATE, _lost_update),
        (Pattern.OVERWRITTEN, _overwritten),
    ],
}


def _clash(steps: tuple[Step, ...], before: Step, intruder: Step, after: Step | None) -> Clash:
    victim = before.thread
    end = after.number if after is not None else before.number
    held = [_locks(step, victim) for step in steps[before.number : end + 1]]
    throughout = frozenset.intersection(*held) if held else frozenset()
    both_ends = held[0] & held[-1] if held else frozenset()
    let_go = held[0] & _locks(intruder, intruder.thread) if held else frozenset()
    split = sorted((both_ends | let_go) - throughout)
    first = before
    for step in reversed(steps[: before.number]):
        if step.thread == victim and memory_of(step) == memory_of(before):
            if step.kind is not Kind.READ or before.kind is not Kind.READ:
                break
            first = step
    return Clash(
        before.target,
        before,
        intruder,
        after,
        first,
        tuple(sorted(_excluding(steps, throughout, intruder.thread))),
        tuple(sorted(_excluding(steps, _locks(intruder, intruder.thread), victim))),
        split[0] if split else "",
    )


def _excluding(steps: tuple[Step, ...], locks: frozenset[str], other: str) -> list[str]:
    """Without the semaphores that the other thread never takes: permits that count something, and exclude nobody."""
    taken = {step.target for step in steps if step.thread == other and step.kind is Kind.ACQUIRE}
    return [lock for lock in locks if not lock.startswith("semaphore ") or lock in taken]


def _locks(step: Step, thread: str) -> frozenset[str]:
    return frozenset(
        hold.target
        for hold in step.holds
        if hold.thread == thread and hold.target.split(" ")[0].replace("-", "").lower() in _LOCK_TYPES
    )


def _last(steps: "tuple[Step, ...] | list[Step]", wanted: Callable[[Step], bool]) -> Step | None:
    return next((step for step in reversed(steps) if wanted(step)), None)
