"""`hilos report PID`: what a program under `hilos run` waits for now."""

import argparse

from hilos import locale
from hilos.lesson.options import positive
from hilos.locale import translator
from hilos.observe import announcing

_ = translator("cli")


def N_(text: str) -> str:  # noqa: N802  gettext's name for a text that is translated elsewhere
    """Mark `text` for the catalogue."""
    return text


SUMMARY = N_("Informe de un programa que corre bajo «hilos run»: qué locks retiene y qué espera ahora.")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--lang", choices=locale.LANGUAGES, help=_("idioma de lo que se muestra"))
    parser.add_argument("pid", nargs="?", type=positive, metavar="PID", help=_("sin él, la lista de los que hay"))


def run(options: argparse.Namespace) -> int:
    """Print it."""
    if options.pid is not None:
        print(announcing.ask(options.pid))
        return 0
    notes = announcing.running()
    if not notes:
        print(_("Ningún programa corre ahora bajo «hilos run»."))
    for note in notes:
        print(f"{note['pid']:>8}  {' '.join(note['argv'])}")
    return 0
