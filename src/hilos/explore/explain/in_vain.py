"""Notifications in vain: somebody waits for ever although another has notified; why that did not help."""

from hilos.events import Kind
from hilos.explore.explain.accesses import bare_name, last_of, locks_of, memory_of
from hilos.explore.report import Finding, Step, Wait


def _signals(finding: Finding, wait: Wait, kind: Kind) -> list[Step]:
    """What others did to wake whoever waits there, as long as the thread did something after."""
    began = last_of(finding.steps, lambda step: step.thread == wait.thread)
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


def missed(finding: Finding, wait: Wait) -> tuple[Step, ...]:
    """Notified while nobody waited; and the waiting thread had not looked, with the lock taken, at what was changed."""
    for signal in _signals(finding, wait, Kind.NOTIFY):
        if not _waiting_at(finding, signal) and not _saw(finding, wait.thread, signal):
            return (signal,)
    return ()


def _saw(finding: Finding, thread: str, signal: Step) -> bool:
    """Whether a thread that waits had read, under a lock that it had until then, what the one that notified wrote."""
    written = {
        memory_of(step): locks_of(step, step.thread)
        for step in finding.steps[: signal.number]
        if step.thread == signal.thread and step.kind is Kind.WRITE
    }
    looked = [step for step in finding.steps if step.thread == thread and step.number > signal.number][:-1]
    held = locks_of(looked[-1], thread) if looked else frozenset()
    for step in reversed(looked):
        held &= locks_of(step, thread)
        if step.kind is Kind.READ and held & written.get(memory_of(step), frozenset()):
            return True
    return False


def wrong_thread(finding: Finding, wait: Wait) -> tuple[Step, ...]:
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


def erased(finding: Finding, wait: Wait) -> tuple[Step, ...]:
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
