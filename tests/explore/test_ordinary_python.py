"""What ordinary programs do: classes that derive from the standard library's, properties that take locks."""

import os
import shutil
import sqlite3
import sys
import tempfile
import threading
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pytest

from hilos.explore import explore


class Base(threading.Thread):
    """A thread with state of its own."""

    def __init__(self, box: Any, **named: Any) -> None:
        super().__init__(**named)
        self.box = box

    def run(self) -> None:
        self.box["n"] += 1


class Child(Base):
    """One more level, and more of `super()`."""

    def __init__(self, box: Any) -> None:
        super().__init__(box, name="child", daemon=True)

    def run(self) -> None:
        super().run()

    def join(self, timeout: float | None = None) -> None:
        super().join(timeout)
        self.box["joined"] = True


class WithTarget(threading.Thread):
    """Its `run` is the standard library's."""

    def __init__(self, target: Any) -> None:
        super().__init__(target=target, args=(2,))

    def run(self) -> None:
        super().run()


def test_a_thread_class_that_calls_super_runs() -> None:
    """`__init__`, `run` and `join` by way of `super()`, at two levels."""

    def body() -> None:
        box: dict[str, Any] = {"n": 0}
        child = Child(box)
        child.start()
        child.join()
        assert box == {"n": 1, "joined": True}
        assert child.name == "child"
        assert not child.is_alive()

    assert explore(body=body).proved


def test_its_target_is_called() -> None:
    """What `super().__init__` was told is not lost."""

    def body() -> None:
        box: list[int] = []
        thread = WithTarget(box.append)
        thread.start()
        thread.join()
        assert box == [2]

    assert explore(body=body).proved


