"""Tricks read from an answer's syntax tree: what could end the judge, look at it, or change the tools that it uses.

An answer gets the standard library's concurrency and what is usual beside it, by its names.  A name that is put
together while the program runs, a frame, a function's insides or another module's copy of `os` has no place in an
exercise.  What is not seen here meets `hilos.course.tripwire` when it is run.
"""

import ast
import builtins
import importlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from hilos.locale import translator

_ = translator("course")

MODULES = frozenset(
    {
        "__future__", "abc", "array", "asyncio", "base64", "binascii", "bisect", "calendar", "cmath", "collections",
        "concurrent", "contextlib", "contextvars", "copy", "dataclasses", "datetime", "decimal", "difflib", "enum",
        "errno", "fractions", "functools", "graphlib", "hashlib", "heapq", "hmac", "io", "itertools", "json",
        "keyword", "logging", "math", "multiprocessing", "numbers", "operator", "os", "posixpath", "ntpath", "pprint",
        "queue", "random", "re", "reprlib", "sched", "secrets", "statistics", "string", "struct", "sys", "textwrap",
        "threading", "time", "traceback", "types", "typing", "unicodedata", "uuid", "warnings", "weakref", "zlib",
        "zoneinfo",
    }
)  # fmt: skip
"""What an answer may import; none of it reaches outside the process by its ordinary names."""

