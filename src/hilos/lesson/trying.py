"""The learner's own experiment: the sizes of a lesson's main one, chosen on the command line or in the lab.

With any of `--threads`, `--iterations` or `--hold` a lesson tells nothing and repeats that experiment until Ctrl+C
(once with `--once`).
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hilos.lesson.narration import Narrator
from hilos.lesson.options import Options, number
from hilos.locale import translator

_ = translator("lesson")

THREADS, ITERATIONS, HOLD = 2, 10_000, 0.0
"""What is not chosen."""
MOST_THREADS, MOST_ITERATIONS, LONGEST = 64, 1_000_000, 100_000.0
REST = 0.2
"""Seconds between two rounds."""


@dataclass(frozen=True, slots=True)
class Trying:
    """What was chosen.

    Attributes:
        threads: how many.
        iterations: of each thread, a round.
        hold: length of the critical section, in seconds.
    """

    threads: int
    iterations: int
    hold: float

    @property
    def limit(self) -> float:
        """Seconds after which a round would not end any more, on a slow machine."""
        return 60 + 20 * self.threads * self.iterations * (self.hold + 1e-5)


def options(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    group = parser.add_argument_group(_("tu experimento, en vez de la lección"))
    group.add_argument("--threads", type=_bounded(1, MOST_THREADS), metavar="N", help=_("cuántos hilos"))
    group.add_argument("--iterations", type=_bounded(1, MOST_ITERATIONS), metavar="N", help=_("vueltas de cada hilo"))
    group.add_argument("--hold", type=_micros, metavar="US", help=_("duración de la sección crítica, en microsegundos"))


def chosen(options: Options) -> Trying | None:
    """What the learner chose; None where it was nothing, and the lesson is to be told."""
    extra = options.extra
    if extra.threads is None and extra.iterations is None and extra.hold is None:
        return None
    return Trying(
        THREADS if extra.threads is None else extra.threads,
        ITERATIONS if extra.iterations is None else extra.iterations,
        HOLD if extra.hold is None else extra.hold / 1e6,
    )


def rounds(tell: Narrator, options: Options) -> Iterator[int]:
    """Numbers of the rounds, from 1, with a rest between two, until Ctrl+C; one with `--once`."""
    number = 1
    while True:
        yield number
        if options.once:
            return
        if number == 1:
            tell.say(_("Se repite hasta que lo pares."))
        number += 1
        time.sleep(REST)


def spin(seconds: float) -> None:
    """Compute for `seconds`: unlike a sleep, it holds the GIL and is interrupted when the interpreter wants."""
    if seconds > 0:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass


def _bounded(least: int, most: int) -> Callable[[str], int]:
    def whole(text: str) -> int:
        said = _("«{text}» no vale: tiene que ser un número entero de {least} a {most}")
        return number(int, text, lambda value: least <= value <= most, said.format(text=text, least=least, most=most))

    return whole


def _micros(text: str) -> float:
    said = _("«{text}» no vale: tiene que ser un número de microsegundos de 0 a {most:.0f}")
    return number(float, text, lambda value: 0 <= value <= LONGEST, said.format(text=text, most=LONGEST))
