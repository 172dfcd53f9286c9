"""The lock metrics as a custom collector: nothing is counted in prometheus_client, all is read when it is scraped.

`observe` counts in its own records at a fiftieth of the cost of `Counter.labels().inc()`; this turns its totals into
the families that the catalogue declares.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from hilos.metrics import rendering
from hilos.metrics.catalog import LOCK_BUCKETS, metric

# The bucket of bit length k holds durations below 2^k ns: the catalogue's bounds are such powers.
_BOUNDS = tuple((round(bound * 1e9).bit_length() - 1, repr(bound)) for bound in LOCK_BUCKETS)


Registry = CollectorRegistry
"""For those who may not import prometheus_client themselves."""


_pick = itemgetter(*(bits + 1 for bits, _label in _BOUNDS))
"""Of the cumulative counts of all bit lengths (which begin with those of no length), the ones that are exported."""


class LockSeries(NamedTuple):
    """The counts of all locks of one type and name.

    Attributes:
        type, name: its labels.
        acquired: how often they were acquired.
        wait: waits, by the bit length of their nanoseconds.
        wait_sum: nanoseconds waited in all.
        hold: holds, by the bit length of their nanoseconds.
        hold_sum: nanoseconds held in all.
    """

    type: str
    name: str
    acquired: int
    wait: Sequence[int]
    wait_sum: int
    hold: Sequence[int]
    hold_sum: int


@dataclass(frozen=True, slots=True)
class LockCounts:
    """Everything that the lock metrics show, at one moment.

    Attributes:
        series: one a type and name.
        contending: threads that wait, by the name of the lock.
        timeouts: waits whose time ran out.
        violations: lock-order violations.
        deadlocks: deadlocks.
    """

    series: Sequence[LockSeries]
    contending: dict[str, int]
    timeouts: int
    violations: int
    deadlocks: int


class LockCollector(Collector):
    """Exports what `read()` gives, the metrics called `names` only."""

    def __init__(self, read: Callable[[], LockCounts], names: Iterable[str]) -> None:
        self._read = read
        self._names = tuple(names)
        self._label_texts: dict[tuple[str, str], str] = {}
        self._names_texts: dict[str, str] = {}
        self._histograms: dict[tuple[str, str, str], tuple[str, tuple[int, int, int] | None, str]] = {}

    def describe(self) -> Iterable[Metric]:
        """Names and types, so that a second collector of the same ones is refused at once."""
        for name in self._names:
            yield self._family(name)

    def collect(self) -> Iterator[Metric]:
        """The families, read now."""
        if rendering.rendered_elsewhere():
            return
        counts = self._read()
        for name in self._names:
            family = self._family(name)
            _FILL[name](family, counts)
            yield family

    def render(self) -> str:
        """The same as text, each line's labels written once and kept."""
        counts = self._read()
        parts: list[str] = []
        for name in self._names:
            declared = metric(name)
            parts.append(f"# HELP {name} {declared.en}\n# TYPE {name} {declared.type}\n")
            if name == "lock_acquisitions_total":
                parts += [f"{name}{{{self._labels(each)}}} {float(each.acquired)!r}\n" for each in counts.series]
            elif name == "lock_wait_duration_seconds":
                parts += [
                    self._histogram(name, each, each.wait, max(each.acquired - sum(each.wait), 0), each.wait_sum)
                    if each.wait_sum
                    else self._histogram(name, each, (), each.acquired, 0)
                    for each in counts.series
                ]
            elif name == "lock_hold_duration_seconds":
                parts += [self._histogram(name, each, each.hold, 0, each.hold_sum) for each in counts.series]
            elif name == "lock_contention_threads":
                for lock, threads in counts.contending.items():
                    text = self._names_texts.get(lock)
                    if text is None:
                        text = self._names_texts[lock] = f'{name}{{lock_name="{_escaped(lock)}"}} '
                    parts.append(f"{text}{float(threads)!r}\n")
            else:
                parts.append(f"{name} {float(_SCALARS[name](counts))!r}\n")
        return "".join(parts)

    def _histogram(self, name: str, series: "LockSeries", counts: Sequence[int], without: int, nanoseconds: int) -> str:
        """The lines of one histogram, `without` being durations too short to have been measured."""
        key = (name, series.type, series.name)
        template, before, written = self._histograms.get(key, ("", None, ""))
        now = (without, nanoseconds, series.acquired)
        if now == before:
            return written  # nobody has taken it since the last scrape
        cumulative = list(accumulate(counts, initial=without))
        total = cumulative[-1]
        # Nothing that was measured: every bucket holds what was not.
        picked = _pick(cumulative) if counts else (without,) * len(_BOUNDS)
        template = template or self._template(name, series)
        written = template % (*picked, total, total, nanoseconds / 1e9)
        self._histograms[key] = (template, now, written)
        return written

    def _labels(self, series: "LockSeries") -> str:
        key = (series.type, series.name)
        labels = self._label_texts.get(key)
        if labels is None:
            labels = f'lock_name="{_escaped(series.name)}",lock_type="{_escaped(series.type)}"'
            self._label_texts[key] = labels
        return labels

    def _template(self, name: str, series: "LockSeries") -> str:
        labels = self._labels(series).replace("%", "%%")
        lines = [f'{name}_bucket{{le="{bound}",{labels}}} %d.0' for _bits, bound in (*_BOUNDS, (0, "+Inf"))]
        lines += [f"{name}_count{{{labels}}} %d.0", f"{name}_sum{{{labels}}} %r\n"]
        return "\n".join(lines)

    @staticmethod
    def _family(name: str) -> Metric:
        declared = metric(name)
        kinds = {"counter": CounterMetricFamily, "gauge": GaugeMetricFamily, "histogram": HistogramMetricFamily}
        family: Metric = kinds[declared.type](name, declared.en, labels=declared.labels)
        return family


