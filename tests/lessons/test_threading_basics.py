"""The threads lesson, from what its functions return and from what a learner reads."""

import inspect
import itertools
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from hilos.lesson import elsewhere
from hilos.lesson.delayed_server import DelayedServer
from hilos.lesson.stopwatch import timed
from support import lessons

PATH = "basics/01_threading_basics.py"
lesson = lessons.load(PATH)
HAS_GIL = lesson.has_gil()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "en"])
def test_it_runs_as_a_learner_runs_it(language: str) -> None:
    """With --once --fast it ends well, in one language, in 80 columns, with no escape bytes and nothing on stderr."""
    done = lessons.run(PATH, "--once", "--fast", "--lang", language, timeout=55)
    assert (done.returncode, done.stderr) == (0, "")
    assert lessons.unreadable(done.stdout) == []
    for number in range(1, 11):
        assert f"\n{number}. " in done.stdout
    if language == "en":
        assert lessons.untranslated(done.stdout, "threading_basics") == []
    else:
        assert "\nHilos\n" in "\n" + done.stdout
    assert sys.version.split()[0] in done.stdout


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_wrong_free_threaded_python_is_said_at_once(language: str) -> None:
    """HILOS_FREE_THREADED naming something else: two lines in the right language, status 2, no lesson half told."""
    done = lessons.run(PATH, "--fast", HILOS_FREE_THREADED="/nowhere/python3.13t", HILOS_LANG=language)
    assert (done.returncode, done.stdout) == (2, "")
    assert "/nowhere/python3.13t" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2
    assert ("no es un Python" in done.stderr) == (language == "es")


@pytest.mark.parametrize("option", ["--nonsense", "--port=1", "--lang=xx", "--seed=x"])
def test_a_wrong_option_has_status_2_and_no_traceback(option: str) -> None:
    """One or two lines that name the option."""
    done = lessons.run(PATH, option)
    assert (done.returncode, done.stdout) == (2, "")
    assert option.split("=")[0] in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2


def test_threads_started_together_overlap() -> None:
    """start() on all before join() on any: somebody starts before somebody else has ended."""
    lines = lesson.lifelines(["a", "b", "c"], 0.3)
    assert [name for name, *_ in lines] == ["a", "b", "c"]
    assert [thread for _, thread, *_ in lines] == ["a", "b", "c"]
    assert lines[1][2] < lines[0][3]


def test_joining_in_the_loop_leaves_nothing_concurrent() -> None:
    """start(); join() in the same loop: each starts after the one before has ended."""
    lines = lesson.lifelines(["a", "b", "c"], 0.01, join_at_once=True)
    assert all(after[2] >= before[3] for before, after in itertools.pairwise(lines))


def test_calling_the_target_runs_it_here() -> None:
    """target=work() runs in the calling thread, target=work in the new one."""
    assert lesson.who_runs(True) == threading.current_thread().name
    assert lesson.who_runs(False) == "hilo-nuevo"


def test_a_daemon_thread_loses_its_lines_and_another_does_not(tmp_path: Path) -> None:
    """The same program keeps the whole diary without daemon, and not its end with it."""
    for daemon, pause in ((False, 0.01), (True, 2.0)):
        path = tmp_path / f"{daemon}.txt"
        elsewhere.call([lesson.keep_a_diary], str(path), 5, pause, daemon)
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        assert ("fin" in lines) is not daemon
        assert len(lines) == (0 if daemon else 6)


def test_an_exception_reaches_the_hook_and_a_future_raises_it_again() -> None:
    """threading.excepthook gets the thread's name and the exception, and is put back; the Future keeps it."""
    before = threading.excepthook
    assert lesson.failures_of([lesson.divide_by_zero, lambda: None]) == [
        ("hilo-1", "ZeroDivisionError", "division by zero")
    ]
    assert threading.excepthook is before
    assert lesson.failure_in_a_future(lesson.divide_by_zero) == ("ZeroDivisionError", "division by zero")
    assert lesson.failure_in_a_future(lambda: None) is None


def test_results_come_back_in_order() -> None:
    """Slots and map keep the order of the arguments; as_completed gives each once."""
    items = [3, 1, 2]
    assert lesson.results_in_slots(str, items) == ["3", "1", "2"]
    in_order, as_they_end = lesson.results_from_pool(str, items, 3)
    assert in_order == ["3", "1", "2"]
    assert sorted(as_they_end) == [1, 2, 3]


def test_thread_local_data_are_each_threads_own() -> None:
    """The local holds each thread's name, the shared object one name for all; a pool's next task finds leftovers."""
    read = lesson.own_and_shared(["a", "b", "c"])
    assert {name: own for name, (own, _shared) in read.items()} == {"a": "a", "b": "b", "c": "c"}
    assert len({shared for _own, shared in read.values()}) == 1
    assert lesson.leftovers_in_a_pool("x") == "x"


