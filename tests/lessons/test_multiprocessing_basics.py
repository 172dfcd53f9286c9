"""The processes lesson, from what its functions return and from what a learner reads.

Its functions start processes, so they are called from a small program of their own (`probe`), which every start method
can import again, and not from pytest's process.
"""

import inspect
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import lessons

PATH = "basics/02_multiprocessing_basics.py"
lesson = lessons.load(PATH)
METHODS = multiprocessing.get_all_start_methods()

PROBE = """
import importlib.util, json, multiprocessing, sys
spec = importlib.util.spec_from_file_location("lesson", {file!r})
lesson = sys.modules["lesson"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lesson)

def calls(context):
    yield "own_memory", lesson.own_memory(context)
    yield "exit_codes", lesson.exit_codes(context)
    yield "with_pool", lesson.with_pool(context, 2, [1, 2, 3])
    yield "with_executor", lesson.with_executor(context, 2, [1, 2, 3])
    yield "failure", lesson.failure_from_afar(context)
    yield "start_up", lesson.start_up(context, 1)
    yield "lock_in_the_child", lesson.lock_in_the_child(context, 0.3)
    yield "spread", lesson.spread(context, 2, 1000, 4, 1)
    yield "chunks", list(lesson.map_in_chunks(context, 2, 50, (1, 10)).items())
    yield "trips", [lesson.pipe_round_trip(context, 5), lesson.queue_round_trip(context, 5)]
    yield "join_before_get", lesson.join_before_get(context, 1 << 20, 0.3)
    for cure in ("lock", "slots"):
        yield cure, lesson.lost_updates(context, 2, 5000, cure)
    yield "shared", list(lesson.send_or_share(context, [100_000, 1_000_000]).items())
    yield "death", lesson.survive_a_death(context, 2, 6, 3)
    yield "pool_never_answers", lesson.pool_never_answers(context, 0.3)
    yield "left", len(multiprocessing.active_children())

if __name__ == "__main__":
    print(json.dumps(dict(calls(multiprocessing.get_context(sys.argv[1])))))
"""


