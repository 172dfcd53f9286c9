"""A program to run on the model loop, and one execution of it."""

import asyncio
import contextlib
import random
import re
import sys
import warnings
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from types import CodeType, ModuleType
from typing import Any

from hilos.course.asynchronous.blocking import Guard
from hilos.course.asynchronous.loop import ModelLoop, Option
from hilos.course.asynchronous.trouble import Stop, Trouble, Wrong
from hilos.course.asynchronous.watching import Watch, waiting
from hilos.course.beginning import began
from hilos.locale import translator

_ = translator("asynchronous")

STEPS = 1_500
"""Steps of one execution; more count as never ending."""

Worker = Callable[[Any], Coroutine[Any, Any, Any]]


@dataclass(frozen=True)
class Program:
    """What is explored.

    Attributes:
        setup: told the answer's module, made anew; gives the state.
        workers: by the name of the task, functions that are told the state and give a coroutine.
        invariant: told the state when all workers have come back; false means that it is wrong.
        cancelled: names of workers that may be cancelled, one of them, at any moment.
        kept: whether something of the answer's has to refer to each task that it makes.
        swallows: whether a worker that was cancelled may come to its end all the same.
    """

    setup: Callable[[ModuleType], Any]
    workers: Mapping[str, Worker]
    invariant: Callable[[Any], Any] = lambda state: True
    cancelled: tuple[str, ...] = ()
    kept: bool = False
    swallows: bool = False


@dataclass(slots=True)
class Run:
    """What came of one execution.

    Attributes:
        wrong: what is wrong with it; None if nothing is.
        widths: at each choice, how many options there were.
        chosen: which was taken.
        defaults: which the loop itself would have taken.
        state: of the program, at the end; None if it was never made.
        time: virtual seconds.
        held: whether a thread of an executor computed with the GIL held.
        names: who acted at each step.
    """

    wrong: Wrong | None = None
    widths: list[int] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    defaults: list[int] = field(default_factory=list)
    state: Any = None
    time: float = 0.0
    held: bool = False
    names: list[str] = field(default_factory=list)


class Nondeterminism(Exception):
    """The same choices did not lead to the same options."""


class Machine:
    """Runs a program again and again.

    Arguments:
        source: text of the answer.
        file: where it is.
        name: of the module.
        program: what to run.
        loops_own: whether things come in the loop's own order (see the package) instead of any.
    """

    def __init__(self, source: str, file: str, name: str, program: Program, loops_own: bool = False) -> None:
        self.code: CodeType = compile(source, file, "exec")
        self.file = file
        self.name = name
        self.program = program
        self.loops_own = loops_own

    def run(
        self,
        guard: Guard,
        unawaited: list[warnings.WarningMessage],
        prefix: Sequence[int] = (),
        watched: bool = False,
        teller: Any = None,
    ) -> Run:
        """Run once; the choices of `prefix` first, then the loop's own.

        Arguments:
            guard: stands in the place of what blocks.
            unawaited: the list that warnings go to.
            prefix: which option to take at each choice.
            watched: whether to look for tasks that nobody keeps (slow).
            teller: hears of each step, before and after it: its kind, the task, the virtual time.

        Raises:
            Nondeterminism: `prefix` does not fit.
        """
        execution = _Execution(self, unawaited, prefix, watched, teller)
        before, module = asyncio._get_running_loop(), sys.modules.get(self.name)
        random.seed(0)
        began[0] = monotonic()
        unawaited.clear()
        guard.enter(execution.loop)
        asyncio._set_running_loop(execution.loop)
        try:
            execution.go(guard)
        finally:
            asyncio._set_running_loop(before)
            guard.leave()
            execution.close()
            sys.modules.pop(self.name, None)
            if module is not None:
                sys.modules[self.name] = module
        return execution.result


