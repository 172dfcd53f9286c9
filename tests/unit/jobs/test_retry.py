"""Backoff and jitter, and the percentiles."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilos.jobs import Retry
from hilos.jobs.durations import Durations


def test_waits_double_up_to_the_longest() -> None:
    """Without jitter they are exact."""
    retry = Retry(attempts=9, backoff=0.5, longest=3.0, jitter=0)
    assert [retry.delay(failed, random.Random(1)) for failed in (1, 2, 3, 4, 5000)] == [0.5, 1.0, 2.0, 3.0, 3.0]


@given(st.integers(1, 60), st.floats(0, 1), st.integers())
def test_jitter_only_shortens(failed: int, jitter: float, seed: int) -> None:
    """Every wait is between (1 - jitter) of the whole and the whole."""
    whole = Retry(backoff=0.1, jitter=0).delay(failed, random.Random(seed))
    wait = Retry(backoff=0.1, jitter=jitter).delay(failed, random.Random(seed))
    assert whole * (1 - jitter) - 1e-9 <= wait <= whole


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"backoff": -1}, {"factor": 0.5}, {"jitter": 2}])
def test_nonsense_is_refused(wrong: dict[str, float]) -> None:
    """A retry policy that means nothing cannot be made."""
    with pytest.raises(ValueError, match="must"):
        Retry(**wrong)  # type: ignore[arg-type]


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_percentiles_are_within_an_eighth(values: list[float], share: float) -> None:
    """Of the exact nearest-rank percentile, or a microsecond."""
    durations = Durations()
    for value in values:
        durations.add(value)
    exact = sorted(values)[max(0, -int(-len(values) * share // 1) - 1)]
    got = durations.percentile(share)
    assert exact - 1e-9 <= got + 2e-6
    assert got <= exact * 1.126 + 2e-6


def test_no_durations_have_no_percentile() -> None:
    """Nothing is zero, not an error."""
    assert Durations().percentile(0.5) == 0.0
    assert Durations().mean == 0.0
