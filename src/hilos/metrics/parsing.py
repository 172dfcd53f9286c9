"""Metrics as the lab's pages take them: keys like Prometheus writes them, buckets that are counts of their own."""

from collections.abc import Mapping
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

Series = dict[str, dict[str, Any]]
"""`c`: counters, `g`: gauges (numbers by key), `h`: histograms (counts by key, `+Inf` last)."""


def parsed(text: str, labels: Mapping[str, str] | None = None) -> Series:
    """The course's metrics in what a scrape gave, with `labels` added to each; what cannot be read is left out."""
    found: Series = {"c": {}, "g": {}, "h": {}}
    try:
        for family in text_string_to_metric_families(text):
            read(family, found, labels or {})
    except ValueError:
        pass
    return found


def read(family: Any, found: Series, labels: Mapping[str, str] | None = None) -> None:
    """Put the samples of one metric family into `found`."""
    extra = labels or {}
    if family.type == "histogram":
        buckets: dict[str, list[float]] = {}
        for sample in family.samples:
            if sample.name.endswith("_bucket"):
                buckets.setdefault(_key(family.name, sample.labels, extra), []).append(sample.value)
        for key, cumulative in buckets.items():
            found["h"][key] = [now - before for now, before in zip(cumulative, [0.0, *cumulative], strict=False)]
        return
    place = found["c"] if family.type == "counter" else found["g"]
    for sample in family.samples:
        if not sample.name.endswith("_created"):
            place[_key(sample.name, sample.labels, extra)] = sample.value


def _key(name: str, labels: Mapping[str, str], extra: Mapping[str, str]) -> str:
    both = {**labels, **extra}
    inside = ",".join(f'{label}="{_escaped(value)}"' for label, value in both.items() if label != "le")
    return f"{name}{{{inside}}}" if inside else name


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
