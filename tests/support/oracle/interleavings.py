"""All interleavings of a model, and how many classes of equivalent ones there are.

Two interleavings are equivalent (one Mazurkiewicz trace) if they differ only in the order of neighbours that commute.
Each class has exactly one Foata normal form: the first layer holds the operations that nothing precedes, and each
further operation goes into the layer after the last one that it conflicts with.  So the layer and the footprint of each
operation, thread by thread, are a canonical name of the class (Cartier and Foata 1969; Diekert and Rozenberg, *The Book
of Traces*, 1995).

`naive` runs every interleaving to its end: it is the definition.  `classes` goes forward from each *prefix class* once,
which reaches the same classes because equivalent prefixes have the same continuations; a test holds the two together.
"""

from dataclasses import dataclass, field
from typing import Any

from support.oracle.model import Configuration, Footprint, Model, is_enabled, is_over, observable, start, step, threads


class TooLarge(Exception):
    """More prefixes than the limit allows."""


@dataclass
class Outcomes:
    """What all interleavings of a program come to.

    Attributes:
        finals: what can be seen at the end, of those in which every thread ended.
        traces: number of classes, stuck ones included.
        stuck: number of classes that end with a thread waiting for ever.
        interleavings: number of interleavings (only `naive` counts them).
    """

    finals: set[tuple[Any, ...]] = field(default_factory=set)
    traces: int = 0
    stuck: int = 0
    interleavings: int = 0


def dependent(one: Footprint, other: Footprint) -> bool:
    return any(a == b and (x or y) for a, x in one for b, y in other)


Layers = tuple[tuple[tuple[int, Footprint], ...], ...]


def place(layers: Layers, thread: int, footprint: Footprint) -> Layers:
    """Add an operation to a Foata normal form."""
    height = layers[thread][-1][0] if layers[thread] else 0
    for other, events in enumerate(layers):
        if other == thread:
            continue
        for layer, touched in reversed(events):
            if layer <= height:
                break
            if dependent(touched, footprint):
                height = layer
                break
    grown = (*layers[thread], (height + 1, footprint))
    return (*layers[:thread], grown, *layers[thread + 1 :])


def naive(model: Model, limit: int = 200_000) -> Outcomes:
    """Run every interleaving from beginning to end.

    Raises:
        TooLarge: there are more than `limit`.
    """
    outcomes = Outcomes()
    seen: set[tuple[Any, ...]] = set()

    def go(configuration: Configuration, done: tuple[tuple[int, Footprint], ...]) -> None:
        runnable = [thread for thread in threads(model) if is_enabled(model, configuration, thread)]
        if not runnable:
            outcomes.interleavings += 1
            if outcomes.interleavings > limit:
                raise TooLarge
            name = _order(done)
            if name not in seen:
                seen.add(name)
                _end(model, configuration, outcomes)
            return
        for thread in runnable:
            after, footprint = step(model, configuration, thread)
            go(after, (*done, (thread, footprint)))

    go(start(model), ())
    return outcomes


def _order(done: tuple[tuple[int, Footprint], ...]) -> tuple[Any, ...]:
    """The class of an interleaving by definition: which of two conflicting operations comes first, for all pairs."""
    count: dict[int, int] = {}
    events = []
    for thread, footprint in done:
        count[thread] = count.get(thread, 0) + 1
        events.append(((thread, count[thread]), footprint))
    pairs = frozenset(
        (first, second)
        for i, (first, one) in enumerate(events)
        for second, other in events[i + 1 :]
        if first[0] != second[0] and dependent(one, other)
    )
    return pairs, frozenset(events)


def classes(model: Model, limit: int = 20_000) -> Outcomes:
    """Go forward once from each class of prefixes.

    Raises:
        TooLarge: there are more than `limit` of them.
    """
    outcomes = Outcomes()
    nothing: Layers = ((),) * len(model.code)
    seen = {nothing}
    todo = [(start(model), nothing)]
    while todo:
        configuration, layers = todo.pop()
        runnable = [thread for thread in threads(model) if is_enabled(model, configuration, thread)]
        if not runnable:
            _end(model, configuration, outcomes)
        for thread in runnable:
            after, footprint = step(model, configuration, thread)
            grown = place(layers, thread, footprint)
            if grown not in seen:
                seen.add(grown)
                if len(seen) > limit:
                    raise TooLarge
                todo.append((after, grown))
    return outcomes


def bounded(model: Model, preemptions: int) -> Outcomes:
    """Final states of the interleavings with at most so many preemptions; no traces are counted, `stuck` is 0 or 1."""
    outcomes = Outcomes()
    nobody = -1
    seen = {(start(model), nobody, 0)}
    todo = list(seen)
    while todo:
        configuration, current, used = todo.pop()
        runnable = [thread for thread in threads(model) if is_enabled(model, configuration, thread)]
        if not runnable:
            _end(model, configuration, outcomes)
        for thread in runnable:
            now = used + (current in runnable and thread != current)
            reached = step(model, configuration, thread)[0], thread, now
            if now <= preemptions and reached not in seen:
                seen.add(reached)
                todo.append(reached)
    outcomes.traces, outcomes.stuck = 0, min(outcomes.stuck, 1)
    return outcomes


def _end(model: Model, configuration: Configuration, outcomes: Outcomes) -> None:
    outcomes.traces += 1
    if all(is_over(model, configuration, thread) for thread in threads(model)):
        outcomes.finals.add(observable(model, configuration))
    else:
        outcomes.stuck += 1
