"""Gives the metrics package what it exports: all counts of observe at one moment."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hilos.observe import hub, records, threads

if TYPE_CHECKING:
    from hilos.metrics.locks import LockCollector, LockCounts, Registry

GATES = ("Event", "Barrier")
"""Types that are no locks: waiting at them is not contention."""


def counts() -> "LockCounts":
    """What the lock metrics show now."""
    from hilos.metrics.locks import LockCounts, LockSeries

    folded = records.folded()
    contending = {name: 0 for type, name in folded if type not in GATES}
    for state in threads.living():
        record = state.waiting
        if record is not None:
            contending[record.name] = contending.get(record.name, 0) + 1
    for each in records.living():
        elsewhere = each.waiting_elsewhere()
        if elsewhere:
            contending[each.name] = contending.get(each.name, 0) + elsewhere
    return LockCounts(
        series=[
            LockSeries(type, name, each.acquired, each.wait, each.wait_sum, each.hold, each.hold_sum)
            for (type, name), each in folded.items()
        ],
        contending=contending,
        timeouts=sum(each.timeouts for (type, _name), each in folded.items() if type not in GATES),
        violations=hub.state.violations,
        deadlocks=len(hub.state.deadlocks),
    )


def export(registry: "Registry", names: Iterable[str] | None = None) -> "LockCollector":
    """Have `registry` export the lock metrics of everything observed in this process.

    Arguments:
        registry: for example that of `hilos.metrics.Metrics`.
        names: which ones; all seven unless given.

    Returns:
        The collector: `registry.unregister(collector)` ends it.
    """
    from hilos.metrics.locks import LOCK_METRICS, register

    return register(registry, counts, LOCK_METRICS if names is None else names)
