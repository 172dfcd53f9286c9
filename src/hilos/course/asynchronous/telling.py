"""An execution told with the learner's lines: who went on, what it changed, where it gave way.

It is run once more for that, with its choices, and this time each line of the answer's file is noted as it is carried
out, with the variables that it changed.
"""

import contextlib
import linecache
import sys
import textwrap
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from hilos.course.asynchronous.blocking import Guard
from hilos.course.asynchronous.machine import Machine, Run
from hilos.course.asynchronous.search import SILENT
from hilos.course.asynchronous.watching import waiting
from hilos.explore.explain.columns import Row, draw_most
from hilos.locale import translator

_ = translator("asynchronous")

WIDTH = 80
MOST_ROWS = 44
_MOST_NOTED = 1_000
_PLAIN = (int, float, str, bool, type(None), list, tuple, dict, set, frozenset)


class Told:
    """One line of the answer, carried out by one task.

    Attributes:
        actor: the task's name.
        line: of the answer; 0 for what happens to the task from outside.
        text: what came of it.
        time: virtual seconds.
    """

    def __init__(self, actor: str, line: int, text: str = "", time: float = 0.0) -> None:
        self.actor = actor
        self.line = line
        self.text = text
        self.time = time

    def add(self, text: str) -> None:
        """Say more about it."""
        self.text = f"{self.text}; {text}" if self.text else text


