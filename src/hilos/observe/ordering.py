"""The slow path of the lock order: a lock is asked for under a held one in a way not seen before.

The fast path, in the lock itself, asks `record.seen`: for the lock held on top (or the whole stack, where more than
one is held, since a gate lock matters to the judgement), which thread has been seen to ask.  A second thread is of
interest, a third is not: 0 stands for «by more than one».  Only what is new comes here, takes observe's own lock and
goes into the graph, with the stack.

An edge starts at the lock on top only: those below it have their own edge to it, and order is transitive; except
where the lock on top was tried and not waited for, which makes no edge, so one goes on down to the first that was.

A lock that is asked for with a time limit, or tried, makes no edge: such a wait ends by itself.
"""

import sys
import weakref
from collections import deque
from types import CodeType
from typing import NamedTuple

from hilos.graphs import Edge, Evidence, LockOrder
from hilos.observe import hub, records, stacks
from hilos.observe.findings import Held, Inversion, Nesting
from hilos.observe.records import Record
from hilos.observe.threads import ThreadState

MOST_SEEN = 4096
"""Ways to ask remembered for one lock; beyond that they are forgotten and judged anew."""


class _Context(NamedTuple):
    thread: str
    held: tuple[str, str]
    taken: tuple[CodeType | None, int, bool]
    wanted: tuple[str, str]
    stack: stacks.Captured


_order: LockOrder[int] = LockOrder()
_nodes: dict[int, "weakref.ref[Record]"] = {}
_gone: deque[int] = deque()


def stack_key(top: Record, me: ThreadState) -> object:
    """What `seen` is asked for when more than one lock is held."""
    return tuple(record.serial for record in me.held())


def note(record: Record, me: ThreadState, top: Record, key: object) -> None:
    """`me` asks for `record`, ready to wait, while it holds `top`: put that into the graph and judge it."""
    if me.busy:
        return
    me.busy = True
    inversions: list[Inversion] = []
    try:
        with records.counting:
            _drop_gone()
            held = me.held()
            every = frozenset(each.serial for each in held)
            stack = stacks.capture(sys._getframe(2))
            settled = True
            for before in held:
                if before is record or before.signal or record.signal:
                    continue
                context = _Context(
                    me.name,
                    (before.name, before.type),
                    (before.code, before.at, before.noted == before.t0),
                    (record.name, record.type),
                    stack,
                )
                cycle = _order.add(before.serial, record.serial, Evidence(me.serial, every, context))
                _remember(before)
                if cycle is not None:
                    inversions.append(_inversion(cycle))
                elif _order.undecided(before.serial, record.serial):
                    settled = False
                if not before.tried:
                    break
            _remember(record)
            if settled:
                if len(record.seen) >= MOST_SEEN:
                    record.seen.clear()
                known = record.seen.get(key)
                record.seen[key] = me.serial if known is None or known == me.serial else 0
    finally:
        me.busy = False
    for inversion in inversions:
        hub.found_inversion(inversion)


def edge_count() -> tuple[int, int]:
    """How many locks and edges the graph has."""
    with records.counting:
        _drop_gone()
        return len(_order), sum(1 for _ in _order.edges())


def forget() -> None:
    """Begin with an empty graph."""
    global _order
    with records.counting:
        _order = LockOrder()
        _nodes.clear()
        for record in records.living():
            record.seen.clear()


def _remember(record: Record) -> None:
    if record.serial not in _nodes:
        serial = record.serial
        # The callback may run anywhere, even in here: it only leaves word for the next one who holds the lock.
        _nodes[serial] = weakref.ref(record, lambda _ref, serial=serial: _gone.append(serial))  # type: ignore[misc]


def _drop_gone() -> None:
    while _gone:
        serial = _gone.popleft()
        _nodes.pop(serial, None)
        for after in _order.remove(serial):
            reference = _nodes.get(after)
            record = reference() if reference is not None else None
            if record is not None:
                record.seen.pop(serial, None)


def _inversion(cycle: tuple[Edge[int], ...]) -> Inversion:
    nestings = []
    for edge in cycle:
        context = edge.evidence.context
        assert isinstance(context, _Context)
        code, at, exact = context.taken
        location = stacks.line_of(code, at) if code is not None else None
        held = Held(*context.held, location, exact)
        nestings.append(Nesting(context.thread, held, *context.wanted, stacks.read(context.stack)))
    return Inversion(tuple(nestings))


def after_fork() -> None:
    """In a forked child: the graph may have been in the middle of a change by a thread that is not here."""
    forget()
