"""A view of a queue that keeps itself up to date: a table on a terminal, a line now and then elsewhere."""

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TextIO

from hilos.jobs.job import Priority, State
from hilos.jobs.stats import Stats
from hilos.locale import translator

if TYPE_CHECKING:
    from rich.console import RenderableType

_ = translator("jobs")


class HasStats(Protocol):
    """What can be watched: every queue of this package."""

    def stats(self) -> Stats: ...


class LiveView:
    """Shows `queue` while the block runs; a context manager.

    Arguments:
        queue: what to watch.
        stream: where to; standard output unless given.
        interval: seconds between two looks, on a terminal.
        log_interval: seconds between two lines, elsewhere.
    """

    def __init__(
        self, queue: HasStats, stream: TextIO | None = None, interval: float = 0.15, log_interval: float = 5.0
    ) -> None:
        self._queue = queue
        self._stream = sys.stdout if stream is None else stream
        self._terminal = self._stream.isatty()
        self._interval = interval if self._terminal else log_interval
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="job queue view", daemon=True)
        self._began = time.monotonic()

    def __enter__(self) -> "LiveView":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        if not self._terminal:
            while not self._stop.wait(self._interval):
                print(one_line(self._queue.stats()), file=self._stream, flush=True)
            return
        from rich.console import Console
        from rich.live import Live

        console = Console(file=self._stream, highlight=False)
        with Live(console=console, auto_refresh=False, transient=True) as live:
            while not self._stop.wait(self._interval):
                live.update(table(self._queue.stats(), time.monotonic() - self._began), refresh=True)


def priority_name(priority: int) -> str:
    """The name of a priority: of the three of `Priority`, else its number."""
    names = {Priority.HIGH: _("alta"), Priority.NORMAL: _("normal"), Priority.LOW: _("baja")}
    return names.get(Priority(priority), str(priority)) if priority in set(Priority) else str(priority)


def state_name(state: State) -> str:
    """The name of a state in the language in force."""
    return {
        State.QUEUED: _("en cola"),
        State.RUNNING: _("en marcha"),
        State.RETRYING: _("a la espera de reintento"),
        State.DONE: _("hechos"),
        State.FAILED: _("fallidos"),
        State.CANCELLED: _("cancelados"),
    }[state]


def one_line(stats: Stats) -> str:
    """The queue in one line."""
    return _(
        "{queued} en cola · {running} en marcha · {done} hechos · {failed} fallidos · {retried} reintentos"
    ).format(
        queued=stats.states[State.QUEUED],
        running=stats.states[State.RUNNING],
        done=stats.states[State.DONE],
        failed=stats.states[State.FAILED],
        retried=stats.retried,
    )


def table(stats: Stats, seconds: float) -> "RenderableType":
    """Queue and workers as a table of rich."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    workers = Table(box=None, pad_edge=False)
    for header in (_("trabajador"), _("trabajo"), _("lleva"), _("avance")):
        workers.add_column(header)
    rows = sorted(stats.running, key=lambda each: each.worker)
    for each in rows:
        bar = "█" * round(each.progress * 10) + "·" * (10 - round(each.progress * 10))
        workers.add_row(each.worker or "–", each.name, f"{each.seconds:.1f} s", bar)
    for _number in range(stats.slots - len(rows)):
        workers.add_row("–", _("(libre)"), "", "")
    waiting = " · ".join(f"{priority_name(priority)}: {count}" for priority, count in stats.waiting.items())
    rate = stats.ended / seconds if seconds > 0 else 0.0
    return Group(
        Text(one_line(stats), style="bold"),
        Text(_("en cola por prioridad: {waiting}").format(waiting=waiting or "–")),
        Text(_("{rate:.0f} trabajos por segundo").format(rate=rate)),
        workers,
    )
