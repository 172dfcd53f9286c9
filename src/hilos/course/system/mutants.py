"""Spoiled versions of the service: one change each, and what is wrong with it in the learner's words."""

import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from hilos.course.catalogue import Text

GOOD = Path(__file__).with_name("service.py")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A spoiled version.

    Attributes:
        name: of the version.
        old, new: the text that is replaced, once, and what takes its place.
        what: what it does wrong.
    """

    name: str
    old: str
    new: str
    what: Text


MUTANTS = (
    Mutant(
        "arrival_ignored",
        "(priority, self.taken, name, work)",
        "(priority, -self.taken, name, work)",
        Text(
            "con la misma prioridad hace primero lo último que llegó", "does the last to come first at equal priority"
        ),
    ),
    Mutant(
        "priority_ignored",
        "(priority, self.taken, name, work)",
        "(0, self.taken, name, work)",
        Text("no mira la prioridad", "does not look at the priority"),
    ),
    Mutant(
        "dies_of_a_failure",
        "            except Exception:  # noqa: BLE001  whatever a job raises, its worker goes on\n"
        "                with self.changed:\n                    self.failed += 1\n"
        '                self.tell(name, "failed")\n            else:',
        "            finally:",
        Text("un trabajo que falla se lleva por delante a su hilo", "a job that fails takes its thread with it"),
    ),
    Mutant(
        "silent_failure",
        '                self.tell(name, "failed")\n',
        "",
        Text("no avisa a los clientes de un trabajo que falla", "does not tell the clients of a job that fails"),
    ),
    Mutant(
        "takes_after_closing",
        "            if self.closed:\n                return False\n",
        "",
        Text("acepta trabajos después de cerrar", "takes jobs after it was closed"),
    ),
    Mutant(
        "drops_the_rest",
        "                while not self.jobs:\n",
        "                while not self.jobs or self.closed:\n",
        Text("al cerrar tira los trabajos que quedan", "drops the jobs that are left when it is closed"),
    ),
    Mutant(
        "waits_once",
        "                while not self.jobs:\n",
        "                if not self.jobs:\n",
        Text("al despertar no vuelve a mirar si hay trabajo", "does not look again for a job when it wakes up"),
    ),
    Mutant(
        "nobody_woken",
        "            self.changed.notify()\n",
        "",
        Text("no despierta a nadie cuando llega un trabajo", "wakes nobody when a job comes"),
    ),
    Mutant(
        "one_woken_to_go",
        "            self.closed = True\n            self.changed.notify_all()\n",
        "            self.closed = True\n            self.changed.notify()\n",
        Text("al cerrar despierta a un solo hilo", "wakes only one thread when it is closed"),
    ),
    Mutant(
        "done_unlocked",
        "                with self.changed:\n                    self.done += 1\n",
        "                self.done += 1\n",
        Text("cuenta los trabajos hechos sin lock", "counts the jobs that are done without a lock"),
    ),
    Mutant(
        "failed_unlocked",
        "                with self.changed:\n                    self.failed += 1\n",
        "                self.failed += 1\n",
        Text("cuenta los trabajos que fallan sin lock", "counts the jobs that fail without a lock"),
    ),
    Mutant(
        "clients_live",
        "        with self.changed:\n            clients = list(self.clients)\n        for client in clients:\n",
        "        for client in self.clients:\n",
        Text(
            "recorre la lista de clientes mientras otros entran y salen",
            "goes through the list of clients while others come and go",
        ),
    ),
)


def good() -> ModuleType:
    """The good version, as a module of its own."""
    return _module("service", GOOD.read_text(encoding="utf-8"))


def spoiled() -> Iterator[tuple[Mutant, ModuleType]]:
    """Each spoiled version, as a module of its own."""
    text = GOOD.read_text(encoding="utf-8")
    for mutant in MUTANTS:
        if text.count(mutant.old) != 1:
            raise ValueError(mutant.name)
        yield mutant, _module(mutant.name, text.replace(mutant.old, mutant.new))


def _module(name: str, text: str) -> ModuleType:
    """A module whose text is in no file: all versions have the same names, so that a test cannot tell them by those."""
    file = str(GOOD.with_name(f"{name}.spoiled.py")) if name != "service" else str(GOOD)
    module = ModuleType("service")
    module.__file__ = file
    # Tracebacks and the explorer read source lines here; an entry without a time is never looked up on disk.
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), module.__dict__)  # noqa: S102  our own text
    return module
