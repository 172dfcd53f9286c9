"""The guides: every link leads somewhere, every verb, file, port and metric named exists, both languages are there."""

import re
from pathlib import Path

import pytest

from hilos import ports
from hilos.cli.main import command_names
from hilos.metrics import CATALOG
from support.lessons import ROOT
from support.snippets import GUIDES

TWINS = {
    "README.md": "README.en.md",
    "QUICKSTART.md": "docs/en/QUICKSTART.md",
    "README_DOCKER.md": "docs/en/README_DOCKER.md",
    "DOCKER_SETUP.md": "docs/en/DOCKER_SETUP.md",
    "advanced/README_ADVANCED.md": "docs/en/README_ADVANCED.md",
    "docs/es/alerts.md": "docs/en/alerts.md",
    "docs/es/metrics.md": "docs/en/metrics.md",
}
guides = pytest.mark.parametrize("guide", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))


def anchors(guide: Path) -> set[str]:
    """The headings of a page as GitHub makes anchors of them."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", guide.read_text(encoding="utf-8"), re.M):
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"[*`]", "", heading).lower())
        found.add(plain.strip().replace(" ", "-"))
    return found


@guides
def test_every_link_leads_somewhere(guide: Path) -> None:
    """To a file of the repository, and to a heading of it where it names one."""
    text = re.sub(r"```.*?```", "", guide.read_text(encoding="utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (guide.parent / path).resolve() if path else guide
        assert file.exists(), f"{target} of {guide.name}"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{target} of {guide.name}"


@guides
def test_every_verb_of_run_sh_that_is_named_exists(guide: Path) -> None:
    """./run.sh VERB."""
    cases = re.findall(r"^  ([a-z| -]+)\)", (ROOT / "run.sh").read_text(), re.M)
    known = set(re.findall(r"[a-z-]+", " ".join(cases)))
    assert "setup" in known
    for verb in re.findall(r"\./run\.sh ([a-z-]+)", guide.read_text(encoding="utf-8")):
        assert verb in known, verb


@guides
def test_every_command_of_hilos_that_is_named_exists(guide: Path) -> None:
    """hilos COMMAND, where it stands as code."""
    for command in re.findall(r"(?:`|^|\$ )hilos ([a-z]+)\b", guide.read_text(encoding="utf-8"), re.M):
        assert command in command_names(), command


@guides
def test_every_script_that_is_run_exists(guide: Path) -> None:
    """python3 PATH."""
    for script in re.findall(r"python3? ((?:[\w-]+/)+[\w.-]+\.py)", guide.read_text(encoding="utf-8")):
        assert (ROOT / script).exists(), script


@guides
def test_every_metric_that_is_named_exists(guide: Path) -> None:
    """In code, by the prefixes that our metrics have."""
    names = {metric.name for metric in CATALOG}
    names |= {f"{metric.name}_{suffix}" for metric in CATALOG for suffix in ("bucket", "sum", "count")}
    prefixes = "race_conditions|corrupted_data|lock|deadlocks|concurrent_operation|job_queue|websocket"
    endings = "total|seconds|seconds_bucket|threads|instances|clients"
    for name in re.findall(rf"\b((?:{prefixes})_\w*?(?:{endings}))\b", guide.read_text(encoding="utf-8")):
        assert name in names, name


@pytest.mark.parametrize(("spanish", "english"), TWINS.items())
def test_each_guide_has_its_twin(spanish: str, english: str) -> None:
    """With as many headings and the same code blocks' number."""
    one, other = (ROOT / name for name in (spanish, english))
    count = lambda path, pattern: len(re.findall(pattern, path.read_text(encoding="utf-8"), re.M))  # noqa: E731
    assert count(one, r"^#+ ") == count(other, r"^#+ ")
    assert count(one, r"^```") == count(other, r"^```")


def test_lesson_pages_are_twins() -> None:
    """docs/es/lessons and docs/en/lessons hold the same names."""
    assert {f.name for f in (ROOT / "docs/es/lessons").glob("*.md")} == {
        f.name for f in (ROOT / "docs/en/lessons").glob("*.md")
    }


def test_the_map_names_every_port_of_the_brief() -> None:
    """INDEX.md against the table of ports."""
    text = (ROOT / "INDEX.md").read_text(encoding="utf-8")
    for service in (*ports.LESSONS, *ports.STACK):
        assert str(service.port) in text


def test_every_file_that_the_brief_names_exists() -> None:
    """As its tables and trees spell them."""
    for name in (
        "QUICKSTART.md", "README_DOCKER.md", "README.md", "DOCKER_SETUP.md", "INDEX.md",
        "basics/01_threading_basics.py", "basics/02_multiprocessing_basics.py", "workers/job_queue_system.py",
        "websockets/websocket_server.py", "websockets/websocket_client.html", "monitoring/cpu_monitor.py",
        "advanced/race_conditions/01_race_conditions.py", "advanced/locks/02_locks_mutex.py",
        "advanced/deadlocks/03_deadlocks.py", "advanced/README_ADVANCED.md", "examples/demo_completo.py",
        "docker-compose.yml", "Dockerfile", ".dockerignore", "prometheus/prometheus.yml", "prometheus/alerts.yml",
        "prometheus/alertmanager.yml", "grafana/provisioning/datasources/datasource.yml",
        "grafana/provisioning/dashboards/dashboard.yml", "grafana/dashboards/dashboards.json",
        "grafana/dashboards.json", "grafana/setup_grafana.sh", "requirements.txt", "run.sh",
    ):  # fmt: skip
        assert (ROOT / name).is_file(), name
