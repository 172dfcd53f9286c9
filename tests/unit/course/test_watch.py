"""Watch mode goes on, whatever the disk says."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hilos.course.catalogue import Catalogue
from hilos.course.progress import Progress, Record
from hilos.course.watch import Watch
from hilos.errors import UsageError
from hilos.lesson import Narrator
from support.lessons import ROOT


class FullDisk(Progress):
    """Can be read and not written."""

    def change(self, how: Callable[[Record], None]) -> Record:
        raise UsageError("No space left on device")


@pytest.mark.timeout(60)
def test_a_full_disk_hides_no_verdict(tmp_path: Path) -> None:
    """The verdict is shown, then what could not be saved, and keys are still heard."""
    shutil.copytree(ROOT / "exercises" / "02_races", tmp_path / "exercises" / "02_races")
    shutil.copy(ROOT / "exercises" / "info.toml", tmp_path / "exercises")
    catalogue = Catalogue(tmp_path)
    exercise = catalogue.find("lying_counter")
    catalogue.answer(exercise).write_text(catalogue.pristine[exercise.name], encoding="utf-8")
    screen, keys = io.StringIO(), iter("hq")
    watch = Watch(catalogue, FullDisk(tmp_path / "progress.json"), Narrator(screen), lambda seconds: next(keys))
    assert watch.run(exercise) == 0
    shown = screen.getvalue()
    assert "rojo" in shown
    assert shown.count("No space left on device") == 2
    assert "Pista 1" in shown
