"""From the functions under test to their instrumented code, and back.

`Instrumentation` finds the source files that the given callables come from, rewrites and compiles each, and while it is
entered gives every live function of those files - wherever it is: in a class, a closure, a list, a decorator - the
code object that matches its own.  Only `__code__` is exchanged: functions, classes, closures, defaults and their
identity stay as they are, and nothing is imported twice.  On leaving, also by an exception, each function gets its own
code back.

A live function is matched with the compiled code by its qualified name and first line; where several share those
(lambdas on one line), by comparing its code with that of the same source compiled unchanged.

Guarantees: the exchange is all or nothing; leaving restores exactly what entering replaced; a second `Instrumentation`
over the same files may be entered inside the first and must be left before it.
Assumption: no other thread of the process calls the functions meanwhile (it would meet the hooks).
"""

import ast
import inspect
import linecache
import sysconfig
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType, TracebackType
from typing import Any, ClassVar
from weakref import ref

from hilos.errors import UsageError
from hilos.explore.instrument.expressions import PROBE, Facts
from hilos.explore.instrument.forms import PLACEHOLDER, forms
from hilos.explore.instrument.live import Definitions, live_functions
from hilos.explore.instrument.points import Hooks, Site
from hilos.explore.instrument.rewrite import rewrite
from hilos.explore.instrument.scopes import Scopes
from hilos.locale import translator

_ = translator("instrument")

_OWN = str(Path(__file__).resolve().parent.parent)
_STDLIB = sysconfig.get_path("stdlib")

Key = tuple[str, int]


class Instrumentation:
    """The instrumented code of some source files, bound to one implementation of the hooks.

    Use it as a context manager: the functions are instrumented inside it.  It may be entered many times.

    Attributes:
        files: paths of the source files that are instrumented.
        sites: every place that announces an operation.
        unmatched: qualified names of live functions of those files that the source does not have (generated ones, or of
            another version of the file); their operations are not seen.
    """

    def __init__(self, hooks: Hooks, functions: Iterable[Any], modules: Sequence[ModuleType] = ()) -> None:
        """Find the sources, rewrite and compile them.

        Args:
            hooks: what instrumented code calls.
            functions: the callables of the program under test; their files are instrumented, except those of the
                standard library and of the explorer itself.
            modules: further modules to instrument, of wherever they are.

        Raises:
            UsageError: a source cannot be found or read, or has changed since it was imported.
        """
        seeds = [function for given in functions for function in functions_in(given)]
        self.files = tuple(dict.fromkeys([*_files_of_modules(modules), *_files_of(seeds)]))
        self._plain: list[CodeType] = []
        self._entered = 0
        found = _Found.again(self.files, hooks, seeds) or _Found(self.files, hooks, seeds, surely=len(modules) > 0)
        self._exchanges = found.exchanges()
        self.sites = found.sites
        self.unmatched = found.unmatched

    def __enter__(self) -> "Instrumentation":
        self._entered += 1
        if self._entered == 1:
            self._plain = [function.__code__ for function, _instrumented in self._exchanges]
            for function, instrumented in self._exchanges:
                function.__code__ = instrumented
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._entered -= 1
        if self._entered == 0:
            for (function, _instrumented), plain in zip(self._exchanges, self._plain, strict=True):
                function.__code__ = plain
            self._plain = []  # who looks for functions by their codes' reference counts is not to find these


