"""All tests run in Spanish unless they choose otherwise, and never see the developer's own settings."""

import faulthandler
import signal

import pytest

from hilos import locale


@pytest.fixture(autouse=True)
def _spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HILOS_LANG", "es")
    monkeypatch.setattr(locale, "_chosen_for_process", [])


def pytest_configure() -> None:
    """A shell starts what runs in the background with Ctrl+C ignored, and its children inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure() -> None:
    """A run that a left thread or process keeps from ending fails after half a minute, with its stacks."""
    faulthandler.dump_traceback_later(30, exit=True)
