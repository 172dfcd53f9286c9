"""Prometheus' and Alertmanager's files, judged by their own tools."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from hilos.metrics import CATALOG, Type
from hilos.metrics.alerts import ALERTS, RECORDINGS
from hilos.metrics.panels import BRIEF_PANELS, PANELS
from support import require
from support.lessons import ROOT

PROMETHEUS = ROOT / "prometheus"


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a checker."""
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.real("promtool")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config", "prometheus/prometheus.yml"),
        ("check", "rules", "--lint=all", "--lint-fatal", "prometheus/alerts.yml", "prometheus/recording.yml"),
        ("test", "rules", "prometheus/tests/alerts_test.yml"),
    ],
    ids=["config", "rules", "alerts"],
)
def test_promtool_accepts(arguments: tuple[str, ...]) -> None:
    """Configuration, rules, and every alert's firing and silent case."""
    done = run(require.program("promtool"), *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.real("promtool")
def test_each_alerts_cases_can_fail(tmp_path: Path) -> None:
    """With the expectation of every case turned round, promtool rejects every one of them."""
    promtool = require.program("promtool")
    tests = yaml.safe_load((PROMETHEUS / "tests" / "alerts_test.yml").read_text())
    assert len(tests["tests"]) == 2 * len(ALERTS)
    for case in tests["tests"]:
        expected = case["promql_expr_test"][0]["exp_samples"][0]
        expected["value"] = 1 - expected["value"]
    tests["rule_files"] = [str(PROMETHEUS / "recording.yml"), str(PROMETHEUS / "alerts.yml")]
    (tmp_path / "turned.yml").write_text(yaml.safe_dump(tests))
    done = run(promtool, "test", "rules", str(tmp_path / "turned.yml"))
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert said.count("exp:") == len(tests["tests"]), said[:2000]


@pytest.mark.real("amtool")
def test_amtool_accepts_the_routes() -> None:
    """Every severity reaches the receiver."""
    amtool = require.program("amtool")
    file = "prometheus/alertmanager.yml"
    assert run(amtool, "check-config", file).returncode == 0
    for severity in ("info", "warning", "critical"):
        done = run(amtool, "config", "routes", "test", f"--config.file={file}", f"severity={severity}", "alertname=X")
        assert done.stdout.strip() == "course"


def test_there_are_enough_alerts_and_each_is_whole() -> None:
    """At least the brief's fifteen; severity, hold, both languages, an existing panel."""
    assert len(ALERTS) >= 15
    assert len({alert.name for alert in ALERTS}) == len(ALERTS)
    titles = {panel.title for panel in PANELS}
    rules = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"][0]["rules"]
    for alert, rule in zip(ALERTS, rules, strict=True):
        assert alert.severity in ("info", "warning", "critical")
        assert alert.panel == "" or alert.panel in titles
        assert rule["for"] == alert.hold
        assert rule["annotations"]["runbook_url"].endswith(f"/{alert.name}")
        for spanish, english in ((alert.es, alert.en), (alert.es_cause, alert.en_cause), (alert.es_do, alert.en_do)):
            assert spanish
            assert english
            assert spanish != english or "%" in spanish
    for panel in PANELS:
        assert set(panel.alerts) <= {alert.name for alert in ALERTS}


def metric_names(expr: str) -> set[str]:
    """Names in a PromQL expression that are neither functions nor labels nor keywords."""
    bare = re.sub(r'"[^"]*"', "", expr)
    bare = re.sub(r"\{[^}]*\}", "", bare)
    bare = re.sub(r"\b(by|without)\s*\([^)]*\)", "", bare)
    return set(re.findall(r"\b[a-z][a-z0-9_:]*\b(?!\s*\()", bare)) - {"by", "and", "or", "unless", "s", "m", "h"}


def known_names() -> set[str]:
    """Every name that a query may use."""
    names = {"up", *(recording.name for recording in RECORDINGS)}
    for metric in CATALOG:
        if metric.type is Type.HISTOGRAM:
            names |= {f"{metric.name}_{suffix}" for suffix in ("bucket", "sum", "count")}
        else:
            names.add(metric.name)
    return names


def test_every_query_names_a_metric_that_exists() -> None:
    """In panels, alerts and recording rules."""
    expressions = [expr for panel in PANELS for expr in panel.expressions()]
    expressions += [alert.expr for alert in ALERTS] + [recording.expr for recording in RECORDINGS]
    for expr in expressions:
        found = metric_names(re.sub(r"\[[^\]]*\]", "", expr))
        assert found, expr
        assert found <= known_names(), (expr, found - known_names())


def test_every_metric_of_the_brief_is_on_a_panel_or_watched() -> None:
    """A metric that nobody looks at need not be exported."""
    seen = " ".join(
        [expr for panel in PANELS for expr in panel.expressions()]
        + [alert.expr for alert in ALERTS]
        + [recording.expr for recording in RECORDINGS]
    )
    for metric in CATALOG:
        if metric.name.startswith(("websocket_", "job_queue_")) or metric.name in (
            "lock_wait_time_seconds",
            "memory_used_mb",
        ):
            continue
        assert metric.name in seen, metric.name


def test_the_briefs_panels_are_there_in_its_order() -> None:
    """Eleven, with its names."""
    assert [panel.title for panel in BRIEF_PANELS] == [
        "Race Conditions Detected",
        "Corrupted Data Instances",
        "Lock Acquisitions by Type",
        "Lock Wait Time (P95/P99)",
        "Lock Contention",
        "Deadlocks (Detected vs Prevented)",
        "Lock Order Violations",
        "Lock Timeout Failures",
        "Concurrent Operation Duration",
        "CPU Usage by Core",
        "Memory Usage",
    ]
