"""The questions of the checks about a program of asyncio, and the lamps that show what came of them."""

import ast
import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hilos.course.asynchronous import forms
from hilos.course.asynchronous.machine import Machine, Program
from hilos.course.asynchronous.search import Found, search, standing
from hilos.course.asynchronous.telling import Told, story, wait_text
from hilos.course.asynchronous.trouble import Trouble, Wrong
from hilos.course.catalogue import Text
from hilos.course.gates import Colour, Judge, Lamp, Shown
from hilos.events import Kind, Location
from hilos.explore import Certificate, Finding, Report, Schedule, Step, Verdict
from hilos.explore import Trouble as Explored
from hilos.locale import translator

_ = translator("asynchronous")

ORDERS = 40_000
SECONDS = 8.0

LAMP_OF = {
    Trouble.INVARIANT: Lamp.SAFETY,
    Trouble.ASSERTION: Lamp.SAFETY,
    Trouble.EXCEPTION: Lamp.SAFETY,
    Trouble.UNSEEN: Lamp.SAFETY,
    Trouble.UNAWAITED: Lamp.SAFETY,
    Trouble.FORGOTTEN: Lamp.SAFETY,
    Trouble.SWALLOWED: Lamp.SAFETY,
    Trouble.STUCK: Lamp.DEADLOCK,
    Trouble.LEFT: Lamp.DEADLOCK,
    Trouble.BLOCKED: Lamp.DEADLOCK,
    Trouble.BLOCKING: Lamp.CONCURRENCY,
    Trouble.SPINNING: Lamp.LIVENESS,
    Trouble.REFUSED: Lamp.CONTRACT,
}
_EXPLORED = {
    Trouble.INVARIANT: Explored.INVARIANT,
    Trouble.ASSERTION: Explored.ASSERTION,
    Trouble.STUCK: Explored.STUCK,
    Trouble.LEFT: Explored.STUCK,
    Trouble.BLOCKED: Explored.DEADLOCK,
    Trouble.SPINNING: Explored.NO_PROGRESS,
}


