"""The options that every lesson takes, and how a mistake in them is said.

`--lang es|en`, `--once`, `--fast`, `--seed N` everywhere; `--port N` where a lesson serves metrics.
"""

import argparse
import contextlib
import os
import random
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from hilos import locale
from hilos.errors import HilosError

_ = locale.translator("lesson")

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class Options:
    """What the learner asked of a lesson.

    Attributes:
        once: make one pass and end, without serving.
        fast: smaller sizes: the same phenomena in a few seconds, with noisier measurements.
        seed: start of every random choice of the run; printed so that it can be repeated.
        port: TCP port for the metrics, or None if the lesson serves none.
        extra: the lesson's own arguments, by name.
    """

    once: bool
    fast: bool
    seed: int
    port: int | None
    extra: argparse.Namespace


class CourseParser(argparse.ArgumentParser):
    """An argument parser whose mistakes are said in one or two lines, in the learner's language, with status 2.

    `--lang` is read before anything else, so that help and mistakes in other options are said in that language too.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _take_language(sys.argv[1:])
        super().__init__(*args, **kwargs)

    def format_usage(self) -> str:
        """As argparse's, in the language in force."""
        return _in_language(super().format_usage())

    def format_help(self) -> str:
        """As argparse's, in the language in force."""
        return _in_language(super().format_help())

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """As argparse's, after taking the language from `--lang`."""
        given = list(sys.argv[1:] if args is None else args)
        _take_language(given)
        return super().parse_known_args(given, namespace)

    def error(self, message: str) -> NoReturn:
        """Print what was wrong and where help is, and exit with status 2."""
        text = _spanish(message) if locale.language() == "es" else message
        lines = _("{prog}: {message}\nAyuda: {prog} --help").format(prog=self.prog, message=text)
        print(lines, file=sys.stderr)
        raise SystemExit(2)


def _in_language(text: str) -> str:
    if locale.language() == "es":
        for english, spanish in _HELP:
            text = text.replace(english, spanish)
    return text


# The fixed parts of argparse's help.
_HELP = (
    ("usage: ", "uso: "),
    ("positional arguments:", "argumentos:"),
    ("options:", "opciones:"),
    ("show this help message and exit", "muestra esta ayuda y termina"),
    ("(default: ", "(por omisión: "),
)


def _take_language(arguments: Sequence[str]) -> None:
    for index, argument in enumerate(arguments):
        if argument == "--":
            return
        value = None
        if argument.startswith("--lang="):
            value = argument.partition("=")[2]
        elif argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        if value in locale.LANGUAGES:
            locale.set_language(value)


# argparse's own English, in Spanish.  Its messages are built with %-formatting from these fixed parts.
_ARGPARSE = (
    ("argument ", "argumento "),
    ("the following arguments are required: ", "faltan argumentos: "),
    ("unrecognized arguments: ", "no se reconoce: "),
    ("expected one argument", "espera un valor"),
    ("expected at least one argument", "espera al menos un valor"),
    ("invalid choice: ", "valor no válido: "),
    (" (choose from ", " (elige entre "),
    ("invalid int value: ", "no es un número entero: "),
    ("invalid float value: ", "no es un número: "),
    ("not allowed with argument ", "no se puede usar junto a "),
    ("one of the arguments ", "hace falta uno de estos argumentos: "),
    (" is required", ""),
    ("ambiguous option: ", "opción ambigua: "),
    (" could match ", " podría ser "),
    ("ignored explicit argument ", "no lleva valor, y se le dio "),
)


def _spanish(message: str) -> str:
    for english, spanish in _ARGPARSE:
        message = message.replace(english, spanish)
    return message


def number(kind: type[Number], text: str, fits: Callable[[Number], bool], otherwise: str) -> Number:
    """For an argparse type: the number that `text` writes.

    Arguments:
        kind: int or float.
        text: as it was given.
        fits: whether a number is one of those that are meant.
        otherwise: what is said of a text that is none of them.

    Raises:
        ArgumentTypeError: it is none of them.
    """
    try:
        value = kind(text)
    except ValueError:
        raise argparse.ArgumentTypeError(otherwise) from None
    if not fits(value):
        raise argparse.ArgumentTypeError(otherwise)
    return value


def port_number(text: str) -> int:
    """An argparse type: a TCP port from 1 to 65535."""
    said = _("«{text}» no es un puerto: tiene que ser un número de 1 a 65535").format(text=text)
    return number(int, text, lambda value: 1 <= value <= 65535, said)


def positive(text: str) -> int:
    """An argparse type: a whole number of 1 or more."""
    said = _("«{text}» no vale: tiene que ser un número entero mayor que 0").format(text=text)
    return number(int, text, lambda value: value > 0, said)


def duration(text: str) -> float:
    """An argparse type: seconds, more than 0 and at most a day."""
    said = _("«{text}» no vale: tiene que ser un número de segundos mayor que 0").format(text=text)
    return number(float, text, lambda value: 0 < value <= 86_400, said)  # also false for nan


def add_common(parser: argparse.ArgumentParser, port: int | None) -> None:
    """Add the options that every lesson takes; `--port` only where `port` gives its default."""
    parser.add_argument("--lang", choices=locale.LANGUAGES, help=_("idioma de lo que se muestra"))
    parser.add_argument("--once", action="store_true", help=_("da una sola pasada y termina"))
    parser.add_argument("--fast", action="store_true", help=_("tamaños menores: termina antes, mide peor"))
    parser.add_argument("--seed", type=int, metavar="N", help=_("semilla de todo lo que es al azar"))
    if port is not None:
        parser.add_argument(
            "--port",
            type=port_number,
            default=port,
            metavar="N",
            help=_("puerto de las métricas (por omisión, {port})").format(port=port),
        )


def parse(parser: argparse.ArgumentParser, port: int | None, argv: Sequence[str] | None = None) -> Options:
    """Parse a lesson's arguments, with the common options added to `parser`."""
    add_common(parser, port)
    parsed = parser.parse_args(argv)
    seed = parsed.seed if parsed.seed is not None else random.SystemRandom().randrange(1, 1_000_000)
    return Options(once=parsed.once, fast=parsed.fast, seed=seed, port=getattr(parsed, "port", None), extra=parsed)


def prepare_streams() -> None:
    """Make printing never fail: what the terminal's encoding lacks is replaced, not raised."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


class _Terminated(KeyboardInterrupt):
    """SIGTERM, so that it leaves by the same road as Ctrl+C."""


def _on_sigterm(signum: int, frame: object) -> NoReturn:
    raise _Terminated


def guarded(run: Callable[[], int]) -> int:
    """Run a command or lesson and turn what ends it into an exit status, never a traceback for a known cause.

    Returns:
        What `run` returns; 2 after a `HilosError`, whose message goes to standard error; 130 after Ctrl+C and 143
        after SIGTERM; 141 when the reader of standard output went away (`| head`).
    """
    prepare_streams()
    # Only the main thread may set handlers; elsewhere (a test's thread) signals are somebody else's matter.
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        return run()
    except HilosError as error:
        print(error, file=sys.stderr)
        return 2
    except _Terminated:
        return 143
    except KeyboardInterrupt:
        print("\n" + _("Interrumpido."), file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Python flushes standard output at exit and would complain again: give it somewhere to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
