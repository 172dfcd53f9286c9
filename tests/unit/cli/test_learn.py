"""`hilos learn`: what it refuses, and what a teacher gets."""

from pathlib import Path

import pytest

from hilos import locale
from hilos.cli.main import main


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HILOS_DATA", str(tmp_path / "data"))


@pytest.mark.parametrize(
    ("arguments", "es", "en"),
    [
        (["list", "--html", "x.html"], "--html vale solo con run", "--html goes only with run"),
        (["--html", "x.html"], "--html vale solo con run", "--html goes only with run"),
        (["check", "--cheats"], "--cheats vale solo con check --all", "--cheats goes only with check --all"),
        (["run", "lying_counter", "--all"], "--all vale solo con check", "--all goes only with check"),
    ],
)
def test_an_option_in_the_wrong_place_is_refused(
    arguments: list[str], es: str, en: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not passed over: status 2, where it belongs, in both languages."""
    assert main(["learn", *arguments]) == 2
    assert es in capsys.readouterr().err
    with locale.using("en"):
        assert main(["learn", *arguments]) == 2
    assert en in capsys.readouterr().err