class _Found:
    """The functions of some files that are alive, and the code of each; the last ones are remembered.

    Args:
        files: paths of the sources.
        hooks: what instrumented code calls.
        seeds: functions to begin at.
        surely: whether to look at the whole heap.
    """

    _last: ClassVar["OrderedDict[tuple[str, ...], _Found]"] = OrderedDict()

    def __init__(self, files: tuple[str, ...], hooks: Hooks, seeds: list[FunctionType], *, surely: bool) -> None:
        self._files = files
        self._hooks = hooks
        self._sources = {file: _Source.of(file) for file in files}
        self._methods = frozenset(name for source in self._sources.values() for name in source.scopes.methods)
        self._stored = frozenset(name for source in self._sources.values() for name in source.scopes.attributes_stored)
        self._pairs: list[tuple[ref[FunctionType], CodeType]] = []
        definitions = {file: source.definitions for file, source in self._sources.items()}
        groups, self._snapshot = live_functions(files, seeds, definitions, surely=surely)
        self._modules = frozenset(names.get("__name__", "") for _file, names, _functions in groups)
        self._facts: list[tuple[ref[FunctionType], _Source, Facts]] = []
        sites: list[Site] = []
        unmatched: list[FunctionType] = []
        for file, names, functions_there in groups:
            source = self._sources[file]
            facts = self._facts_of(source, names)
            self._facts.append((ref(functions_there[0]), source, facts))
            template = source.template(facts)
            sites += template.sites
            for function in functions_there:
                code = template.code_for(function, source)
                if code is None:
                    unmatched.append(function)
                    continue
                bound = template.bound(code, hooks)
                if bound.co_freevars != function.__code__.co_freevars:
                    raise _changed(function)
                self._pairs.append((ref(function), bound))
        for function in unmatched:
            if any(function is seed for seed in seeds):
                raise _changed(function)
        self.sites = tuple(sites)
        self.unmatched = tuple(sorted({function.__qualname__ for function in unmatched}))
        if self._snapshot is not None:
            self._last[files] = self
            if len(self._last) > 8:
                self._last.popitem(last=False)

    @classmethod
    def again(cls, files: tuple[str, ...], hooks: Hooks, seeds: list[FunctionType]) -> "_Found | None":
        """What was found before, if it would be found again."""
        found = cls._last.get(files)
        if found is None or found._hooks is not hooks or found._snapshot is None:
            return None
        if any(_Source.of(file) is not source for file, source in found._sources.items()):
            return None
        if not found._snapshot.still(seeds):
            return None
        for reference, source, facts in found._facts:
            function = reference()
            if function is None or facts != found._facts_of(source, function.__globals__):
                return None
        return found

    def exchanges(self) -> list[tuple[FunctionType, CodeType]]:
        """Each function with its instrumented code."""
        pairs = [(reference(), bound) for reference, bound in self._pairs]
        return [(function, bound) for function, bound in pairs if function is not None]

    def _facts_of(self, source: "_Source", names: Mapping[str, Any]) -> Facts:
        """What is known of the module that `source` was made from, with the namespace `names`."""
        hooks, files, modules = self._hooks, self._files, self._modules
        used = [name for name in source.references if name in names]
        rebound = frozenset(source.scopes.rebound) | (self._stored & source.references)
        return Facts(
            module=names.get("__name__", "__main__"),
            rebound=rebound,
            substituted=frozenset(name for name in used if name not in rebound and hooks.substitutes(names[name])),
            own=frozenset(name for name in used if _is_own(names[name], files, modules)),
            defined=frozenset(used),
            methods=self._methods,
        )


@dataclass(slots=True, eq=False)
class _Template:
    """One source rewritten and compiled, with placeholders where the hooks belong."""

    codes: dict[Key, list[CodeType]]
    sites: list[Site]
    _hooks: Hooks | None = None
    _bound: dict[int, CodeType] = field(default_factory=dict)

    def bound(self, code: CodeType, hooks: Hooks) -> CodeType:
        """One of the codes with an implementation of the hooks in it; the last one's are kept."""
        if self._hooks is not hooks:
            self._hooks, self._bound = hooks, {}
        bound = self._bound.get(id(code))
        if bound is None:
            bound = self._bound[id(code)] = _bound(code, _forms(hooks), self.sites)
        return bound

    def code_for(self, function: FunctionType, source: "_Source") -> CodeType | None:
        """The rewritten code of a live function; None if the source has no such function."""
        live = function.__code__
        key = (live.co_qualname, live.co_firstlineno)
        candidates = self.codes.get(key, [])
        if len(candidates) > 1:
            for position, plain in enumerate(source.plain_codes().get(key, [])):
                if plain == live and position < len(candidates):
                    return candidates[position]
        return candidates[0] if candidates else None


class _Source:
    """The text of one file, parsed; and its templates, by the facts they were made for."""

    _known: ClassVar["OrderedDict[str, _Source]"] = OrderedDict()

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._tree: ast.Module | None = self._parsed()
        self.scopes = Scopes(self._tree)
        self.references = self.scopes.referenced()
        self._templates: OrderedDict[Facts, _Template] = OrderedDict()
        self._plain: dict[Key, list[CodeType]] | None = None
        self.definitions = Definitions(self.scopes.definitions())

    @classmethod
    def of(cls, file: str) -> "_Source":
        """The source of `file` as it is now; parsed again only if its text is another."""
        text = _text_of(file)
        source = cls._known.get(file)
        if source is None or source.text != text:
            source = cls._known[file] = cls(file, text)
            if len(cls._known) > 256:
                cls._known.popitem(last=False)
        return source

    def _parsed(self) -> ast.Module:
        try:
            return ast.parse(self.text, self.file)
        except SyntaxError as error:
            raise UsageError(
                _("No se puede leer {file}: {error}").format(file=self.file, error=f"{error.msg} ({error.lineno})")
            ) from None

    def template(self, facts: Facts) -> _Template:
        """The source rewritten for a module of which `facts` are known."""
        template = self._templates.get(facts)
        if template is None:
            # The tree is rewritten in place, and the first time the one at hand will do.
            tree, scopes, self._tree = self._tree, self.scopes, None
            if tree is None:
                tree = self._parsed()
                scopes = Scopes(tree)
            tree, sites = rewrite(self.text, self.file, facts, scopes, tree)
            template = self._templates[facts] = _Template(_codes(_compiled(tree, self.file)), sites)
            if len(self._templates) > 8:
                self._templates.popitem(last=False)
        return template

    def plain_codes(self) -> dict[Key, list[CodeType]]:
        """The code objects of the source as it stands."""
        if self._plain is None:
            self._plain = _codes(_compiled(self._parsed(), self.file))
        return self._plain


