"""All questions for one answer, in this process: what the grader's child runs.

The answer is loaded from its file as a module of its own; its top level runs then, so this belongs into a process that
may be ended.
"""

import ast
import builtins
import importlib
import importlib.util
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from hilos.course import contract
from hilos.course.catalogue import Exercise
from hilos.course.contract import Breach
from hilos.course.gates import Colour, Judge, Lamp, Shown
from hilos.course.numbering import alike, number
from hilos.course.tools import Tools
from hilos.errors import UsageError
from hilos.explore.primitives.namespace import REAL
from hilos.locale import translator

_ = translator("course")


def check_of(exercise: Exercise) -> Callable[[Judge], None]:
    """The function that asks this exercise's questions.

    Raises:
        UsageError: there is none (a mistake in the catalogue).
    """
    module = importlib.import_module(f"hilos.course.checks.{exercise.topic.partition('_')[2]}")
    check: Callable[[Judge], None] | None = getattr(module, exercise.name, None)
    if check is None:
        raise UsageError(_("El ejercicio «{name}» no tiene comprobación.").format(name=exercise.name))
    return check


def judge(
    exercise: Exercise,
    answer: Path,
    original: str,
    deadline: float = float("inf"),
    asked: Callable[[Judge], None] = lambda questions: None,
) -> list[Shown]:
    """Lamps of the answer in the file `answer`, in the order in which they are shown.

    Arguments:
        exercise: which.
        answer: the file to judge.
        original: the exercise's text as it was given.
        deadline: of all searches together, in seconds of `time.monotonic()`.
        asked: is given the judge before the first question, for who wants to know how far it has come.
    """
    read = contract.read(answer)
    if isinstance(read, Breach):
        return [Shown(Lamp.CONTRACT, Colour.RED, str(read) if read.line else read.text)]
    text, tree = read
    found = contract.breaches(tree, ast.parse(original), puzzle=exercise.kind == "puzzle")
    if found:
        return [Shown(Lamp.CONTRACT, Colour.RED, str(found[0]) if found[0].line else found[0].text)]
    tools = Tools()
    module = _load(answer, text)
    if isinstance(module, Shown):
        return [module]
    if changed := tools.changed():
        return [_patched(changed)]
    derived = _derived(module)
    if derived is not None:
        return [derived]
    _give_hashes(module)
    questions = Judge(module, deadline=deadline, text=text)
    asked(questions)
    check_of(exercise)(questions)
    if changed := tools.changed():
        return [_patched(changed)]
    return in_order(questions.shown)


def _patched(name: str) -> Shown:
    said = _("{name} ya no es lo que era: arregla tu código, no las herramientas").format(name=name)
    return Shown(Lamp.CONTRACT, Colour.RED, said)


def in_order(shown: Sequence[Shown]) -> list[Shown]:
    """Lamps as they are shown; that of the contract is there always."""
    shown = list(shown)
    if not any(each.lamp is Lamp.CONTRACT for each in shown):
        shown.insert(0, Shown(Lamp.CONTRACT, Colour.GREEN, _("Los nombres siguen ahí y no hay trucos.")))
    order = list(Lamp)
    return sorted(shown, key=lambda each: order.index(each.lamp))


def _give_hashes(module: ModuleType) -> None:
    """Let objects of the answer's classes be in the same place of a set in each execution."""
    for kind in list(vars(module).values()):
        own: Any = kind.__hash__ if isinstance(kind, type) and kind.__module__ == module.__name__ else None
        if own is object.__hash__:
            setattr(kind, "__hash__", alike)  # noqa: B010  a type's, which cannot be assigned otherwise for mypy


def _derived(module: ModuleType) -> Shown | None:
    """A class of the answer's that derives from a lock, a queue or the like, whose inside the explorer does not see."""
    for name, kind in vars(module).items():
        if not isinstance(kind, type) or kind.__module__ != module.__name__:
            continue
        # What derives from `local` has nothing inside but the attributes of each thread, and those are seen.
        base = next((each for each in kind.__mro__ if each in REAL and each is not threading.local), None)
        if base is not None:
            text = _("«{name}» deriva de {base}, y por dentro no se puede explorar: guarda uno en un atributo y úsalo.")
            return Shown(Lamp.CONTRACT, Colour.RED, text.format(name=name, base=base.__name__))
    return None


def _load(answer: Path, text: str) -> ModuleType | Shown:
    name = f"answer_{answer.stem}"
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(answer))
    if spec is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(answer)
    vars(module)["__builtins__"] = {**vars(builtins), "id": number, "hash": number.hash}
    sys.modules[name] = module
    try:
        exec(compile(text, str(answer), "exec"), module.__dict__)  # noqa: S102  judging it is what we are for
    except BaseException as error:  # noqa: BLE001  SystemExit too
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(answer)]
        line = frames[-1].lineno if frames else 0
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        return Shown(
            Lamp.CONTRACT,
            Colour.RED,
            _("El archivo falla al cargarse, en la línea {line}: {what}").format(line=line, what=what),
        )
    return module
