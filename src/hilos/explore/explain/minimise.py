"""The same failure with the fewest context switches.

A person reads a failing execution by following one thread until another takes over, so what makes it hard to read is
the number of take-overs, before its length.  Executions are therefore ordered by

1. context switches: each is a moment at which the reader has to ask "why here?";
2. operations: among equals, the one that fails soonest has the least that does not matter;
3. the numbers of the threads: so that the answer is the same every time, and the first thread tends to come first.

Two searches, one after the other, both by running candidates for real; a candidate counts only if it fails *in the same
way*, so that nothing is ever shown that did not happen:

* greedily: a block of one thread's operations is moved next to another block of the same thread, or the schedule is cut
  after a block and left to the rule "whoever runs goes on".  Each success starts over.  Quick, and mostly the answer;
* exhaustively, from no switch upwards, below what the greedy search reached: all schedules with at most k switches, for
  k = 0, 1, 2...  If it comes to its end, no execution with fewer switches fails.

Last, long blocks are halved as long as it still fails.

All stop at a budget of runs and of seconds, and then the best so far stands.
"""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a candidate.

    Attributes:
        threads: whose turn it really was, operation by operation, to the end.
        fails: whether it failed in the way that is to be kept.
    """

    threads: tuple[int, ...]
    fails: bool


_LONG = 20
"""Operations of a block that nobody wants to read."""
_ROUND = 16
"""Operations of one round of a loop, at most, for it to be shortened."""
_MORE_RUNS = 100

Run = Callable[[Sequence[int]], Attempt | None]
"""Runs a plan and then goes on by itself; None if the plan cannot be followed."""


def switches(threads: Sequence[int]) -> int:
    """How often another thread takes over."""
    return sum(1 for before, after in itertools.pairwise(threads) if before != after)


def minimise(threads: Sequence[int], run: Run, *, runs: int = 400, seconds: float = 0.1) -> tuple[int, ...]:
    """A failing schedule, as simple as could be found.

    Args:
        threads: the numbers of the threads in the order of the failing execution's operations.
        run: runs a candidate.
        runs: how many candidates may be run.
        seconds: for how long.

    Returns:
        Whose turn it is in the simplest failing execution found; `threads` itself if none is simpler.
    """
    return _Minimiser(tuple(threads), run, runs, seconds).best_found()


class _Minimiser:
    def __init__(self, threads: tuple[int, ...], run: Run, runs: int, seconds: float) -> None:
        self.best = threads
        self._run = run
        self._runs = runs
        self._until = time.monotonic() + seconds
        self._tried: dict[tuple[int, ...], Attempt | None] = {}

    def best_found(self) -> tuple[int, ...]:
        while self._improve():
            pass
        self._search_below()
        self._shorten()
        return self.best

    def _is_spent(self) -> bool:
        return len(self._tried) >= self._runs or time.monotonic() >= self._until

    def _attempt(self, plan: tuple[int, ...]) -> Attempt | None:
        if plan in self._tried:
            return self._tried[plan]
        attempt = self._tried[plan] = self._run(plan)
        if attempt is not None and attempt.fails and _key(attempt.threads) < _key(self.best):
            self.best = attempt.threads
        return attempt

    def _improve(self) -> bool:
        """One success of the greedy search, if there is any."""
        before = self.best
        for plan in _neighbours(before):
            if self._is_spent():
                return False
            self._attempt(plan)
            if self.best != before:
                return True
        return False

    def _shorten(self) -> None:
        """Have loops go round less often: of a long block half is kept, or a little more, to end where it ended."""
        self._runs = len(self._tried) + _MORE_RUNS
        place = 0
        while place < len(blocks := _blocks(self.best)):
            before, length = self.best, len(blocks[place])
            for kept in range(length // 2, min(length // 2 + _ROUND, length)) if length > _LONG else ():
                if self._is_spent():
                    return
                self._attempt(_joined([*blocks[:place], blocks[place][:kept], *blocks[place + 1 :]]))
                if self.best != before:
                    break
            if self.best == before:
                place += 1

    def _search_below(self) -> None:
        """All schedules with fewer switches than the best, the fewest first."""
        everyone = sorted(set(self.best))
        for limit in range(switches(self.best)):
            pending: list[tuple[tuple[int, ...], int]] = [((number,), 1) for number in reversed(everyone)]
            while pending:
                if self._is_spent():
                    return
                plan, fixed = pending.pop()
                attempt = self._attempt(plan)
                if attempt is None:
                    continue
                if switches(self.best) <= limit:
                    return
                ran = attempt.threads
                before = [0]  # how many switches there are up to each position, itself included
                for one, other in itertools.pairwise(ran):
                    before.append(before[-1] + (one != other))
                for position in range(len(ran) - 1, fixed - 1, -1):
                    for number in everyone:
                        more = position > 0 and number != ran[position - 1]
                        if number != ran[position] and before[max(position - 1, 0)] + more <= limit:
                            pending.append(((*ran[:position], number), position + 1))


def _key(threads: tuple[int, ...]) -> tuple[int, int, tuple[int, ...]]:
    return switches(threads), len(threads), threads


def _blocks(threads: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Runs of operations of one thread."""
    blocks: list[list[int]] = []
    for number in threads:
        if blocks and blocks[-1][0] == number:
            blocks[-1].append(number)
        else:
            blocks.append([number])
    return [tuple(block) for block in blocks]


def _neighbours(threads: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Plans that may have fewer switches, the boldest first."""
    blocks = _blocks(threads)
    for end in range(len(blocks)):
        yield _joined(blocks[:end])
        # Without its last operation a block may stop just before what spoils the cut.
        if end and len(blocks[end - 1]) > 1:
            yield _joined(blocks[:end])[:-1]
    for early in range(len(blocks)):
        for late in range(early + 2, len(blocks)):
            if blocks[early][0] == blocks[late][0]:
                between = blocks[early + 1 : late]
                yield _joined([*blocks[: early + 1], blocks[late], *between, *blocks[late + 1 :]])
                yield _joined([*blocks[:early], *between, *blocks[early : early + 1], *blocks[late:]])
    for first in range(len(blocks) - 1):
        yield _joined([*blocks[:first], blocks[first + 1], blocks[first], *blocks[first + 2 :]])


def _joined(blocks: list[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(number for block in blocks for number in block)
