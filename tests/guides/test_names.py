"""What the guides name exists: options, ports, files, series of a query, Docker services, anchors of the lab."""

import functools
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from hilos import ports
from hilos.cli import jobs as jobs_command
from hilos.cli import main as cli
from hilos.lab.app import PAGES
from hilos.lesson import CourseParser
from hilos.metrics import CATALOG
from support.lessons import ROOT, environment
from support.snippets import GUIDES, blocks

PAGES_OF_OURS = [page for page in GUIDES if page.name != "CHANGELOG.md"]


def guides(check: Callable[[Path], None]) -> Callable[[], None]:
    """One test that checks every guide and names those that fail (hundreds of tests would take longer than they do)."""

    def test() -> None:
        wrong = []
        for guide in PAGES_OF_OURS:
            try:
                check(guide)
            except AssertionError as error:
                wrong.append(f"{guide.relative_to(ROOT)}: {error}")
        assert not wrong, "\n".join(wrong)

    test.__name__, test.__doc__ = check.__name__, check.__doc__
    return test


def commands(guide: Path) -> list[str]:
    """What a reader may type: the commands of its blocks, and those that stand in its sentences and tables."""
    text = re.sub(r"^```.*?^```$", "", guide.read_text(encoding="utf-8"), flags=re.M | re.S)
    inline = re.findall(r"`([^`\n]+)`", text)
    return [*(c for block in blocks(guide, "bash") for c in block.commands), *inline]


@functools.cache
def options_of(command: str) -> set[str]:
    """The options that `hilos COMMAND` takes, with those of its actions."""
    module = cli._command(command)
    parser = CourseParser(prog=command)
    module.configure(parser)
    parsers = [parser]
    for action in parser._actions:
        if isinstance(action.choices, dict):
            parsers += action.choices.values()
    return {option for each in parsers for option in each._option_string_actions}


