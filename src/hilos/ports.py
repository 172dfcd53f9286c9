"""The one table of ports.  Guides, prometheus.yml and run.sh are checked against it."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """Something of the course that listens.

    Attributes:
        name: what `run.sh` calls it.
        port: where it listens on 127.0.0.1 unless told otherwise.
        path: the URL path that answers with status 200 when it is well.
        script: the lesson file that serves it, relative to the repository's root; empty for what is not ours.
        arguments: what the script is started with.
    """

    name: str
    port: int
    path: str
    script: str = ""
    arguments: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Address to open or scrape."""
        return f"http://127.0.0.1:{self.port}{self.path}"


RACES = Service("races", 8000, "/metrics", "advanced/race_conditions/01_race_conditions.py")
LOCKS = Service("locks", 8001, "/metrics", "advanced/locks/02_locks_mutex.py")
DEADLOCKS = Service("deadlocks", 8002, "/metrics", "advanced/deadlocks/03_deadlocks.py")
CPU = Service("cpu", 8003, "/metrics", "monitoring/cpu_monitor.py", ("prometheus",))
WEBSOCKET = Service("websocket", 8765, "/", "websockets/websocket_server.py", ("--quiet",))
LAB = Service("lab", 8800, "/health")

LESSONS = (RACES, LOCKS, DEADLOCKS, CPU, WEBSOCKET)
"""What `run.sh start` runs, in this order."""

GRAFANA = Service("grafana", 3000, "/api/health")
PROMETHEUS = Service("prometheus", 9090, "/-/ready")
ALERTMANAGER = Service("alertmanager", 9093, "/-/ready")
NODE_EXPORTER = Service("node-exporter", 9100, "/metrics")
ALERT_WEBHOOK = Service("alert-webhook", 8099, "/alerts")
"""Receives Alertmanager's webhook: `hilos alerts`."""

STACK = (PROMETHEUS, ALERTMANAGER, NODE_EXPORTER, GRAFANA)
"""The monitoring stack, with Docker or without."""


def listen_host() -> str:
    """Address on which services listen: this machine's only, unless `HILOS_HOST` says otherwise (in a container)."""
    return os.environ.get("HILOS_HOST") or "127.0.0.1"