def test_waits_overlap_in_threads_and_in_asyncio_and_not_one_by_one() -> None:
    """What the server saw at once: one, or more; every request was answered."""
    with DelayedServer(0.01) as server:
        assert lesson.fetch_one_by_one(server.port, 4) == [200] * 4
        assert (server.most_at_once, server.served) == (1, 4)
    for fetch in (lambda port: lesson.fetch_with_threads(port, 8, 8), lambda port: lesson.fetch_with_asyncio(port, 8)):
        with DelayedServer(0.5) as server:
            assert fetch(server.port) == [200] * 8
            assert server.most_at_once > 1


def test_a_pool_bounds_how_many_wait_at_once() -> None:
    """With three workers the server never sees a fourth request."""
    with DelayedServer(0.05) as server:
        lesson.fetch_with_threads(server.port, 9, 3)
        assert server.most_at_once <= 3


def test_the_work_is_the_same_however_it_is_shared_out() -> None:
    """One thread or four, the results are equal; and they are right."""
    assert lesson.count_primes(100) == 25
    assert (
        lesson.share_out(lesson.count_primes, 100, 4, 1) == lesson.share_out(lesson.count_primes, 100, 4, 4) == [25] * 4
    )
    assert lesson.digest(1) == lesson.share_out(lesson.digest, 1, 2, 2)[0]


@pytest.mark.skipif(not HAS_GIL, reason="this interpreter has no GIL")
def test_under_the_gil_no_more_than_one_core_computes() -> None:
    """CPU time over wall time stays at one whatever the number of threads: true on any machine, however busy."""
    assert timed(lesson.share_out, lesson.count_primes, 30_000, 4, 4).cores < 1.25


@pytest.mark.skipif(not HAS_GIL, reason="this interpreter has no GIL")
def test_who_wakes_waits_for_the_switch_interval() -> None:
    """A long interval is a long wait for the GIL; the interval is put back and no thread is left."""
    before, running = sys.getswitchinterval(), threading.active_count()
    delay, speed = lesson.wake_up_delays(0.05, 5)
    assert delay > 0.025
    assert speed > 0
    assert sys.getswitchinterval() == before
    assert threading.active_count() == running


def test_the_same_function_runs_in_another_interpreter() -> None:
    """Sent as source to a fresh process of this Python, it tells the version and the GIL that it found."""
    functions = [lesson.has_gil, lesson.count_primes, lesson.share_out, lesson.speed_up]
    found = elsewhere.call(functions, 2_000, 2)
    assert isinstance(found, dict)
    assert found["version"] == sys.version.split()[0]
    assert found["gil"] is HAS_GIL
    assert found["gain"] > 0


def test_the_same_function_runs_without_a_gil() -> None:
    """On a free-threaded Python, where there is one, it runs with no GIL; with the GIL switched on, it says so."""
    python = elsewhere.find_free_threaded()
    if python is None:
        pytest.skip("no free-threaded Python: set HILOS_FREE_THREADED")
    functions = [lesson.has_gil, lesson.count_primes, lesson.share_out, lesson.speed_up]
    for flags, gil in (((), False), (("-X", "gil=1"), True)):
        found = elsewhere.call(functions, 5_000, 2, python=python, flags=flags)
        assert isinstance(found, dict)
        assert found["gil"] is gil


def test_functions_with_threads_are_short_and_print_nothing() -> None:
    """Some 25 lines of standard library each (30 with docstring and blanks): what is read is what runs."""
    for function in (
        lesson.lifelines,
        lesson.who_runs,
        lesson.keep_a_diary,
        lesson.failures_of,
        lesson.results_in_slots,
        lesson.results_from_pool,
        lesson.own_and_shared,
        lesson.leftovers_in_a_pool,
        lesson.fetch_with_threads,
        lesson.fetch_with_asyncio,
        lesson.share_out,
        lesson.wake_up_delays,
        lesson.speed_up,
    ):
        source = inspect.getsource(function)
        assert len(source.splitlines()) <= 30, function.__name__
        assert "print(" not in source


def test_ctrl_c_ends_it_with_one_line_and_leaves_nobody() -> None:
    """SIGINT to the whole group, as a terminal sends it, while the server has requests waiting: status 130."""
    running = lessons.start(PATH)
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("6."):
            break
    time.sleep(0.3)
    os.killpg(running.pid, signal.SIGINT)
    _out, errors = running.communicate(timeout=20)
    assert running.returncode == 130
    assert errors.strip() == "Interrumpido."
    assert lessons.left_behind(running.pid) == []
