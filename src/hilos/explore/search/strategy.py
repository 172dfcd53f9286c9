"""What a strategy is: an oracle that says what to run next and is told what happened.

A strategy lives across executions.  `next()` gives a `Plan` or None when it has nothing more to run; whoever runs it
hands the `Trace` to `learn()`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hilos.explore.causality.dependence import Footprint

Chooser = Callable[[int, Sequence[int], Sequence[Footprint]], int]
"""Given the running thread (-1 if it cannot go on), the threads that can, ascending, and their next operations'
footprints: the position of the one that goes on."""
Asks = Callable[[int, Footprint], bool]
"""Given a thread and the footprint of the operation that it announces."""


@dataclass(slots=True)
class Plan:
    """What to run.

    Attributes:
        prefix: threads whose turn it is, operation by operation, to begin with.
        sleep: after the prefix, threads that may not go on until an operation that conflicts with their next one has
            been done; with that operation's footprint.
        choose: who decides after the prefix; None for the rule "the running thread while it can, else the first".
        matters: whether `choose` wants to be asked before an operation of the running thread; None for always.
    """

    prefix: list[int]
    sleep: dict[int, Footprint] = field(default_factory=dict)
    choose: Chooser | None = None
    matters: Asks | None = None


@dataclass(slots=True)
class Trace:
    """What happened in one execution, as strategies see it.

    Attributes:
        threads: for each operation the number of its thread.
        prints: for each operation its footprint.
        born: for each thread the operation that started it, -1 for those that were there from the beginning.
        blocked: threads that were still waiting at the end, each with its next operation's footprint.
        complete: whether it went on until no thread could; False if a bound or the sleep set cut it.
        redundant: whether the sleep set did.
        is_lock: whether a location is a lock, which one thread at a time holds.
    """

    threads: list[int]
    prints: list[Footprint]
    born: list[int]
    blocked: list[tuple[int, Footprint]] = field(default_factory=list)
    complete: bool = True
    redundant: bool = False
    is_lock: Callable[[int], bool] = lambda _location: False


class Strategy(Protocol):
    """Says what to run next."""

    def next(self) -> Plan | None:
        """The next plan, None at the end."""

    def learn(self, trace: Trace) -> None:
        """Take in the execution of the last plan."""
