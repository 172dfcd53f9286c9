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


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe\x00",
        b"[]",
        b"[" * 100_000,
        b'{"version": 1, "exercises": {"x": {"tries": "many"}}}',
        b'{"version": 1, "exercises": {"x": {"tries": 1e999, "hints": 0, "passed": null, "proof": [], "answer": ""}}}',
        b'{"version": 1, "exercises": {"x": {"tries": 1, "hints": 0, "passed": NaN, "proof": [], "answer": ""}}}',
    ],
    ids=lambda text: str(text[:24]),
)
def test_nonsense_is_no_progress(text: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A teacher's report says which file and goes on with the others; an import of it changes nothing."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "bad.json").write_bytes(text)
    assert main(["learn", "import", str(folder / "bad.json")]) == 2
    assert not (tmp_path / "data" / "progress.json").exists()
    assert main(["learn", "report", str(folder)]) == 2
    (folder / "eva.json").write_text('{"version": 1, "name": "Eva\\u001b[31m", "exercises": {}}', encoding="utf-8")
    capsys.readouterr()
    assert main(["learn", "report", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "bad.json" in shown
    assert "Eva␛[31m" in shown
