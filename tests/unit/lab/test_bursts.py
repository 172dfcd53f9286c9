"""A flood of short holds is told by bursts: nothing is left out or invented, and what lasts is told at once."""

import random
from collections import Counter

import pytest

from hilos.lab.bursts import HOLDS, LASTS, LONGEST, WAITS, Bursts
from hilos.lab.emitter import ACQUIRED, RELEASED, REQUEST, TIMEOUT
from hilos.lab.picture import Picture
from support.labclient import Client

US, MS = 1_000, 1_000_000


class Sent:
    """What bursts send, put into a picture as the server does."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, ...]] = []
        self.events: list[tuple[int, ...]] = []
        self.bursts = Bursts(lambda *row: self.rows.append(row), lambda *event: self.events.append(event))

    def cycles(self, lane: int, lock: int, start: int, count: int, hold: int = 2 * US, every: int = 10 * US) -> int:
        """`count` holds; the time after them."""
        for number in range(count):
            self.bursts.take(start + number * every, lane, ACQUIRED, lock, 7)
            self.bursts.take(start + number * every + hold, lane, RELEASED, lock, 7)
        return start + count * every

    def holds(self) -> int:
        """Holds told in any way."""
        released = sum(event[2] == RELEASED for event in self.events)
        return released + sum(row[6] for row in self.rows if row[1] == HOLDS)


def test_short_holds_become_one_row_with_their_number_and_time() -> None:
    """A thousand holds in ten milliseconds: one row, from the first to the last, with a thousand less the first."""
    sent = Sent()
    end = sent.cycles(1, 5, 0, 1000)
    sent.bursts.look(end + 2 * LONGEST)
    assert sent.holds() == 1000
    (row,) = sent.rows
    assert row[:3] == (1, HOLDS, 5) and row[6] == 999
    assert row[7] == 999 * 2 * US
    assert row[3] == 10 * US and row[4] == end - 8 * US


def test_a_pause_parts_two_bursts() -> None:
    """The interpreter gave the turn to another thread meanwhile: two rows, and nothing between them."""
    sent = Sent()
    middle = sent.cycles(1, 5, 0, 100)
    end = sent.cycles(1, 5, middle + 5 * MS, 100)
    sent.bursts.look(end + 2 * LONGEST)
    assert len(sent.rows) == 2 and sent.rows[0][4] < middle < middle + 5 * MS == sent.rows[1][3]


def test_a_wait_that_is_long_is_told_by_itself_and_a_short_one_is_not() -> None:
    """Longer than the gap: a row of its own."""
    sent = Sent()
    now = sent.cycles(1, 5, 0, 10)
    for wait in (20 * US, 3 * MS):
        sent.bursts.take(now, 1, REQUEST, 5, 7)
        sent.bursts.take(now + wait, 1, ACQUIRED, 5, 7)
        sent.bursts.take(now + wait + US, 1, RELEASED, 5, 7)
        now += wait + 10 * US
    waits = [row for row in sent.rows if row[1] == WAITS]
    assert [row[4] - row[3] for row in waits] == [3 * MS]


def test_what_lasts_is_told_while_it_lasts_and_ends_when_it_ends() -> None:
    """A thread that waits for good (a deadlock) or holds for long shows within a look; both close."""
    sent, picture = Sent(), Picture()
    now = sent.cycles(1, 5, 0, 50)
    sent.bursts.take(now, 1, ACQUIRED, 5, 7)
    sent.bursts.take(now, 2, ACQUIRED, 6, 7)
    sent.bursts.take(now, 2, REQUEST, 5, 7)
    sent.bursts.look(now + LASTS + 1)
    assert (now, 1, ACQUIRED, 5, 7) in sent.events
    assert (now, 2, REQUEST, 5, 7) in sent.events
    told = len(sent.events)
    sent.bursts.look(now + 5 * LASTS)
    assert len(sent.events) == told  # once
    sent.bursts.take(now + 6 * LASTS, 1, RELEASED, 5, 7)
    sent.bursts.take(now + 6 * LASTS + 5, 2, ACQUIRED, 5, 7)
    sent.bursts.take(now + 6 * LASTS + 9, 2, RELEASED, 5, 7)
    for lane in (1, 2):
        picture.thread({"i": lane, "name": str(lane), "t": 0, "ev": "start"})
    for lock in (5, 6):
        picture.lock({"i": lock, "name": str(lock), "type": "Lock"})
    picture.events([each for event in sorted(sent.events) for each in event], now + 7 * LASTS, 0)
    assert [(row[0], row[1], row[2]) for row in picture.open_rows()] == [(2, HOLDS, 6)]


def test_when_the_flood_is_over_threads_are_told_of_as_always() -> None:
    """Settled: what is held is open from then on, and later events are not swallowed."""
    sent = Sent()
    now = sent.cycles(1, 5, 0, 20)
    sent.bursts.take(now, 1, ACQUIRED, 5, 7)
    sent.bursts.settle(1)
    assert sent.events[-1] == (now, 1, ACQUIRED, 5, 7)
    assert sum(row[6] for row in sent.rows) == 19
    assert not sent.bursts.lanes and sent.bursts.merged > 0


def test_a_time_out_keeps_its_wait() -> None:
    """The wait is told before the time-out that ends it."""
    sent = Sent()
    now = sent.cycles(1, 5, 0, 2)
    sent.bursts.take(now, 1, REQUEST, 5, 7)
    sent.bursts.take(now + 50 * US, 1, TIMEOUT, 5, 7)
    assert [event[2] for event in sent.events[-2:]] == [REQUEST, TIMEOUT]


@pytest.mark.parametrize("seed", range(20))
def test_every_hold_is_counted_once_whatever_happens(seed: int) -> None:
    """Random threads, nested locks, pauses and looks at any moment: as many holds told as there were."""
    sent, dice = Sent(), random.Random(seed)
    now, made = 0, Counter[int]()
    for _ in range(400):
        lane, locks = dice.randrange(3), dice.sample(range(4), dice.randrange(1, 3))
        for lock in locks:
            now += dice.choice((US, US, 30 * US, 300 * US, 30 * MS))
            if dice.random() < 0.2:
                sent.bursts.take(now, lane, REQUEST, lock, 7)
                now += dice.choice((US, MS, 40 * MS))
                sent.bursts.look(now)
            sent.bursts.take(now, lane, ACQUIRED, lock, 7)
        for lock in reversed(locks):
            now += dice.choice((US, 50 * US, 25 * MS))
            if dice.random() < 0.2:
                sent.bursts.look(now)
            sent.bursts.take(now, lane, RELEASED, lock, 7)
            made[lane] += 1
        if dice.random() < 0.02:
            sent.bursts.settle(lane)
    for lane in range(3):
        sent.bursts.settle(lane)
    assert sent.holds() == sum(made.values())
    opened = Counter((event[1], event[3]) for event in sent.events if event[2] == ACQUIRED)
    closed = Counter((event[1], event[3]) for event in sent.events if event[2] == RELEASED)
    assert opened == closed
    assert all(row[3] <= row[4] for row in sent.rows)


COUNTED = """
    import sys, threading, time
    from hilos import lesson
    def teach(tell, options):
        lock, counts = threading.Lock(), []
        def work():
            n, end = 0, time.monotonic() + 2
            while time.monotonic() < end:
                with lock:
                    n += 1
            counts.append(n)
        threads = [threading.Thread(target=work, name=f"worker-{n}") for n in range(3)]
        for each in threads: each.start()
        for each in threads: each.join()
        print("holds", sum(counts), flush=True)
    sys.exit(lesson.run(teach))
"""


def test_of_a_real_flood_nearly_nothing_is_dropped(page: Client) -> None:
    """Three threads take one lock as fast as they can: what is shown stands for at least 95% of what they did."""
    id = page.start(COUNTED)
    page.over(id)
    holds = int(page.ask("GET", f"/api/runs/{id}/log")[1]["out"].partition("holds ")[2].split()[0])
    seen = {(row[0], row[2], row[3]): row for item in page.items(id) if item["k"] == "s" for row in item["r"]}
    told = sum(row[6] if len(row) > 6 else 1 for row in seen.values() if row[1] == HOLDS)
    run = page.run(id)
    assert holds > 20_000
    assert 0.95 * holds <= told + run["dropped"] / 2 <= 1.02 * holds, (holds, told, run)
    assert run["dropped"] < 0.05 * 2 * holds, run
    assert any("in groups" in note for note in run["notes"])
    assert len(seen) < 30_000