class _Execution:
    """One run."""

    def __init__(
        self,
        machine: Machine,
        unawaited: list[warnings.WarningMessage],
        prefix: Sequence[int],
        watched: bool,
        teller: Any,
    ) -> None:
        self.machine = machine
        self.program = machine.program
        self.loop = ModelLoop(machine.file)  # type: ignore[abstract]  # the rest is added by name
        self.loop.prompt = machine.loops_own
        self.result = Run()
        self.unawaited = unawaited
        self.prefix = prefix
        self.teller = teller
        self.roots: list[Any] = []
        self.victim: Any = None
        self.watch = Watch(self.loop, watched and self.program.kept)
        self._turn: list[asyncio.Handle] = []

    def go(self, guard: Guard) -> None:
        """From the file's first line to the end."""
        try:
            self._start()
        except Stop:
            self._finish()
            return
        steps = 0
        while self.loop.wrong is None and not all(root.done() for root in self.roots):
            option = self._next()
            if option is None:
                break
            guard.steps += 1
            steps += 1
            self._take(option)
            if steps >= STEPS:
                text = _("A los {n} pasos no había terminado: las tareas dan vueltas sin avanzar.")
                self.loop.end(Wrong(Trouble.SPINNING, text.format(n=steps)))
        self._finish()

    def _start(self) -> None:
        module = ModuleType(self.machine.name)
        module.__file__ = self.machine.file
        sys.modules[self.machine.name] = module
        exec(self.machine.code, vars(module))  # noqa: S102  the answer itself
        self.result.state = self.program.setup(module)
        for name, worker in self.program.workers.items():
            self.roots.append(self.loop.create_task(worker(self.result.state), name=name))

    def _take(self, option: Option) -> None:
        owner = option.owner
        name = owner.get_name() if owner is not None else ""
        self.result.names.append(name)
        if self.teller is not None:
            self.teller.before(option.kind, owner, self.loop.now)
        if option.kind == "cancel":
            self.victim = owner
        self.loop.take(option)
        if self.teller is not None:
            self.teller.after(option.kind, owner, self.loop.now)
        if self.unawaited:
            self._never_awaited()
        if option.kind == "step":
            if not self.machine.loops_own:
                self.watch.after(owner)
            if owner.done() and not owner.cancelled() and owner in self.roots and owner.exception() is not None:
                self._failed(owner)
        self.watch.forgotten(self.roots)

    # Choosing.

    def _next(self) -> Option | None:
        options = self._in_the_loops_order() if self.machine.loops_own else self._in_any_order()
        if not options:
            self._stuck()
            return None
        default = 0 if self.machine.loops_own else self.watch.again(options)
        return options[self._choose(len(options), default)]

    def _in_any_order(self) -> list[Option]:
        options = self.loop.steps() + self.loop.due()
        if options and self.victim is None and self.program.cancelled:
            options += [
                Option("cancel", root)
                for root in self.roots
                if root.get_name() in self.program.cancelled and not root.done()
            ]
        return options

    def _in_the_loops_order(self) -> list[Option]:
        """As BaseEventLoop does: what was ready when the turn began; then timers that are due join, and a new turn."""
        loop = self.loop
        self._turn = [handle for handle in self._turn if not handle.cancelled()]
        if not self._turn:
            if not loop.steps():
                loop.now = max(loop.now, loop.earliest()) if loop.due() else loop.now
            if loop.earliest() <= loop.now + 1e-9:
                return loop.due("join")
            self._turn = list(loop.ready)
        if not self._turn:
            return []
        return [loop.option(self._turn.pop(0))]

    def _choose(self, width: int, default: int) -> int:
        if width == 1:
            return 0
        position = len(self.result.chosen)
        choice = self.prefix[position] if position < len(self.prefix) else default
        if choice >= width:
            raise Nondeterminism
        self.result.widths.append(width)
        self.result.chosen.append(choice)
        self.result.defaults.append(default)
        return choice

    # What came of it.

    def _finish(self) -> None:
        loop, result = self.loop, self.result
        if loop.wrong is None:
            self._drain()
        if loop.wrong is None:
            self._leftovers()
        if loop.wrong is None and not self.program.invariant(result.state):
            loop.end(Wrong(Trouble.INVARIANT))
        result.wrong = loop.wrong
        result.time = loop.now
        result.held = loop.held

    def _failed(self, root: Any) -> None:
        error = root.exception()
        if isinstance(error, AssertionError):
            self.loop.end(Wrong(Trouble.ASSERTION, str(error)))
        elif not isinstance(error, Stop):
            text = _("«{name}» termina con {type}: {text}").format(
                name=root.get_name(), type=type(error).__name__, text=error
            )
            self.loop.end(Wrong(Trouble.EXCEPTION, text.rstrip(": ")))

    def _never_awaited(self) -> None:
        for warning in self.unawaited:
            text = str(warning.message)
            name = re.search(r"coroutine '([^']*)' was never awaited", text)
            if name is None:
                continue
            made = re.findall(rf'File "{re.escape(self.machine.file)}", line (\d+)', text)
            if made:
                said = _("Línea {line}: se llama a «{name}» sin await: la corrutina se crea y nadie la ejecuta.")
            else:
                said = _("«{name}» es una corrutina y se la llama sin await: se crea y nadie la ejecuta.")
            line = made[-1] if made else 0
            self.loop.end(Wrong(Trouble.UNAWAITED, said.format(line=line, name=name[1].rpartition(".")[2])))
        self.unawaited.clear()

    def _drain(self) -> None:
        """Tasks that were cancelled may still have to hear of it; `asyncio.run` waits for that too."""
        for _step in range(200):
            going = [option for option in self.loop.steps() if option.kind == "step" and option.owner.cancelling()]
            if not going or self.loop.wrong is not None:
                return
            self.loop.take(going[0])

    def _leftovers(self) -> None:
        victim = self.victim
        if victim is not None and not victim.cancelled() and not self.program.swallows:
            text = _("Se canceló a «{name}» y siguió hasta el final como si nada: alguien se tragó CancelledError.")
            self.loop.end(Wrong(Trouble.SWALLOWED, text.format(name=victim.get_name())))
        for task in self.loop.tasks:
            name, line = task.get_name(), self.loop.sites[id(task)]
            if not task.done():
                text = _("Todo ha vuelto y la tarea «{name}» (línea {line}) sigue en marcha: nadie la esperó.")
                self.loop.end(Wrong(Trouble.LEFT, text.format(name=name, line=line)))
            elif not task.cancelled() and task._log_traceback:
                error = task.exception()
                text = _("La tarea «{name}» (línea {line}) terminó con {type} y nadie lo ha visto.")
                self.loop.end(Wrong(Trouble.UNSEEN, text.format(name=name, line=line, type=type(error).__name__)))

    def _stuck(self) -> None:
        waits = tuple(
            (task.get_name(), *waiting(task, self.machine.file)) for task in self.loop.tasks if not task.done()
        )
        self.loop.end(Wrong(Trouble.STUCK, waits=waits))

    def close(self) -> None:
        """Leave nothing behind that would speak up later."""
        loop = self.loop
        loop.wrong = loop.wrong or Wrong(Trouble.REFUSED)
        for task in loop.tasks:
            task._log_destroy_pending = False
            task._log_traceback = False
            if not task.done():
                with contextlib.suppress(Stop, Exception):  # whatever its finally blocks do now
                    task.get_coro().close()
        loop.ready.clear()
        loop.timers.clear()
        self.unawaited.clear()
