"""Puzzles: the learner writes in which order the threads take their steps, or that no order does it.

A schedule counts only if it replays to what was asked for, step by step; "impossible" counts only if a search of all
interleavings finds none.  Guessing does not help: the schedule itself is the answer.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from hilos.course.catalogue import Text
from hilos.course.gates import BUDGET, Colour, Judge, Lamp
from hilos.errors import HilosError, UsageError
from hilos.explore import Report, Trouble, Verdict, explore
from hilos.explore.schedule import Schedule
from hilos.locale import translator

_ = translator("course")

IMPOSSIBLE = Text("imposible", "impossible")
CORRECT = Text("correcto", "correct")
_NONE = ("impossible", "imposible", "correct", "correcto", "correcta")


@dataclass(frozen=True, slots=True)
class Question:
    """What one question of a puzzle asks.

    Attributes:
        name: of the module variable that holds the answer.
        setup, workers: the program.
        wanted: what the schedule has to bring about, as the learner reads it.
        goal: told the state at the end; true if this is it.  None if a trouble is what is asked for.
        troubles: findings that count.
        shown: the state at the end in words.
        none: the word for "there is no such schedule".
    """

    name: str
    setup: Callable[[], Any]
    workers: Sequence[Callable[[Any], Any]]
    wanted: Text
    goal: Callable[[Any], bool] | None
    troubles: Collection[Trouble]
    shown: Callable[[Any], str]
    none: Text

    def missed(self, state: Any) -> bool:
        """The invariant that a schedule has to break; true where it is not the goal that is asked for."""
        return self.goal is None or not self.goal(state)


@dataclass
class Asking(Judge):
    """Takes the place of a judge to find out what a puzzle asks, and judges nothing."""

    questions: list[Question] = field(default_factory=list)

    def refuse(self, lamp: Lamp, text: str) -> None:
        """Nothing was answered."""


def order(
    judge: Judge,
    name: str,
    *,
    setup: Callable[[], Any],
    workers: Sequence[Callable[[Any], Any]],
    wanted: Text,
    goal: Callable[[Any], bool] | None = None,
    troubles: Collection[Trouble] = (Trouble.INVARIANT,),
    shown: Callable[[Any], str] = str,
    none: Text = IMPOSSIBLE,
) -> None:
    """Judge the answer to one question: a schedule that leads there, or that there is none.

    Arguments:
        judge: of the answer.
        name: of the module variable that holds it: letters, `a` for a step of the first thread, or "impossible".
        setup, workers: the program.
        wanted: what the schedule has to bring about, as the learner reads it.
        goal: told the state at the end; true if this is it.  None if a trouble is what is asked for.
        troubles: findings that count.
        shown: the state at the end in words.
        none: the word for "there is no such schedule" that this exercise asks for.
    """
    question = Question(name, setup, workers, wanted, goal, troubles, shown, none)
    if isinstance(judge, Asking):
        judge.questions.append(question)
    elif not judge.red:
        _judged(judge, question)


def _judged(judge: Judge, question: Question) -> None:
    name, setup, workers = question.name, question.setup, question.workers
    wanted, none = question.wanted, question.none
    written = getattr(judge.answer, name, None)
    if not isinstance(written, str) or not written.strip():
        _refuse(judge, _("{name} está vacía: escribe un orden, o «{none}».").format(name=name, none=none))
        return
    text = re.sub(r"[\s,;-]+", "", written).lower()
    states: list[Any] = []

    def remembered() -> Any:
        states[:] = [setup()]
        return states[0]

    if text in _NONE:
        report = explore(setup, workers, question.missed, instrument=[judge.answer], budget=BUDGET)
        if _found(report, question.troubles):
            _refuse(judge, _("{name}: sí que hay un orden. {wanted}: búscalo.").format(name=name, wanted=wanted))
        elif report.verdict is Verdict.PROVED:
            said = _("{name}: {none}, y demostrado: se miraron las {n} intercalaciones distintas.")
            judge.add(Lamp.SAFETY, Colour.GREEN, said.format(name=name, none=none, n=report.executions))
        else:
            judge.add(Lamp.SAFETY, Colour.AMBER, _("{name}: sin terminar: {why}.").format(name=name, why=report.why))
        return
    try:
        schedule = Schedule.parse(text if text.startswith("h1.") else f"h1.{text}")
    except UsageError:
        said = _("{name}: escribe letras, una por paso, como «abba», o «{none}»; no «{written}».")
        _refuse(judge, said.format(name=name, none=none, written=written.strip()[:40]))
        return
    try:
        report = explore(remembered, workers, question.missed, instrument=[judge.answer], schedule=schedule)
    except HilosError:
        said = _("{name}: ese orden no se puede seguir: en algún paso le toca a un hilo que ya terminó o que espera.")
        _refuse(judge, said.format(name=name))
        return
    if report.operations != len(schedule.threads):
        said = _("{name}: tu orden tiene {n} pasos y el programa da {all}: escríbelos todos.")
        _refuse(judge, said.format(name=name, n=len(schedule.threads), all=report.operations))
    elif _found(report, question.troubles):
        said = _("{name}: tu orden lo consigue, paso a paso: {token}.")
        judge.add(Lamp.SAFETY, Colour.GREEN, said.format(name=name, token=schedule.token))
    else:
        said = _("{name}: con tu orden acaba en {state}. {wanted}.")
        _refuse(judge, said.format(name=name, state=question.shown(states[0]), wanted=wanted))


def _found(report: Report, troubles: Collection[Trouble]) -> bool:
    return report.verdict is Verdict.VIOLATED and report.findings[0].trouble in troubles


def _refuse(judge: Judge, text: str) -> None:
    judge.refuse(Lamp.SAFETY, text)
