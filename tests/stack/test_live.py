"""The real Prometheus, Alertmanager and node exporter, from the repository's own files, over the real lessons.

One stack for the module: lessons and stack on free ports, started by the same supervisor that run.sh uses.
"""

import json
import os
import re
import shutil
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hilos import ports
from hilos.jobs.durable import DurableQueue
from hilos.metrics.alerts import ALERTS, RECORDINGS
from hilos.metrics.panels import PANELS
from hilos.ports import Service
from hilos.services import Program, Supervisor, lessons, stack
from hilos.services.stack import ADDRESSED, BINARIES
from hilos.services.targets import announced
from support import require
from support.lessons import ROOT
from support.network import free_port, get

pytestmark = [pytest.mark.real("prometheus"), pytest.mark.slow, pytest.mark.timeout(240)]

# The brief's «Queries útiles», as it writes them.
BRIEF_QUERIES = (
    "rate(race_conditions_detected_total[1m])",
    "histogram_quantile(0.95, rate(lock_wait_duration_seconds_bucket[5m]))",
    'cpu_usage_per_core{core="cpu0"}',
    "sum(rate(deadlocks_prevented_total[5m])) by (strategy)",
)


@dataclass
class Stack:
    """The running stack."""

    supervisor: Supervisor
    programs: dict[str, Program]

    def url(self, name: str, path: str = "") -> str:
        """Address of the service called `name`."""
        return f"http://127.0.0.1:{self.programs[name].service.port}{path}"

    def query(self, expr: str) -> list[Any]:
        """What Prometheus answers to `expr` now."""
        answer = json.loads(get(self.url("prometheus", f"/api/v1/query?{urllib.parse.urlencode({'query': expr})}")))
        assert answer["status"] == "success", answer
        return list(answer["data"]["result"])


def eventually(claim: Callable[[], bool], what: str, deadline: float = 60.0) -> None:
    """Ask until `claim` holds; it fails after `deadline` seconds."""
    end = time.monotonic() + deadline
    while not claim():
        assert time.monotonic() < end, f"not within {deadline} s: {what}"
        time.sleep(0.5)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Lessons and stack, all up."""
    for names in BINARIES.values():
        require.program(*names)
    # A copy, so that the developer's own .hilos is left alone.
    root: Path = tmp_path_factory.mktemp("course")
    for name in ("advanced", "monitoring", "websockets", "prometheus"):
        shutil.copytree(ROOT / name, root / name)
    before = os.environ.get("HILOS_ROOT")
    os.environ["HILOS_ROOT"] = str(root)
    at = {service.name: free_port() for service in ADDRESSED}
    programs = [*lessons(root, at), *stack(root, at)]
    # And what serves metrics now and then: a durable queue at work, announced to Prometheus as a file of targets.
    queue = root / "jobs.sqlite"
    with DurableQueue(queue, workers=0) as submitting:
        for _ in range(2000):
            submitting.submit("time:sleep", 0.1)
    jobs_port = free_port()
    command = (sys.executable, "-m", "hilos", "jobs", "work", str(queue), "--workers", "1", "--port", str(jobs_port))
    programs.append(Program(Service("jobs", jobs_port, "/metrics"), command))
    told: list[str] = []
    supervisor = Supervisor(root, told.append)
    try:
        assert supervisor.start(programs), "\n".join(told)
        with announced(root, "jobs", jobs_port):
            yield Stack(supervisor, {program.service.name: program for program in programs})
    finally:
        supervisor.stop([program.service.name for program in programs], quiet=True)
        if before is None:
            del os.environ["HILOS_ROOT"]
        else:
            os.environ["HILOS_ROOT"] = before


def test_every_target_is_up(running: Stack) -> None:
    """All lessons and all parts of the stack are scraped."""
    services = (*ports.LESSONS, ports.PROMETHEUS, ports.ALERTMANAGER, ports.NODE_EXPORTER)
    expected = {"jobs", *(service.name for service in services)}

    def all_up() -> bool:
        up = {sample["metric"]["job"] for sample in running.query("up") if sample["value"][1] == "1"}
        return up == expected

    eventually(all_up, f"{sorted(expected)} up")


@pytest.mark.parametrize("expr", BRIEF_QUERIES)
def test_the_briefs_queries_return_data(running: Stack, expr: str) -> None:
    """«Queries útiles», unchanged."""
    eventually(lambda: bool(running.query(expr)), expr)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.title)
def test_every_panel_shows_data(running: Stack, panel: Any) -> None:
    """Each query of each panel, with the variables at All."""
    for expr in panel.expressions():
        eventually(lambda expr=expr: bool(running.query(expr)), expr)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_every_alert_looks_at_data_that_are_there(running: Stack, alert: Any) -> None:
    """What each alert compares: its expression up to the first comparison."""
    left = re.split(r" (?:>|<|==|!=) ", alert.expr)[0]
    eventually(lambda: bool(running.query(left)), left)


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_every_recording_rule_has_a_value(running: Stack, recording: Any) -> None:
    """What it records can be asked for by its name."""
    eventually(lambda: bool(running.query(recording.name)), recording.name)


def test_every_alert_is_loaded_and_evaluated_without_error(running: Stack) -> None:
    """Prometheus says each rule's health is ok."""

    def healthy() -> bool:
        groups = json.loads(get(running.url("prometheus", "/api/v1/rules")))["data"]["groups"]
        rules = {rule["name"]: rule for group in groups for rule in group["rules"]}
        return all(rules.get(alert.name, {}).get("health") == "ok" for alert in ALERTS)

    eventually(healthy, "every rule evaluated")


