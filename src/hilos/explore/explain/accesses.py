"""What a step of an execution accesses, and what its thread held meanwhile."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from hilos.events import Kind
from hilos.explore.report import Step

OBJECT = re.compile(r'(\w+) "(.*)"', re.DOTALL)
"""The target of an operation on an object that is not memory: its word and its name."""
BINDINGS = ("attribute", "item", "global", "variable")
LOCK_TYPES = ("lock", "rlock", "condition", "semaphore", "boundedsemaphore")


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


def bare_name(target: str) -> str:
    """`state.full` of `condition "state.full"`; memory is called by its name."""
    match = OBJECT.fullmatch(target)
    return match[2] if match else target


def is_owned(target: str) -> bool:
    """Whether it is a lock, which only its holder releases; anybody may release a semaphore."""
    return target.split(" ")[0].lower() in ("lock", "rlock")


def memory_of(step: Step) -> tuple[str, bool]:
    """What a step accesses: `state.items` is a variable and also what is in the list that it is bound to."""
    return step.target, step.target_type in BINDINGS


def is_read(step: Step) -> bool:
    """Whether a step only looks: at memory, or at how full a queue is."""
    return step.kind is Kind.READ


def is_write(step: Step) -> bool:
    """Whether a step changes what others look at: memory, a queue, whether a future or an event is set."""
    return step.kind in (Kind.WRITE, Kind.PUT, Kind.GET, Kind.SET, Kind.CLEAR)


def accesses_of(steps: tuple[Step, ...]) -> dict[tuple[str, bool], list[Step]]:
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


def is_inside(step: Step, whole: Step) -> bool:
    """Whether a step is about an item of the container that the other is about as a whole."""
    return whole.target_type not in BINDINGS and step.target.startswith(whole.target + "[")


def clash_of(steps: tuple[Step, ...], before: Step, intruder: Step, after: Step | None) -> Clash:
    victim = before.thread
    end = after.number if after is not None else before.number
    held = [locks_of(step, victim) for step in steps[before.number : end + 1]]
    throughout = frozenset.intersection(*held) if held else frozenset()
    both_ends = held[0] & held[-1] if held else frozenset()
    let_go = held[0] & locks_of(intruder, intruder.thread) if held else frozenset()
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
        tuple(sorted(_excluding(steps, locks_of(intruder, intruder.thread), victim))),
        split[0] if split else "",
    )


def _excluding(steps: tuple[Step, ...], locks: frozenset[str], other: str) -> list[str]:
    """Without the semaphores that the other thread never takes: permits that count something, and exclude nobody."""
    taken = {step.target for step in steps if step.thread == other and step.kind is Kind.ACQUIRE}
    return [lock for lock in locks if not lock.startswith("semaphore ") or lock in taken]


def locks_of(step: Step, thread: str) -> frozenset[str]:
    return frozenset(
        hold.target
        for hold in step.holds
        if hold.thread == thread and hold.target.split(" ")[0].replace("-", "").lower() in LOCK_TYPES
    )


def last_of(steps: "tuple[Step, ...] | list[Step]", wanted: Callable[[Step], bool]) -> Step | None:
    return next((step for step in reversed(steps) if wanted(step)), None)