_OF_OS = frozenset(
    {
        "path", "cpu_count", "process_cpu_count", "sched_getaffinity", "sched_setaffinity", "sched_yield", "getpid",
        "getppid", "environ", "getenv", "name", "sep", "linesep", "urandom", "times", "strerror", "fspath", "PathLike",
        "getcwd",
    }
)  # fmt: skip
_OF_SYS = frozenset(
    {
        "version_info", "version", "maxsize", "platform", "implementation", "stdout", "stderr", "stdin", "byteorder",
        "float_info", "int_info", "hash_info", "getsizeof", "getrefcount", "getswitchinterval", "exc_info", "intern",
        "getrecursionlimit", "flags", "_is_gil_enabled", "thread_info", "maxunicode", "exception",
    }
)  # fmt: skip
_NARROW = {"os": _OF_OS, "sys": _OF_SYS}
_FORBIDDEN_CALLS = {
    ("threading", "settrace"), ("threading", "setprofile"), ("threading", "settrace_all_threads"),
    ("threading", "setprofile_all_threads"), ("threading", "excepthook"), ("io", "open"), ("io", "open_code"),
    ("io", "FileIO"), ("typing", "get_type_hints"), ("types", "FunctionType"), ("types", "LambdaType"),
    ("types", "CodeType"), ("types", "FrameType"), ("traceback", "walk_stack"), ("traceback", "walk_tb"),
    ("logging", "config"), ("logging", "currentframe"),
}  # fmt: skip
_FORBIDDEN_NAMES = frozenset({"exec", "eval", "compile", "globals", "locals", "breakpoint"})
_ONCE_FORBIDDEN = frozenset({"exit", "quit", "input", "vars", "open"})
"""Names that a program may well give to something of its own, and then they are its own."""
_BY_NAME = frozenset({"getattr", "setattr", "delattr"})
_FORBIDDEN_ATTRIBUTES = frozenset(
    {
        "f_back", "f_globals", "f_locals", "f_builtins", "f_code", "tb_frame", "tb_next", "gi_frame", "gi_code",
        "cr_frame", "cr_code", "ag_frame", "ag_code", "mro", "_exit", "_getframe", "_current_frames", "_os", "_sys",
    }
)  # fmt: skip
_PLAIN_DUNDERS = frozenset(
    f"__{name}__"
    for name in (
        "init", "new", "enter", "exit", "aenter", "aexit", "name", "qualname", "doc", "dict", "class", "call",
        "len", "getitem", "setitem", "delitem", "contains", "iter", "next", "aiter", "anext", "await", "eq",
        "ne", "lt", "le", "gt", "ge", "hash", "repr", "str", "bool", "int", "float", "index", "add", "sub",
        "mul", "truediv", "floordiv", "mod", "neg", "pos", "abs", "iadd", "isub", "radd", "rsub", "and", "or",
        "xor", "reversed", "missing", "format", "bytes", "post_init", "set_name", "getattr", "setattr",
        "delattr", "init_subclass", "class_getitem", "slots", "match_args", "annotations", "module",
        "wrapped", "cause", "context", "traceback", "suppress_context", "version", "notes", "del", "copy",
        "deepcopy",
    )
)  # fmt: skip
_PLAIN_NAMES = frozenset({"__name__", "__file__", "__doc__", "__debug__", "__all__", "__annotations__", "__class__"})


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that an answer must not do: `line` counted from 1, and a sentence."""

    line: int
    text: str

    def __str__(self) -> str:
        return _("Línea {line}: {text}").format(line=self.line, text=self.text)


def tricks(tree: ast.Module, allowed: Iterable[str] = ()) -> Iterator[Breach]:
    """What of `tree` no answer may do.

    Arguments:
        tree: the answer.
        allowed: modules that this exercise may use although they are not in general.
    """
    reading = _Reading(frozenset(allowed))
    for node in ast.walk(tree):
        yield from reading.learn(node)
    for node in ast.walk(tree):
        reading.alias(node)
    for node in ast.walk(tree):
        yield from reading.judge(node)


def _no(node: ast.AST, name: str) -> Breach:
    return Breach(getattr(node, "lineno", 0), _("{name} no se puede usar aquí").format(name=name))


def _swallows(node: ast.AST) -> Breach:
    return Breach(getattr(node, "lineno", 0), _("tragarse cualquier excepción esconde el fallo y no lo arregla"))


@dataclass
class _Reading:
    """What is known while a tree is read.

    Attributes:
        allowed: modules that may be used although they are not in general.
        imported: the dotted name that each local name stands for.
        own: names that the program gives to something itself.
        called: names that are being called, by the identity of their nodes.
    """

    allowed: frozenset[str]
    imported: dict[str, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    called: set[int] = field(default_factory=set)

    def learn(self, node: ast.AST) -> Iterator[Breach]:
        """Note what `node` names; an import may be a breach itself."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.imported[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
                yield from self._module(node, alias.name)
        elif isinstance(node, ast.ImportFrom):
            yield from self._imported_from(node)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self.own.add(node.id)
        elif isinstance(node, ast.arg):
            self.own.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.own.add(node.name)
        elif isinstance(node, ast.Call):
            self.called.add(id(node.func))

    def _imported_from(self, node: ast.ImportFrom) -> Iterator[Breach]:
        module = "." * node.level + (node.module or "")
        found = list(self._module(node, module))
        yield from found
        for alias in node.names:
            if alias.name == "*":
                if found:
                    continue
                if module in _NARROW:
                    yield _no(node, f"from {module} import *")
                for name in _public(module):
                    self.imported[name] = f"{module}.{name}"
                continue
            self.imported[alias.asname or alias.name] = f"{module}.{alias.name}"
            if not found:
                yield from self._reached(node, f"{module}.{alias.name}")

    def _module(self, node: ast.AST, name: str) -> Iterator[Breach]:
        root = name.split(".")[0]
        if root in self.allowed or root in MODULES:
            return
        line = getattr(node, "lineno", 0)
        if root in ("hilos", "greenlet", "") or root in sys.stdlib_module_names:
            said = _("el módulo {name} no hace falta aquí y no se puede usar").format(name=root or ".")
        else:
            said = _("usa solo la biblioteca estándar: {name} no es parte de ella").format(name=root)
        yield Breach(line, said)

    def alias(self, node: ast.AST) -> None:
        """Note a name that is another one for something imported."""
        if isinstance(node, ast.Assign | ast.NamedExpr | ast.AnnAssign) and node.value is not None:
            dotted = self._dotted(node.value)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if dotted and isinstance(target, ast.Name):
                    self.imported.setdefault(target.id, dotted)

    def _dotted(self, node: ast.AST) -> str:
        """The dotted name of what a chain of attributes stands for; empty if it does not begin at an import."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name) and node.id in self.imported:
            return ".".join([self.imported[node.id], *reversed(names)])
        return ""

    def judge(self, node: ast.AST) -> Iterator[Breach]:
        """What is wrong with `node`, now that the names are known."""
        if isinstance(node, ast.Attribute):
            yield from self._attribute(node)
        elif isinstance(node, ast.Name):
            yield from self._name(node)
        elif isinstance(node, ast.Call):
            yield from self._call(node)
        elif isinstance(node, ast.MatchClass):
            for name in node.kwd_attrs:
                if _inside(name):
                    yield _no(node, name)
        elif isinstance(node, ast.ExceptHandler):
            if _broad(node.type) and _silent(node.body):
                yield _swallows(node)
        elif isinstance(node, ast.Try | ast.TryStar):
            yield from _leaving(node)
        elif isinstance(node, ast.ClassDef):
            yield from _comparing(node)

    def _attribute(self, node: ast.Attribute) -> Iterator[Breach]:
        dotted = self._dotted(node)
        reached = list(self._reached(node, dotted)) if dotted and isinstance(node.ctx, ast.Load) else []
        if reached:
            yield from reached
        elif _inside(node.attr):
            yield _no(node, node.attr)
        elif node.attr == "__class__" and isinstance(node.ctx, ast.Store | ast.Del):
            yield _no(node, "__class__ =")
        elif dotted and (isinstance(node.ctx, ast.Store | ast.Del) or node.attr == "__dict__"):
            yield self._patched(node, dotted)

    @staticmethod
    def _patched(node: ast.AST, dotted: str) -> Breach:
        said = _("no cambies el módulo {module}: arregla tu código, no las herramientas")
        return Breach(getattr(node, "lineno", 0), said.format(module=dotted.split(".")[0]))

    def _reached(self, node: ast.AST, dotted: str) -> Iterator[Breach]:
        """What a dotted name leads to must not be another module's copy of something that is out of bounds."""
        names = dotted.split(".")
        for position in range(1, len(names)):
            module, name = ".".join(names[:position]), names[position]
            if (module, name) in _FORBIDDEN_CALLS or (module in _NARROW and name not in _NARROW[module]):
                yield _no(node, f"{module}.{name}")
                return
        found = _value(dotted)
        if isinstance(found, ModuleType):
            root = found.__name__.split(".")[0]
            outside = root not in MODULES and root not in self.allowed
            if outside or (found.__name__ in _NARROW and dotted != found.__name__):
                yield _no(node, dotted)
        elif any(found is each for each in _out_of_bounds()):
            yield _no(node, dotted)

    def _name(self, node: ast.Name) -> Iterator[Breach]:
        if not isinstance(node.ctx, ast.Load):
            return
        name = node.id
        if name in _FORBIDDEN_NAMES or (name in _ONCE_FORBIDDEN and name not in self.own):
            yield _no(node, f"{name}()")
        elif name.startswith("__") and name.endswith("__") and name not in _PLAIN_NAMES and name not in self.own:
            yield _no(node, f"{name}()" if name == "__import__" else name)
        elif name in _BY_NAME and id(node) not in self.called and name not in self.own:
            yield _no(node, name)

    def _call(self, node: ast.Call) -> Iterator[Breach]:
        by_name = isinstance(node.func, ast.Name) and node.func.id in _BY_NAME and node.func.id not in self.own
        dotted = self._dotted(node.func)
        if by_name and node.args:
            assert isinstance(node.func, ast.Name)
            target = self._dotted(node.args[0])
            if target and node.func.id != "getattr":
                yield self._patched(node, target)
            else:
                yield from self._by_name(node, node.args[1:2], node.func.id)
        elif dotted in ("operator.attrgetter", "operator.methodcaller"):
            yield from self._by_name(node, node.args if dotted.endswith("getter") else node.args[:1], dotted)
        elif dotted == "contextlib.suppress" and any(_broad(each) for each in node.args):
            yield _swallows(node)
        elif isinstance(node.func, ast.Attribute) and node.func.attr in ("__setattr__", "__delattr__") and node.args:
            target = self._dotted(node.args[0])
            if target:
                yield self._patched(node, target)

    def _by_name(self, node: ast.Call, names: list[ast.expr], function: str) -> Iterator[Breach]:
        """An attribute that is named by a text: the text has to be there, and an ordinary name."""
        for each in names:
            if not isinstance(each, ast.Constant) or not isinstance(each.value, str):
                yield Breach(
                    node.lineno,
                    _("{name} con un nombre que no está escrito ahí mismo no se puede usar aquí").format(
                        name=f"{function}()"
                    ),
                )
                continue
            for name in each.value.split("."):
                target = self._dotted(node.args[0]) if function == "getattr" else ""
                if _inside(name) or name == "__dict__":
                    yield _no(node, name)
                elif target:
                    yield from self._reached(node, f"{target}.{name}")


