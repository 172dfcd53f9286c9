"""What the model does not have ends the judgement with a sentence."""

from typing import Any

from hilos.errors import Unexplorable
from hilos.explore.runtime.verbs import running
from hilos.locale import translator

_ = translator("course")


def absent(name: str) -> Any:
    refuse(_("multiprocessing.{name} no hace falta aquí y este ejercicio no lo admite").format(name=name))


def refuse(text: str) -> None:
    execution: Any = running()
    execution.refuse(Unexplorable(text))
