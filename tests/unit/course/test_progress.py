"""Progress is never lost: two at once, a full disk, a damaged file."""

import json
import multiprocessing
from pathlib import Path

import pytest

from hilos.course.progress import Entry, Progress, Record, dump, merged, parse
from hilos.errors import UsageError


def passing(name: str) -> Record:
    """A record in which `name` is passed."""
    return Record(exercises={name: Entry(tries=1, passed=1.0, proof=["todo"], answer="abc")})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Every field."""
    progress = Progress(tmp_path / "progress.json")
    entry = Entry(3, 2, 12.5, ["demostrado"], "ff")
    progress.change(lambda record: record.exercises.update({"x": entry}))
    assert progress.read().exercises == {"x": entry}
    assert parse(dump(progress.read())) == progress.read()


def test_none_yet_is_an_empty_record(tmp_path: Path) -> None:
    """A fresh install."""
    assert Progress(tmp_path / "no" / "progress.json").read() == Record()


def _one_more(record: Record) -> None:
    entry = record.exercises.setdefault("x", Entry())
    entry.tries += 1


def _count(file: str, times: int) -> None:
    for _ in range(times):
        Progress(Path(file)).change(_one_more)


def test_two_watchers_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each reads again under the lock before it writes."""
    file = str(tmp_path / "progress.json")
    context = multiprocessing.get_context("spawn")
    watchers = [context.Process(target=_count, args=(file, 20)) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join(30)
        assert watcher.exitcode == 0
    assert Progress(Path(file)).read().exercises["x"].tries == 40


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    """The error says so, and nothing half-written stays."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    progress = Progress(tmp_path / "progress.json")
    progress.change(lambda record: record.exercises.update(passing("x").exercises))
    before = progress.file.read_bytes()
    # The file that is written beside is a link to a disk that is full.
    import os

    beside = tmp_path / f"progress.json.{os.getpid()}.new"
    beside.symlink_to(full)
    with pytest.raises(UsageError, match="No se puede guardar tu progreso"):
        progress.change(lambda record: record.exercises.update(passing("y").exercises))
    assert progress.file.read_bytes() == before
    assert not beside.exists()
    assert not beside.is_symlink()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 99}', '{"version": 1}', '{"version": 1, "exercises": {"x": {}}}']
)
def test_a_damaged_file_is_kept_aside(tmp_path: Path, text: str) -> None:
    """It is named in the error, and the next reading begins anew."""
    progress = Progress(tmp_path / "progress.json")
    progress.file.write_text(text)
    with pytest.raises(UsageError, match="dañado"):
        progress.read()
    kept = list(tmp_path.glob("progress.json.damaged-*"))
    assert [file.read_text() for file in kept] == [text]
    assert progress.read() == Record()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """With the way out."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="HILOS_DATA"):
        Progress(tmp_path / "file" / "progress.json").change(lambda record: None)


def test_a_pass_of_either_counts_when_two_are_merged() -> None:
    """The earlier one; of tries and hints the greater number."""
    mine = Record("Ana", "b", {"a": Entry(tries=2), "b": Entry(tries=5, passed=9.0, proof=["mine"])})
    other = Record("", "a", {"a": Entry(tries=1, hints=3, passed=4.0), "b": Entry(passed=7.0, proof=["theirs"])})
    both = merged(mine, other)
    assert both.name == "Ana"
    assert both.exercises["a"] == Entry(tries=2, hints=3, passed=4.0)
    assert both.exercises["b"].proof == ["theirs"]
    assert both.exercises["b"].tries == 5


def test_the_file_is_plain_json_with_a_version(tmp_path: Path) -> None:
    """For a teacher's own tools."""
    progress = Progress(tmp_path / "progress.json")
    progress.change(lambda record: record.exercises.update(passing("x").exercises))
    data = json.loads(progress.file.read_text())
    assert data["version"] == 1
    assert data["exercises"]["x"]["passed"] == 1.0
