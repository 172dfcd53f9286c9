"""The lock metrics as Prometheus reads them."""

import threading

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from hilos import observe
from hilos.metrics import Exporter, Metrics, rendering
from hilos.metrics.catalog import metric
from hilos.metrics.locks import LOCK_METRICS
from support.network import get


def parsed(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def registry() -> CollectorRegistry:
    """A registry that exports the locks, with a name that needs escaping among them."""
    for name in ("cuenta", 'a "quoted" \\ name\nof 100 %'):
        lock = observe.lock(threading.Lock(), name=name)
        for _ in range(3):
            with lock:
                pass
        lock.acquire()
        assert not lock.acquire(timeout=0.001)
        lock.release()
    registry = CollectorRegistry()
    observe.export(registry)
    return registry


def test_what_is_rendered_is_what_prometheus_client_would_write(registry: CollectorRegistry) -> None:
    """Sample by sample, labels and escapes included."""
    assert parsed(rendering.text(registry).decode()) == parsed(generate_latest(registry).decode())


def test_types_and_labels_are_the_catalogues(registry: CollectorRegistry) -> None:
    """Each of the seven metrics is there once."""
    families = {family.name: family for family in text_string_to_metric_families(rendering.text(registry).decode())}
    for name in LOCK_METRICS:
        family = families[name.removesuffix("_total")]
        assert family.type == metric(name).type
        assert family.documentation == metric(name).en
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == set(metric(name).labels)
    assert len(families) == len(LOCK_METRICS)


def test_histograms_agree_with_their_counts(registry: CollectorRegistry) -> None:
    """Buckets are cumulative and end at the count; every acquisition has its wait, measured or none."""
    samples = parsed(rendering.text(registry).decode())
    labels = (("lock_name", "cuenta"), ("lock_type", "Lock"))
    acquired = samples["lock_acquisitions_total", labels]
    assert acquired >= 4
    for name in ("lock_wait_duration_seconds", "lock_hold_duration_seconds"):
        assert samples[f"{name}_count", labels] == acquired
        buckets = sorted(
            (float(dict(key)["le"]), value)
            for (each, key), value in samples.items()
            if each == f"{name}_bucket" and dict(key)["lock_name"] == "cuenta"
        )
        assert [value for _le, value in buckets] == sorted(value for _le, value in buckets)
        assert buckets[-1] == (float("inf"), acquired)
        assert len(buckets) == len(metric(name).buckets) + 1


def test_the_exporter_serves_it_beside_other_metrics() -> None:
    """Over HTTP, with counters of the lesson in the same registry."""
    metrics = Metrics()
    metrics.counter("deadlocks_prevented_total").labels("timeout").inc(3)
    lock = observe.lock(threading.Lock(), name="served")
    with lock:
        pass
    collector = observe.export(metrics.registry)
    with Exporter(metrics.registry, 0) as exporter:
        text = get(f"http://127.0.0.1:{exporter.port}/metrics")
        samples = parsed(text)
        assert samples["deadlocks_prevented_total", (("strategy", "timeout"),)] == 3
        assert samples["lock_acquisitions_total", (("lock_name", "served"), ("lock_type", "Lock"))] == 1
        metrics.registry.unregister(collector)
        assert "lock_acquisitions_total" not in get(f"http://127.0.0.1:{exporter.port}/metrics")


def test_a_second_collector_of_the_same_metrics_is_refused(registry: CollectorRegistry) -> None:
    """Instead of exporting everything twice."""
    with pytest.raises(ValueError, match="Duplicated"):
        observe.export(registry)


def test_threads_that_wait_are_counted_by_lock() -> None:
    """The gauge of contention, read while three threads wait."""
    import time

    lock = observe.lock(threading.Lock(), name="wanted")
    registry = CollectorRegistry()
    observe.export(registry, ["lock_contention_threads"])
    lock.acquire()

    def body() -> None:
        with lock:
            pass

    threads = [threading.Thread(target=body) for _ in range(3)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    key = ("lock_contention_threads", (("lock_name", "wanted"),))
    while parsed(rendering.text(registry).decode())[key] != 3:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    lock.release()
    for thread in threads:
        thread.join()
    assert parsed(rendering.text(registry).decode())[key] == 0
