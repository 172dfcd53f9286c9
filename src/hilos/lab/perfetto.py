"""A run's last minute in Chrome's trace format ("Trace Event Format", Google, 2016), which Perfetto opens."""

import json
from typing import Any

from hilos.lab.feed import Feed
from hilos.lab.picture import HOLDS, SLEEPS, Picture
from hilos.locale import translator

_ = translator("lab_server")

_THREADS = 1
_FIRST = 10
"""Added to lanes' numbers: the viewer takes a thread with its process's number for the main one."""


def trace(lesson: str, picture: Picture, feed: Feed) -> dict[str, Any]:
    """What is known of the run, as the content of a file."""
    rows: dict[tuple[int, int, int, int], list[Any]] = {}
    names: dict[int, str] = {}
    locks = {number: str(each["name"]) for number, each in picture.locks.items()}
    places = {number: f"{each['file']}:{each['line']}" for number, each in picture.places.items()}
    events: list[dict[str, Any]] = []
    for text in feed.history():
        for item in json.loads(text):
            if item["k"] == "s":
                for row in item["r"]:  # one that was open comes again when it closes: the last word counts
                    rows[tuple(row[:4])] = row
            elif item["k"] == "thread":
                names[int(item["i"])] = str(item["name"])
            elif item["k"] == "lock":
                locks.setdefault(int(item["i"]), str(item["name"]))
            elif item["k"] == "mark":
                events.append(_mark(item))
    for row in picture.open_rows():
        rows[tuple(row[:4])] = row
    names.update({number: lane.name for number, lane in picture.lanes.items()})
    for lane, kind, lock, start, end, place in rows.values():
        finish = picture.now if end is None else end
        event = {"ph": "X", "pid": _THREADS, "tid": _FIRST + lane, "ts": start / 1e3, "dur": (finish - start) / 1e3}
        name = locks.get(lock, "")
        label = name if kind == HOLDS else (_("duerme") if kind == SLEEPS else _("espera {name}").format(name=name))
        details = {"line": places.get(place, "")}
        events.append({**event, "name": label, "cat": "hold" if kind == HOLDS else "wait", "args": details})
    title = {"ph": "M", "pid": _THREADS, "tid": 0, "name": "process_name", "args": {"name": lesson}}
    lanes = [
        {"ph": "M", "pid": _THREADS, "tid": _FIRST + number, "name": "thread_name", "args": {"name": name}}
        for number, name in names.items()
    ]
    events.sort(key=lambda event: float(event["ts"]))
    return {
        "traceEvents": [title, *lanes, *events],
        "displayTimeUnit": "ns",
        "otherData": {"by": "hilos lab", "dropped": picture.dropped_ever},
    }


def _mark(item: dict[str, Any]) -> dict[str, Any]:
    lane = int(item.get("lane", -1))
    event = {"ph": "i", "pid": _THREADS, "tid": _FIRST + lane, "ts": item["t"] / 1e3, "s": "t" if lane >= 0 else "p"}
    return {**event, "name": item["id"], "cat": "mark", "args": {"text": item.get("text", "")}}
