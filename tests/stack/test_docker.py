"""The compose file on a real Docker engine, where there is one: build, up, healthy, scraped, down.

Not one of the components that HILOS_REQUIRE_ALL asks for: an engine cannot be installed everywhere that the rest can.
"""

import json
import os
import shutil
import subprocess
import time
import urllib.parse
from collections.abc import Iterator

import pytest

from hilos import ports
from support.lessons import ROOT
from support.network import get

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def docker(*arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run docker."""
    environ = {**os.environ, "GRAFANA_ADMIN_PASSWORD": "only-for-this-test", "COMPOSE_PROJECT_NAME": "hilos-test"}
    return subprocess.run(
        ["docker", *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.fixture(scope="module")
def up() -> Iterator[None]:
    """Everything up and healthy."""
    if shutil.which("docker") is None or docker("info").returncode != 0:
        pytest.skip("no Docker engine answers here")
    if docker("compose", "version").returncode != 0:
        pytest.skip("docker has no compose plugin here")
    done = docker("compose", "up", "--detach", "--build", "--wait", timeout=800)
    try:
        assert done.returncode == 0, done.stderr[-3000:]
        yield
    finally:
        docker("compose", "down", "--volumes", timeout=120)


def test_every_service_answers(up: None) -> None:
    """On the port that the brief gives it."""
    for service in (*ports.LESSONS, *ports.STACK, ports.ALERT_WEBHOOK):
        assert get(service.url) is not None


def test_every_target_is_up(up: None) -> None:
    """Prometheus reaches the lessons by their names in the network of the containers."""
    end = time.monotonic() + 60
    query = urllib.parse.urlencode({"query": "up"})
    while True:
        answer = json.loads(get(f"http://127.0.0.1:{ports.PROMETHEUS.port}/api/v1/query?{query}"))
        states = {sample["metric"]["job"]: sample["value"][1] for sample in answer["data"]["result"]}
        if len(states) == 8 and set(states.values()) == {"1"}:
            return
        assert time.monotonic() < end, states
        time.sleep(1)


def test_grafana_has_the_dashboard(up: None) -> None:
    """Provisioned, under its uid."""
    import base64
    import urllib.request

    request = urllib.request.Request(f"http://127.0.0.1:{ports.GRAFANA.port}/api/dashboards/uid/hilos-concurrencia")
    request.add_header("Authorization", "Basic " + base64.b64encode(b"admin:only-for-this-test").decode())
    with urllib.request.urlopen(request, timeout=10) as reply:
        found = json.loads(reply.read())
    assert len([panel for panel in found["dashboard"]["panels"] if panel["type"] != "row"]) >= 11


def test_the_image_runs_as_nobody_special(up: None) -> None:
    """Not as root."""
    assert docker("compose", "exec", "-T", "races", "id", "-u").stdout.strip() == "10001"