def _inside(name: str) -> bool:
    """Whether an attribute is the inside of a frame, a function, a class or an object."""
    if name.startswith("__") and name.endswith("__"):
        return name not in _PLAIN_DUNDERS
    return name in _FORBIDDEN_ATTRIBUTES


def _broad(kind: ast.expr | None) -> bool:
    """Whether a handler takes every exception."""
    if isinstance(kind, ast.Tuple):
        return any(_broad(each) for each in kind.elts)
    return kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException"))


_COMPARISONS = frozenset(f"__{name}__" for name in ("eq", "ne", "lt", "le", "gt", "ge"))
_VALUES = frozenset({"int", "float", "str", "bool", "bytes", "tuple", "list", "dict", "set", "frozenset"})


def _comparing(node: ast.ClassDef) -> Iterator[Breach]:
    """A comparison that does not look at what it compares with, or a number or text equal to what it is not."""
    value = any(isinstance(base, ast.Name) and base.id in _VALUES for base in node.bases)
    for each in node.body:
        method: ast.AST = each
        name = each.name if isinstance(each, ast.FunctionDef) else ""
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            name, method = each.targets[0].id, each.value
        if name not in _COMPARISONS:
            continue
        if value and name in ("__eq__", "__ne__"):
            said = _("«{name}.{method}» cambia a qué es igual un valor: eso no arregla el resultado")
        elif isinstance(method, ast.FunctionDef | ast.Lambda) and not _looks(method):
            said = _("«{name}.{method}» contesta sin mirar con qué se compara: eso no arregla el resultado")
        else:
            continue
        yield Breach(each.lineno, said.format(name=node.name, method=name))


