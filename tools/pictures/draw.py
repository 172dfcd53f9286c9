"""Draws docs/pictures/NAME-light.svg and NAME-dark.svg from docs/pictures/data/NAME.json, which `measure.py` wrote.

    .venv/bin/python tools/pictures/draw.py [NAME...]

The pictures hold names, numbers and units only, so that one serves both languages; what they show is said in the text
beside them.  A meaning is never told by colour alone: hatching, dashes or a label tell it too.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import itertools

from matplotlib import pyplot as plt

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"


@dataclass(frozen=True)
class Theme:
    """Colours of a theme, by what they are for."""

    name: str
    ink: str
    faint: str
    first: str
    second: str
    third: str
    bad: str


THEMES = (
    Theme("light", "#1f2933", "#9aa5b1", "#0b7285", "#b35900", "#5f3dc4", "#c92a2a"),
    Theme("dark", "#e4e7eb", "#7b8794", "#3bc9db", "#ffa94d", "#b197fc", "#ff8787"),
)

mpl.rcParams["svg.fonttype"] = "none"
mpl.rcParams["svg.hashsalt"] = "hilos"
mpl.rcParams["font.family"] = "sans-serif"
mpl.rcParams["hatch.linewidth"] = 0.8


def canvas(theme: Theme, width: float, height: float) -> tuple[Any, Any]:
    """A figure with one empty plot, transparent, in inches."""
    figure, axes = plt.subplots(figsize=(width, height))
    figure.patch.set_alpha(0)
    axes.patch.set_alpha(0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(theme.faint)
    axes.tick_params(colors=theme.ink)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_color(theme.ink)
    return figure, axes


def bare(theme: Theme, width: float, height: float) -> tuple[Any, Any]:
    """A figure to draw shapes in: no axes."""
    figure, axes = canvas(theme, width, height)
    axes.set_axis_off()
    return figure, axes


def word(step: dict[str, Any]) -> str:
    """An operation in the signs that both languages read: an assignment, or a value that is looked at."""
    return f"{step['target']} = {step['value']}" if step["kind"] == "write" else f"{step['target']} → {step['value']}"


def columns(axes: Any, theme: Theme, steps: list[dict[str, Any]], left: float, names: list[str]) -> None:
    """An interleaving from top to bottom, a column a thread, and the line of turns between them."""
    places = []
    for row, step in enumerate(steps):
        column = names.index(step["thread"])
        x = left + column * 1.6
        places.append((x, -row))
        colour = (theme.first, theme.second)[column]
        axes.text(
            x, -row, word(step), ha="center", va="center", color=theme.ink, fontsize=10, family="monospace",
            bbox={"boxstyle": "round,pad=0.35", "facecolor": "none", "edgecolor": colour, "linewidth": 1.6,
                  "linestyle": ("-", "--")[column]},
        )  # fmt: skip
    for (x, y), (to_x, to_y) in itertools.pairwise(places):
        axes.annotate(
            "",
            (to_x, to_y + 0.33),
            (x, y - 0.33),
            arrowprops={"arrowstyle": "->", "color": theme.faint, "linewidth": 1},
        )
    for column, name in enumerate(names):
        axes.text(left + column * 1.6, 0.8, name, ha="center", color=theme.ink, fontsize=10, weight="bold")


def traces(theme: Theme, data: dict[str, Any]) -> Any:
    figure, axes = bare(theme, 8, 3)
    for number, order in enumerate(data["orders"]):
        columns(axes, theme, order, number * 4.2, ["left", "right"])
        last = [step for step in order if step["target"] == "x"][-1]["value"]
        axes.text(
            number * 4.2 + 0.8, -3.9, f"x == {last}", ha="center", color=theme.ink, fontsize=11, family="monospace"
        )
    axes.text(2.9, -1.5, "≡", ha="center", va="center", color=theme.ink, fontsize=22)
    axes.text(7.1, -1.5, "≢", ha="center", va="center", color=theme.bad, fontsize=22)
    axes.set_xlim(-1, 11)
    axes.set_ylim(-4.2, 1.2)
    return figure


def tree(theme: Theme, data: dict[str, Any]) -> Any:
    figure, axes = bare(theme, 8, 3.6)
    executions = sorted(data["executions"], key=lambda each: each["threads"])
    depth = len(executions[0]["threads"])
    place: dict[tuple[int, ...], float] = {tuple(each["threads"]): float(n) for n, each in enumerate(executions)}
    for length in range(depth - 1, -1, -1):
        for prefix in {tuple(each["threads"][:length]) for each in executions}:
            below = [x for node, x in place.items() if len(node) == length + 1 and node[:length] == prefix]
            place[prefix] = sum(below) / len(below)
    for node, x in place.items():
        if node:
            thread = node[-1]
            up = place[node[:-1]]
            colour = (theme.first, theme.second)[thread]
            axes.plot([up, x], [-(len(node) - 1), -len(node)], color=colour, linewidth=2, linestyle=("-", "--")[thread])
            axes.text(
                (up + x) / 2 + 0.06, -len(node) + 0.6, "AB"[thread], color=theme.ink, fontsize=9, ha="left", va="bottom"
            )
        axes.plot([x], [-len(node)], "o", color=theme.ink, markersize=5)
    for each in executions:
        good = each["x"] == 2
        axes.text(
            place[tuple(each["threads"])], -depth - 0.45, f"x == {each['x']} {'✓' if good else '✗'}", ha="center",
            color=theme.ink if good else theme.bad, fontsize=10, family="monospace",
        )  # fmt: skip
    axes.set_ylim(-depth - 0.8, 0.3)
    return figure


def interleaving(theme: Theme, data: dict[str, Any]) -> Any:
    figure, axes = bare(theme, 4.4, 3)
    names = sorted({step["thread"] for step in data["steps"]})
    columns(axes, theme, data["steps"], 0, names)
    axes.text(
        0.8, -len(data["steps"]) + 0.1, f"1 + 1 == {data['result']}", ha="center", color=theme.bad, fontsize=12,
        family="monospace",
    )  # fmt: skip
    axes.set_xlim(-1, 2.6)
    axes.set_ylim(-len(data["steps"]) - 0.3, 1.2)
    return figure


def timeline(theme: Theme, data: dict[str, Any]) -> Any:
    figure, axes = canvas(theme, 8, 2.4)
    names = sorted({thread for _at, thread, _kind in data["events"]})
    open_: dict[str, tuple[str, float]] = {}
    for at, thread, kind in data["events"]:
        milliseconds, lane = at / 1e6, names.index(thread)
        began = open_.pop(thread, None)
        if began is not None:
            state, since = began
            look = (
                {"color": theme.first, "height": 0.6}
                if state == "hold"
                else {"facecolor": "none", "edgecolor": theme.second, "hatch": "////", "height": 0.4}
            )
            axes.barh(lane, milliseconds - since, left=since, **look)
        if kind == "request":
            open_[thread] = ("wait", milliseconds)
        elif kind == "acquire":
            open_[thread] = ("hold", milliseconds)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("ms")
    return figure


def contention(theme: Theme, data: dict[str, Any]) -> Any:
    figure, axes = canvas(theme, 6.4, 3.2)
    axes.plot(data["threads"], data["one"], "o-", color=theme.second, label="1 lock")
    axes.plot(data["threads"], data["eight"], "s--", color=theme.first, label="8 locks")
    axes.set_xscale("log", base=2)
    axes.set_xticks(data["threads"], [str(n) for n in data["threads"]])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("threads · hilos")
    axes.set_ylabel("1/s")
    axes.legend(frameon=False, labelcolor=theme.ink)
    return figure


def speedup(theme: Theme, data: dict[str, Any]) -> Any:
    figure, axes = canvas(theme, 6.4, 3.2)
    axes.plot(data["workers"], data["processes"], "s-", color=theme.first, label="ProcessPoolExecutor")
    axes.plot(data["workers"], data["threads"], "o--", color=theme.second, label="ThreadPoolExecutor")
    axes.axhline(data["cores"], color=theme.faint, linestyle=":", label=f"{data['cores']} cores")
    axes.set_xticks(data["workers"], [str(n) for n in data["workers"]])
    axes.set_ylim(bottom=0)
    axes.set_xlabel("workers")
    axes.set_ylabel("×")
    axes.legend(frameon=False, labelcolor=theme.ink)
    return figure


DRAWN: dict[str, Callable[[Theme, dict[str, Any]], Any]] = {
    f.__name__: f for f in (traces, tree, interleaving, timeline, contention, speedup)
}


def main() -> None:
    """Draw the pictures named, or all of them, in both themes."""
    for name in sys.argv[1:] or DRAWN:
        data = json.loads((PICTURES / "data" / f"{name}.json").read_text(encoding="utf-8"))
        for theme in THEMES:
            figure = DRAWN[name](theme, data)
            figure.savefig(PICTURES / f"{name}-{theme.name}.svg", bbox_inches="tight", metadata={"Date": None})
            plt.close(figure)
        print(name)


if __name__ == "__main__":
    main()
