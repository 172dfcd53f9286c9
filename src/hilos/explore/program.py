"""What is explored: a state, the threads that share it, and what must hold of it.

A program is given in one of two shapes: `setup`, `workers` and `invariant` (each worker is called in a thread of its
own with the state that `setup` returned), or one `body` without arguments that starts whatever threads it likes.
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

from hilos.errors import UsageError
from hilos.locale import translator

_ = translator("explore")


_STARTS_NOTHING = (
    inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_ITERABLE_COROUTINE
)
"""Of the flags of a code object: calling it does not run its body."""


@dataclass(frozen=True, slots=True)
class Region:
    """Lines of which one asks how many threads can be in them at once.

    Attributes:
        name: what the report calls it.
        file: path of the source file.
        first: first line, counted from 1.
        last: last line, included.
    """

    name: str
    file: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Program:
    """A concurrent program and what must hold.

    Attributes:
        name: what the report calls it.
        setup: makes a fresh state; called once for each execution, with no other thread running.  A class will do.
        workers: each runs in a thread of its own and is given the state.
        invariant: told the state when all threads have ended; a false value, or an AssertionError, is a violation.
            None if deadlocks and exceptions are all that matters.
        body: a whole program in one function; excludes the three above.
        instrument: further modules whose shared accesses are scheduled one by one, beside the files that the
            functions come from.
        regions: lines of which to find out how many threads can be in them at once.
        data_races: whether unordered conflicting accesses are findings by themselves.
    """

    name: str
    setup: Callable[[], Any] | None = None
    workers: tuple[Callable[[Any], Any], ...] = ()
    invariant: Callable[[Any], Any] | None = None
    body: Callable[[], Any] | None = None
    instrument: tuple[ModuleType, ...] = ()
    regions: tuple[Region, ...] = field(default=())
    data_races: bool = False

    @classmethod
    def of(
        cls,
        setup: Callable[[], Any] | None,
        workers: Sequence[Callable[[Any], Any]] | None,
        invariant: Callable[[Any], Any] | None = None,
        *,
        body: Callable[[], Any] | None = None,
        name: str = "",
        instrument: Sequence[ModuleType] = (),
        regions: Sequence[Region] = (),
        data_races: bool = False,
    ) -> "Program":
        """Check what was given and make a program of it.

        Raises:
            UsageError: something that must be callable is not, or there is nothing to run.
        """
        if body is not None and (setup is not None or workers):
            raise UsageError(_("Da un cuerpo (body) o bien setup y workers, no las dos cosas"))
        if body is not None:
            _callable(body, "body")
        else:
            if not isinstance(workers, Sequence):
                raise UsageError(_("workers debe ser una lista de funciones que reciben el estado"))
            if not workers:
                raise UsageError(_("workers está vacía: hace falta al menos una función"))
            for position, worker in enumerate(workers):
                _callable(worker, f"workers[{position}]")
            if setup is not None:
                _callable(setup, "setup")
            if invariant is not None:
                _callable(invariant, "invariant")
        chosen = tuple(workers or ())
        if not name:
            first = body or (chosen[0] if chosen else setup)
            name = getattr(first, "__qualname__", None) or type(first).__name__
        return cls(name, setup, chosen, invariant, body, tuple(instrument), tuple(regions), data_races)


def _callable(thing: object, what: str) -> None:
    if isinstance(thing, type):
        return
    if type(thing) is FunctionType and not thing.__dict__ and not thing.__code__.co_flags & _STARTS_NOTHING:
        return  # nearly all are: `inspect` takes ten times as long to say so
    plain = thing
    while isinstance(plain, functools.partial):
        plain = plain.func
    if inspect.iscoroutinefunction(plain) or inspect.isgeneratorfunction(plain) or inspect.isasyncgenfunction(plain):
        raise UsageError(
            _(
                "{what} ({name}) es una corrutina o un generador: llamarla no ejecuta su cuerpo. Dale una función"
            ).format(what=what, name=plain.__name__)
        )
    if not callable(thing):
        raise UsageError(
            _("{what} debe ser una función y es {type}: {value}").format(
                what=what, type=type(thing).__name__, value=repr(thing)[:60]
            )
        )
