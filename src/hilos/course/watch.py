"""Watch mode: the next exercise on the screen, a verdict each time its file is saved, a key for everything else.

It polls the file four times a second (a save may replace the file, over a network too, and events of the file system
do not reach everywhere), and reads keys one by one where there is a terminal.
"""

import contextlib
import os
import select
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

from hilos.course.catalogue import Catalogue, Exercise
from hilos.course.grader import Judgement, grade
from hilos.course.progress import Entry, Progress, Record, fingerprint
from hilos.course.telling import tell_exercise, tell_hint, tell_judgement, tell_list
from hilos.errors import UsageError
from hilos.lesson import Narrator
from hilos.locale import translator

_ = translator("course")

POLL = 0.25


def pending(catalogue: Catalogue, record: Record) -> Exercise | None:
    """The exercise to go on with: the current one if it is not passed, else the first that is not, else None."""
    todo = [each for each in catalogue.exercises if (record.exercises.get(each.name) or Entry()).passed is None]
    current = [each for each in todo if each.name == record.current]
    return next(iter(current or todo), None)


def after(catalogue: Catalogue, exercise: Exercise) -> Exercise:
    """The exercise after this one in the catalogue; the first after the last."""
    position = catalogue.exercises.index(exercise)
    return catalogue.exercises[(position + 1) % len(catalogue.exercises)]


def keep(progress: Progress, exercise: Exercise, judgement: Judgement, answer: Path) -> Record:
    """Write down what came of an answer.

    Raises:
        UsageError: it cannot be written; what was there stays.
    """

    def how(record: Record) -> None:
        entry = record.exercises.setdefault(exercise.name, Entry())
        entry.tries += 1
        record.current = exercise.name
        if judgement.passed:
            entry.passed = entry.passed or time.time()
            entry.proof = [shown.text for shown in judgement.lamps]
            with contextlib.suppress(OSError):
                entry.answer = fingerprint(answer)

    return progress.change(how)


def one_hint_more(progress: Progress, exercise: Exercise) -> Record:
    """Write down that one hint more is shown, if there is one.

    Raises:
        UsageError: it cannot be written; what was there stays.
    """

    def how(record: Record) -> None:
        entry = record.exercises.setdefault(exercise.name, Entry())
        entry.hints = min(entry.hints + 1, len(exercise.hints))

    return progress.change(how)


class Watch:
    """Watch mode.

    Arguments:
        catalogue: the exercises.
        progress: where what is done is kept.
        tell: where to write.
        keys: gives the next key pressed within so many seconds, or an empty text; the terminal's unless given.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        progress: Progress,
        tell: Narrator,
        keys: Callable[[float], str] | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.progress = progress
        self.tell = tell
        self._keys = keys or _read_key
        self._judgement: Judgement | None = None

    def run(self, exercise: Exercise) -> int:
        """Watch from `exercise` on until `q` or Ctrl+C; gives 0."""
        current: Exercise | None = exercise
        while current is not None:
            current = self._one(current)
        return 0

    def _one(self, exercise: Exercise) -> Exercise | None:
        """Watch one exercise; gives the one to go on with, or None to leave."""
        hints = 0
        seen: object = object()
        while True:
            now = _stamp(self.catalogue.answer(exercise))
            if now != seen:
                seen = now
                self._judge(exercise)
            key = self._keys(POLL).lower()
            if key in ("q", "\x04"):
                return None
            if key == "n":
                return after(self.catalogue, exercise)
            if key == "h":
                hints = min(hints + 1, len(exercise.hints))
                self._count_hint(exercise, hints)
                tell_hint(self.tell, exercise, hints)
            elif key == "l":
                tell_list(self.tell, self.catalogue, self.progress.read())
                self._legend()
            elif key == "s" and self._judgement is not None:
                tell_judgement(self.tell, self._judgement)
                self._legend()
            elif key == "x":
                reset(self.catalogue, exercise)
                self.tell.say(_("El archivo vuelve a estar como al principio; el tuyo queda al lado, con .bak."))
            elif key == "r":
                seen = object()

    def _judge(self, exercise: Exercise) -> None:
        if self.tell.is_terminal:
            self.tell.verbatim("\x1b[2J\x1b[H")
        answer = self.catalogue.answer(exercise)
        tell_exercise(self.tell, self.catalogue, exercise, self.progress.read())
        self.tell.say(_("Comprobando todas las intercalaciones…"))
        self._judgement = judgement = grade(self.catalogue, exercise, answer)
        tell_judgement(self.tell, judgement, story=False)
        self._save(lambda: keep(self.progress, exercise, judgement, answer))
        if self._judgement.passed:
            text = _("¡Resuelto! Pulsa n para el siguiente; la solución comentada: hilos learn solution {name}")
            self.tell.say(text.format(name=exercise.name))
        self._legend()

    def _legend(self) -> None:
        self.tell.say(_("h pista · s ver la intercalación · l lista · n siguiente · r repetir · x reiniciar · q salir"))

    def _count_hint(self, exercise: Exercise, number: int) -> None:
        def how(record: Record) -> None:
            entry = record.exercises.setdefault(exercise.name, Entry())
            entry.hints = max(entry.hints, number)

        self._save(lambda: self.progress.change(how))

    def _save(self, save: Callable[[], object]) -> None:
        """Save; where that cannot be done it is said, and the watch goes on."""
        try:
            save()
        except UsageError as error:
            self.tell.note(str(error))


def reset(catalogue: Catalogue, exercise: Exercise) -> Path:
    """Put the exercise's file back as it was given; what was there is kept beside it with `.bak`.

    Returns:
        Where the learner's text is kept.
    """
    answer = catalogue.answer(exercise)
    kept = answer.with_suffix(".py.bak")
    if answer.exists():
        answer.replace(kept)
    answer.parent.mkdir(parents=True, exist_ok=True)
    beside = answer.with_suffix(".new")
    beside.write_text(catalogue.pristine[exercise.name], encoding="utf-8")
    beside.replace(answer)
    return kept


def _stamp(file: Path) -> object:
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _read_key(seconds: float) -> str:
    ready, _write, _error = select.select([sys.stdin], [], [], seconds)
    if not ready:
        return ""
    data = os.read(sys.stdin.fileno(), 1)
    return data.decode("utf-8", errors="replace") if data else "\x04"


@contextlib.contextmanager
def single_keys() -> Iterator[None]:
    """Keys reach us one by one while the block runs; the terminal is put back after it, whatever happens."""
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
