"""How a run is, in one sentence."""

import signal
from collections.abc import Callable
from enum import StrEnum

from hilos.locale import language, translator

_ = translator("lab_server")


class Status(StrEnum):
    """How a run is."""

    RUNNING = "running"
    OK = "ok"
    FAILED = "failed"
    KILLED = "killed"  # by a signal, or by the lab for what it used
    STOPPED = "stopped"  # by the learner
    DEADLOCK = "deadlock"  # it runs, and the threads of a cycle will never go on


def signal_name(number: int) -> str:
    """`SIGSEGV`, or the number where it has no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def sentence(status: Status, *, code: int = 0, number: int = 0, why: str = "", last: str = "", cycle: str = "") -> str:
    """One sentence in the language in force.

    Arguments:
        status: how it is.
        code: exit status of the program.
        number: the signal that ended it.
        why: the limit that it went past: `memory` or `processes`.
        last: the last line that it wrote to standard error.
        cycle: who waits for whom.
    """
    if status is Status.RUNNING:
        return _("En marcha.")
    if status is Status.OK:
        return _("Ha terminado bien.")
    if status is Status.STOPPED:
        return _("La has parado: no queda ningún proceso suyo.")
    if status is Status.DEADLOCK:
        return _("Deadlock: {cycle}. No seguirá; párala cuando lo hayas visto.").format(cycle=cycle)
    if status is Status.FAILED:
        if last:
            return _("Ha fallado con el estado {code}: {last}").format(code=code, last=last)
        return _("Ha fallado con el estado {code}.").format(code=code)
    if why == "memory":
        return _("El laboratorio la ha parado: ella y sus procesos usaban más de 2 GB de memoria.")
    if why == "processes":
        return _("El laboratorio la ha parado: tenía más de 128 procesos a la vez.")
    if why == "restarted":
        return _("El laboratorio se cerró o se reinició mientras corría, y la paró: no queda ningún proceso suyo.")
    if why == "lost":
        return _("Se ha ido sin despedirse: la mató una señal, o terminó con os._exit.")
    if number == signal.SIGSEGV:
        return _("Se ha estrellado (SIGSEGV): la salida dice en qué línea estaba cada hilo.")
    return _("La ha matado una señal: {name}.").format(name=signal_name(number))


def cycle_text(pairs: list[tuple[str, str, str]]) -> str:
    """A cycle of `(thread, lock, holder)` in words."""
    return ", ".join(
        _("«{thread}» espera «{lock}», que tiene «{holder}»").format(thread=thread, lock=lock, holder=holder)
        for thread, lock, holder in pairs
    )


def _grouped(count: int) -> str:
    return f"{count:,}" if language() == "en" else f"{count:,}".replace(",", ".")


def flood(dropped: int) -> str:
    """What is said where events were dropped."""
    if dropped == 1:
        return _("Hace más de lo que se puede dibujar: un suceso no se muestra.")
    return _("Hace más de lo que se puede dibujar: {n} sucesos no se muestran.").format(n=_grouped(dropped))


def merged(count: int) -> str:
    """What is said where holds were drawn together."""
    return _(
        "Va tan deprisa que {n} veces con un lock se dibujan agrupadas: no falta ninguna, y cada grupo es tan alto "
        "como la parte del tiempo en que su hilo lo tuvo."
    ).format(n=_grouped(count))


def much_output(total: int) -> str:
    """What is said where the output was cut."""
    return _("Ha escrito {size:.0f} MB: solo se guarda el último megabyte.").format(size=total / (1 << 20))


def outlived(count: int) -> str:
    """What is said where processes outlived the program."""
    if count == 1:
        return _("Dejó un proceso vivo al terminar; el laboratorio lo ha parado.")
    return _("Dejó {n} procesos vivos al terminar; el laboratorio los ha parado.").format(n=count)


def lines_left_out(count: int) -> str:
    """What stands for the lines that came too fast to be shown."""
    if count == 1:
        return _("… una línea más que no se muestra")
    return _("… {n} líneas más que no se muestran").format(n=_grouped(count))


NOTES: dict[str, Callable[[int], str]] = {"left": outlived, "output": much_output, "merged": merged, "flood": flood}
"""What else may be said of a run, by the name under which its number is kept."""
