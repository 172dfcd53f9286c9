"""The queue's pure core: order, states, retries, limits, all without a thread."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilos.errors import QueueFull
from hilos.jobs.job import FINAL, NEXT, Job, State
from hilos.jobs.machine import Machine
from hilos.jobs.retry import Retry


class Nobody:
    """A job's owner that nobody asks anything."""

    def _cancel(self, job: Job[Any]) -> bool:
        raise NotImplementedError

    def _event_of(self, job: Job[Any]) -> None:
        raise NotImplementedError


def job(priority: int = 1, **options: Any) -> Job[Any]:
    return Job(Nobody(), print, priority=priority, **options)


def drained(machine: Machine, now: float = 0.0) -> list[int]:
    """Ids in the order in which they leave."""
    order = []
    while (each := machine.take(now)) is not None:
        order.append(each.id)
        machine.succeed(each, None, now)
    return order


@given(st.lists(st.integers(-3, 3), max_size=40))
def test_the_order_is_by_priority_and_then_by_arrival(priorities: list[int]) -> None:
    """For any mix of priorities."""
    machine = Machine()
    for priority in priorities:
        machine.submit(job(priority), 0.0)
    expected = [index + 1 for index, _priority in sorted(enumerate(priorities), key=lambda pair: pair[1])]
    assert drained(machine) == expected


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=30), st.sampled_from([0.5, 2.0]))
def test_aging_bounds_who_may_overtake(arrivals: list[tuple[int, int]], aging: float) -> None:
    """A job is overtaken only by one of a higher priority, submitted less than (difference x aging) after it."""
    machine = Machine(aging=aging)
    now = 0.0
    made = []
    for priority, pause in arrivals:
        now += pause / 4
        made.append(job(priority))
        machine.submit(made[-1], now)
    place = {number: position for position, number in enumerate(drained(machine, now))}
    for early in made:
        for late in made:
            if late.id > early.id and place[late.id] < place[early.id]:
                assert late.priority < early.priority
                assert late.submitted - early.submitted < (early.priority - late.priority) * aging


def test_a_full_queue_refuses() -> None:
    """Only what waits counts: a running job makes room."""
    machine = Machine(capacity=1)
    machine.submit(job(), 0)
    with pytest.raises(QueueFull):
        machine.submit(job(), 0)
    machine.take(0)
    machine.submit(job(), 0)
    assert machine.is_full


def test_retries_wait_longer_each_time_and_then_it_is_dead() -> None:
    """0.1, 0.2, then no more; each attempt's error is kept."""
    machine = Machine()
    it = job(retry=Retry(attempts=3, backoff=0.1, jitter=0))
    machine.submit(it, 0.0)
    due = []
    now = 0.0
    while (taken := machine.take(now)) is not None:
        machine.fail(taken, f"error {taken.attempts}", None, now)
        if machine.next_due() is not None:
            assert machine.take(now) is None
            due.append(round(machine.next_due() - now, 6))
            now = machine.next_due()
    assert due == [0.1, 0.2]
    assert it.state is State.FAILED
    assert it.errors == ("error 1", "error 2", "error 3")
    assert list(machine.dead) == [it]


def test_a_retry_keeps_its_place() -> None:
    """It goes before what was submitted after it."""
    machine = Machine()
    first, second = job(retry=Retry(attempts=2, backoff=1, jitter=0)), job()
    machine.submit(first, 0)
    assert machine.take(0) is first
    machine.submit(second, 0)
    machine.fail(first, "", None, 0)
    assert machine.take(2) is first


def test_a_dead_worker_costs_a_loss_and_not_an_attempt() -> None:
    """It runs again at once; the third worker that it kills makes it a dead letter."""
    machine = Machine(losses=3)
    it = job(retry=Retry(attempts=1))
    machine.submit(it, 0)
    for _death in range(2):
        assert machine.take(0) is it
        machine.lose(it, "killed", 0)
        assert it.state is State.QUEUED
    machine.take(0)
    machine.lose(it, "killed again", 0)
    assert it.state is State.FAILED
    assert it.errors == ("killed again",)


def test_a_job_that_may_not_run_twice_does_not() -> None:
    """Its worker's death makes it a dead letter at once."""
    machine = Machine()
    it = job(idempotent=False)
    machine.submit(it, 0)
    machine.take(0)
    machine.lose(it, "killed", 0)
    assert it.state is State.FAILED
    assert machine.take(9) is None


def test_cancelled_jobs_do_not_stay_in_memory() -> None:
    """When they are most of the heap it is rebuilt."""
    machine = Machine()
    jobs = [job() for _ in range(1000)]
    for each in jobs:
        machine.submit(each, 0)
    for each in jobs[:900]:
        assert machine.cancel(each, 0)
    assert len(machine._ready) < 300
    assert drained(machine) == [each.id for each in jobs[900:]]
    assert not machine.cancel(jobs[0], 0)


def test_hand_back_returns_what_waits_in_its_order() -> None:
    """And the running one is not among them."""
    machine = Machine()
    low, high, running = job(2), job(0), job(0)
    machine.submit(running, 0)
    machine.take(0)
    for each in (low, high):
        machine.submit(each, 0)
    assert machine.hand_back(0) == [high, low]
    assert running.state is State.RUNNING
    assert not machine.is_idle


@settings(max_examples=200)
@given(st.data())
def test_any_history_keeps_the_books(data: st.DataObject) -> None:
    """Whatever happens in whatever order: counts fit the jobs, arrows are legal, all end once, none is lost."""
    machine = Machine(chance=random.Random(0), losses=2)
    machine.changes = __import__("collections").deque()
    jobs: list[Job[Any]] = []
    now = 0.0
    for _step in range(data.draw(st.integers(1, 40))):
        now += data.draw(st.sampled_from([0.0, 0.05, 1.0]))
        running = list(machine.running.values())
        action = data.draw(st.sampled_from(["submit", "take", "succeed", "fail", "lose", "cancel"]))
        if action == "submit":
            jobs.append(job(data.draw(st.integers(0, 2)), retry=Retry(attempts=2)))
            machine.submit(jobs[-1], now)
        elif action == "take":
            machine.take(now)
        elif action == "cancel" and jobs:
            machine.cancel(data.draw(st.sampled_from(jobs)), now)
        elif running:
            chosen = data.draw(st.sampled_from(running))
            if action == "succeed":
                machine.succeed(chosen, 1, now)
            elif action == "fail":
                machine.fail(chosen, "e", None, now)
            elif action == "lose":
                machine.lose(chosen, "d", now)
        for state in State:
            assert machine.counts[state] == sum(each.state is state for each in jobs)
        assert sum(machine.waiting.values()) == machine.counts[State.QUEUED]
    while not machine.is_idle:
        now += 100
        taken = machine.take(now) or next(iter(machine.running.values()))
        machine.succeed(taken, 1, now)
    endings: dict[int, int] = {}
    for change in machine.changes:
        assert change.old is None or change.new in NEXT[change.old]
        if change.new in FINAL:
            endings[change.job.id] = endings.get(change.job.id, 0) + 1
    assert endings == {each.id: 1 for each in jobs}