def received(running: Stack, name: str) -> list[dict[str, str]]:
    """What the receiver got of the alert called `name`, newest first."""
    return [each for each in json.loads(get(running.url("alert-webhook", "/alerts"))) if each["name"] == name]


def test_a_lessons_deadlock_reaches_the_receiver(running: Stack) -> None:
    """Lesson, Prometheus, Alertmanager, webhook: the whole way."""
    eventually(lambda: bool(received(running, "DeadlockDetected")), "DeadlockDetected at the receiver", 90)
    assert received(running, "DeadlockDetected")[-1]["status"] == "firing"


def test_an_alert_fires_and_resolves(running: Stack) -> None:
    """A lesson is stopped, ServiceDown arrives; it is started again, and the alert resolves."""
    races = running.programs["races"]
    running.supervisor.stop(["races"], quiet=True)
    try:
        eventually(lambda: any(a["job"] == "races" for a in received(running, "ServiceDown")), "ServiceDown", 90)
        assert received(running, "ServiceDown")[0]["status"] == "firing"
    finally:
        assert running.supervisor.start([races])
    eventually(
        lambda: any(a["status"] == "resolved" and a["job"] == "races" for a in received(running, "ServiceDown")),
        "ServiceDown resolved",
        90,
    )


def test_nothing_listens_beyond_this_machine(running: Stack) -> None:
    """Every socket of every process of the stack is bound to 127.0.0.1."""
    import psutil

    for name in running.programs:
        record = running.supervisor.records.read(name)
        assert record is not None
        for process in record.processes():
            for connection in process.net_connections("inet"):
                if connection.status == psutil.CONN_LISTEN:
                    assert connection.laddr.ip == "127.0.0.1", (name, connection.laddr)


def test_the_rewritten_files_differ_in_addresses_only(running: Stack) -> None:
    """Line by line, what is not an address is the repository's."""
    for name in ("prometheus.yml", "alerts.yml", "recording.yml", "alertmanager.yml"):
        source = (ROOT / "prometheus" / name).read_text().splitlines()
        copy = (running.supervisor.root / ".hilos" / "stack" / name).read_text().splitlines()
        for ours, theirs in zip(source, copy, strict=True):
            if ours != theirs:
                assert "127.0.0.1:" in theirs, (ours, theirs)


def test_the_repositorys_names_are_all_rewritten(running: Stack) -> None:
    """No name of a container is left."""
    text = (running.supervisor.root / ".hilos" / "stack" / "prometheus.yml").read_text()
    service: Service
    for service in ADDRESSED:
        assert f"{service.name}:{service.port}" not in text