def functions_in(given: Any) -> list[FunctionType]:
    """The Python functions that calling `given` reaches first: itself, what it wraps, or a class's methods."""
    if isinstance(given, FunctionType):
        if not given.__dict__:
            return [given]  # nothing is wrapped
        inner = inspect.unwrap(given)
        return [given] if inner is given or not isinstance(inner, FunctionType) else [given, inner]
    if isinstance(given, MethodType):
        return functions_in(given.__func__)
    if isinstance(given, partial):
        return functions_in(given.func)
    if isinstance(given, type):
        found = [member for kind in given.__mro__ for member in vars(kind).values()]
        return [member for member in found if isinstance(member, FunctionType)]
    call = vars(type(given)).get("__call__")
    return [call] if isinstance(call, FunctionType) else []


def _files_of(functions: Iterable[FunctionType]) -> list[str]:
    files = []
    for function in functions:
        file = function.__code__.co_filename
        if file.startswith((_OWN, "<string>", "<frozen")) or _is_standard(file):
            continue
        files.append(file)
    return files


def _is_standard(file: str) -> bool:
    return file.startswith(_STDLIB) and "site-packages" not in file


def _files_of_modules(modules: Iterable[ModuleType]) -> list[str]:
    files = []
    for module in modules:
        file = getattr(module, "__file__", None)
        # The interpreter carries some modules compiled in (`os`, `abc`...): no function of theirs is from the file.
        is_frozen = getattr(getattr(module, "__spec__", None), "origin", "") == "frozen"
        if not isinstance(module, ModuleType) or not file or not file.endswith(".py") or is_frozen:
            raise UsageError(
                _("No se puede instrumentar {module}: no es un módulo con código fuente en Python").format(
                    module=getattr(module, "__name__", repr(module)[:60])
                )
            )
        files.append(file)
    return files


def _text_of(file: str) -> str:
    linecache.checkcache(file)
    text = "".join(linecache.getlines(file))
    if not text:
        raise UsageError(
            _("No se encuentra el código fuente de {file}: escribe el programa en un archivo").format(file=file)
        )
    return text


def _changed(function: FunctionType) -> UsageError:
    return UsageError(
        _("{name} no es la que está en {file}, línea {line}: el archivo ha cambiado desde que se importó").format(
            name=function.__qualname__, file=function.__code__.co_filename, line=function.__code__.co_firstlineno
        )
    )


def _is_own(value: Any, files: tuple[str, ...], modules: frozenset[str]) -> bool:
    """Whether calling `value` runs instrumented Python code and nothing else."""
    if isinstance(value, FunctionType):
        return value.__code__.co_filename in files
    return type(value) is type and all(kind is object or kind.__module__ in modules for kind in value.__mro__)


def _compiled(tree: ast.Module, file: str) -> CodeType:
    with warnings.catch_warnings():
        # A placeholder is a string that gets called, which the compiler takes for a missing comma.
        warnings.simplefilter("ignore", SyntaxWarning)
        code: CodeType = compile(tree, file, "exec", dont_inherit=True)
        return code


def _codes(code: CodeType) -> dict[Key, list[CodeType]]:
    """All code objects within, except probes, by qualified name and first line."""
    found: dict[Key, list[CodeType]] = {}
    pending = [code]
    while pending:
        outer = pending.pop(0)
        for constant in outer.co_consts:
            if isinstance(constant, CodeType) and PROBE not in constant.co_varnames:
                found.setdefault((constant.co_qualname, constant.co_firstlineno), []).append(constant)
                pending.append(constant)
    return found


def _forms(hooks: Hooks) -> dict[str, Callable[..., Any]]:
    """What placeholders name, for the hooks that were last asked for."""
    if not _last_forms or _last_forms[0][0] is not hooks:
        _last_forms[:] = [(hooks, forms(hooks))]
    return _last_forms[0][1]


_last_forms: list[tuple[Hooks, dict[str, Callable[..., Any]]]] = []


def _bound(code: CodeType, table: Mapping[str, Callable[..., Any]], sites: list[Site]) -> CodeType:
    """The code with each placeholder among its constants replaced by what it stands for."""
    constants: list[Any] = []
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            constant = _bound(constant, table, sites)
        elif isinstance(constant, str) and constant.startswith(PLACEHOLDER):
            name = constant.removeprefix(PLACEHOLDER)
            constant = sites[int(name)] if name.isdigit() else table[name]
        constants.append(constant)
    return code.replace(co_consts=tuple(constants))
