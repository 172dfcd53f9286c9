"""Gives the metrics package what it exports: all counts of observe at one moment."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hilos.observe import hub, records, spool, threads
from hilos.observe.records import Totals

if TYPE_CHECKING:
    from hilos.metrics.locks import LockCollector, LockCounts, Registry

GATES = ("Event", "Barrier")
"""Types that are no locks: waiting at them is not contention."""


def counts() -> "LockCounts":
    """What the lock metrics show now."""
    from hilos.metrics.locks import LockCounts, LockSeries

    children = spool.handed_in()
    totals = _with(records.folded(), children)
    contending = {name: 0 for type, name in totals if type not in GATES}
    for state in threads.living():
        record = state.waiting
        if record is not None:
            contending[record.name] = contending.get(record.name, 0) + 1
    for each in records.shared_between_processes():
        contending[each.name] = contending.get(each.name, 0) + each.waiting_elsewhere()
    return LockCounts(
        series=[
            LockSeries(type, name, each.acquired, each.wait, each.wait_sum, each.hold, each.hold_sum)
            for (type, name), each in totals.items()
        ],
        contending=contending,
        timeouts=sum(each.timeouts for (type, _name), each in totals.items() if type not in GATES),
        violations=hub.state.violations + children.violations,
        deadlocks=hub.state.deadlocked + children.deadlocks,
    )


def folded() -> dict[tuple[str, str], Totals]:
    """Counts by type and name, of this process and of what its children have handed in."""
    return _with(records.folded(), spool.handed_in())


def _with(totals: dict[tuple[str, str], Totals], children: spool.Handed) -> dict[tuple[str, str], Totals]:
    for key, counted in children.totals.items():
        totals.setdefault(key, Totals()).add(counted)
    return totals


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
