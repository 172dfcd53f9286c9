"""What kind of mistake an execution shows is recognised in programs of the corpus, and nothing else is taken for it."""

import pytest

from hilos.explore import explore
from hilos.explore.explain.patterns import Pattern
from hilos.explore.explain.render import render
from hilos.explore.explain.story import tell
from support.programs import FAIL, load

BY_NAME = {path.stem: path for path in FAIL}
SHOWN = {
    "zero_even_odd": Pattern.WRONG_NOTIFIED,
    "bounded_buffer": Pattern.WRONG_NOTIFIED,
    "loop_wakeup": Pattern.ERASED_NOTIFICATION,
    "event_clear": Pattern.ERASED_NOTIFICATION,
    "missed_notify": Pattern.MISSED_NOTIFICATION,
    "last_one_out": Pattern.OVERWRITTEN,
    "thread_local_leak": Pattern.OVERWRITTEN,
    "dict_iteration": Pattern.ITERATION,
    "queue_empty_get": Pattern.CHECK_THEN_ACT,
    "cache_stampede": Pattern.LOST_UPDATE,
    "sleep_as_order": Pattern.ORDER,
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_pattern_is_recognised(name: str) -> None:
    """Each program shows the mistake that it was written for."""
    finding = explore(**load(BY_NAME[name])).finding
    assert finding is not None
    assert tell(finding).pattern is SHOWN[name]


def test_to_look_up_a_list_is_not_to_read_what_is_in_it() -> None:
    """`state.seen.append(x)` by two threads loses no update, and the look-up is not shown."""
    report = explore(setup=Ids, workers=[Ids.take, Ids.take], invariant=Ids.are_different)
    assert report.finding is not None
    story = tell(report.finding)
    assert story.pattern is Pattern.OVERWRITTEN
    assert not [step for step in story.steps if step.target == "ids.seen" and step.kind == "read"]


def test_values_of_the_items_of_a_list_are_shown() -> None:
    """And the state is called what the workers call it."""
    text = render(explore(setup=lambda: [0], workers=[vote, vote], invariant=lambda votes: votes == [2]))
    assert "lee votes[0]: 0" in text
    assert "escribe votes[0]: 1" in text


class Ids:
    """Numbers handed out by way of an attribute that all threads share."""

    def __init__(self) -> None:
        self.current = 0
        self.numbers = iter(range(9))
        self.seen: list[int] = []

    def take(self) -> None:
        self.current = next(self.numbers)
        self.seen.append(self.current)

    def are_different(self) -> bool:
        return len(set(self.seen)) == 2


def vote(votes: list[int]) -> None:
    votes[0] += 1
