"""`explore` on small programs: known counts, each kind of finding, what it costs and what it leaves behind."""

import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed, wait
from typing import Any

import pytest

from explore import shared_programs as programs
from hilos.errors import Nondeterminism, Unexplorable, UsageError
from hilos.explore import Region, Trouble, Verdict, atomic, explore, interleave
from hilos.explore.exploration import Budget


@pytest.mark.parametrize(("threads", "traces"), [(2, 4), (3, 36), (4, 576)])
def test_unlocked_updates_have_as_many_executions_as_traces(threads: int, traces: int) -> None:
    """n threads that read, then write one attribute: 4, 36, 576."""
    report = explore(programs.Account, [programs.deposit] * threads)
    assert (report.verdict, report.executions, report.certificate.blocked) == (Verdict.PROVED, traces, 0)


def test_locked_updates_have_1680_traces() -> None:
    """Three threads of three locked increments: 9!/(3!)^3 executions, and the sum is right in all."""
    report = explore(programs.Counter, [programs.add_three] * 3, programs.nine)
    assert (report.verdict, report.executions, report.certificate.blocked) == (Verdict.PROVED, 1680, 0)


@pytest.mark.parametrize(("seats", "traces"), [(3, 7), (4, 15), (5, 31), (6, 63)])
def test_philosophers_have_one_trace_for_each_orientation(seats: int, traces: int) -> None:
    """2^n - 1 traces, one of them the deadlock."""
    workers = [programs.philosopher(seat, seats) for seat in range(seats)]
    report = explore(lambda: programs.Table(seats), workers, stop_on_first=False)
    assert (report.executions, report.failing, report.certificate.blocked) == (traces, 1, 0)
    assert [finding.trouble for finding in report.findings] == [Trouble.DEADLOCK]
    assert len(report.findings[0].cycle) == seats


def test_a_proof_says_how_many_orders_its_executions_stand_for() -> None:
    """Two threads of a read and a write: 4 executions for all 4!/(2! 2!) = 6 orders; three: 36 for 6!/(2!)^3 = 90."""
    two = explore(programs.Account, [programs.deposit] * 2)
    three = explore(programs.Account, [programs.deposit] * 3)
    assert (two.executions, two.interleavings) == (4, 6)
    assert (three.executions, three.interleavings) == (36, 90)


def test_an_unfinished_proof_estimates_what_is_missing() -> None:
    """Within a factor of three of the 1680 that there are."""
    report = explore(programs.Counter, [programs.add_three] * 3, budget=400)
    assert report.estimate is not None
    assert 560 < report.estimate[0] < 5040


def test_a_lost_update_is_found_and_told() -> None:
    """The steps show who read and who wrote what."""
    report = explore(programs.Account, [programs.deposit] * 2, programs.holds)
    assert report.verdict is Verdict.VIOLATED
    finding = report.findings[0]
    assert (finding.trouble, finding.invariant) == (Trouble.INVARIANT, "holds")
    assert {step.target for step in finding.steps} == {"account.balance"}
    assert [step.value for step in finding.steps] == ["0", "0", "100", "100"]
    assert {step.thread for step in finding.steps} == {"deposit-1", "deposit-2"}


FOUND = [
    ([programs.wait_for_flag, programs.notify], None, Trouble.STUCK),
    ([programs.spin], None, Trouble.NO_PROGRESS),
    ([programs.never_ends], None, Trouble.NO_PROGRESS),
    ([programs.release_twice], None, Trouble.DOUBLE_RELEASE),
    ([programs.asserts_early, programs.raise_flag], None, Trouble.ASSERTION),
    ([programs.raise_flag, programs.raise_flag], programs.seen, Trouble.INVARIANT),
]


@pytest.mark.parametrize(("workers", "invariant", "trouble"), FOUND, ids=[str(case[2]) for case in FOUND])
def test_each_kind_of_trouble_is_found(workers: Any, invariant: Any, trouble: Trouble) -> None:
    """Named as what it is, with a schedule that shows it again."""
    report = explore(programs.Flag, workers, invariant)
    assert (report.verdict, report.findings[0].trouble) == (Verdict.VIOLATED, trouble)
    again = explore(programs.Flag, workers, invariant, schedule=report.findings[0].schedule.token)
    assert again.findings[0].trouble is trouble
    assert again.findings[0].steps == report.findings[0].steps


PROVED = [
    ([programs.wait_in_loop, programs.set_and_notify], programs.seen),
    ([programs.spin, programs.raise_flag], programs.seen),
    ([programs.poll_with_lock, programs.raise_flag_with_lock], programs.seen),
    ([programs.use_permit] * 3, programs.seen),
    ([programs.wait_in_loop_with_limit, programs.set_and_notify], programs.seen),
    ([programs.wait_in_loop_with_limit] * 2 + [programs.set_and_notify], programs.seen),
]


