"""Which names of a source file are memory that threads may share: rebound globals and rebound captured variables.

A local variable is private to its frame and thus to its thread, unless a nested function captures it; and a captured
variable that is bound once, before anything captures it, is a constant to all who see it.  So a variable of a function
is *shared* when a nested function, lambda, generator expression or class body refers to it and it is bound more than
once: by a `nonlocal`, by a second binding, in a loop, by `del`, or after the text of the function that captures it
(which may be running in another thread by then).  A global is shared when some function declares it `global` and binds
it.

The rules of scoping are those of the language reference, section 4.2.2; the walk below is over `ast`, because
`symtable` cannot be matched to nodes with certainty (lambdas and comprehensions carry no column there).
"""

# ruff: noqa: N815 - the names of visitor methods are those of `ast`

import ast
from dataclasses import dataclass, field
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(eq=False, slots=True)
class Binding:
    """One place that binds a name: where, and whether it is of a kind that may run again."""

    line: int
    column: int
    repeats: bool
    is_definition: bool


@dataclass(eq=False, slots=True)
class Scope:
    """One scope of the source and the names in it.

    Attributes:
        kind: "module", "class", "function" (also lambdas) or "comprehension".
        qualname: as `__qualname__` would be; comprehensions have their function's.
        bound_in_expressions: names that `:=` binds, which may thus change while an expression is evaluated.
        captures: for each name of this scope that a nested scope refers to, the first place where one begins.
    """

    kind: str
    parent: "Scope | None"
    node: ast.AST
    qualname: str
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    declared_global: set[str] = field(default_factory=set)
    declared_nonlocal: set[str] = field(default_factory=set)
    captures: dict[str, tuple[int, int]] = field(default_factory=dict)
    rebound_from_inside: set[str] = field(default_factory=set)
    bound_in_expressions: set[str] = field(default_factory=set)

    def owner(self, name: str) -> "Scope | None":
        """The scope whose variable `name` is here; None for a global or built-in."""
        scope: Scope | None = self
        while scope is not None and scope.kind != "module":
            if scope is self or scope.kind != "class":
                if name in scope.declared_global:
                    return None
                if name in scope.bindings and name not in scope.declared_nonlocal:
                    return scope
            scope = scope.parent
        return None

    def is_shared(self, name: str) -> bool:
        """Whether `name`, a variable of this very scope, may be seen to change by another thread."""
        if self.kind != "function" or name not in self.captures:
            return False
        bindings = self.bindings[name]
        if name in self.rebound_from_inside or len(bindings) > 1:
            return True
        only = bindings[0]
        return only.repeats or (not only.is_definition and (only.line, only.column) > self.captures[name])

    def is_definition(self, name: str) -> bool:
        """Whether `name`, a variable of this scope, is only ever bound by one undecorated `def`."""
        bindings = self.bindings.get(name, [])
        return len(bindings) == 1 and bindings[0].is_definition and name not in self.rebound_from_inside


