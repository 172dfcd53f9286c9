"""A run's last minute in Chrome's trace format ("Trace Event Format", Google, 2016), which Perfetto opens."""

import json
from typing import Any

from hilos.lab.feed import Feed
from hilos.lab.picture import HOLDS, SLEEPS, Picture
from hilos.locale import translator

_ = translator("lab_server")

_THREADS = 1
_FURTHER = 1_000_000
"""Where the numbers of further tracks begin."""
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
    tracks = _Tracks()
    lasting = [(*row[:4], picture.now if row[4] is None else row[4], row[5], *row[6:7]) for row in rows.values()]
    # The longer of two that begin together is around the other.
    for lane, kind, lock, start, finish, place, *count in sorted(lasting, key=lambda row: (row[3], -row[4])):
        track = tracks.take(lane, start, finish)
        event = {"ph": "X", "pid": _THREADS, "tid": track, "ts": start / 1e3, "dur": (finish - start) / 1e3}
        name = locks.get(lock, "")
        label = name if kind == HOLDS else (_("duerme") if kind == SLEEPS else _("espera {name}").format(name=name))
        details: dict[str, Any] = {"line": places.get(place, ""), **({"count": count[0]} if count else {})}
        events.append({**event, "name": label, "cat": "hold" if kind == HOLDS else "wait", "args": details})
    title = {"ph": "M", "pid": _THREADS, "tid": 0, "name": "process_name", "args": {"name": lesson}}
    lanes = [
        {"ph": "M", "pid": _THREADS, "tid": _FIRST + number, "name": "thread_name", "args": {"name": name}}
        for number, name in names.items()
    ]
    lanes += [
        {
            "ph": "M",
            "pid": _THREADS,
            "tid": track,
            "name": "thread_name",
            "args": {"name": f"{names.get(lane, lane)} ({level + 1})"},
        }
        for (lane, level), track in tracks.more.items()
    ]
    events.sort(key=lambda event: float(event["ts"]))
    return {
        "traceEvents": [title, *lanes, *events],
        "displayTimeUnit": "ns",
        "otherData": {"by": "hilos lab", "dropped": picture.dropped_ever},
    }


class _Tracks:
    """Gives each segment a track on which it nests: the format knows no two that overlap only in part.

    Hand over hand (take B, then release A) overlaps so; such a segment goes to a further track of its thread.
    """

    def __init__(self) -> None:
        self.more: dict[tuple[int, int], int] = {}
        self._open: dict[int, list[list[int]]] = {}

    def take(self, lane: int, start: int, finish: int) -> int:
        """The track for a segment; to be called in the order of their beginnings, the longer first."""
        levels = self._open.setdefault(lane, [])
        for level, stack in enumerate(levels):
            while stack and stack[-1] <= start:
                stack.pop()
            if not stack or finish <= stack[-1]:
                stack.append(finish)
                return self._number(lane, level)
        levels.append([finish])
        return self._number(lane, len(levels) - 1)

    def _number(self, lane: int, level: int) -> int:
        if level == 0:
            return _FIRST + lane
        return self.more.setdefault((lane, level), _FURTHER + len(self.more))


def _mark(item: dict[str, Any]) -> dict[str, Any]:
    lane = int(item.get("lane", -1))
    event = {"ph": "i", "pid": _THREADS, "tid": _FIRST + lane, "ts": item["t"] / 1e3, "s": "t" if lane >= 0 else "p"}
    return {**event, "name": item["id"], "cat": "mark", "args": {"text": item.get("text", "")}}