def _looks(method: ast.FunctionDef | ast.Lambda) -> bool:
    """Whether a comparison uses what it is to compare with."""
    other = {argument.arg for argument in method.args.args[1:2]}
    return any(
        isinstance(node, ast.Name) and node.id in other and isinstance(node.ctx, ast.Load) for node in ast.walk(method)
    )


def _silent(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(each, ast.Pass | ast.Continue | ast.Break)
        or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in body
    )


def _leaving(node: ast.Try | ast.TryStar) -> Iterator[Breach]:
    """`return`, `break` or `continue` in `finally` throws whatever was raised away, without saying so."""
    todo: list[tuple[ast.AST, bool]] = [(each, False) for each in node.finalbody]
    while todo:
        each, in_loop = todo.pop()
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(each, ast.Return) or (isinstance(each, ast.Break | ast.Continue) and not in_loop):
            yield _swallows(each)
        inner = in_loop or isinstance(each, ast.For | ast.AsyncFor | ast.While)
        todo += [(child, inner) for child in ast.iter_child_nodes(each)]


def _public(module: str) -> list[str]:
    """The names that `from module import *` brings."""
    found = _value(module)
    return list(getattr(found, "__all__", ())) or [name for name in dir(found) if not name.startswith("_")]


@cache
def _value(dotted: str) -> Any:
    """What a dotted name of a module that may be imported leads to; None if it leads nowhere."""
    names = dotted.split(".")
    if names[0] not in MODULES:
        return None
    value: Any = importlib.import_module(names[0])
    for position, name in enumerate(names[1:], 1):
        if isinstance(value, ModuleType) and not hasattr(value, name):
            try:
                importlib.import_module(".".join(names[: position + 1]))
            except ImportError:
                return None
        value = getattr(value, name, None)
    return value


@cache
def _out_of_bounds() -> list[Any]:
    """Functions that other modules have under names of their own."""
    import os

    found = [getattr(os, name) for name in dir(os) if name not in _OF_OS and callable(getattr(os, name))]
    found += [getattr(sys, name) for name in ("exit", "_getframe", "settrace", "setprofile", "setswitchinterval")]
    found += [sys.modules, *(getattr(builtins, name) for name in ("exec", "eval", "compile", "open", "__import__"))]
    return [each for each in found if not isinstance(each, type)]