class Scopes(ast.NodeVisitor):
    """The scopes of a module: `of[node]` for the module, each class, function, lambda and comprehension.

    Attributes:
        rebound: globals that some function declares `global` and binds or deletes.
        methods: names of all functions defined in classes.
        imported: names that `import` binds, wherever it stands.
        attributes_stored: names stored or deleted as attributes of something imported (`settings.limit = 3`): globals
            of that module, which may thus change while the program runs.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.of: dict[ast.AST, Scope] = {}
        self.rebound: set[str] = set()
        self.methods: set[str] = set()
        self.attributes_stored: set[str] = set()
        self.imported: set[str] = set()
        self._attributes: list[tuple[str, str]] = []
        self._references: list[tuple[Scope, str]] = []
        self._loops = 0
        self._stored_at: ast.stmt | None = None
        self._scope = self.module = Scope("module", None, tree, "")
        self.of[tree] = self.module
        for statement in tree.body:
            self.visit(statement)
        self._resolve()

    def referenced(self) -> frozenset[str]:
        """All names that the source refers to, of whatever scope."""
        return frozenset(name for _scope, name in self._references)

    def definitions(self) -> dict[tuple[str, int], int]:
        """How many functions there are of each (qualified name, first line), of those that are in no other function."""
        found: dict[tuple[str, int], int] = {}
        for node, scope in self.of.items():
            if scope.kind != "function":
                continue
            around = scope.parent
            while around is not None and around.kind == "class":
                around = around.parent
            if around is self.module:
                decorators = getattr(node, "decorator_list", ())
                line = min(getattr(each, "lineno", 0) for each in (node, *decorators))
                found[scope.qualname, line] = found.get((scope.qualname, line), 0) + 1
            elif around is not None and around.kind == "comprehension":
                # Its qualified name depends on the version of Python; one that is missing always is looked for.
                found["", 0] = 1
        return found

    def _resolve(self) -> None:
        self.attributes_stored.update(name for base, name in self._attributes if base in self.imported)
        for scope in self.of.values():
            for name in scope.declared_global & scope.bindings.keys():
                if scope.kind != "module":
                    self.rebound.add(name)
            for name in scope.declared_nonlocal & scope.bindings.keys():
                owner = scope.owner(name)
                if owner is not None:
                    owner.rebound_from_inside.add(name)
        for scope, name in self._references:
            owner = scope.owner(name)
            inner, outermost = scope, None
            while inner is not owner and inner.parent is not None:
                # A list, set or dict comprehension runs within its function and captures nothing for later.
                if inner.kind != "comprehension" or isinstance(inner.node, ast.GeneratorExp):
                    outermost = inner
                inner = inner.parent
            if owner is not None and outermost is not None:
                where = (getattr(outermost.node, "lineno", 0), getattr(outermost.node, "col_offset", 0))
                owner.captures[name] = min(where, owner.captures.get(name, where))

    def _bind(self, name: str, node: ast.AST, *, repeats: bool = False, is_definition: bool = False) -> None:
        line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        if self._stored_at is not None:
            line, column = self._stored_at.end_lineno or line, self._stored_at.end_col_offset or column
        binding = Binding(line, column, repeats or self._loops > 0, is_definition)
        self._scope.bindings.setdefault(name, []).append(binding)

    # What opens a scope.

    def _enter(self, kind: str, node: ast.AST, name: str) -> Scope:
        outer = self._scope
        if kind == "comprehension" or outer.kind == "module":
            qualname = outer.qualname if kind == "comprehension" else name
        else:
            qualname = f"{outer.qualname}.<locals>.{name}" if outer.kind != "class" else f"{outer.qualname}.{name}"
        if name in outer.declared_global:
            qualname = name
        self.of[node] = self._scope = Scope(kind, outer, node, qualname)
        return outer

    def _function(self, node: Function, name: str) -> None:
        arguments = node.args
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self.visit(default)
        outer, loops = self._enter("function", node, name), self._loops
        self._loops = 0
        named = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        for argument in (*named, arguments.vararg, arguments.kwarg):
            if argument is not None:
                self._bind(argument.arg, node)
        for part in node.body if isinstance(node.body, list) else [node.body]:
            self.visit(part)
        self._scope, self._loops = outer, loops

    def _visit_def(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._bind(node.name, node, is_definition=not node.decorator_list)
        if self._scope.kind == "class":
            self.methods.add(node.name)
        self._function(node, node.name)

    visit_FunctionDef = visit_AsyncFunctionDef = _visit_def

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node, "<lambda>")

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self._bind(node.name, node, is_definition=not node.decorator_list)
        outer, loops = self._enter("class", node, node.name), self._loops
        self._loops = 0
        for statement in node.body:
            self.visit(statement)
        self._scope, self._loops = outer, loops

    def _comprehension(self, node: Any) -> None:
        self.visit(node.generators[0].iter)  # evaluated in the enclosing scope
        outer = self._enter("comprehension", node, "")
        for index, generator in enumerate(node.generators):
            if index:
                self.visit(generator.iter)
            self.visit(generator.target)
            for condition in generator.ifs:
                self.visit(condition)
        for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.visit(part)
        self._scope = outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    # What binds or uses names.

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, node, repeats=isinstance(node.ctx, ast.Del))
        self._references.append((self._scope, node.id))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if not isinstance(node.ctx, ast.Load):
            base = node.value
            while isinstance(base, ast.Attribute):
                base = base.value
            if isinstance(base, ast.Name):
                self._attributes.append((base.id, node.attr))
        self.visit(node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        inner = self._scope
        while self._scope.kind == "comprehension" and self._scope.parent is not None:
            self._scope = self._scope.parent
        repeats = inner is not self._scope
        self._bind(node.target.id, node.target, repeats=repeats)
        self._scope.bound_in_expressions.add(node.target.id)
        self._scope = inner
        self._references.append((self._scope, node.target.id))

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        self._stored_at = node  # the names are bound after the value was evaluated: at the end of the statement
        for target in node.targets:
            self.visit(target)
        self._stored_at = None

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            self._bind(node.target.id, node, repeats=True)

    def visit_Global(self, node: ast.Global) -> None:
        self._scope.declared_global.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self._scope.declared_nonlocal.update(node.names)

    def _visit_import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.split(".")[0]
            self.imported.add(name)
            self._bind(name, node)

    visit_Import = visit_ImportFrom = _visit_import

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name, node, repeats=True)
        self.generic_visit(node)

    def _visit_capture(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name, node)
        self.generic_visit(node)

    visit_MatchAs = visit_MatchStar = _visit_capture

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._bind(node.rest, node)
        self.generic_visit(node)

    def _visit_loop(self, node: Any) -> None:
        """A binding in a loop may run again; the iterable and what follows in `else` run once."""
        if isinstance(node, ast.While):
            self._loops += 1
            self.visit(node.test)
        else:
            self.visit(node.iter)
            self._loops += 1
            self.visit(node.target)
        for statement in node.body:
            self.visit(statement)
        self._loops -= 1
        for statement in node.orelse:
            self.visit(statement)

    visit_While = visit_For = visit_AsyncFor = _visit_loop
