"""The questions put to the explorer about an answer, and the lamps that show what came of them.

A lamp is red when one interleaving breaks the answer, amber when the search did not finish within its budget, green
when every interleaving within the stated bound holds; the bound is always said.  Nothing here measures wall time: also
whether an answer still runs things at the same time is decided over all interleavings, in virtual time.

    safety        in every interleaving the result is right
    deadlock      every interleaving comes to an end
    liveness      no thread spins without anything happening
    concurrency   some interleaving has the stated things overlap, and the shortest one is short enough
    real          the same file under plain Python, real threads and no explorer
    contract      the file keeps its names and does nothing behind the question's back
"""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from types import ModuleType
from typing import Any
from zlib import crc32

from hilos.course.catalogue import Text
from hilos.course.fresh import Fresh
from hilos.course.numbering import number
from hilos.course.repeating import afresh, made_afresh
from hilos.course.sharing import shared_writes
from hilos.errors import HilosError, Unexplorable
from hilos.explore import Report, Trouble, Verdict, explore
from hilos.explore.exploration import Budget
from hilos.locale import translator

_ = translator("course")


class Lamp(StrEnum):
    """What is asked, in the order in which it is shown."""

    CONTRACT = "contract"
    SAFETY = "safety"
    DEADLOCK = "deadlock"
    LIVENESS = "liveness"
    CONCURRENCY = "concurrency"
    REAL = "real"


class Colour(StrEnum):
    """What a lamp shows."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


_LAMP_OF = {
    Trouble.INVARIANT: Lamp.SAFETY,
    Trouble.ASSERTION: Lamp.SAFETY,
    Trouble.EXCEPTION: Lamp.SAFETY,
    Trouble.DOUBLE_RELEASE: Lamp.SAFETY,
    Trouble.DATA_RACE: Lamp.SAFETY,
    Trouble.DEADLOCK: Lamp.DEADLOCK,
    Trouble.STUCK: Lamp.DEADLOCK,
    Trouble.NO_PROGRESS: Lamp.LIVENESS,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One lamp after a question.

    Attributes:
        lamp: which.
        colour: what it shows.
        text: one or two sentences for the learner: what was proved and within which bound, or what is wrong.
        story: the interleaving, told with the learner's own lines and names; empty unless one is to be shown.
        token: replays it; empty unless there is one.
        report: the explorer's report as JSON, for the step viewer; None unless one is to be shown.
    """

    lamp: Lamp
    colour: Colour
    text: str
    story: str = ""
    token: str = ""
    report: dict[str, Any] | None = None


# Enough for every exercise of the catalogue on a slow machine; what does not finish is amber, never green.
BUDGET = Budget(executions=60_000, seconds=8.0, operations=2_000)
_FEW = 32
_GLANCE = 6
_LEAST = 0.1
"""Seconds that a question may take after the deadline of all: enough to find what any interleaving shows."""


