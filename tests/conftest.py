"""All tests run in Spanish unless they choose otherwise, and never see the developer's own settings."""

import pytest

from hilos import locale


@pytest.fixture(autouse=True)
def _spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HILOS_LANG", "es")
    monkeypatch.setattr(locale, "_chosen_for_process", [])
