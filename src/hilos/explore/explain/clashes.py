"""Clashes over memory: each function finds one way in which two threads get in each other's way, or None."""

from hilos.events import Kind
from hilos.explore.explain.accesses import (
    BINDINGS,
    Clash,
    accesses_of,
    clash_of,
    is_inside,
    is_read,
    is_write,
    last_of,
    memory_of,
)
from hilos.explore.report import Finding, Step, Wait


def lost_update(finding: Finding) -> Clash | None:
    """Read by t, written by u, written by t, which did not look again: the last such triple."""
    best: Clash | None = None
    for accesses in accesses_of(finding.steps).values():
        for position, after in enumerate(accesses):
            if after.kind is not Kind.WRITE:
                continue
            earlier = accesses[:position]
            mine = last_of(earlier, lambda step, after=after: step.thread == after.thread)  # type: ignore[misc]
            if mine is None or mine.kind is not Kind.READ:
                continue
            others = [step for step in earlier if step.number > mine.number and step.kind is Kind.WRITE]
            if others and (best is None or best.after is None or after.number > best.after.number):
                best = clash_of(finding.steps, mine, others[0], after)
    return best


def check_then_act(finding: Finding) -> Clash | None:
    """Read by t, written by u, then t goes on: reads it again, or writes something else."""
    best: Clash | None = None
    for accesses in accesses_of(finding.steps).values():
        for intruder in accesses:
            if not is_write(intruder):
                continue
            for victim in dict.fromkeys(step.thread for step in accesses if step.thread != intruder.thread):
                before = last_of(
                    accesses,
                    lambda step, i=intruder, v=victim: step.number < i.number and step.thread == v,  # type: ignore[misc]
                )
                if before is None or not is_read(before):
                    continue
                after = _consequence(finding, before, intruder)
                if after is not None and (best is None or before.number > best.before.number):
                    best = clash_of(finding.steps, before, intruder, after)
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


def publication(finding: Finding) -> Clash | None:
    """t writes a flag, u sees it and reads x, t writes x afterwards."""
    shared = accesses_of(finding.steps)
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
                    return clash_of(finding.steps, read, late, None)
    return None


def overwritten(finding: Finding) -> Clash | None:
    """Written by t, by u, and read by t, which finds what u wrote: the last such triple."""
    best: Clash | None = None
    for accesses in accesses_of(finding.steps).values():
        for position, after in enumerate(accesses):
            earlier = accesses[:position]
            mine = last_of(earlier, lambda step, after=after: step.thread == after.thread)  # type: ignore[misc]
            if after.kind is not Kind.READ or mine is None or mine.kind is not Kind.WRITE:
                continue
            others = [step for step in earlier if step.number > mine.number and step.kind is Kind.WRITE]
            found = others and after.target_type in BINDINGS and after.value != mine.value
            found = found and not _expects_change(finding, accesses[position:], mine)
            if found and (best is None or best.after is None or after.number > best.after.number):
                best = clash_of(finding.steps, mine, others[-1], after)
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


def use_before_init(finding: Finding) -> Clash | None:
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
            return clash_of(finding.steps, read, later[0], None)
    return None


def changed_while_iterated(finding: Finding) -> Clash | None:
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
    return clash_of(finding.steps, walk[0], others[-1], failed) if walk and others else None


def last_conflict(finding: Finding) -> Clash | None:
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
            return clash_of(finding.steps, step, nearest, None)
    return None


def looked_before_waiting(finding: Finding, wait: Wait) -> Clash | None:
    """`if not jobs.empty(): jobs.get()`, and in between another was faster."""
    looked = last_of(
        finding.steps, lambda step: is_read(step) and (step.thread, step.target) == (wait.thread, wait.target)
    )
    if looked is None or any(
        step.thread == wait.thread and not is_read(step) for step in finding.steps[looked.number + 1 :]
    ):
        return None
    others = [step for step in finding.steps[looked.number :] if step.target == wait.target and is_write(step)]
    return clash_of(finding.steps, looked, others[0], None) if others else None
