"""What an answer must not do, read from its source before it is run.

Exercises need the standard library's concurrency and little else.  What could end the judge, look at it, change the
tools that it stands on, or start processes of its own (`hilos.course.tricks`) is refused with a sentence.  This is no
prison (the child process and its limits are that): it tells an honest mistake apart from a wrong answer, and a trick
from a solution.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from hilos.course.tricks import Breach, tricks
from hilos.locale import translator

__all__ = ["LARGEST", "Breach", "breaches", "read"]

_ = translator("course")

LARGEST = 100_000
"""Bytes of an answer."""


def read(path: Path) -> tuple[str, ast.Module] | Breach:
    """The text of an answer and its syntax tree, or why it cannot be read."""
    if path.is_fifo():  # to open it would wait for somebody who writes
        return Breach(0, _("el archivo no se puede leer: {reason}").format(reason="FIFO"))
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Breach(0, _("el archivo no está: {path}. Para recuperarlo: hilos learn reset").format(path=path))
    except OSError as error:
        return Breach(0, _("el archivo no se puede leer: {reason}").format(reason=error.strerror))
    if len(data) > LARGEST:
        return Breach(
            0, _("el archivo tiene {n} bytes; un ejercicio no pasa de {most}").format(n=len(data), most=LARGEST)
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return Breach(0, _("el archivo no es texto en UTF-8. Para recuperarlo: hilos learn reset"))
    if "\0" in text:
        return Breach(0, _("el archivo no es texto en UTF-8. Para recuperarlo: hilos learn reset"))
    if not text.strip():
        return Breach(0, _("el archivo está vacío. Para recuperarlo: hilos learn reset"))
    try:
        return text, ast.parse(text, filename=str(path))
    except SyntaxError as error:
        return Breach(error.lineno or 0, _("error de sintaxis: {what}").format(what=error.msg))
    except (RecursionError, MemoryError, ValueError) as error:
        return Breach(0, _("Python no puede leer el archivo: {what}").format(what=error))


def breaches(
    tree: ast.Module, original: ast.Module, allowed: Iterable[str] = (), *, puzzle: bool = False
) -> list[Breach]:
    """What of `tree` breaks the contract, in the order of its lines.

    Arguments:
        tree: the answer.
        original: the exercise as it was given; its public names have to stay, with their parameters.
        allowed: modules that this exercise may use although they are not in general.
        puzzle: whether the program is given, and only the answers beside it may change.
    """
    found = sorted(tricks(tree, allowed), key=lambda breach: breach.line)
    return [*found, *_names(tree, original), *(_changed_program(tree, original) if puzzle else ())]


def _changed_program(tree: ast.Module, original: ast.Module) -> list[Breach]:
    """What a puzzle's answer changed beside the answers: variables of the module whose value is a constant."""

    def program(module: ast.Module) -> list[tuple[int, str]]:
        return [
            (node.lineno, ast.dump(node))
            for node in module.body
            if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant))
            and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        ]

    ours = program(original)
    for position, (line, text) in enumerate(program(tree)):
        if position >= len(ours) or ours[position][1] != text:
            return [Breach(line, _("aquí se cambia el orden, no el programa: hilos learn reset lo recupera"))]
    if len(program(tree)) < len(ours):
        return [Breach(0, _("falta parte del programa: hilos learn reset lo recupera"))]
    return []


def _names(tree: ast.Module, original: ast.Module) -> Iterator[Breach]:
    have, made, heirs = _public(tree), set(_made(tree)), _heirs(tree)
    for name, parameters in _public(original).items():
        if name not in have and (name in made or name.partition(".")[0] in heirs):
            continue  # what it is, whoever calls it finds out
        if name not in have:
            yield Breach(0, _("falta «{name}»: los nombres del ejercicio tienen que seguir ahí").format(name=name))
        elif (
            parameters is not None
            and have[name] is not None
            and list(have[name] or ())[: len(parameters)] != list(parameters)
        ):
            yield Breach(
                0, _("«{name}» tiene que recibir {parameters}").format(name=name, parameters=", ".join(parameters))
            )


def _heirs(tree: ast.Module) -> set[str]:
    """Classes that derive from others: what they do not have may be inherited."""
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef) and node.bases}


def _made(tree: ast.Module) -> Iterator[str]:
    """Names, in a class dotted, that are given to something made elsewhere: `transfer = Mover()`, `get = take`."""
    bodies = [("", tree.body), *((f"{node.name}.", node.body) for node in tree.body if isinstance(node, ast.ClassDef))]
    for prefix, body in bodies:
        for node in body:
            if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Constant):
                yield from (f"{prefix}{each.id}" for each in node.targets if isinstance(each, ast.Name))
            elif prefix and isinstance(node, ast.FunctionDef) and node.args.args:
                yield from _given(prefix, node)


def _given(prefix: str, method: ast.FunctionDef) -> Iterator[str]:
    """What a method gives to its object: `self.put = self._queue.put`."""
    own = method.args.args[0].arg
    for node in ast.walk(method):
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Constant):
            for each in node.targets:
                if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == own:
                    yield f"{prefix}{each.attr}"


def _public(tree: ast.Module) -> dict[str, Sequence[str] | None]:
    """Public functions, methods and classes by dotted name, with the names of their parameters (None for a class)."""
    found: dict[str, Sequence[str] | None] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            found[node.name] = _parameters(node)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found[node.name] = None
            for each in node.body:
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and not each.name.startswith("_"):
                    found[f"{node.name}.{each.name}"] = _parameters(each)
    return found


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
