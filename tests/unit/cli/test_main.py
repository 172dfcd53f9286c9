"""`hilos COMMAND`."""

import importlib
import signal
from collections.abc import Iterator

import pytest

from hilos import locale
from hilos.cli.main import command_names, main


@pytest.fixture(autouse=True)
def _keep_signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_the_overview_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """In both languages, each with its sentence."""
    assert main([]) == 0
    spanish = capsys.readouterr().out
    with locale.using("en"):
        assert main(["--help"]) == 0
    english = capsys.readouterr().out
    for name in command_names():
        assert f"  {name}" in spanish
        assert f"  {name}" in english
    assert spanish != english


@pytest.mark.parametrize("name", command_names())
def test_each_command_has_help_in_both_languages(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Its sentence is translated, and --help ends with status 0."""
    command = importlib.import_module(f"hilos.cli.{name.replace('-', '_')}")
    with locale.using("en"):
        assert command._(command.SUMMARY) != command.SUMMARY
    with pytest.raises(SystemExit) as exit_info:
        main([name, "--help"])
    assert exit_info.value.code == 0
    assert name in capsys.readouterr().out


def test_an_unknown_command_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2."""
    with pytest.raises(SystemExit) as exit_info:
        main(["nada"])
    assert exit_info.value.code == 2
    assert "services" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """Name and number."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("hilos ")
