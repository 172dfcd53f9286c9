"""What was measured, kept as JSON round by round, and said as Markdown."""

import importlib.metadata
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

Rounds = dict[str, list[dict[str, float]]]

PACKAGES = ("huey", "rq", "dramatiq", "celery", "redis", "distributed")
PAIRS = [
    ("hilos threads", "ThreadPoolExecutor"),
    ("hilos processes", "ProcessPoolExecutor"),
    ("hilos durable FULL", "Huey SQLite FULL"),
    ("hilos durable FULL", "Huey SQLite FULL, threads"),
    ("hilos durable NORMAL", "Huey SQLite NORMAL"),
    ("hilos durable NORMAL", "Huey SQLite NORMAL, threads"),
    ("hilos durable NORMAL", "Huey SQLite OFF"),
    ("hilos durable FULL", "Huey Redis"),
    ("hilos durable FULL", "RQ SimpleWorker"),
    ("hilos durable FULL", "Dramatiq"),
    ("hilos durable FULL", "Celery"),
    ("hilos durable FULL", "Dask"),
    ("hilos durable FULL", "ProcessPoolExecutor"),
    ("hilos durable NORMAL", "ProcessPoolExecutor"),
    ("hilos cluster (Dask)", "Dask"),
]
"""Ours against what, in this order."""

TWICE = "sequential, in two processes at once"
"""The demo's work done twice, with no queue: the most that two cores can give."""
DURABLE = [pair for pair in PAIRS if "SQLite" in pair[1] and not pair[1].endswith("OFF")]
"""At the same durability: the aim is to be faster."""
MEMORY = PAIRS[:2]
"""The aim is at most twice the cost of a job."""


class Results:
    """Everything that was measured of one version of the code, in as many pieces as it took.

    Arguments:
        path: the files, without suffix; None to write none.
        add: to what is in the JSON, instead of beginning anew.
        note: what is said of this piece.

    Raises:
        ValueError: what is there was measured of something else.
    """

    def __init__(self, path: Path | None, add: bool, note: str = "") -> None:
        self.path = path
        self.content: dict[str, Any] = {"of": _versions(), "pieces": [], "systems": {}, "demo": {}}
        file = None if path is None else path.with_suffix(".json")
        if add and file is not None and file.exists():
            old = json.loads(file.read_text(encoding="utf-8"))
            if old["of"] != self.content["of"]:
                raise ValueError(f"{file} is of {old['of']}, and this is {self.content['of']}")
            self.content = old
        self._piece = {"date": time.strftime("%Y-%m-%d %H:%M"), "load before": os.getloadavg()[0], "note": note}
        self.content["pieces"].append(self._piece)

    def add(self, kind: str, name: str, row: dict[str, float]) -> None:
        """One round of `name`, an empty one if it failed; `kind` is systems or demo."""
        self.content[kind].setdefault(name, []).append(row)

    def rounds(self) -> Rounds:
        """Of the systems."""
        return dict(self.content["systems"])

    def write(self) -> None:
        """Both files, each beside and renamed."""
        self._piece["load after"] = os.getloadavg()[0]
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for suffix, text in ((".json", json.dumps(self.content, indent=1) + "\n"), (".md", self.markdown())):
            beside = self.path.with_suffix(suffix + ".new")
            beside.write_text(text, encoding="utf-8")
            beside.replace(self.path.with_suffix(suffix))

    def markdown(self) -> str:
        """All of it, for people."""
        of, pieces = self.content["of"], self.content["pieces"]
        how = "in one run" if len(pieces) == 1 else "in pieces"
        lines = [
            "# `hilos.jobs` against the bare executors and other job queues",
            "",
            f"Python {of['python']}, {of['machine']}, {os.cpu_count()} cores, SQLite {of['sqlite']}, redis-server "
            f"{of['redis-server']}; {', '.join(f'{name} {of[name]}' for name in PACKAGES)}.",
            "`benchmarks/jobs.py` says how it is measured: two workers everywhere, the systems in turns, round by",
            f"round; a ratio is the median of the rounds' ratios.  Of commit {of['commit']}, {how} (with the load",
            f"of the machine, mean of a minute, before and after): {'; '.join(map(_piece, pieces))}.",
            "",
        ]
        if self.content["systems"]:
            lines += [*_systems(self.rounds()), *_aims(self.rounds())]
        if self.content["demo"]:
            lines += _demo(self.content["demo"])
        return "\n".join(lines)