@functools.cache
def help_of(*words: str) -> str:
    """What a program says of its options."""
    done = subprocess.run(
        [sys.executable, *words, "--help"], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    return done.stdout


@guides
def test_every_option_of_hilos_exists(guide: Path) -> None:
    """Of each `hilos COMMAND … --option`, up to where a program's own arguments begin."""
    for command in commands(guide):
        for name, rest in re.findall(r"(?:^|[;&] *)(?:\w+=\S+ )*hilos ([a-z]+)((?: [^;&#]*)?)", command):
            ours = re.split(r"\s\S+\.py\b", rest)[0] if name == "run" else rest
            for option in re.findall(r"(?<!\S)(--?[a-z][\w-]*)", ours):
                assert option in options_of(name), f"hilos {name} {option}"


@guides
def test_every_option_of_a_lesson_exists(guide: Path) -> None:
    """Of each `python3 LESSON … --option`."""
    for command in commands(guide):
        for script, rest in re.findall(r"python3? ((?:\w+/)+\w+\.py)((?: [^;&#]*)?)", command):
            for word in rest.split():
                option = word.split("=")[0]
                action = re.fullmatch(r"[a-z]+", option) and script.startswith(("monitoring", "websockets"))
                if option.startswith("--") or action:
                    assert re.search(rf"(?<![\w-]){option}(?![\w-])", help_of(script)), command


def test_the_actions_of_learn_and_jobs_exist() -> None:
    """`hilos learn ACTION` and `hilos jobs ACTION`, wherever a guide has them."""
    from hilos.cli.learn import ACTIONS

    parser = CourseParser()
    jobs_command.configure(parser)
    of_jobs = {name for action in parser._actions if isinstance(action.choices, dict) for name in action.choices}
    found = {
        (name, action)
        for guide in PAGES_OF_OURS
        for command in commands(guide)
        for name, action in re.findall(r"hilos (learn|jobs) ([a-z]+)\b", command)
    }
    assert len(found) > 12
    assert {action for name, action in found if name == "learn"} <= set(ACTIONS)
    assert {action for name, action in found if name == "jobs"} <= of_jobs


OURS = {service.port for service in (*ports.LESSONS, *ports.STACK, ports.LAB, ports.ALERT_WEBHOOK)}
CLUSTER = {8786, 8787}  # `hilos jobs cluster --help` gives them; test_the_cluster_has_these_ports


@guides
def test_every_port_exists(guide: Path) -> None:
    """In an address or after the word; one of the course's, or one that the page itself has just chosen."""
    text = guide.read_text(encoding="utf-8")
    chosen = {int(port) for port in re.findall(r"--port (\d+)", text)}
    named = re.findall(r"(?:127\.0\.0\.1|localhost):(\d{4,5})\b", text)
    named += re.findall(r"\b(?:[Pp]uertos?|[Pp]orts?)\b[ *:(]*(\d{4,5})\b", text)
    assert {int(port) for port in named} - chosen - OURS - CLUSTER == set()


def test_the_cluster_has_these_ports() -> None:
    """As its own parser says."""
    parser = CourseParser()
    jobs_command.configure(parser)
    group = next(action.choices["cluster"] for action in parser._actions if isinstance(action.choices, dict))
    assert {value for action in group._actions if isinstance(value := action.default, int)} >= CLUSTER


MADE = ("websockets/websocket_key.js", "grafana/grafana")
"""What the course makes as it runs, and an image's name."""


@guides
def test_every_file_that_is_named_exists(guide: Path) -> None:
    """Paths that begin with a folder of the repository, and files of its root, where they stand as code."""
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    lost = []
    for word in (word for command in commands(guide) for word in command.split()):
        path = re.sub(r"[,;:)]+$|[#:]\S*$", "", word)
        if "/" not in path or re.search(r"[*<]|NN|[A-Z]{4}\.", path) or path.split("/")[0] not in folders:
            continue
        if not (ROOT / path).exists() and not path.startswith(MADE):
            lost.append(word)
    assert lost == []


FUNCTIONS = {"sum", "rate", "increase", "avg", "max", "min", "by", "histogram_quantile", "count", "scalar", "and", "or"}
FROM_OTHERS = ("up", "job", "node_", "process_", "python_", "scrape_")


@guides
def test_every_series_of_a_query_exists(guide: Path) -> None:
    """In PromQL blocks: metrics of the catalogue with their labels, recorded queries, and those that Prometheus has."""
    recorded = set(re.findall(r"record: (\S+)", (ROOT / "prometheus/recording.yml").read_text(encoding="utf-8")))
    names = {f"{metric.name}{end}" for metric in CATALOG for end in ("", "_bucket", "_sum", "_count")}
    labels = {label for metric in CATALOG for label in metric.labels} | {"job", "le", "instance"}
    for block in blocks(guide, "promql"):
        query = re.sub(r'"[^"]*"|#.*|\[[^\]]*\]', "", block.text)
        for word in re.findall(r"[a-zA-Z_][\w:]*", query):
            if word not in FUNCTIONS | names | labels | recorded and not word.startswith(FROM_OTHERS):
                raise AssertionError(f"{block.name}: {word}")


COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@guides
def test_what_is_asked_of_docker_exists(guide: Path) -> None:
    """Without an engine here: the services that the commands name, and the ports and images that the tables give."""
    services = COMPOSE["services"]
    for command in commands(guide):
        if found := re.match(r"(?:\./run\.sh docker-logs|docker(?:-| )compose (?:stop|logs|restart))(.*)", command):
            named = [word for word in found[1].split() if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-")]
            assert set(named) <= set(services), command
    images = {str(service["image"]) for service in services.values() if "image" in service}
    images |= set(re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M))
    for name, version in re.findall(r"^\| `([\w/-]+)` \| (v?\d[\w.-]*) \|", guide.read_text(encoding="utf-8"), re.M):
        assert f"{name}:{version}" in images, f"{name}:{version}"


def test_docker_publishes_what_the_docker_guide_says() -> None:
    """Each address of the table of README_DOCKER.md is a port that docker-compose.yml publishes on this machine."""
    published = {
        int(str(port).split(":")[-2])
        for service in COMPOSE["services"].values()
        for port in service.get("ports", ())
        if str(port).startswith("127.0.0.1:")
    }
    text = (ROOT / "README_DOCKER.md").read_text(encoding="utf-8")
    named = {int(port) for port in re.findall(r"^\|.*127\.0\.0\.1:(\d+)", text, re.M)}
    named |= {int(port) for port in re.findall(r"(\d{4}) \(", text)}
    assert len(named) >= 8
    assert named <= published


@guides
def test_every_page_of_the_lab_exists(guide: Path) -> None:
    """`/lesson/…` and its like, as they stand in the guides."""
    known = [re.sub(r"\{\w+\}", r"[\\w-]+", page) for page in PAGES]
    for command in commands(guide):
        if re.match(r"/(?:lesson|live|timeline|step|exercise|program|scheduler|jobs|alerts)\b", command):
            assert any(re.fullmatch(page, command) for page in known), command


@guides
def test_every_number_of_an_exercise_exists(guide: Path) -> None:
    """`02.1` and its like in the guide for a class."""
    if guide.name != "teaching.md":
        return
    catalogue = (ROOT / "exercises/info.toml").read_text(encoding="utf-8")
    numbers = set(re.findall(r'^number = "(\d\d\.\d+)"', catalogue, re.M))
    named = set(re.findall(r"\b\d\d\.\d\b", guide.read_text(encoding="utf-8")))
    assert len(named) > 20
    assert named <= numbers
