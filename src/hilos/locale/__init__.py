"""Spanish and English.

Texts are written in Spanish in the source and marked with `_(...)`; `locale/en/DOMAIN.po` holds their English, one
catalogue a domain (a package of `hilos`, or a lesson).  The catalogues are read as they are, with polib: there is no
compile step to forget.  A test checks that none is missing, stale or has other placeholders than its source.

    from hilos.locale import translator
    _ = translator("observe")
    print(_("{n} hilos esperan").format(n=3))

Format *after* translating.  A text without translation is shown in Spanish.
"""

import functools
import os
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

LANGUAGES = ("es", "en")
"""The first is the source language and the default."""

_chosen: ContextVar[str | None] = ContextVar("hilos_language", default=None)
_chosen_for_process: list[str] = []


def from_environment(environ: "os._Environ[str] | dict[str, str] | None" = None) -> str:
    """The language that the environment asks for: `HILOS_LANG`, else the locale, else Spanish.

    A locale that is neither Spanish nor English (`C`, `POSIX`, `de_DE`...) gives English if it names a language,
    since most of its readers know more English than Spanish, and Spanish, the course's first language, if it
    names none.
    """
    environ = os.environ if environ is None else environ
    for variable in ("HILOS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(variable, "").lower()
        if not value:
            continue
        code = value.replace("-", "_").split("_")[0].split(".")[0]
        if code in LANGUAGES:
            return code
        if code in ("c", "posix") or variable == "HILOS_LANG":
            continue
        return "en"
    return LANGUAGES[0]


def set_language(language: str) -> None:
    """Choose the language of this process, every thread included.

    Raises:
        ValueError: it is not one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {language!r}")
    _chosen_for_process[:] = [language]


def language() -> str:
    """The language in force: that of `using`, else of `set_language`, else of the environment."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    if _chosen_for_process:
        return _chosen_for_process[0]
    return from_environment()


class using:  # noqa: N801  read as a verb: `with using("en"):`
    """A context manager: another language for this block (and this task or thread) only."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, not {language!r}")
        self._language = language

    def __enter__(self) -> None:
        self._token = _chosen.set(self._language)

    def __exit__(self, *exc_info: object) -> None:
        _chosen.reset(self._token)


def in_each(make: Callable[[], T]) -> dict[str, T]:
    """What `make` gives in each language."""
    result = {}
    for code in LANGUAGES:
        with using(code):
            result[code] = make()
    return result


def catalogue_path(domain: str) -> Path:
    """Where the English of `domain` is kept."""
    return Path(__file__).parent / "en" / f"{domain}.po"


@functools.cache
def _english(domain: str) -> dict[str, str]:
    path = catalogue_path(domain)
    if not path.exists():
        return {}
    import polib  # here, since a Spanish reader never needs it

    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgstr and not entry.obsolete}


def translator(domain: str) -> Callable[[str], str]:
    """The function, by custom called `_`, that gives a Spanish text of `domain` in the language in force."""

    def translate(text: str) -> str:
        if language() == "es":
            return text
        return _english(domain).get(text, text)

    return translate
