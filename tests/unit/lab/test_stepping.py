"""Step data: what a finding becomes before a browser goes through it."""

import json
from pathlib import Path
from typing import Any

import pytest

from explore import shared_programs as programs
from hilos.explore import Report, explore
from hilos.explore.document import read
from hilos.explore.program_file import programs_in
from hilos.lab import stepping

FAILING = Path(__file__).resolve().parents[2] / "programs" / "fail"


def report_of(case: str) -> Report:
    setup, workers, invariant = programs.FAILING[case]
    return explore(setup, workers, invariant, compare=True)


def document_of(case: str) -> dict[str, Any]:
    return stepping.of_finding(report_of(case))


def states(run: dict[str, Any]) -> list[dict[str, Any]]:
    """What is so after each step, as the browser works it out."""
    memory, holds, waits, ended = dict(run["start"]), [], [], []
    result = []
    for step in run["steps"]:
        for name, (before, after) in step.get("set", {}).items():
            assert memory[name] == before
            memory[name] = after
        holds, waits = step.get("holds", holds), step.get("waits", waits)
        ended = [*ended, *step.get("ended", [])]
        result.append({"memory": dict(memory), "holds": holds, "waits": waits, "ended": ended})
    return result


def test_a_lost_update_step_by_step() -> None:
    """Values before and after, who acts where, and the step at which the executions part."""
    document = document_of("lost update")
    run = document["runs"][0]
    acts = [(step["th"], step["op"], step.get("value")) for step in run["steps"]]
    assert acts == [
        (0, "read", "0"),
        (1, "read", "0"),
        (1, "write", "100"),
        (0, "write", "100"),
        (None, "verdict", None),
    ]
    assert [state["memory"]["account.balance"] for state in states(run)] == ["0", "0", "100", "100", "100"]
    assert [state["ended"] for state in states(run)] == [[], [], [1], [1, 0], [1, 0]]
    assert [step.get("mark", False) for step in run["steps"]] == [True, False, True, True, False]
    assert document["differ"] == 1
    good = document["runs"][1]
    assert [state["memory"]["account.balance"] for state in states(good)] == ["0", "100", "100", "200", "200"]
    source = document["sources"][run["steps"][0]["at"][0]]
    assert source["lines"][run["steps"][0]["at"][1] - source["first"]].strip() == "balance = account.balance"


def test_the_sentence_says_what_the_step_means() -> None:
    """The write that wipes out another says so, in both languages."""
    told = document_of("lost update")["runs"][0]["steps"][3]["say"]
    assert told["es"] == (
        "«deposit-1» escribe 100 en account.balance, que ya valía 100."
        " Lo calculó con lo que leyó antes: lo que escribió «deposit-2» se pierde."
    )
    assert told["en"] == (
        "“deposit-1” writes 100 to account.balance, which was 100 already."
        " It worked this out from what it had read before: what “deposit-2” wrote is lost."
    )


def test_a_deadlock_ends_with_its_circle() -> None:
    """The last thing before the verdict is the request that closes it; holds and waits make the circle."""
    document = document_of("deadlock")
    run = document["runs"][0]
    assert [step["op"] for step in run["steps"]][-4:] == ["blocked", "blocked", "blocked", "verdict"]
    last = states(run)[-1]
    assert sorted(map(tuple, document["cycle"])) == sorted(map(tuple, last["waits"]))
    holder = dict(last["holds"])
    thread, seen = last["waits"][0][0], []
    for _turn in range(3):
        thread = holder[dict(map(tuple, last["waits"]))[thread]]
        seen.append(thread)
    assert sorted(seen) == [0, 1, 2]
    assert last["ended"] == []
    assert "círculo se cierra" in run["steps"][-2]["say"]["es"]


def test_the_lost_notification_is_said_where_it_is_lost() -> None:
    """At the step that notifies, not only at the end."""
    steps = document_of("missed notification")["runs"][0]["steps"]
    assert [step["say"]["en"] for step in steps if step.get("mark")] == [
        "“notify” notifies whoever waits on the condition “flag.condition”."
        " Nobody waits yet, so the notification is lost."
    ]


@pytest.mark.parametrize("case", programs.FAILING)
def test_every_step_has_a_sentence_in_each_language(case: str) -> None:
    """And the two are not the same."""
    for run in document_of(case)["runs"]:
        for step in run["steps"]:
            assert set(step["say"]) == {"es", "en"}
            assert step["say"]["es"] != step["say"]["en"]


@pytest.mark.parametrize("case", programs.FAILING)
def test_every_number_points_somewhere(case: str) -> None:
    """Threads, objects, sources and lines exist, and the changes fit together."""
    document = json.loads(json.dumps(document_of(case)))
    for run in document["runs"]:
        states(run)
        for step in run["steps"]:
            assert step["th"] is None or 0 <= step["th"] < len(document["threads"])
            if isinstance(step.get("target"), int):
                assert document["objects"][step["target"]]["label"]["es"]
            if step.get("at"):
                source = document["sources"][step["at"][0]]
                assert 0 <= step["at"][1] - source["first"] < len(source["lines"])


@pytest.mark.parametrize("case", programs.FAILING)
def test_nothing_of_the_machine_is_in_it(case: str) -> None:
    """A file that is handed on holds no path of whoever made it."""
    assert str(Path(__file__).resolve().parents[2]) not in json.dumps(document_of(case))


def test_it_is_the_same_from_a_report_that_came_as_json() -> None:
    """The grader's child sends JSON."""
    report = report_of("deadlock")
    assert stepping.of_finding(read(json.loads(json.dumps(report.to_dict())))) == stepping.of_finding(report)


def test_a_long_execution_is_cut_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the values that are true at the end, and a note of how much is missing."""
    monkeypatch.setattr(stepping, "MOST_STEPS", 9)

    def worker(counter: programs.Counter) -> None:
        for _turn in range(20):
            counter.value += 1

    report = explore(programs.Counter, [worker], lambda counter: counter.value == 0)
    run = stepping.of_finding(report)["runs"][0]
    assert (len(run["steps"]), run["left_out"]) == (9, [3, 32])
    assert states(run)[-1]["memory"] == {"counter.value": "20"}


def test_a_lock_nobody_changes_is_no_shared_variable() -> None:
    """Looking up `state.lock` is not worth a row."""
    assert document_of("deadlock")["runs"][0]["start"] == {}


@pytest.mark.parametrize("name", sorted(path.stem for path in FAILING.glob("*[a-z].py"))[::9])
def test_any_failing_program_can_be_stepped_through(name: str) -> None:
    """A sample of the corpus, without the programs that are large on purpose (a number ends their names)."""
    program = programs_in(FAILING / f"{name}.py")[0]
    document = stepping.of_finding(program.explore(compare=True))
    for run in document["runs"]:
        assert len(states(run)) == len(run["steps"]) > 0
