"""What an answer must not do, read from its source before it is run.

Exercises need the standard library's concurrency and little else.  What could end the judge, look at it, change the
tools that it stands on, or start processes of its own is refused with a sentence.  This is no prison (the child process
and its limits are that): it tells an honest mistake apart from a wrong answer, and a trick from a solution.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hilos.locale import translator

_ = translator("course")

LARGEST = 100_000
"""Bytes of an answer."""

FORBIDDEN_MODULES = frozenset(
    {
        "hilos", "greenlet", "ctypes", "gc", "inspect", "importlib", "builtins", "subprocess", "socket", "signal",
        "resource", "pty", "code", "codeop", "dis", "marshal", "pickle", "tracemalloc", "faulthandler", "pdb", "bdb",
        "runpy", "site", "shutil", "ast", "_thread", "atexit",
    }
)  # fmt: skip
FORBIDDEN_CALLS = {
    ("os", "_exit"), ("os", "abort"), ("os", "fork"), ("os", "forkpty"), ("os", "kill"), ("os", "killpg"),
    ("os", "system"), ("os", "popen"), ("os", "execv"), ("os", "execve"), ("os", "execvp"), ("os", "spawnv"),
    ("os", "posix_spawn"), ("sys", "exit"), ("sys", "setswitchinterval"), ("sys", "settrace"), ("sys", "setprofile"),
    ("sys", "_getframe"), ("sys", "_current_frames"), ("sys", "setrecursionlimit"), ("threading", "settrace"),
    ("threading", "setprofile"), ("sys", "modules"), ("sys", "monitoring"),
}  # fmt: skip
FORBIDDEN_NAMES = frozenset(
    {"exit", "quit", "exec", "eval", "compile", "__import__", "globals", "breakpoint", "input", "vars"}
)
PATCHED = frozenset({"threading", "time", "queue", "concurrent", "asyncio", "sys", "os", "random", "multiprocessing"})


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that an answer must not do: `line` counted from 1, and a sentence."""

    line: int
    text: str

    def __str__(self) -> str:
        return _("Línea {line}: {text}").format(line=self.line, text=self.text)


def read(path: Path) -> tuple[str, ast.Module] | Breach:
    """The text of an answer and its syntax tree, or why it cannot be read."""
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


def breaches(tree: ast.Module, original: ast.Module, allowed: Iterable[str] = ()) -> list[Breach]:
    """What of `tree` breaks the contract, in the order of its lines.

    Arguments:
        tree: the answer.
        original: the exercise as it was given; its public names have to stay, with their parameters.
        allowed: modules that this exercise may use although they are not in general.
    """
    found = sorted(_walk(tree, frozenset(allowed)), key=lambda breach: breach.line)
    return found + list(_names(tree, original))


def changed_program(tree: ast.Module, original: ast.Module) -> list[Breach]:
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


def _walk(tree: ast.Module, allowed: frozenset[str]) -> Iterator[Breach]:
    imported: dict[str, str] = {}  # local name -> module
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _imports(node, allowed, imported)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            module = imported.get(node.value.id) if isinstance(node.value, ast.Name) else None
            if module and (module, node.attr) in FORBIDDEN_CALLS:
                yield Breach(node.lineno, _("{name} no se puede usar aquí").format(name=f"{module}.{node.attr}"))
            elif node.attr in ("__globals__", "__code__", "__builtins__", "__subclasses__", "f_back", "gi_frame"):
                yield Breach(node.lineno, _("{name} no se puede usar aquí").format(name=node.attr))
            elif isinstance(node.ctx, ast.Store | ast.Del) and module and module.split(".")[0] in PATCHED:
                yield Breach(
                    node.lineno,
                    _("no cambies el módulo {module}: arregla tu código, no las herramientas").format(module=module),
                )
        elif isinstance(node, ast.Call):
            yield from _calls(node, imported)
        elif isinstance(node, ast.ExceptHandler):
            yield from _handler(node)


def _imports(node: ast.Import | ast.ImportFrom, allowed: frozenset[str], imported: dict[str, str]) -> Iterator[Breach]:
    if isinstance(node, ast.ImportFrom):
        names = [node.module or "."]
        for alias in node.names:
            if (node.module, alias.name) in FORBIDDEN_CALLS:
                yield Breach(node.lineno, _("{name} no se puede usar aquí").format(name=f"{node.module}.{alias.name}"))
            imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    else:
        names = [alias.name for alias in node.names]
        for alias in node.names:
            imported[alias.asname or alias.name.split(".")[0]] = alias.name
    for name in names:
        root = name.split(".")[0]
        if root in allowed:
            continue
        if root in FORBIDDEN_MODULES:
            yield Breach(node.lineno, _("el módulo {name} no hace falta aquí y no se puede usar").format(name=root))
        elif root not in sys.stdlib_module_names:
            yield Breach(
                node.lineno, _("usa solo la biblioteca estándar: {name} no es parte de ella").format(name=root)
            )


def _calls(node: ast.Call, imported: dict[str, str]) -> Iterator[Breach]:
    if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_NAMES:
        yield Breach(node.lineno, _("{name} no se puede usar aquí").format(name=f"{node.func.id}()"))
    if isinstance(node.func, ast.Name) and node.func.id in ("setattr", "delattr") and node.args:
        first = node.args[0]
        if isinstance(first, ast.Name) and imported.get(first.id, "").split(".")[0] in PATCHED:
            yield Breach(
                node.lineno,
                _("no cambies el módulo {module}: arregla tu código, no las herramientas").format(module=first.id),
            )


def _handler(node: ast.ExceptHandler) -> Iterator[Breach]:
    broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
    silent = all(
        isinstance(each, ast.Pass | ast.Continue | ast.Break)
        or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in node.body
    )
    if broad and silent:
        yield Breach(node.lineno, _("tragarse cualquier excepción esconde el fallo y no lo arregla"))


def _names(tree: ast.Module, original: ast.Module) -> Iterator[Breach]:
    have = _public(tree)
    for name, parameters in _public(original).items():
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
