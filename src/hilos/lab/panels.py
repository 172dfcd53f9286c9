"""The dashboard's panels for the live page: the same table as Grafana's, its queries taken apart.

A browser has no PromQL, and the panels use a handful of forms of it: each becomes a metric, an operation and the labels
that make a line.  A query of another form is a mistake that a test finds, not something a page has to survive.
"""

import re
from typing import Any

from hilos.errors import HilosError
from hilos.locale import language
from hilos.metrics.catalog import metric
from hilos.metrics.panels import PANELS, Panel, Query

_METRIC = r"(?P<metric>[a-z_]+?)(?P<bucket>_bucket)?(?:\{[^}]*\})?"
_FORMS = (
    (
        "quantile",
        re.compile(
            rf"histogram_quantile\((?P<q>[0-9.]+), sum by \((?P<by>[a-z_, ]*)\) \(rate\({_METRIC}\[[^]]+\]\)\)\)"
        ),
    ),
    ("rate", re.compile(rf"sum(?: by \((?P<by>[a-z_, ]*)\))? ?\(rate\({_METRIC}\[[^]]+\]\)\)")),
    ("increase", re.compile(rf"sum(?: by \((?P<by>[a-z_, ]*)\))? ?\(increase\({_METRIC}\[[^]]+\]\)\)")),
    ("max", re.compile(rf"max(?: by \((?P<by>[a-z_, ]*)\))? ?\({_METRIC}\)")),
    ("sum", re.compile(rf"sum(?: by \((?P<by>[a-z_, ]*)\))? ?\({_METRIC}\)")),
    ("value", re.compile(_METRIC)),
)


def described() -> list[dict[str, Any]]:
    """All panels, in their order, in the language in force."""
    return [_panel(number, panel) for number, panel in enumerate(PANELS, 1)]


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    queries = [_query(query) for query in panel.queries]
    buckets = metric(queries[0]["metric"]).buckets
    return {
        "id": f"p{number}",
        "title": panel.title,
        "kind": panel.kind.value,
        "unit": panel.unit,
        "help": panel.en if language() == "en" else panel.es,
        "lesson": panel.lesson.rpartition("/")[2].removesuffix(".py"),
        "thresholds": list(panel.thresholds),
        "alerts": list(panel.alerts),
        "row": panel.row,
        "queries": queries,
        "buckets": list(buckets),
    }


def _query(query: Query) -> dict[str, Any]:
    for operation, form in _FORMS:
        found = form.fullmatch(query.expr)
        if found is None:
            continue
        parts = found.groupdict()
        labels = [label.strip() for label in (parts.get("by") or "").split(",") if label.strip() not in ("", "le")]
        name = parts["metric"]
        if operation == "value":
            labels = list(metric(name).labels)
        if operation == "increase" and parts["bucket"]:
            operation = "heatmap"
        made: dict[str, Any] = {"metric": name, "op": operation, "by": labels, "legend": query.legend}
        return {**made, "q": float(parts["q"])} if operation == "quantile" else made
    raise HilosError(f"a panel's query has a form that the lab does not know: {query.expr}")
