"""The catalogue against the brief, and how it is exported."""

import os
import re
import socket

import pytest
from prometheus_client import CollectorRegistry

from hilos import ports
from hilos.errors import PortError
from hilos.metrics import CATALOG, Exporter, Metrics, Type, metric
from support.network import free_port, get

# As the brief writes them: name, and labels where it gives them.
BRIEF = {
    "race_conditions_detected_total": ("type",),
    "corrupted_data_instances": (),
    "concurrent_operation_duration_seconds": ("operation_type",),
    "lock_wait_time_seconds": None,
    "lock_acquisitions_total": ("lock_type", "lock_name"),
    "lock_wait_duration_seconds": ("lock_type", "lock_name"),
    "lock_hold_duration_seconds": ("lock_type", "lock_name"),
    "lock_contention_threads": ("lock_name",),
    "deadlocks_detected_total": (),
    "deadlocks_prevented_total": ("strategy",),
    "lock_order_violations_total": (),
    "lock_timeout_failures_total": (),
    "cpu_usage_total": (),
    "cpu_usage_per_core": ("core",),
    "memory_usage_percent": (),
    "memory_used_mb": (),
    "system_load_average": ("interval",),
}


@pytest.mark.parametrize(("name", "labels"), BRIEF.items())
def test_the_briefs_metrics_are_declared_with_its_labels(name: str, labels: tuple[str, ...] | None) -> None:
    """Every name of the brief, spelt as there."""
    assert labels is None or metric(name).labels == labels


def test_each_declaration_is_whole() -> None:
    """Names are unique and valid, both languages have help, every service is known, buckets grow."""
    services = {service.name for service in ports.LESSONS} | {"jobs", "demo", "lab"}
    assert len({each.name for each in CATALOG}) == len(CATALOG)
    for each in CATALOG:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", each.name)
        assert each.es.endswith(".")
        assert each.en.endswith(".")
        assert each.es != each.en
        assert set(each.services) <= services, each.name
        assert (each.type is Type.HISTOGRAM) == bool(each.buckets)
        assert list(each.buckets) == sorted(set(each.buckets))
        assert each.type is not Type.COUNTER or each.name.endswith("_total")


def test_what_is_exported_has_the_declared_name_type_and_labels() -> None:
    """Scraped over HTTP from a real exporter."""
    metrics = Metrics()
    for each in CATALOG:
        labels = dict.fromkeys(each.labels, "x")
        if each.type is Type.COUNTER:
            made = metrics.counter(each.name)
            (made.labels(**labels) if labels else made).inc()
        elif each.type is Type.GAUGE:
            gauge = metrics.gauge(each.name)
            (gauge.labels(**labels) if labels else gauge).set(1)
        else:
            histogram = metrics.histogram(each.name)
            (histogram.labels(**labels) if labels else histogram).observe(1)
    with Exporter(metrics.registry, 0) as exporter:
        text = get(f"http://127.0.0.1:{exporter.port}/metrics")
    for each in CATALOG:
        suffix = "_count" if each.type is Type.HISTOGRAM else ""
        labels_text = ",".join(f'{name}="x"' for name in sorted(each.labels))
        sample = f"{each.name}{suffix}" + (f"{{{labels_text}}}" if labels_text else "")
        lines = [line for line in text.splitlines() if line.startswith(f"{each.name}{suffix}")]
        got = {
            re.sub(r"\{(.*)\}", lambda m: "{" + ",".join(sorted(m[1].split(","))) + "}", li.split(" ")[0])
            for li in lines
        }
        assert sample in got, (sample, got)
        assert f"# TYPE {each.name} {each.type}" in text
    assert "_created" not in text


def sorted_labels(sample: str) -> str:
    """A sample's name with its labels in alphabetical order."""
    return re.sub(r"\{(.*)\}", lambda match: "{" + ",".join(sorted(match[1].split(","))) + "}", sample)


def test_asking_for_another_type_is_a_mistake() -> None:
    """The catalogue decides what a metric is."""
    with pytest.raises(TypeError, match="is a gauge"):
        Metrics().counter("cpu_usage_total")
    with pytest.raises(KeyError):
        Metrics().counter("no_such_metric")


def test_a_taken_port_is_named_with_its_holder() -> None:
    """The error says who and what to do."""
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        with pytest.raises(PortError, match=rf"{port} está ocupado.*PID {os.getpid()}\)[^\n]*\n.*--port"):
            Exporter(CollectorRegistry(), port)


def test_a_closed_exporter_frees_its_port() -> None:
    """It can be listened on again at once."""
    port = free_port()
    for _ in range(2):
        with Exporter(CollectorRegistry(), port):
            get(f"http://127.0.0.1:{port}/metrics")


def test_it_listens_on_this_machine_only() -> None:
    """The exporter is bound to the loopback address."""
    import psutil

    with Exporter(CollectorRegistry(), 0) as exporter:
        listening = [
            c.laddr.ip for c in psutil.Process().net_connections("tcp") if c.laddr and c.laddr.port == exporter.port
        ]
    assert set(listening) == {"127.0.0.1"}
