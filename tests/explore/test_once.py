"""A failure that does not come back when its schedule is repeated is nondeterminism, never a proof."""

from typing import Any

import pytest

from hilos.errors import Nondeterminism
from hilos.explore import explore


@pytest.mark.parametrize("compare", [False, True])
def test_a_failure_that_does_not_repeat_is_no_proof(compare: bool) -> None:
    """It fails in one execution only: its replay goes well, and neither verdict would be true."""
    runs: list[int] = []

    def fails_once(_state: Any) -> None:
        runs.append(1)
        assert len(runs) != 1

    with pytest.raises(Nondeterminism):
        explore(dict, [fails_once], check_determinism=False, compare=compare)
