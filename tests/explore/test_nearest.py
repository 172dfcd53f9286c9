"""The execution that goes well, beside the one that fails; and a report that comes back from its JSON."""

import json

import pytest

from explore import shared_programs as programs
from hilos.errors import UsageError
from hilos.events import Kind
from hilos.explore import Finding, Step, explore, replay
from hilos.explore.document import read


def finding_of(case: str) -> Finding:
    setup, workers, invariant = programs.FAILING[case]
    found = explore(setup, workers, invariant, compare=True).finding
    assert found is not None
    return found


def shared(steps: tuple[Step, ...], others: tuple[Step, ...]) -> int:
    """How many operations two executions have in common at their beginning."""
    for number, (one, other) in enumerate(zip(steps, others, strict=False)):
        if (one.thread, one.kind, one.target) != (other.thread, other.kind, other.target):
            return number
    return min(len(steps), len(others))


@pytest.mark.parametrize("case", ["lost update", "deadlock", "missed notification"])
def test_the_passing_execution_passes(case: str) -> None:
    """Its schedule replays without a failure."""
    setup, workers, invariant = programs.FAILING[case]
    passing = finding_of(case).passing
    assert passing is not None
    assert replay(passing.schedule.token, setup, workers, invariant).findings == ()


def test_it_parts_where_the_update_is_lost() -> None:
    """deposit-1 has read: in one execution deposit-2 cuts in, in the other deposit-1 goes on to write."""
    found = finding_of("lost update")
    assert found.passing is not None
    assert shared(found.steps, found.passing.steps) == 1
    assert [step.thread for step in found.steps[:2]] == ["deposit-1", "deposit-2"]
    assert [step.value for step in found.passing.steps] == ["0", "100", "100", "200"]


def test_a_deadlock_parts_where_the_circle_closes() -> None:
    """Up to the moment before the last philosopher takes the first fork, it is the same execution."""
    found = finding_of("deadlock")
    assert found.passing is not None
    taken = [step.number for step in found.steps if step.kind is Kind.ACQUIRE]
    assert shared(found.steps, found.passing.steps) == taken[-1]


@pytest.mark.parametrize("case", ["double release", "no progress"])
def test_where_nothing_goes_well_there_is_none(case: str) -> None:
    """A single thread has one order only."""
    assert finding_of(case).passing is None


def test_nobody_pays_for_it_unasked() -> None:
    """Without `compare` no further execution is run."""
    found = explore(programs.Account, [programs.deposit] * 2, programs.holds).finding
    assert found is not None
    assert found.passing is None


def test_a_write_says_what_it_replaces() -> None:
    """`before` is what the location held until then."""
    steps = finding_of("lost update").steps
    assert [(step.before, step.value) for step in steps if step.kind is Kind.WRITE] == [("0", "100"), ("100", "100")]


@pytest.mark.parametrize("case", programs.FAILING)
def test_a_report_comes_back_from_its_json(case: str) -> None:
    """Read from the text of `to_dict`, it is equal and tells the same story."""
    setup, workers, invariant = programs.FAILING[case]
    report = explore(setup, workers, invariant, compare=True)
    again = read(json.loads(json.dumps(report.to_dict())))
    assert again == report
    assert str(again) == str(report)


def test_another_version_is_refused() -> None:
    """Rather than misread."""
    document = explore(programs.Account, [programs.deposit]).to_dict()
    with pytest.raises(UsageError, match="99"):
        read({**document, "version": 99})
    with pytest.raises(UsageError, match="verdict"):
        read({key: value for key, value in document.items() if key != "verdict"})
