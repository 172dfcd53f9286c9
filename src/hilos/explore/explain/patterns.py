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

from collections.abc import Callable
from enum import StrEnum

from hilos.events import Kind
from hilos.explore.explain.accesses import Clash, clash_of, is_owned
from hilos.explore.explain.clashes import (
    changed_while_iterated,
    check_then_act,
    last_conflict,
    looked_before_waiting,
    lost_update,
    overwritten,
    publication,
    use_before_init,
)
from hilos.explore.explain.in_vain import erased, missed, wrong_thread
from hilos.explore.report import Finding, Step, Trouble, Wait


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
        return Pattern.DATA_RACE, clash_of(finding.steps, first, second, None), ()
    for pattern, find in _PATTERNS_OF[trouble is Trouble.EXCEPTION]:
        clash = find(finding)
        if clash is not None:
            return pattern, clash, ()
    return Pattern.ORDER, last_conflict(finding), ()


# Waiting for ever.


def _stuck(finding: Finding) -> _Recognised:
    """Somebody waits and nobody is left: was a notification in vain, an update lost, or a lock not given back?"""
    for wait in finding.blocked:
        for pattern, find in _IN_VAIN:
            signals = find(finding, wait)
            if signals:
                return pattern, None, signals
    for wait in finding.blocked:
        clash = looked_before_waiting(finding, wait)
        if clash is not None:
            return Pattern.CHECK_THEN_ACT, clash, ()
    clash = lost_update(finding)
    if clash is not None:
        return Pattern.LOST_UPDATE, clash, ()
    clash = overwritten(finding)
    if clash is not None and any(clash.before.thread in wait.holders for wait in finding.blocked):
        return Pattern.OVERWRITTEN, clash, ()
    waiting = {wait.thread for wait in finding.blocked}
    if any(
        wait.kind is Kind.REQUEST and wait.holders and is_owned(wait.target) and not waiting & {*wait.holders}
        for wait in finding.blocked
    ):
        return Pattern.NEVER_RELEASED, None, ()
    return Pattern.STUCK, None, ()


_Finder = Callable[[Finding], Clash | None]
_PATTERNS_OF: dict[bool, list[tuple[Pattern, _Finder]]] = {
    False: [
        (Pattern.LOST_UPDATE, lost_update),
        (Pattern.PUBLICATION, publication),
        (Pattern.CHECK_THEN_ACT, check_then_act),
        (Pattern.OVERWRITTEN, overwritten),
    ],
    True: [
        (Pattern.ITERATION, changed_while_iterated),
        (Pattern.USE_BEFORE_INIT, use_before_init),
        (Pattern.CHECK_THEN_ACT, check_then_act),
        (Pattern.PUBLICATION, publication),
        (Pattern.LOST_UPDATE, lost_update),
        (Pattern.OVERWRITTEN, overwritten),
    ],
}

_IN_VAIN: list[tuple[Pattern, Callable[[Finding, Wait], tuple[Step, ...]]]] = [
    (Pattern.WRONG_NOTIFIED, wrong_thread),
    (Pattern.ERASED_NOTIFICATION, erased),
    (Pattern.MISSED_NOTIFICATION, missed),
]