@dataclass
class Judge:
    """Puts questions about one answer and keeps the lamps.

    Attributes:
        answer: the learner's module.
        shown: the lamps so far, in the order of the questions.
        deadline: of all searches together, in seconds of `time.monotonic()`; what is not finished by then is amber.
        text: the answer's source.
    """

    answer: ModuleType
    shown: list[Shown] = field(default_factory=list)
    deadline: float = float("inf")
    text: str = ""
    _others: tuple[ModuleType, ...] = ()
    _fresh: dict[ModuleType, Fresh] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.use(self.answer)

    def use(self, answer: ModuleType, others: Sequence[ModuleType] = ()) -> None:
        """Judge `answer` in the place of the module that was given, and `others` (other processes' copies) with it.

        A module that was judged before is put back to what it was then: what an exploration left in it is not its
        beginning.
        """
        self.answer = answer
        self._others = tuple(others)
        for module in (answer, *others):
            if module not in self._fresh:
                self._fresh[module] = Fresh(module)
        self._restore()

    def _restore(self) -> None:
        number.forget()
        for module in (self.answer, *self._others):
            self._fresh[module].restore()

    @property
    def red(self) -> bool:
        """Whether a lamp is red already: the questions that follow would only repeat it."""
        return any(each.colour is Colour.RED for each in self.shown)

    def prove(
        self,
        bound: Text,
        *,
        setup: Callable[[], Any] | None = None,
        workers: Sequence[Callable[[Any], Any]] = (),
        invariant: Callable[[Any], Any] | None = None,
        body: Callable[[], Any] | None = None,
        lamps: Sequence[Lamp] = (Lamp.SAFETY, Lamp.DEADLOCK),
        wrong: Text | None = None,
        blame: Lamp = Lamp.SAFETY,
        budget: Budget = BUDGET,
        quiet: bool = False,
        beyond: bool = False,
    ) -> None:
        """Ask that no interleaving fails; lights `lamps`, or the one that a finding belongs to.

        Arguments:
            bound: the size of what is proved, as the learner reads it ("2 threads x 2 additions").
            setup, workers, invariant, body: the program, as for `hilos.explore.explore`.
            lamps: what a proof lights green.
            wrong: what a false invariant means, in the exercise's words.
            blame: the lamp that a false invariant or a failed assertion lights.
            budget: where the search stops.
            quiet: a proof lights nothing; for one of many small questions that are told together.
            beyond: this size is more than has to be proved: an answer that has too many interleavings for it, but was
                proved at a smaller size, is tried at random.
        """
        if self.red:
            return
        report = self._explore(setup, workers, invariant, body, budget)
        if report is None:
            return
        if report.verdict is Verdict.VIOLATED:
            self._violated(report, bound, wrong, blame)
            return
        spins = [spin for spin in report.spins if spin.file == self.answer.__file__]
        if spins:
            # Whoever was waited for came in the end; that does not make it waiting.
            text = _("Línea {line}: un hilo pregunta y pregunta sin que nada cambie, en vez de esperar. Con {bound}.")
            self._show(Lamp.LIVENESS, Colour.RED, text.format(line=spins[0].line, bound=bound))
            return
        if (
            report.verdict is Verdict.UNFINISHED
            and beyond
            and not any(each.colour is Colour.AMBER for each in self.shown)
        ):
            self.hunt(bound, setup=setup, workers=workers, invariant=invariant, body=body, wrong=wrong)
            return
        if report.verdict is Verdict.UNFINISHED:
            colour = Colour.AMBER
            text = _("Sin terminar con {bound}: {why}. Se probaron {n} intercalaciones y ninguna falló.")
        else:
            if quiet:
                return
            colour = Colour.GREEN
            text = _("Demostrado con {bound}: {n} intercalaciones distintas, todas.")
            if report.executions == 1:
                text = _("Demostrado con {bound}: solo hay una intercalación.")
        for lamp in lamps:
            self._show(lamp, colour, text.format(bound=bound, why=report.why, n=report.executions))

    def fails(self, body: Callable[[], Any], glance: bool = False) -> bool | None:
        """Whether some interleaving of the program `body` fails; None if the search did not finish.  Lights nothing.

        Arguments:
            body: the program.
            glance: try a few interleavings at random only, and be content not to know.
        """
        budget, strategy = (replace(BUDGET, executions=_GLANCE), "mix") if glance else (BUDGET, "dpor")
        report = self._explore(None, (), None, body, budget, strategy, compare=False)
        if report is None or report.verdict is Verdict.UNFINISHED:
            return None
        return report.verdict is Verdict.VIOLATED

    def reach(
        self,
        bound: Text,
        *,
        setup: Callable[[], Any],
        workers: Sequence[Callable[[Any], Any]],
        goal: Callable[[Any], Any],
        missing: Text,
        budget: Budget = BUDGET,
    ) -> None:
        """Ask that some interleaving ends in a state for which `goal` holds; lights the lamp of concurrency.

        Arguments:
            bound: as for `prove`.
            setup, workers: the program.
            goal: told the state at the end, in which the program noted what overlapped.
            missing: what it means that no interleaving does.
        """
        if self.red:
            return
        report = self._explore(setup, workers, lambda state: not goal(state), None, budget)
        if report is None:
            return
        if report.verdict is Verdict.VIOLATED and report.findings[0].trouble is Trouble.INVARIANT:
            text = _("Con {bound} hay una intercalación que lo hace a la vez.").format(bound=bound)
            self._show(Lamp.CONCURRENCY, Colour.GREEN, text)
        elif report.verdict is Verdict.VIOLATED:
            self._violated(report, bound)
        elif report.verdict is Verdict.PROVED:
            text = _("{missing} Con {bound} se miraron las {n} intercalaciones posibles.")
            text = text.format(missing=missing, bound=bound, n=report.executions)
            self._show(Lamp.CONCURRENCY, Colour.RED, text)
        else:
            self._unfinished(report, bound)

    def hunt(
        self,
        bound: Text,
        *,
        setup: Callable[[], Any] | None = None,
        workers: Sequence[Callable[[Any], Any]] = (),
        invariant: Callable[[Any], Any] | None = None,
        body: Callable[[], Any] | None = None,
        wrong: Text | None = None,
        executions: int = 200,
    ) -> None:
        """Look for a failing interleaving at a size too large for a proof; none found is told, and is no proof.

        Arguments:
            bound, setup, workers, invariant, body, wrong: as for `prove`, which has to hold at a smaller size.
            executions: how many interleavings to try at random.
        """
        if self.red:
            return
        budget = replace(BUDGET, executions=executions)
        report = self._explore(setup, workers, invariant, body, budget, "mix")
        if report is None:
            return
        if report.verdict is Verdict.VIOLATED:
            self._violated(report, bound, wrong)
            return
        if report.verdict is Verdict.UNFINISHED and report.executions < executions:
            self._unfinished(report, bound, Lamp.SAFETY)
            return
        text = _("Con {bound}, {n} intercalaciones al azar sin fallo (eso no demuestra nada).")
        self._show(Lamp.SAFETY, Colour.GREEN, text.format(bound=bound, n=report.executions))

    def makespan(
        self,
        bound: Text,
        at_most: float,
        *,
        setup: Callable[[], Any] | None = None,
        workers: Sequence[Callable[[Any], Any]] = (),
        body: Callable[[], Any] | None = None,
        slow: Text,
        budget: Budget = BUDGET,
    ) -> None:
        """Ask that the quickest interleaving takes at most `at_most` virtual seconds; lights concurrency.

        Arguments:
            bound: as for `prove`.
            at_most: virtual seconds; `time.sleep` stands for waiting and takes no real time.
            setup, workers, body: the program.
            slow: what it means that none is that quick.
        """
        if self.red:
            return
        # One that is quick enough will do, and a few at random find it; only to say that there is none takes all.
        report = self._explore(setup, workers, None, body, replace(budget, executions=_FEW), "mix")
        if report is None:
            return
        if report.verdict is Verdict.UNFINISHED and _shortest(report) > at_most + 1e-9:
            report = self._explore(setup, workers, None, body, budget)
            if report is None:
                return
        shortest = _shortest(report)
        if report.verdict is Verdict.VIOLATED:
            self._violated(report, bound)
        elif shortest <= at_most + 1e-9:
            text = _("Con {bound}, {shortest:g} s de tiempo virtual; el límite es {at_most:g} s.")
            self._show(Lamp.CONCURRENCY, Colour.GREEN, text.format(bound=bound, shortest=shortest, at_most=at_most))
        elif report.verdict is Verdict.PROVED:
            text = _(
                "{slow} Con {bound}, la intercalación más rápida tarda {shortest:g} s de tiempo virtual y el límite "
                "es {at_most:g} s."
            )
            text = text.format(slow=slow, bound=bound, shortest=shortest, at_most=at_most)
            self._show(Lamp.CONCURRENCY, Colour.RED, text)
        else:
            self._unfinished(report, bound)

    def apart(self, bound: Text, *, few: Callable[[], Any], many: Callable[[], Any], shared: Text) -> None:
        """Ask that with more work no more is written to what several threads use; lights the lamp of concurrency.

        Arguments:
            bound: as for `prove`, of both programs.
            few, many: the same program with less and with more work, proved before; each ends with an AssertionError
                in an execution that is to be looked at, one in which several threads worked.
            shared: what it means that more is written.
        """
        if self.red:
            return
        counts = []
        for body in (few, many):
            report = self._explore(None, (), None, body, BUDGET, compare=False)
            if report is None:
                return
            if report.verdict is Verdict.UNFINISHED:
                self._unfinished(report, bound)
                return
            if report.verdict is Verdict.PROVED:
                said = _("Con {bound}, el trabajo lo hace siempre un solo hilo.").format(bound=bound)
                self._show(Lamp.CONCURRENCY, Colour.RED, said)
                return
            counts.append(shared_writes(report.findings[0].steps, self.answer.__file__ or ""))
        less, more = counts
        grown = [place for place, times in more.items() if times > less.get(place, 0)]
        if not grown:
            text = _("Con {bound}, lo que comparten los hilos se escribe las mismas veces.").format(bound=bound)
            self._show(Lamp.CONCURRENCY, Colour.GREEN, text)
            return
        text = _("{shared}: {name}, línea {line}, {few} veces y {many} veces. Con {bound}.")
        name, line = grown[0]
        few_times, many_times = less.get(grown[0], 0), more[grown[0]]
        text = text.format(shared=shared, name=name, line=line, few=few_times, many=many_times, bound=bound)
        self._show(Lamp.CONCURRENCY, Colour.RED, text)

    def real(
        self,
        *,
        setup: Callable[[], Any] | None = None,
        workers: Sequence[Callable[[Any], Any]] = (),
        invariant: Callable[[Any], Any] | None = None,
        body: Callable[[], Any] | None = None,
        seconds: float = 5.0,
    ) -> None:
        """Run the program once under plain Python, with real threads and a deadline in seconds; lights real."""
        if self.red:
            return
        failures: list[BaseException] = []
        self._restore()
        state = setup() if setup is not None else None

        def guard(work: Callable[[], Any]) -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001  whatever it is, the learner is told
                failures.append(error)

        works = [body] if body is not None else [lambda worker=worker: worker(state) for worker in workers]
        threads = [threading.Thread(target=guard, args=(work,), daemon=True) for work in works]
        hook = threading.excepthook
        # The threads that the program itself starts.
        threading.excepthook = lambda args: failures.append(args.exc_value or RuntimeError(args.exc_type.__name__))
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()))
        threading.excepthook = hook
        if any(thread.is_alive() for thread in threads):
            self._show(Lamp.REAL, Colour.RED, _("Con hilos de verdad no terminó en {n:g} s.").format(n=seconds))
        elif failures:
            self._show(
                Lamp.REAL,
                Colour.RED,
                _("Con hilos de verdad lanzó {type}: {text}").format(type=type(failures[0]).__name__, text=failures[0]),
            )
        elif invariant is not None and not invariant(state):
            self._show(Lamp.REAL, Colour.RED, _("Con hilos de verdad, el resultado no es el esperado."))
        else:
            self._show(
                Lamp.REAL, Colour.GREEN, _("También funciona con hilos de verdad, una vez; la prueba es lo de arriba.")
            )

    def drawn(self, least: int, most: int) -> int:
        """A size from `least` to `most` that goes with this answer: always the same for it, another if it is changed.

        An answer that is made for the sizes that are asked for has another one to stand then.
        """
        return least + crc32(self.text.encode()) % (most - least + 1)

    def left(self, seconds: float) -> float:
        """Of the `seconds` that a search may take, those before the deadline; hardly any if it has passed."""
        return max(_LEAST, min(seconds, self.deadline - time.monotonic()))

    def add(self, lamp: Lamp, colour: Colour, text: str) -> None:
        """Light `lamp` for something asked without the methods above; the worse colour stays, both texts are told."""
        self._show(lamp, colour, text)

    def give_up(self) -> None:
        """No time is left: what is not asked yet stays open, unless something is wrong already."""
        if not self.red:
            self._show(Lamp.SAFETY, Colour.AMBER, _("Sin terminar: no dio tiempo a mirar todas las intercalaciones."))

    def refuse(self, lamp: Lamp, text: str) -> None:
        """Light `lamp` red for a reason found without the explorer."""
        self._show(lamp, Colour.RED, text)

    def show(self, shown: Shown) -> None:
        """Light a lamp in the place of what it showed before; for a story that was made elsewhere."""
        self.shown = [each for each in self.shown if each.lamp is not shown.lamp]
        self.shown.append(shown)

    def _violated(self, report: Report, bound: Text, wrong: Text | None = None, blame: Lamp = Lamp.SAFETY) -> None:
        trouble = report.findings[0].trouble
        lamp = blame if trouble in (Trouble.INVARIANT, Trouble.ASSERTION) else _LAMP_OF[trouble]
        said = str(wrong) if wrong is not None and lamp in (Lamp.SAFETY, blame) else _TROUBLES[trouble]()
        self._show(lamp, Colour.RED, said + " " + _("Con {bound}.").format(bound=bound), report)

    def _unfinished(self, report: Report, bound: Text, lamp: Lamp = Lamp.CONCURRENCY) -> None:
        text = _("Sin terminar con {bound}: {why}.").format(bound=bound, why=report.why)
        self._show(lamp, Colour.AMBER, text)

    def _explore(
        self,
        setup: Callable[[], Any] | None,
        workers: Sequence[Callable[[Any], Any]],
        invariant: Callable[[Any], Any] | None,
        body: Callable[[], Any] | None,
        budget: Budget,
        strategy: str = "dpor",
        compare: bool = True,
    ) -> Report | None:
        name = self.answer.__name__.removeprefix("answer_")
        if invariant is not None:  # the check's own name for it says nothing to a learner
            invariant.__name__ = _("el resultado esperado")
        budget = replace(budget, seconds=round(self.left(budget.seconds or _LEAST), 1))
        how: dict[str, Any] = {"budget": budget, "strategy": strategy, "name": name, "compare": compare}
        try:
            if body is not None:
                modules = [self.answer, *self._others, *_module(body)]
                return explore(body=afresh(self._restore, body), instrument=modules, **how)
            modules = [self.answer, *self._others, *_module(setup)]
            return explore(made_afresh(self._restore, setup), workers, invariant, instrument=modules, **how)
        except Unexplorable as error:
            text = _(
                "Línea {line}: {what} no se puede explorar y aquí no hace falta; usa lo que el ejercicio ya importa, o "
                "threading, queue y concurrent.futures."
            )
            said = text.format(line=error.line, what=error.what) if error.line else str(error)
            self._show(Lamp.CONTRACT, Colour.RED, said)
            return None
        except HilosError as error:
            self._show(Lamp.CONTRACT, Colour.RED, str(error))
            return None

    def _show(self, lamp: Lamp, colour: Colour, text: str, report: Report | None = None) -> None:
        if colour is not Colour.RED and any(each.lamp is lamp for each in self.shown):
            # Two questions of one lamp: the worse colour stays, both texts are told.
            before = next(each for each in self.shown if each.lamp is lamp)
            worse = Colour.AMBER if Colour.AMBER in (before.colour, colour) else Colour.GREEN
            self.shown[self.shown.index(before)] = Shown(lamp, worse, f"{before.text} {text}")
            return
        if report is None:
            self.show(Shown(lamp, colour, text))
        else:
            token = report.findings[0].schedule.token
            self.show(Shown(lamp, colour, text, str(report), token, report.to_dict()))


