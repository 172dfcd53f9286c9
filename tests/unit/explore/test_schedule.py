"""A schedule as a token: what is written is what is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilos.errors import UsageError
from hilos.explore import Schedule


@given(st.lists(st.integers(0, 40), max_size=60), st.sampled_from(["", "0c0ffee0"]))
def test_a_token_reads_back_as_what_it_was_written_from(threads: list[int], checksum: str) -> None:
    """Also where threads take turns after one operation each, and with more threads than letters."""
    schedule = Schedule(tuple(threads), checksum)
    parsed = Schedule.parse(schedule.token)
    assert (parsed.threads, parsed.checksum) == (schedule.threads, checksum)


def test_threads_that_alternate_are_not_taken_for_one() -> None:
    """`ab2a` is the threads a, b, b, a."""
    assert Schedule.parse("h1.ab2a").threads == (0, 1, 1, 0)


@pytest.mark.parametrize(
    "token", ["", "foo", "h2.a3", "h1.A3", "h1.a3.zz", "h1._x_", "h1.a99999999", "h1.a3b5a.0c0ffee"]
)
def test_nonsense_is_refused_in_one_line(token: str) -> None:
    """The message shows what a token looks like."""
    with pytest.raises(UsageError) as refused:
        Schedule.parse(token)
    assert "\n" not in str(refused.value)
