"""Which language is spoken, and that English is complete."""

import subprocess
import sys
import threading

import pytest

from hilos import locale
from support.lessons import ROOT


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "es"),
        ({"LANG": "C.UTF-8"}, "es"),
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "HILOS_LANG": "es"}, "es"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "es_ES.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "en"),
        ({"HILOS_LANG": "klingon", "LANG": "en_US"}, "en"),
    ],
)
def test_the_environment_chooses(environ: dict[str, str], expected: str) -> None:
    """HILOS_LANG first, then the locale, Spanish where nothing is said, English for other languages."""
    assert locale.from_environment(environ) == expected


def test_a_translation_is_looked_up_when_it_is_asked_for() -> None:
    """The same translator follows the language in force."""
    _ = locale.translator("lesson")
    assert _("Interrumpido.") == "Interrumpido."
    with locale.using("en"):
        assert _("Interrumpido.") == "Interrupted."
    locale.set_language("en")
    assert _("Interrumpido.") == "Interrupted."


def test_a_chosen_language_holds_in_every_thread() -> None:
    """set_language is for the process."""
    locale.set_language("en")
    seen = []
    thread = threading.Thread(target=lambda: seen.append(locale.language()))
    thread.start()
    thread.join()
    assert seen == ["en"]


def test_a_text_without_english_stays_spanish() -> None:
    """Better Spanish than nothing."""
    with locale.using("en"):
        assert locale.translator("lesson")("esto no está") == "esto no está"
        assert locale.translator("no_such_domain")("hola") == "hola"


def test_an_unknown_language_is_refused() -> None:
    """By set_language and by using."""
    for choose in (locale.set_language, locale.using):
        with pytest.raises(ValueError, match="es, en"):
            choose("fr")


def test_every_text_has_its_english() -> None:
    """None is missing, stale, fuzzy or with other placeholders."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "catalogue.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