@pytest.mark.parametrize(
    ("workers", "invariant"), PROVED, ids=["condition", "spin", "poll", "semaphore", "limit", "limits"]
)
def test_correct_programs_are_proved(workers: Any, invariant: Any) -> None:
    """Loops that wait come to an end, whatever the order."""
    report = explore(programs.Flag, workers, invariant)
    assert (report.verdict, report.certificate.blocked) == (Verdict.PROVED, 0)


@pytest.mark.parametrize("body", [programs.pool_sum, programs.hand_over, programs.drain, programs.published])
def test_whole_bodies_are_proved(body: Any) -> None:
    """Programs that start their own threads, pools and queues."""
    assert explore(body=body).verdict is Verdict.PROVED


def test_a_timed_wait_may_expire() -> None:
    """However long the limit is."""
    report = explore(body=programs.timed_wait)
    assert report.findings[0].trouble is Trouble.ASSERTION


def test_data_races_are_found_on_request_only() -> None:
    """Unordered conflicting accesses, even though nothing fails; none where a lock orders them."""
    plain = explore(programs.Account, [programs.deposit] * 2)
    asked = explore(programs.Account, [programs.deposit] * 2, data_races=True)
    locked = explore(programs.Counter, [programs.add_three] * 2, data_races=True)
    assert (plain.verdict, locked.verdict) == (Verdict.PROVED, Verdict.PROVED)
    finding = asked.findings[0]
    assert (finding.trouble, finding.message) == (Trouble.DATA_RACE, "account.balance")
    assert finding.race is not None
    assert len({finding.steps[number].thread for number in finding.race}) == 2


def test_regions_tell_how_many_can_be_inside_and_time_is_virtual() -> None:
    """Two permits, three threads: two at once, and two seconds of virtual time."""
    line = programs.use_permit.__code__.co_firstlineno
    region = Region("inside", programs.__file__, line + 2, line + 3)
    report = explore(programs.Flag, [programs.use_permit] * 3, regions=[region])
    assert report.together == {"inside": 2}
    assert report.shortest_time == 2.0


@pytest.mark.parametrize("look", ["wait", "as_completed", "result"])
def test_who_waits_for_a_future_is_as_late_as_its_work(look: str) -> None:
    """On the virtual clock, by whatever function: one job after the other takes as long as both."""

    def in_turn() -> None:
        with ThreadPoolExecutor(2) as pool:
            for _ in range(2):
                future = pool.submit(time.sleep, 1.0)
                if look == "wait":
                    wait([future])
                elif look == "as_completed":
                    list(as_completed([future]))
                else:
                    future.result()

    assert explore(body=in_turn).shortest_time == 2.0


def test_other_strategies_find_the_bug_and_prove_nothing() -> None:
    """Samples are samples."""
    for strategy in ("pos", "pct", "random", "mix"):
        report = explore(programs.Account, [programs.deposit] * 2, programs.holds, strategy=strategy, budget=200)
        assert report.verdict is Verdict.VIOLATED, strategy
        report = explore(programs.Counter, [programs.add_three] * 2, strategy=strategy, budget=20)
        assert (report.verdict, report.executions) == (Verdict.UNFINISHED, 20)
        assert report.why


def test_a_bound_on_preemptions_is_sound_and_never_a_proof() -> None:
    """Without a preemption the update is not lost; with one it is; and the end of a bounded search says so."""
    workers = [programs.deposit] * 2
    none = explore(programs.Account, workers, programs.holds, budget=Budget(preemptions=0))
    one = explore(programs.Account, workers, programs.holds, budget=Budget(preemptions=1))
    assert (none.verdict, one.verdict) == (Verdict.UNFINISHED, Verdict.VIOLATED)


def test_an_exhausted_budget_is_unfinished() -> None:
    """Ten of 1680 executions claim nothing."""
    report = explore(programs.Counter, [programs.add_three] * 3, programs.nine, budget=10)
    assert (report.verdict, report.executions) == (Verdict.UNFINISHED, 10)


def test_processes_share_a_search_without_repeating_anything() -> None:
    """The same number of executions, whoever runs them."""
    with ProcessPoolExecutor(2) as pool:
        report = explore(programs.Counter, [programs.add_three] * 3, programs.nine, executor=pool)
        broken = explore(programs.Account, [programs.deposit] * 4, programs.holds, executor=pool)
    assert (report.verdict, report.executions, report.certificate.blocked) == (Verdict.PROVED, 1680, 0)
    assert broken.verdict is Verdict.VIOLATED


def test_any_executor_will_do() -> None:
    """Threads bring nothing, but they work."""
    with ThreadPoolExecutor(2) as pool:
        report = explore(programs.Account, [programs.deposit] * 4, executor=pool)
    assert (report.verdict, report.executions) == (Verdict.PROVED, 576)