def _versions() -> dict[str, str]:
    of = {"python": platform.python_version(), "machine": platform.machine(), "sqlite": sqlite3.sqlite_version}
    for name in PACKAGES:
        try:
            of[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            of[name] = "-"
    server = shutil.which("redis-server")
    of["redis-server"] = _said(server, "--version").partition("v=")[2].partition(" ")[0] if server else "-"
    git = shutil.which("git")
    of["commit"] = _said(git, "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD") if git else "-"
    return of


def _piece(piece: dict[str, Any]) -> str:
    note = f", {piece['note']}" if piece["note"] else ""
    return f"{piece['date']} ({piece['load before']:.1f} to {piece.get('load after', 0):.1f}{note})"


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def medians_of(results: Rounds) -> dict[str, dict[str, float]]:
    """The median of each figure of each system that had a round without failure."""
    good = {name: [each for each in those if each] for name, those in results.items()}
    return {
        name: {key: statistics.median(each[key] for each in those) for key in those[0]}
        for name, those in good.items()
        if those
    }


def ratios(results: Rounds, ours: str, theirs: str) -> dict[str, tuple[float, float, float]]:
    """For each figure the median, smallest and largest of the rounds' ratios; empty if they had no round together."""
    found: dict[str, list[float]] = defaultdict(list)
    for a, b in zip(results.get(ours, []), results.get(theirs, []), strict=False):
        if a and b:
            for key in a:
                found[key].append(a[key] / b[key])
    return {key: (statistics.median(those), min(those), max(those)) for key, those in found.items()}


def _systems(results: Rounds) -> list[str]:
    lines = [
        "| system | rounds | no-op jobs/s | µs a job | 1 ms jobs/s | submit to start, median | slowest of 60 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, row in medians_of(results).items():
        good = sum(bool(each) for each in results[name])
        rounds = f"{good}" if good == len(results[name]) else f"{good} of {len(results[name])}"
        lines.append(
            f"| {name} | {rounds} | {row['noop']:.0f} | {1e6 / row['noop']:.1f} | {row['cpu']:.0f} "
            f"| {row['p50'] * 1e3:.2f} ms | {row['p99'] * 1e3:.1f} ms |"
        )
    lines += [
        "",
        "| ratio: median (smallest to largest) | no-op rate | 1 ms rate | submit to start |",
        "| --- | --- | --- | --- |",
    ]
    for ours, theirs in PAIRS:
        found = ratios(results, ours, theirs)
        if found:
            cells = [_spread(found[key], digits) for key, digits in (("noop", 2), ("cpu", 2), ("p50", 3))]
            lines.append(f"| {ours} / {theirs} | {' | '.join(cells)} |")
    return [*lines, ""]


def _spread(triple: tuple[float, float, float], digits: int) -> str:
    middle, least, most = triple
    return f"{middle:.{digits}f} ({least:.{digits}f} to {most:.{digits}f})"


def _aims(results: Rounds) -> list[str]:
    lines = ["| aim | measured | |", "| --- | --- | --- |"]
    for ours, theirs in DURABLE:
        found = ratios(results, ours, theirs)
        for key, what in (("noop", "no-op"), ("cpu", "1 ms")):
            if found:
                lines.append(_aim(f"{ours} faster than {theirs}, {what} jobs", found[key][0], found[key][0] > 1))
    for ours, theirs in MEMORY:
        found = ratios(results, ours, theirs)
        if found:
            cost = 1 / found["noop"][0]
            lines.append(_aim(f"{ours}: a no-op costs at most twice that of {theirs}", cost, cost <= 2))
    return [*lines, ""]


def _aim(what: str, value: float, met: bool) -> str:
    return f"| {what} | {value:.3g} times | {'met' if met else '**missed**'} |"


def _demo(demo: dict[str, list[dict[str, float]]]) -> list[str]:
    seconds = {name: [each["seconds"] for each in those] for name, those in demo.items()}
    lines = [
        "## The image demo (`examples/demo_completo.py`)",
        "",
        "| variant | median | best |",
        "| --- | --- | --- |",
    ]
    lines += [f"| {name} | {statistics.median(those):.2f} s | {min(those):.2f} s |" for name, those in seconds.items()]
    gain, cost = demo_ratios(demo)
    ceiling = ""
    if TWICE in seconds:
        ratios_ = [2 * a / b for a, b in zip(seconds["sequential"], seconds[TWICE], strict=True)]
        ceiling = (
            f"Two processes that share nothing, not even a queue, do {statistics.median(ratios_):.2f} times the work of"
            f" one here ({min(ratios_):.2f} to {max(ratios_):.2f}): what this machine's two cores are worth."
        )
    return [
        *lines,
        "",
        "| aim | measured | |",
        "| --- | --- | --- |",
        _aim("two workers on two cores at least 1.8 times one", gain, gain >= 1.8),
        _aim("pinning, monitor and metrics cost less than 3%", cost, cost < 1.03),
        "",
        f"Medians of the ratios of {len(seconds['2 workers'])} rounds in which the variants took turns.",
        ceiling,
        "",
    ]


def demo_ratios(demo: dict[str, list[dict[str, float]]]) -> tuple[float, float]:
    """One worker's time over two's, and two watched workers' over two plain ones'."""
    one, two, watched = ([each["seconds"] for each in demo[name]] for name in ("1 worker", "2 workers", "2, watched"))
    gains = [a / b for a, b in zip(one, two, strict=True)]
    costs = [a / b for a, b in zip(watched, two, strict=True)]
    return statistics.median(gains), statistics.median(costs)