def test_a_race_between_them_is_found_and_they_have_names() -> None:
    """Names do not depend on how many threads the process has made."""

    def body() -> None:
        box = {"n": 0}
        threads = [Base(box), Base(box)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert box["n"] == 2

    report = explore(body=body)
    assert report.finding is not None
    assert all(name.startswith(("Base", "main")) for name in report.threads)


def test_a_counter_is_a_dictionary() -> None:
    """`counter[key] += 1` is a read and a write."""

    def body() -> None:
        counts: Counter[str] = Counter()

        def add() -> None:
            counts["a"] += 1

        threads = [threading.Thread(target=add) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert counts["a"] == 2

    assert explore(body=body).finding is not None


class Result(threading.Thread):
    """Keeps what its function returned, in the way that is found everywhere."""

    def run(self) -> None:
        self.result = self._target(*self._args, **self._kwargs)  # type: ignore[attr-defined]

    def value(self) -> Any:
        """Without `join()`: whatever is there."""
        return self.result


def test_attributes_of_a_thread_class_are_shared_memory() -> None:
    """Read before `join()`, the result may not be there."""

    def waiting() -> None:
        thread = Result(target=lambda number: number + 1, args=(1,))
        thread.start()
        thread.join()
        assert thread.value() == 2

    def hasty() -> None:
        thread = Result(target=lambda number: number + 1, args=(1,))
        thread.result = 0
        thread.start()
        assert thread.value() == 2

    assert explore(body=waiting).proved
    assert explore(body=hasty).finding is not None


def test_an_invariant_may_take_locks() -> None:
    """A property that reads under its object's lock changes nothing."""

    class Guarded:
        def __init__(self) -> None:
            self._lock = threading.Lock()
            self._value = 0

        @property
        def value(self) -> int:
            with self._lock:
                return self._value

        def add(self) -> None:
            with self._lock:
                self._value += 1

    report = explore(Guarded, [Guarded.add, Guarded.add], lambda guarded: guarded.value == 2)
    assert report.proved


@dataclass
class Ledger:
    """Its lock is made by code that was there before, so it is a real one."""

    entries: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self) -> None:
        with ExitStack() as stack:
            stack.enter_context(self.lock)
            self.entries += 1


def test_a_real_lock_is_given_to_the_standard_library_as_its_double() -> None:
    """A dataclass's default lock taken by way of `ExitStack`: it neither blocks for real nor lets two in."""
    assert explore(Ledger, [Ledger.enter, Ledger.enter], lambda ledger: ledger.entries == 2).proved


class Report:
    """What it computes, it keeps."""

    def __init__(self) -> None:
        self.made = 0

    @cached_property
    def total(self) -> int:
        self.made += 1
        return 42

    @lru_cache(maxsize=1)  # noqa: B019  it ends with the process of the test
    def of(self, name: str) -> str:
        self.made += 1
        return name.upper()

    @property
    def limit(self) -> int:
        return self.made

    @limit.setter
    def limit(self, value: int) -> None:
        self.made = value


def test_a_cached_property_is_computed_once_only_where_python_has_a_lock_for_it() -> None:
    """Python 3.12 took the lock away: there two threads may both compute it."""
    report = explore(setup=Report, workers=[lambda r: r.total] * 2, invariant=lambda r: r.made == 1)
    assert report.proved is (sys.version_info < (3, 12)), str(report)


def test_a_cached_method_may_be_computed_twice() -> None:
    """`lru_cache` promises nothing else; what it holds is kept, dropped and counted by its rules."""
    report = explore(setup=Report, workers=[lambda r: r.of("a")] * 2, invariant=lambda r: r.made == 1)
    assert not report.proved

    def alone(r: Report) -> None:
        assert [r.of("a"), r.of("a"), r.of(name="b"), r.of("a")] == ["A", "A", "B", "A"]
        assert r.of.cache_info()[:2] == (1, 3)
        r.of.cache_clear()
        assert r.of.cache_info() == (0, 0, 1, 0)

    assert explore(setup=Report, workers=[alone], invariant=lambda r: r.made == 3).proved


def test_to_set_a_property_is_to_call_its_setter() -> None:
    """No access to memory by that name besides."""

    def work(r: Report) -> None:
        r.limit = 3

    report = explore(setup=Report, workers=[work, work], invariant=lambda r: r.made == 4)
    assert report.finding is not None
    assert {step.target for step in report.finding.steps} == {"r.made"}


def count_in_file(path: Path) -> None:
    number = int(path.read_text())
    with open(path, mode="w") as file:  # noqa: PTH123  as much code does
        file.write(str(number + 1))


def count_in_file_under_lock(path: Path) -> None:
    with LOCK:
        count_in_file(path)


LOCK = threading.Lock()


@pytest.mark.parametrize(("worker", "proved"), [(count_in_file, False), (count_in_file_under_lock, True)])
def test_files_are_shared_too(worker: Any, proved: bool) -> None:
    """An update of a file can be lost, and a lock helps; the folder has another name in each execution."""

    def setup() -> Path:
        path = Path(tempfile.mkdtemp()) / "hits.txt"
        path.write_text("0")
        return path

    report = explore(setup=setup, workers=[worker, worker], invariant=lambda path: path.read_text() == "2")
    assert report.proved is proved, str(report)
    if report.finding is not None:
        assert {step.target for step in report.finding.steps} >= {'file "hits.txt"'}


def test_two_threads_make_one_folder(tmp_path: Path) -> None:
    """`if not exists: mkdir` fails where another was faster; `exist_ok` does not."""
    place = tmp_path / "made"

    def setup() -> None:
        shutil.rmtree(place, ignore_errors=True)

    def make(_state: None) -> None:
        if not os.path.exists(place):  # noqa: PTH110  as much code does
            os.mkdir(place)  # noqa: PTH102

    def make_or_find(_state: None) -> None:
        place.mkdir(exist_ok=True)

    report = explore(setup=setup, workers=[make, make])
    assert report.finding is not None
    assert report.finding.exception == "FileExistsError"
    assert explore(setup=setup, workers=[make_or_find, make_or_find]).proved


def test_the_environment_and_a_shared_database_connection_are_memory() -> None:
    """Each statement is an operation of its own."""

    def setup() -> sqlite3.Connection:
        os.environ["HILOS_COUNT"] = "0"
        connection = sqlite3.connect(":memory:")
        connection.execute("create table hits (number)")
        connection.execute("insert into hits values (0)")
        return connection

    def in_environment(_connection: sqlite3.Connection) -> None:
        os.environ["HILOS_COUNT"] = str(int(os.getenv("HILOS_COUNT", "")) + 1)

    def in_database(connection: sqlite3.Connection) -> None:
        (number,) = connection.execute("select number from hits").fetchone()
        connection.execute("update hits set number = ?", (number + 1,))

    def counted(connection: sqlite3.Connection) -> bool:
        (number,) = connection.execute("select number from hits").fetchone()
        return number + int(os.environ["HILOS_COUNT"]) == 2

    try:
        for worker in (in_environment, in_database):
            assert not explore(setup=setup, workers=[worker, worker], invariant=counted).proved
    finally:
        os.environ.pop("HILOS_COUNT", None)