class Asking:
    """Asks about one answer.

    Arguments:
        judge: keeps the lamps.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._file = str(judge.answer.__file__)
        self._source = Path(self._file).read_text(encoding="utf-8")
        found = forms.refused(ast.parse(self._source))
        if found:
            judge.refuse(Lamp.CONTRACT, str(found[0]))

    def prove(
        self,
        bound: Text,
        program: Program,
        *,
        wrong: Text | None = None,
        blame: Lamp = Lamp.SAFETY,
        lamps: Sequence[Lamp] = (Lamp.SAFETY, Lamp.DEADLOCK),
        loops_own: bool = False,
    ) -> None:
        """Ask that no order of the loop fails; lights `lamps`, or the one that what is wrong belongs to.

        Arguments:
            bound: the size of what is proved, as the learner reads it.
            program: what to run.
            wrong: what a false invariant or a failed assertion means, in the exercise's words.
            blame: the lamp that these light.
            lamps: what a proof lights green.
            loops_own: whether things come in the loop's own order, what is simultaneous in any; not in any order.
        """
        if self._judge.red:
            return
        machine = self._machine(program, loops_own)
        found = search(machine, ORDERS, self._judge.left(SECONDS))
        if found.failing is not None:
            self._failed(machine, found, bound, wrong, blame)
            return
        if found.finished and loops_own:
            text = _("Comprobado con {bound}, en el orden del propio bucle.")
        elif found.finished:
            text = _("Demostrado con {bound}: {n} órdenes del bucle, todos.")
        else:
            text = _("Sin terminar con {bound}: {why}. Se probaron {n} órdenes y ninguno falló.")
        colour = Colour.GREEN if found.finished else Colour.AMBER
        self._judge.add(lamps[0], colour, text.format(bound=bound, why=found.why, n=found.orders))
        also = _("Lo mismo: en ninguno de esos órdenes queda una tarea esperando, ni en marcha.")
        for lamp in lamps[1:]:
            if not any(each.lamp is lamp and each.colour is colour for each in self._judge.shown):
                self._judge.add(lamp, colour, also)

    def reach(self, bound: Text, program: Program, goal: Callable[[Any], bool], missing: Text) -> None:
        """Ask that some order ends in a state for which `goal` holds; lights the lamp of concurrency.

        Arguments:
            bound, program: as for `prove`.
            goal: told the state at the end, in which the program noted what overlapped.
            missing: what it means that no order does.
        """
        if self._judge.red:
            return
        machine = self._machine(program)
        found = search(machine, ORDERS, self._judge.left(SECONDS), lambda run: goal(run.state))
        if found.met:
            text = _("Con {bound} hay un orden en el que pasa a la vez.").format(bound=bound)
            self._judge.add(Lamp.CONCURRENCY, Colour.GREEN, text)
        elif found.failing is not None:
            self._failed(machine, found, bound, None, Lamp.SAFETY)
        elif found.finished:
            text = _("{missing} Con {bound} se miraron todos los órdenes posibles: {n}.")
            self._judge.refuse(Lamp.CONCURRENCY, text.format(missing=missing, bound=bound, n=found.orders))
        else:
            text = _("Sin terminar con {bound}: {why}.").format(bound=bound, why=found.why)
            self._judge.add(Lamp.CONCURRENCY, Colour.AMBER, text)

    def punctual(self, bound: Text, program: Program, *, late: Text, wrong: Text, right: Text) -> None:
        """Ask for something about virtual time, in the order in which a loop does things; lights concurrency.

        Arguments:
            bound, program: as for `prove`; an assertion says what is late, the invariant what is wrong.
            late: what it means that an assertion fails.
            wrong: what it means that the invariant is false; lights safety.
            right: what it means that it is true, for the lamp of safety.
        """
        if self._judge.red:
            return
        machine = self._machine(program, loops_own=True)
        found = search(machine, ORDERS, self._judge.left(SECONDS))
        if found.failing is not None:
            owed = found.failing.wrong is not None and found.failing.wrong.trouble is Trouble.ASSERTION
            self._failed(machine, found, bound, late if owed else wrong, Lamp.CONCURRENCY if owed else Lamp.SAFETY)
            return
        text = _("A tiempo con {bound}, en el orden del propio bucle y con lo que vence a la vez en cualquiera: {n}.")
        colour = Colour.GREEN
        if not found.finished:
            text, colour = _("Sin terminar con {bound}: {why}."), Colour.AMBER
        elif found.held:
            colour = Colour.AMBER
            text = _(
                "Con {bound}: en un hilo, un cálculo en Python no suelta el GIL por sí mismo; cuándo le toca al bucle "
                "lo decide el intérprete, y aquí no se puede demostrar. Trocea el cálculo o usa un proceso."
            )
        self._judge.add(Lamp.CONCURRENCY, colour, text.format(bound=bound, why=found.why, n=found.orders))
        if found.finished and not any(each.lamp is Lamp.SAFETY for each in self._judge.shown):
            self._judge.add(Lamp.SAFETY, Colour.GREEN, f"{right}")

    def real(self, program: Program, seconds: float = 5.0) -> None:
        """Run the program once with asyncio's own loop; lights real."""
        if self._judge.red:
            return
        failure = ""
        state: Any = None

        async def main() -> None:
            nonlocal state
            state = program.setup(self._judge.answer)
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(worker(state) for worker in program.workers.values()))

        try:
            asyncio.run(main())
        except TimeoutError:
            failure = _("Con el bucle de verdad no terminó en {n:g} s.").format(n=seconds)
        except Exception as error:  # noqa: BLE001  whatever it is, the learner is told
            failure = _("Con el bucle de verdad lanzó {type}: {text}").format(type=type(error).__name__, text=error)
        if not failure and not program.invariant(state):
            failure = _("Con el bucle de verdad, el resultado no es el esperado.")
        if failure:
            self._judge.refuse(Lamp.REAL, failure)
            return
        text = _("También funciona con el bucle de asyncio, una vez; la prueba es lo de arriba.")
        self._judge.add(Lamp.REAL, Colour.GREEN, text)

    def _machine(self, program: Program, loops_own: bool = False) -> Machine:
        return Machine(self._source, self._file, self._judge.answer.__name__, program, loops_own)

    def _failed(self, machine: Machine, found: Found, bound: Text, said: Text | None, blame: Lamp) -> None:
        wrong = found.failing.wrong if found.failing is not None else None
        if wrong is None:
            return
        owed = wrong.trouble in (Trouble.INVARIANT, Trouble.ASSERTION)
        lamp = blame if owed else LAMP_OF[wrong.trouble]
        sentence = _sentence(wrong, said if owed else None)
        text = sentence + " " + _("Con {bound}.").format(bound=bound)
        name = machine.name.removeprefix("answer_")
        with standing() as (guard, unawaited):
            told, rows, _run = story(machine, guard, unawaited, found.order, sentence, f"hilos learn run {name}")
        token = "o1." + ".".join(map(str, found.order))
        report = _report(name, machine, found, wrong, rows)
        self._judge.show(Shown(lamp, Colour.RED, text, told, token, report.to_dict()))


def _sentence(wrong: Wrong, said: Text | None) -> str:
    if wrong.trouble is Trouble.STUCK:
        sentence = _("Hay un orden en el que todos esperan para siempre.")
        return " ".join([sentence, *(wait_text(wait) + "." for wait in wrong.waits)])
    if wrong.trouble in (Trouble.INVARIANT, Trouble.ASSERTION):
        general = _("Hay un orden en el que el resultado no es el esperado.")
        return f"{said or general}" + (f" ({wrong.text})" if wrong.text else "")
    return wrong.text if wrong.text.endswith(".") else f"{wrong.text}."


def _report(name: str, machine: Machine, found: Found, wrong: Wrong, rows: list[Told]) -> Report:
    """The same as data, as the step viewer reads it: an operation for each line of the answer."""
    steps = tuple(
        Step(
            number=number,
            thread=row.actor,
            kind=Kind.CALL,
            target=row.text or f"{Path(machine.file).name}:{row.line}",
            target_type="line",
            location=Location(machine.file, row.line) if row.line else None,
            time=row.time,
        )
        for number, row in enumerate(rows)
    )
    finding = Finding(
        trouble=_EXPLORED.get(wrong.trouble, Explored.EXCEPTION),
        message=wrong.text,
        schedule=Schedule(),
        steps=steps,
        threads=tuple(dict.fromkeys(row.actor for row in rows)),
    )
    return Report(
        program=name,
        verdict=Verdict.VIOLATED,
        executions=found.orders,
        findings=(finding,),
        certificate=Certificate(strategy="states", granularity="await"),
        threads=finding.threads,
        failing=1,
    )
