"""`multiprocessing.Process`: a thread of the exploration that is given memory of its own when it starts."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hilos.course.processes.copying import Copier, pickled
from hilos.course.processes.refusing import absent
from hilos.course.processes.sharing import Shared
from hilos.events import Kind
from hilos.explore.primitives.thread import Thread
from hilos.explore.runtime.verbs import SHIFT, WRITE, running

if TYPE_CHECKING:
    from hilos.course.processes.machine import Machine


class Process(Shared):
    """A process; `_target`, `_args` and `_kwargs` are the parent's, what runs is the child's copy of them."""

    def __init__(
        self,
        machine: "Machine",
        method: str,
        group: None = None,
        target: Callable[..., Any] | None = None,
        name: str | None = None,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        self._machine = machine
        self._method = method
        self._call = (target, tuple(args), dict(kwargs or {}))
        self._thread: Thread | None = None
        self.name = name or f"Process-{getattr(target, '__name__', '')}"
        self.daemon = bool(daemon)
        self.exitcode: int | None = None

    def start(self) -> None:
        """Make the child's memory and let it run."""
        if self._thread is not None:
            raise AssertionError("cannot start a process twice")
        machine, parent = self._machine, self._machine.current()
        child = machine.next()
        machine.cores.inherit(child, parent)
        copier = Copier(machine, machine.images[parent], machine.images[child])
        if self._method == "fork":
            # The copy is part of the start, whose footprint it adds to.
            self._thread = _Forking(lambda: self._run(child), self.name, self.daemon, lambda: self._fork(copier))
        else:
            pickled(machine, self._call, inherited=True, method=self._method)
            self._call = copier.copy(self._call)
            self._thread = Thread(target=lambda: self._run(child), name=self.name, daemon=self.daemon)
        self._thread.start()

    def _fork(self, copier: "Copier") -> list[int]:
        copier.globals()
        self._call = copier.copy(self._call)
        return copier.footprints

    def _run(self, child: int) -> None:
        target, args, kwargs = self._call
        try:
            if target is not None:
                running().called(target, *args, **kwargs)
            self.exitcode = 0
        except SystemExit as error:
            self.exitcode = error.code if isinstance(error.code, int) else 1
        except Exception as error:  # noqa: BLE001  it ends the child, not the parent, as for a real process
            print(f"{self.name}: {type(error).__name__}: {error}", file=sys.stderr)
            self.exitcode = 1
        self._machine.leave(child)

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end of the process."""
        if self._thread is None:
            raise AssertionError("can only join a started process")
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._thread is not None and self._thread.is_alive()

    def close(self) -> None:
        """Nothing to give back in the model."""

    def terminate(self) -> None:
        """Not modelled: a process ended at any point may leave locks taken and messages half written."""
        absent("Process.terminate")

    kill = terminate


class _Forking(Thread):
    """A thread whose start copies memory in the same operation."""

    def __init__(self, run: Callable[[], None], name: str, daemon: bool, copied: Callable[[], list[int]]) -> None:
        super().__init__(target=run, name=name, daemon=daemon)
        self._copied = copied

    def start(self) -> None:
        """As `Thread.start`, with the copy between the announcement and the first step of the child."""
        verbs = self._verbs
        verbs.step(self._place | WRITE, Kind.START)
        for footprint in self._copied():
            verbs.add(footprint)
        self.strand = verbs.spawn(self._run, self.name, self, self._place >> SHIFT)