class Teller:
    """Listens to one execution.

    Arguments:
        file: the answer's.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.rows: list[Told] = []
        self._actor = ""
        self._time = 0.0
        self._frames: dict[int, tuple[Told, dict[str, str]]] = {}

    def before(self, kind: str, task: Any, now: float) -> None:
        """A step is about to be taken."""
        self._actor = task.get_name() if task is not None else ""
        if kind == "cancel":
            self.rows.append(Told(self._actor, waiting(task, self.file)[0], _("✗ se cancela aquí"), now))

    def after(self, kind: str, task: Any, now: float) -> None:
        """It has been taken."""
        self._frames.clear()
        if task is None:
            return
        if kind in ("timer", "join"):
            if now > self._time + 1e-9:
                self.rows.append(Told(self._actor, 0, _("el reloj marca {n:g} s").format(n=now), now))
            self._time = now
        if kind != "step":
            return
        if now > self._time + 1e-9 and self.rows:
            self.rows[-1].add(_("el reloj marca {n:g} s").format(n=now))
            self._time = now
        if task.done():
            self._ended(task, now)
            return
        line, what = waiting(task, self.file)
        text = _("espera en {what}").format(what=what) if what else _("cede el paso")
        if line:
            self._at(line, now).add(text)

    def _ended(self, task: Any, now: float) -> None:
        if task.cancelled():
            text = _("termina: cancelada")
        elif task._exception is not None:  # exception() would count as having been seen
            text = _("termina con {type}: {text}").format(type=type(task._exception).__name__, text=task._exception)
        else:
            text = _("termina")
        own = [row for row in self.rows if row.actor == self._actor]
        (own[-1] if own and own[-1] is self.rows[-1] else self._at(0, now)).add(text.rstrip(": "))

    def _at(self, line: int, now: float) -> Told:
        last = self.rows[-1] if self.rows else None
        if last is None or last.actor != self._actor or last.line != line:
            last = Told(self._actor, line, time=now)
            self.rows.append(last)
        return last

    # What the interpreter tells.

    def trace(self, frame: FrameType, event: str, _argument: Any) -> Any:
        """For `sys.settrace`."""
        if frame.f_code.co_filename != self.file or not self._actor or frame.f_code.co_name.startswith("<"):
            return None
        if event == "call":
            self._frames[id(frame)] = (Told(self._actor, frame.f_lineno), _values(frame))
            return self._line
        return None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if len(self.rows) >= _MOST_NOTED:
            return None
        if event in ("line", "return"):
            self._changed(frame)
        if event == "line":
            told = Told(self._actor, frame.f_lineno)
            self.rows.append(told)
            self._frames[id(frame)] = (told, _values(frame))
        elif event == "return":
            told = self._frames.pop(id(frame), (Told(self._actor, 0), {}))[0]
            if told in self.rows and isinstance(argument, bool):
                told.add(_("devuelve {value}").format(value=argument))
        return self._line

    def _changed(self, frame: FrameType) -> None:
        told, before = self._frames.get(id(frame), (None, {}))
        if told is None:
            return
        now = _values(frame)
        changes = ", ".join(f"{name} = {value}" for name, value in now.items() if before.get(name) != value)
        if changes:
            if told not in self.rows:
                self.rows.append(told)  # it was resumed here
            told.add(changes)


def _values(frame: FrameType) -> dict[str, str]:
    """What a person may want to see of the variables, and of `self`."""
    found = {}
    for name, value in dict(frame.f_locals).items():
        if name == "self":
            for attribute, each in getattr(value, "__dict__", {}).items():
                if isinstance(each, _PLAIN):
                    found[f"self.{attribute}"] = _short(each)
        elif isinstance(value, _PLAIN):
            found[name] = _short(value)
    return found


def _short(value: Any) -> str:
    if isinstance(value, list | tuple | dict | set | frozenset):
        plain = isinstance(value, dict) and all(isinstance(each, _PLAIN[:5]) for each in value.values())
        if not plain and not all(isinstance(each, _PLAIN[:5]) for each in value):
            return _("{n} elementos").format(n=len(value)) if len(value) != 1 else _("1 elemento")
        if isinstance(value, dict) and not plain:
            return "{" + ", ".join(f"{key!r}: …" for key in value) + "}"
    text = repr(value)
    return text if len(text) <= 32 else text[:31] + "…"


def story(
    machine: Machine,
    guard: Guard,
    unawaited: list[warnings.WarningMessage],
    order: Sequence[int],
    headline: str,
    replay: str,
) -> tuple[str, list[Told], Run]:
    """Run `order` again and tell it: the text, what it was made from, and the run."""
    teller = Teller(machine.file)
    before = sys.gettrace()
    sys.settrace(teller.trace)
    try:
        with contextlib.redirect_stdout(SILENT):
            run = machine.run(guard, unawaited, order, watched=not any(order), teller=teller)
    finally:
        sys.settrace(before)
    return _text(machine, run, teller.rows, headline, replay), teller.rows, run


def _text(machine: Machine, run: Run, rows: list[Told], headline: str, replay: str) -> str:
    name = machine.name.removeprefix("answer_")
    lines = [_("{program}: FALLA").format(program=name), "", *_paragraph(headline)]
    if rows:
        lines += ["", _("Qué hizo cada tarea, de arriba abajo ({file}):").format(file=Path(machine.file).name), ""]
        lines += _rows(machine.file, rows)
    lines += [line for wait in (run.wrong.waits if run.wrong else ()) for line in _paragraph(wait_text(wait), "  ")]
    lines += ["", *_paragraph(_departures(run))]
    lines += ["", _("Para repetirlo"), f"  {replay}"]
    return "\n".join(line.rstrip() for line in lines)


def shortened(told: list[Told]) -> list[Told]:
    """Without the rounds of a loop between its first and its last, where one task takes them without giving way."""
    kept: list[Told] = []
    place = 0
    while place < len(told):
        rounds, size = max(((_rounds(told, place, size), size) for size in (1, 2, 3)), key=lambda found: found[0])
        if rounds < 4:
            kept.append(told[place])
            place += 1
            continue
        kept += told[place : place + size]
        kept.append(Told(told[place].actor, 0, _("… {n} vueltas más …").format(n=rounds - 2)))
        place += (rounds - 1) * size
        kept += told[place : place + size]
        place += size
    return kept


def _rounds(told: list[Told], start: int, size: int) -> int:
    """How often the `size` lines from `start` on are followed by the same lines of the same task."""
    first = [(row.actor, row.line) for row in told[start : start + size]]
    rounds = 1
    while [(row.actor, row.line) for row in told[start + rounds * size : start + (rounds + 1) * size]] == first:
        rounds += 1
    return rounds if all(line for _actor, line in first) else 1


def _rows(file: str, told: list[Told]) -> list[str]:
    told = shortened(told)
    actors = tuple(dict.fromkeys(row.actor for row in told))
    rows = []
    for count, each in enumerate(told, 1):
        source = linecache.getline(file, each.line).strip() if each.line else ""
        rows.append(Row(f"{count:>3}", each.actor, f"{each.line}: {source}" if source else "", each.text))
    return draw_most(actors, rows, WIDTH, MOST_ROWS, _("… {n} líneas más …"))


def wait_text(wait: tuple[str, int, str]) -> str:
    """One who waits for ever."""
    name, line, what = wait
    if what:
        return _("«{name}» espera para siempre en la línea {line}: {what}").format(name=name, line=line, what=what)
    return _("«{name}» espera para siempre en la línea {line}").format(name=name, line=line)


def _departures(run: Run) -> str:
    chosen = sum(1 for choice, default in zip(run.chosen, run.defaults, strict=True) if choice != default)
    if not chosen:
        return _("Es el orden del propio bucle: sigue primero quien llegó primero. Así falla siempre.")
    if chosen == 1:
        return _("Se aparta del orden del propio bucle en un solo punto; en ese orden, tal cual, no falla.")
    return _("Se aparta del orden del propio bucle en {n} puntos; con menos no falla.").format(n=chosen)


def _paragraph(text: str, indent: str = "") -> list[str]:
    return [
        line
        for part in text.splitlines()
        for line in textwrap.wrap(part, WIDTH, initial_indent=indent, subsequent_indent=indent)
    ]
