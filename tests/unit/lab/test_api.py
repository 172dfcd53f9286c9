"""What pages ask for, answered by a lab in a process of its own."""

from collections import defaultdict

import pytest

from hilos.lab.lessons import LESSONS
from support.labclient import PLAIN, Client


def test_a_run_says_with_what_it_was_started(page: Client) -> None:
    """Every parameter with its value, chosen or not: pages compare runs by them."""
    id = page.start_lesson("01_threading_basics", switch_interval=50)
    try:
        assert page.run(id)["parameters"] == {"size": "fast", "switch_interval": 50.0}
        listed = {run["id"]: run for run in page.ask("GET", "/api/runs")[1]}
        assert listed[id]["parameters"] == {"size": "fast", "switch_interval": 50.0}
    finally:
        page.stop(id)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({"lesson": "nothing"}, "no lesson"),
        ({"lesson": PLAIN, "parameters": [1]}, "parameters"),
        ({"lesson": PLAIN, "parameters": {"speed": 3}}, "speed"),
        ({"lesson": PLAIN, "parameters": {"size": "huge"}}, "huge"),
        ({"lesson": PLAIN, "parameters": {"size": ["fast"]}}, "fast"),
        ({"lesson": PLAIN, "parameters": {"sp\ud800eed": 3}}, "UTF-8"),
        ({"lesson": "\udfff", "parameters": {}}, "UTF-8"),
        ({"lesson": "01_race_conditions", "parameters": {"switch_interval": float("nan")}}, "number"),
        ({"lesson": "01_race_conditions", "parameters": {"switch_interval": True}}, "number"),
        ({"lesson": "01_race_conditions", "parameters": {"switch_interval": 1e9}}, "number"),
        ([], "JSON"),
        ("x", "JSON"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(page: Client, body: object, what: str) -> None:
    """Status 400 or 404 and why; nothing is started."""
    status, answer = page.ask("POST", "/api/runs", body)
    assert status in (400, 404), answer
    assert what in answer["error"] and "\n" not in answer["error"]


@pytest.mark.parametrize("path", ["/api/runs/none", "/api/runs/none/log", "/api/runs/none/events", "/api/lessons/none"])
def test_what_is_not_there_is_said(page: Client, path: str) -> None:
    """Status 404, one sentence, in both languages."""
    spanish, english = page.ask("GET", f"{path}?lang=es"), page.ask("GET", f"{path}?lang=en")
    assert spanish[0] == english[0] == 404
    assert spanish[1]["error"] != english[1]["error"]


def test_progress_tells_the_paths_and_what_comes_next(page: Client) -> None:
    """Three paths with their hours, every lesson in one of them once, what was run is done."""
    page.over(page.start("pass"))
    told = page.ask("GET", "/api/progress")[1]
    assert [path["id"] for path in told["paths"]] == ["beginner", "intermediate", "advanced"]
    assert [path["hours"] for path in told["paths"]] == [[2, 3], [3, 4], [4, 6]]
    kinds = defaultdict(list)
    for path in told["paths"]:
        for item in path["items"]:
            kinds[item["kind"]].append(item)
    assert sorted(item["id"] for item in kinds["lesson"]) == sorted(lesson.id for lesson in LESSONS)
    assert len(kinds["exercise"]) == len({item["id"] for item in kinds["exercise"]}) > 20
    assert next(item for item in kinds["lesson"] if item["id"] == PLAIN)["done"]
    assert told["lessons"][PLAIN]["runs"] >= 1
    following = next(item for path in told["paths"] for item in path["items"] if not item["done"])
    assert told["next"]["id"] == following["id"]
    assert page.ask("GET", "/api/progress?lang=es")[1]["paths"][0]["title"] == "Principiante"


HAND_OVER_HAND = """
    import sys, threading, time
    from hilos import lesson
    def teach(tell, options):
        a, b, c = threading.Lock(), threading.Lock(), threading.Lock()
        for _ in range(20):
            a.acquire(); time.sleep(0.001)
            b.acquire(); a.release(); time.sleep(0.001)
            c.acquire(); b.release(); time.sleep(0.001)
            c.release()
            with a:
                with b:
                    time.sleep(0.001)
    sys.exit(lesson.run(teach))
"""


def test_the_trace_nests_on_every_track(page: Client) -> None:
    """Hand over hand overlaps in part, which Chrome's format does not know: no track has two segments that do."""
    id = page.start(HAND_OVER_HAND)
    page.over(id)
    trace = page.ask("GET", f"/api/runs/{id}/perfetto")[1]
    by_track = defaultdict(list)
    for event in trace["traceEvents"]:
        if event["ph"] == "X":
            start = round(event["ts"] * 1000)
            by_track[event["tid"]].append((start, start + round(event["dur"] * 1000)))
    held = [event for event in trace["traceEvents"] if event.get("cat") == "hold"]
    assert sum(event["args"].get("count", 1) for event in held) >= 100
    for spans in by_track.values():
        ends: list[int] = []
        for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            while ends and ends[-1] <= start:
                ends.pop()
            assert not ends or end <= ends[-1], (start, end, ends)
            ends.append(end)
    named = {event["tid"] for event in trace["traceEvents"] if event["ph"] == "M" and event["name"] == "thread_name"}
    assert set(by_track) <= named and len(by_track) > 1