def register(registry: CollectorRegistry, read: Callable[[], LockCounts], names: Iterable[str]) -> LockCollector:
    """Have `registry` export the lock metrics called `names`; `registry.unregister` with the result undoes it."""
    collector = LockCollector(read, names)
    registry.register(collector)
    rendering.add(registry, collector)
    return collector


def _escaped(value: str) -> str:
    """A label's value as the text format writes it."""
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _buckets(counts: Sequence[int], extra: int) -> list[tuple[str, float]]:
    """Cumulative buckets; `extra` are durations too short to have been measured."""
    cumulative: list[tuple[str, float]] = []
    total, done = extra, 0
    for bits, label in _BOUNDS:
        total += sum(counts[done : bits + 1])
        done = bits + 1
        cumulative.append((label, total))
    cumulative.append(("+Inf", total + sum(counts[done:])))
    return cumulative


def _acquisitions(family: Metric, counts: LockCounts) -> None:
    for each in counts.series:
        family.add_metric((each.type, each.name), each.acquired)  # type: ignore[attr-defined]


def _wait(family: Metric, counts: LockCounts) -> None:
    for each in counts.series:
        at_once = max(each.acquired - sum(each.wait), 0)
        family.add_metric((each.type, each.name), _buckets(each.wait, at_once), each.wait_sum / 1e9)  # type: ignore[attr-defined]


def _hold(family: Metric, counts: LockCounts) -> None:
    for each in counts.series:
        family.add_metric((each.type, each.name), _buckets(each.hold, 0), each.hold_sum / 1e9)  # type: ignore[attr-defined]


def _contending(family: Metric, counts: LockCounts) -> None:
    for name, threads in counts.contending.items():
        family.add_metric((name,), threads)  # type: ignore[attr-defined]


def _timeouts(family: Metric, counts: LockCounts) -> None:
    family.add_metric((), counts.timeouts)  # type: ignore[attr-defined]


def _violations(family: Metric, counts: LockCounts) -> None:
    family.add_metric((), counts.violations)  # type: ignore[attr-defined]


def _deadlocks(family: Metric, counts: LockCounts) -> None:
    family.add_metric((), counts.deadlocks)  # type: ignore[attr-defined]


_FILL: dict[str, Callable[[Metric, LockCounts], None]] = {
    "lock_acquisitions_total": _acquisitions,
    "lock_wait_duration_seconds": _wait,
    "lock_hold_duration_seconds": _hold,
    "lock_contention_threads": _contending,
    "lock_timeout_failures_total": _timeouts,
    "lock_order_violations_total": _violations,
    "deadlocks_detected_total": _deadlocks,
}
_SCALARS: dict[str, Callable[[LockCounts], int]] = {
    "lock_timeout_failures_total": lambda counts: counts.timeouts,
    "lock_order_violations_total": lambda counts: counts.violations,
    "deadlocks_detected_total": lambda counts: counts.deadlocks,
}
LOCK_METRICS = tuple(_FILL)
"""The metrics that observe gives."""