@pytest.fixture(scope="module", params=METHODS)
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """The start method, and what every function of the lesson returned with the standard library's own context."""
    program = tmp_path_factory.mktemp("probe") / "probe.py"
    program.write_text(PROBE.format(file=str(lessons.ROOT / PATH)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(program), request.param],
        env=lessons.environment(),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return request.param, json.loads(done.stdout)


def test_memory_is_not_shared(found: tuple[str, dict[str, Any]]) -> None:
    """The child sees its own change and the parent does not; they are two processes."""
    (child, in_child), (parent, in_parent) = found[1]["own_memory"]
    assert (in_child, in_parent) == (100, 0)
    assert child != parent


def test_exit_codes_tell_how_each_ended(found: tuple[str, dict[str, Any]]) -> None:
    """0 by itself, 3 by sys.exit(3), minus the signal's number when terminated."""
    assert found[1]["exit_codes"] == [0, 3, -signal.SIGTERM]


def test_both_pools_give_the_results_in_order_from_other_processes(found: tuple[str, dict[str, Any]]) -> None:
    """Squares in order, none of them computed by the parent."""
    parent = found[1]["own_memory"][1][0]
    for form in ("with_pool", "with_executor"):
        assert [value for _pid, value in found[1][form]] == [1, 4, 9]
        assert parent not in {pid for pid, _value in found[1][form]}


def test_an_exception_comes_back_with_its_traceback(found: tuple[str, dict[str, Any]]) -> None:
    """Type and message, and a remote traceback that names the function."""
    assert found[1]["failure"] == ["ValueError", "-1 < 0", True]


def test_only_fork_copies_the_parents_state_and_its_held_lock(found: tuple[str, dict[str, Any]]) -> None:
    """A change after import is seen, and a lock held by another thread is stuck, with fork alone; 3.12 warns of it."""
    method, values = found
    delay, saw = values["start_up"]
    got, warned = values["lock_in_the_child"]
    assert delay > 0
    assert saw is (method == "fork")
    assert got is (method != "fork")
    assert warned == (1 if method == "fork" and sys.version_info >= (3, 12) else 0)


def test_the_shared_out_work_is_all_done(found: tuple[str, dict[str, Any]]) -> None:
    """Four times the 168 primes below 1000, whoever counted them."""
    primes, wall, cpu = found[1]["spread"]
    assert primes == 4 * 168
    assert wall > 0
    assert cpu > 0


def test_costs_are_measured(found: tuple[str, dict[str, Any]]) -> None:
    """Each chunk size, channel and way of sending has a time above 0."""
    assert [size for size, _seconds in found[1]["chunks"]] == [1, 10]
    assert [size for size, _times in found[1]["shared"]] == [100_000, 1_000_000]
    times = [seconds for _size, seconds in found[1]["chunks"]] + found[1]["trips"]
    times += [each for _size, three in found[1]["shared"] for each in three]
    assert all(each > 0 for each in times)
    assert all(len(three) == 3 for _size, three in found[1]["shared"])


def test_a_child_does_not_end_before_its_queue_is_drained(found: tuple[str, dict[str, Any]]) -> None:
    """Alive while its megabyte is unread, ended after the get()."""
    assert found[1]["join_before_get"] == [True, False]


def test_neither_cure_loses_an_update(found: tuple[str, dict[str, Any]]) -> None:
    """With the lock, and with a slot for each process, the sum is exact."""
    assert (found[1]["lock"], found[1]["slots"]) == (0, 0)


def test_after_a_death_all_results_are_there(found: tuple[str, dict[str, Any]]) -> None:
    """One pool broke, six results; Pool loses the task silently; no child is left."""
    assert found[1]["death"] == [[0, 1, 4, 9, 16, 25], 1]
    assert found[1]["pool_never_answers"] is True
    assert found[1]["left"] == 0


@given(st.integers(1, 64), st.floats(0, 1))
def test_amdahls_law_has_its_bounds(workers: int, serial: float) -> None:
    """Never more than the workers nor than 1/s; 1 for one worker."""
    gain = lesson.amdahl(workers, serial)
    assert 1 - 1e-9 <= gain <= workers + 1e-9
    assert serial == 0 or gain <= 1 / serial + 1e-9


@given(st.floats(0, 1), st.integers(2, 16))
def test_the_fit_finds_the_serial_share_that_made_the_gains(serial: float, most: int) -> None:
    """From exact gains, the exact share."""
    gains = {workers: lesson.amdahl(workers, serial) for workers in range(1, most + 1)}
    assert lesson.fitted_serial_share(gains) == pytest.approx(serial, abs=1e-6)


def test_the_fit_stays_between_0_and_1() -> None:
    """Gains that no serial share explains, or none at all, give the nearest one that is possible."""
    assert lesson.fitted_serial_share({1: 1.0}) == 0.0
    assert lesson.fitted_serial_share({1: 1.0, 2: 3.0}) == 0.0
    assert lesson.fitted_serial_share({1: 1.0, 2: 0.5}) == 1.0


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
        assert lessons.untranslated(done.stdout, "multiprocessing_basics") == []
        assert "Child processes left: 0." in done.stdout
    else:
        assert "Procesos hijos que quedan: 0." in done.stdout
    assert f" {multiprocessing.get_all_start_methods()[0]}." in " ".join(done.stdout.split())


def test_unguarded_updates_are_lost(tmp_path: Path) -> None:
    """Two processes that add with no lock lose updates, within ten tries."""
    program = tmp_path / "lost.py"
    loop = "any(lesson.lost_updates(multiprocessing.get_context('spawn'), 2, 100_000, 'none') for _ in range(10))"
    head, _main, _tail = PROBE.partition('if __name__ == "__main__":')
    program.write_text(
        head.format(file=str(lessons.ROOT / PATH)) + f'if __name__ == "__main__":\n    print({loop})\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(program)],
        env=lessons.environment(),
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("True", "")


@pytest.mark.parametrize("option", ["--nonsense", "--port=1", "--lang=xx", "--seed=x"])
def test_a_wrong_option_has_status_2_and_no_traceback(option: str) -> None:
    """One or two lines that name the option."""
    done = lessons.run(PATH, option)
    assert (done.returncode, done.stdout) == (2, "")
    assert option.split("=")[0] in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("section", "how", "status"),
    [
        (1, "ctrl-c", 130),
        (3, "ctrl-c", 130),
        (4, "ctrl-c", 130),
        (6, "SIGINT", 130),
        (2, "SIGTERM", 143),
        (4, "SIGTERM", 143),
    ],
)
def test_a_signal_in_the_middle_leaves_nobody(section: int, how: str, status: int) -> None:
    """Ctrl+C (to the group), SIGINT or SIGTERM (to the lesson alone) in any section: no traceback, no process left."""
    running = lessons.start(PATH, "--fast")
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith(f"{section}."):
            break
    if how == "ctrl-c":
        os.killpg(running.pid, signal.SIGINT)
    else:
        running.send_signal(getattr(signal, how))
    _out, errors = running.communicate(timeout=20)
    assert running.returncode == status
    assert errors.strip() == ("Interrumpido." if status == 130 else "")
    assert lessons.left_behind(running.pid) == []


@pytest.mark.slow
def test_a_lesson_that_is_killed_leaves_nobody() -> None:
    """After SIGKILL, which nobody can answer, the children notice that their parent is gone and end."""
    running = lessons.start(PATH)
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("4."):
            break
    running.kill()
    running.communicate(timeout=20)
    assert lessons.left_behind(running.pid) == []


def test_functions_with_processes_are_short_and_print_nothing() -> None:
    """Some 25 lines of standard library each (30 with docstring and blanks): what is read is what runs."""
    for function in (
        lesson.own_memory,
        lesson.exit_codes,
        lesson.with_pool,
        lesson.with_executor,
        lesson.failure_from_afar,
        lesson.start_up,
        lesson.lock_in_the_child,
        lesson.spread,
        lesson.map_in_chunks,
        lesson.pipe_round_trip,
        lesson.queue_round_trip,
        lesson.join_before_get,
        lesson.lost_updates,
        lesson.send_or_share,
        lesson.survive_a_death,
        lesson.pool_never_answers,
        lesson.sums,
    ):
        source = inspect.getsource(function)
        assert len(source.splitlines()) <= 30, function.__name__
        assert "print(" not in source
