"""What observe finds: deadlocks that happened and inversions that are waiting to, as values that can be shown.

`str()` of a finding is the report for a person, in the language in force.
"""

from dataclasses import dataclass

from hilos.events import Location
from hilos.locale import translator
from hilos.observe.stacks import short

_ = translator("observe")


@dataclass(frozen=True, slots=True)
class Held:
    """A lock that a thread holds.

    Attributes:
        name: the lock's name.
        type: its type.
        location: where it was taken; None where that was not noted.
        exact: whether `location` is where *this* hold began, or only where the lock was taken some time before.
    """

    name: str
    type: str
    location: Location | None = None
    exact: bool = False

    def __str__(self) -> str:
        if self.location is None:
            return _("{type} «{name}»").format(type=self.type, name=self.name)
        where = f"{short(self.location.file)}:{self.location.line}"
        if self.exact:
            return _("{type} «{name}» (tomado en {where})").format(type=self.type, name=self.name, where=where)
        return _("{type} «{name}» (otras veces se toma en {where})").format(type=self.type, name=self.name, where=where)


@dataclass(frozen=True, slots=True)
class Blocked:
    """One thread of a deadlock.

    Attributes:
        thread: its name.
        wants: the name of the lock that it waits for.
        wants_type: that lock's type.
        holder: the name of the thread that holds it.
        holds: what the thread itself holds, newest first.
        stack: where it waits, innermost call first.
    """

    thread: str
    wants: str
    wants_type: str
    holder: str
    holds: tuple[Held, ...]
    stack: tuple[Location, ...]


@dataclass(frozen=True, slots=True)
class Deadlock:
    """A cycle of threads, each waiting for a lock that the next one holds: none can ever go on."""

    threads: tuple[Blocked, ...]

    def __str__(self) -> str:
        if len(self.threads) == 1:
            head = _("DEADLOCK: un hilo espera un lock que él mismo retiene.")
        else:
            head = _("DEADLOCK: {n} hilos se esperan unos a otros.").format(n=len(self.threads))
        lines = [head]
        for each in self.threads:
            lines.append(
                _("  El hilo «{thread}» espera {type} «{wants}», que retiene «{holder}».").format(
                    thread=each.thread, type=each.wants_type, wants=each.wants, holder=each.holder
                )
            )
            lines += [_("    retiene: {held}").format(held=held) for held in each.holds]
            lines.append(_("    espera en:"))
            lines += stack_lines(each.stack, "      ")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Nesting:
    """One edge of an inversion: a thread asked for one lock while it held another.

    Attributes:
        thread: its name.
        held: the lock that it held.
        wanted: the name of the lock that it asked for.
        wanted_type: that lock's type.
        stack: where it asked, innermost call first.
    """

    thread: str
    held: Held
    wanted: str
    wanted_type: str
    stack: tuple[Location, ...]


@dataclass(frozen=True, slots=True)
class Inversion:
    """Locks taken in orders that contradict each other: a deadlock waiting to happen, though in this run none did."""

    nestings: tuple[Nesting, ...]

    @property
    def locks(self) -> tuple[str, ...]:
        """Names of the locks of the cycle, in its order."""
        return tuple(nesting.held.name for nesting in self.nestings)

    def __str__(self) -> str:
        ring = " → ".join(_("«{name}»").format(name=name) for name in (*self.locks, self.locks[0]))
        lines = [_("INVERSIÓN DE ORDEN: {ring}. Si coinciden, habrá un deadlock.").format(ring=ring)]
        for each in self.nestings:
            lines.append(
                _("  El hilo «{thread}» pidió {type} «{wanted}» mientras retenía {held}:").format(
                    thread=each.thread, type=each.wanted_type, wanted=each.wanted, held=each.held
                )
            )
            lines += stack_lines(each.stack, "      ")
        return "\n".join(lines)


def stack_lines(stack: tuple[Location, ...], indent: str) -> list[str]:
    """One line a call, innermost first."""
    if not stack:
        return [indent + _("(sin pila: el hilo ya no existe)")]
    return [f"{indent}{short(each.file)}:{each.line} ({each.function})" for each in stack]