def test_an_abort_cannot_be_swallowed_and_finally_clauses_run() -> None:
    """A stuck thread with `except Exception` neither goes on nor counts."""
    states = []

    def setup() -> programs.Flag:
        states.append(programs.Flag())
        return states[-1]

    report = explore(setup, [programs.swallows], stop_on_first=True)
    assert report.findings[0].trouble is Trouble.STUCK
    assert {state.count for state in states} == {0}


def test_nothing_is_left_changed() -> None:
    """Of threading, time and the program's functions, after a proof, a violation and an error."""
    before = (
        {name: getattr(threading, name) for name in dir(threading)},
        {name: getattr(time, name) for name in dir(time)},
    )
    code = programs.deposit.__code__, programs.Account.__init__.__code__
    explore(programs.Account, [programs.deposit] * 2)
    explore(programs.Account, [programs.deposit] * 2, programs.holds)
    with pytest.raises(UsageError):
        explore(lambda: 1 / 0, [programs.deposit])
    assert before == (
        {name: getattr(threading, name) for name in dir(threading)},
        {name: getattr(time, name) for name in dir(time)},
    )
    assert code == (programs.deposit.__code__, programs.Account.__init__.__code__)


def refused_socket(state: object) -> None:
    import socket

    socket.create_connection(("127.0.0.1", 9))


def refused_process(state: object) -> None:
    import subprocess

    subprocess.run(["true"], check=True)


def refused_deep_inside(state: object) -> None:
    import logging.handlers

    logging.handlers.SocketHandler("127.0.0.1", 9).makeSocket()


@pytest.mark.parametrize("worker", [refused_socket, refused_process, refused_deep_inside])
def test_what_cannot_be_explored_is_refused_by_line(worker: Any) -> None:
    """A socket, a process; also where code that is not instrumented opens it."""
    with pytest.raises(Unexplorable, match=r"test_explore\.py:\d+"):
        explore(dict, [worker, worker])


seconds = iter(range(10_000))


def uncontrolled(state: dict[str, int]) -> None:
    state["seconds"] = next(seconds)


def test_nondeterminism_is_reported_with_the_operation_that_differs() -> None:
    """A counter that setup does not reset."""
    with pytest.raises(Nondeterminism, match="seconds"):
        explore(dict, [uncontrolled])


def changes(account: programs.Account) -> bool:
    account.balance = 200
    return True


BAD: list[tuple[dict[str, Any], str]] = [
    ({"workers": []}, "workers"),
    ({"workers": [1]}, r"workers\[0\]"),
    ({"workers": programs.deposit}, "workers"),
    ({"setup": 3, "workers": [programs.deposit]}, "setup"),
    ({"setup": programs.Account, "workers": [programs.deposit], "strategy": "magic"}, "magic"),
    ({"setup": programs.Account, "workers": [programs.deposit], "budget": "long"}, "budget"),
    ({"setup": programs.Account, "workers": [programs.deposit], "invariant": changes}, "changes"),
    ({"setup": programs.Account, "workers": [programs.deposit], "schedule": "h1.???"}, "h1"),
    ({"setup": programs.Account, "workers": [programs.deposit], "body": programs.pool_sum}, "body"),
]


@pytest.mark.parametrize(("arguments", "word"), BAD)
def test_bad_input_gets_a_clear_error(arguments: dict[str, Any], word: str) -> None:
    """It names what is wrong."""
    with pytest.raises(UsageError, match=word):
        explore(**arguments)


@atomic
def add_at_once(account: programs.Account) -> None:
    account.balance += 100


def deposit_at_once(account: programs.Account) -> None:
    add_at_once(account)


def test_an_atomic_function_is_one_operation() -> None:
    """Two updates, two orders, none lost; outside of an exploration it is an ordinary call."""
    report = explore(programs.Account, [deposit_at_once] * 2, programs.holds)
    assert (report.verdict, report.executions) == (Verdict.PROVED, 2)
    account = programs.Account()
    add_at_once(account)
    assert account.balance == 100


def test_interleave_explores_a_test() -> None:
    """It passes if all interleavings do, and fails with the explanation."""
    interleave()(programs.pool_sum)()
    with pytest.raises(AssertionError, match="outcome"):
        interleave()(programs.timed_wait)()


def test_the_report_is_json() -> None:
    """With a version, and the steps of each finding."""
    import json

    told = json.loads(json.dumps(explore(programs.Account, [programs.deposit] * 2, programs.holds).to_dict()))
    assert (told["version"], told["verdict"], told["findings"][0]["trouble"]) == (1, "violated", "invariant")
    assert told["findings"][0]["steps"][0]["target"] == "account.balance"
