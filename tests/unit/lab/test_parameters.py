"""What a learner chooses reaches the lesson, and shows in what the run tells."""

import json
import re
import time
from dataclasses import dataclass

import pytest

from hilos.lab.lessons import LESSONS, find
from support.labclient import Client


@dataclass
class Seen:
    """What a run told: lost additions and context switches, a second."""

    lost: float
    switches: float


def experiment(page: Client, **parameters: object) -> Seen:
    """The race lesson's experiment for a few rounds."""
    id = page.start_lesson("01_race_conditions", what="experiment", **parameters)
    said, lost, switches = "", [], []
    end = time.monotonic() + 30
    with page.socket(id) as connection:
        # The rate is of the rounds alone: to start a program switches often, too, the more on a busy machine.
        while (len(lost) < 2 or len(switches) < 4) and time.monotonic() < end:
            for item in json.loads(connection.recv(20)):
                if item["k"] == "log":  # a sentence may be broken into lines anywhere
                    said = re.sub(r"\s+", " ", f"{said} {item['s']}")
                    rounds = re.findall(r"([\d ]+) a second\. With a lock: 0", said)
                    lost = [float(found.replace(" ", "")) for found in rounds]
                if lost and item["k"] == "m" and "process_context_switches_total" in item["c"]:
                    switches.append((item["t"] / 1e9, item["c"]["process_context_switches_total"]))
    page.stop(id)
    assert len(lost) >= 2 and len(switches) >= 4, (lost, switches, page.ask("GET", f"/api/runs/{id}/log"))
    (began, first), (ended, last) = switches[0], switches[-1]
    return Seen(sorted(lost)[len(lost) // 2], (last - first) / (ended - began))


@pytest.mark.alone
@pytest.mark.slow
def test_the_switch_interval_shows_in_the_run(page: Client) -> None:
    """Half a second against ten microseconds: at least four times as many context switches, and more lost updates."""
    sizes = {"threads": 4, "iterations": 15_000, "hold": 0}
    seldom = experiment(page, switch_interval=500, **sizes)
    often = experiment(page, switch_interval=0.01, **sizes)
    assert often.switches > 4 * seldom.switches, (often, seldom)
    assert often.lost > 2 * seldom.lost, (often, seldom)


def test_lessons_say_what_can_be_chosen(page: Client) -> None:
    """Threads, iterations, critical section and switch interval where a lesson has them; what depends says on what."""
    told = {
        lesson["id"]: {each["name"]: each for each in lesson["parameters"]}
        for lesson in page.ask("GET", "/api/lessons")[1]
    }
    for id in ("01_race_conditions", "02_locks_mutex"):
        assert {"what", "threads", "iterations", "hold", "switch_interval"} <= set(told[id])
        assert told[id]["threads"]["when"] == {"what": "experiment"}
        assert told[id]["threads"]["min"] < told[id]["threads"]["default"] < told[id]["threads"]["max"]
    assert "switch_interval" in told["03_deadlocks"] and "switch_interval" in told["01_threading_basics"]
    for parameters in told.values():
        for each in parameters.values():
            assert each["when"] is None or set(each["when"]) <= set(parameters)
            assert each["label"] and each["kind"] in ("int", "float", "choice")


def test_what_is_not_the_experiments_stays_out_of_the_command() -> None:
    """Told as a lesson, the experiment's sizes are not passed on; as an experiment, they are."""
    lesson = find("02_locks_mutex")
    assert lesson is not None
    told, _variables = lesson.command({"threads": 3}, lambda: 1)
    assert "--threads" not in told
    tried, variables = lesson.command(
        {"what": "experiment", "threads": 3, "iterations": 70, "hold": 2.5, "switch_interval": 50}, lambda: 1
    )
    at = {name: tried[tried.index(name) + 1] for name in ("--threads", "--iterations", "--hold")}
    assert at == {"--threads": "3", "--iterations": "70", "--hold": "2.5"}
    assert variables["HILOS_SWITCH_INTERVAL"] == "0.05"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_every_default_is_accepted(lesson: object) -> None:
    """What the form shows first can be sent."""
    known = find(lesson.id)  # type: ignore[attr-defined]
    assert known is not None
    known.command({each.name: each.default for each in known.parameters if each.default is not None}, lambda: 1)