def _shortest(report: Report) -> float:
    return float("inf") if report.shortest_time is None else report.shortest_time


def _module(function: Callable[..., Any] | None) -> list[ModuleType]:
    """The module that `function` comes from, whose accesses are scheduled one by one too."""
    inner = function.func if isinstance(function, partial) else function
    module = sys.modules.get(getattr(inner, "__module__", ""))
    return [module] if module is not None else []


# Functions, since the language is chosen when they are called.
_TROUBLES: dict[Trouble, Callable[[], str]] = {
    Trouble.INVARIANT: lambda: _("Hay una intercalación en la que el resultado no es el esperado."),
    Trouble.ASSERTION: lambda: _("Hay una intercalación en la que una comprobación falla."),
    Trouble.EXCEPTION: lambda: _("Hay una intercalación en la que un hilo muere con una excepción."),
    Trouble.DOUBLE_RELEASE: lambda: _("Hay una intercalación en la que se suelta un lock o un permiso de más."),
    Trouble.DATA_RACE: lambda: _("Dos accesos a la vez, uno de ellos una escritura, y nada los ordena."),
    Trouble.DEADLOCK: lambda: _("Hay una intercalación en la que los hilos se esperan en círculo para siempre."),
    Trouble.STUCK: lambda: _("Hay una intercalación en la que un hilo espera para siempre y nadie puede despertarlo."),
    Trouble.NO_PROGRESS: lambda: _("Hay una intercalación en la que los hilos dan vueltas sin avanzar."),
}
