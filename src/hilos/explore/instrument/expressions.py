"""Rewriting of expressions: each operation on memory that may be shared gets its hook in front.

See `points` for the idea and `forms` for what is called.  The rule that everything here keeps: operands are evaluated
once, in Python's order, by the same bytecode as before; the hook is called when all of them are there; then comes the
operation itself.  A *plain* operand is one that can be evaluated twice without anybody noticing: a constant, or a name
that is no point.
"""

# ruff: noqa: N815 - the names of visitor methods are those of `ast`

import ast
import builtins
import copy
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hilos.explore.instrument.forms import BINARY, COMPARISON, PLACEHOLDER
from hilos.explore.instrument.points import Point, Site
from hilos.explore.instrument.scopes import Scope, Scopes

# Methods of built-in types that read or change a container, by name: calls of these are always shown to `Hooks.call`.
CONTAINER_METHODS = frozenset(
    name
    for kind in (list, dict, set, deque, bytearray, OrderedDict, defaultdict, Counter)
    for name in dir(kind)
    if not name.startswith("__")
) | {"join", "format", "format_map", "__setitem__", "__getitem__", "__delitem__", "__contains__", "__iter__", "__len__"}

FILE_METHODS = frozenset(name for name in dir(Path) if not name.startswith("_")) | {"execute", "executemany"}

# Built-ins that neither read nor write a container, nor block.
_HARMLESS = frozenset(
    {"super", "isinstance", "issubclass", "type", "id", "hash", "callable", "object", "slice", "range", "memoryview"}
    | {"int", "float", "complex", "abs", "divmod", "pow", "round", "chr", "ord", "hex", "oct", "bin"}
    | {"property", "staticmethod", "classmethod", "locals", "globals", "dir"}
    | {name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}
)

# Built-ins that keep the container and read it step by step, as their result is iterated over; `map` and `filter` do
# so too, but also call what they are given, which the hook of calls sees to.
_LAZY = frozenset({"enumerate", "zip"})

_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the live module whose source is rewritten.

    Attributes:
        module: its name.
        rebound: its globals that may change while the program runs.
        substituted: its globals whose loads go through `Hooks.value`.
        own: its globals that hold a Python function or class of the program under test.
        defined: names that its namespace has at all (others are built-ins).
        methods: names of the methods of all classes of the program under test.
    """

    module: str = "__main__"
    rebound: frozenset[str] = frozenset()
    substituted: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    defined: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()


@dataclass(slots=True)
class Context:
    """The source being rewritten, and the sites found in it so far."""

    file: str
    lines: list[bytes]
    scopes: Scopes
    facts: Facts
    sites: list[Site] = field(default_factory=list)
    ordinals: dict[str, int] = field(default_factory=dict)

    def text(self, node: ast.AST) -> str:
        """The source of an expression, on one line."""
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", None)
        if not first or last is None:
            return ""
        start, end = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]
        if first == last:
            return self.lines[first - 1][start:end].decode()
        parts = [self.lines[first - 1][start:], *self.lines[first : last - 1], self.lines[last - 1][:end]]
        return b" ".join(part.strip() for part in parts).decode()


class Expressions(ast.NodeTransformer):
    """Rewrites expressions within the scope `self.scope`; outside of functions nothing is rewritten."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.scope: Scope = context.scopes.module
        self.is_active = False
        self.class_name = ""

    def visit(self, node: ast.AST) -> Any:
        """Outside of functions only look for functions: module-level code has run already."""
        if self.is_active or type(node).__name__ in _ALWAYS:
            return super().visit(node)
        return self.generic_visit(node)

    # Pieces.

    def expression(self, node: ast.expr) -> ast.expr:
        """The rewritten expression."""
        result: ast.expr = self.visit(node)
        return result

    def site(self, point: Point, node: ast.AST, name: str = "", owner: ast.AST | None = None) -> ast.Constant:
        """A new site for an operation at `node`, as a placeholder."""
        context = self.context
        qualname = self.scope.qualname
        ordinal = context.ordinals.get(qualname, 0)
        context.ordinals[qualname] = ordinal + 1
        context.sites.append(
            Site(
                point,
                name,
                context.text(owner) if owner is not None else "",
                context.file,
                getattr(node, "lineno", 0),
                getattr(node, "col_offset", 0),
                qualname,
                context.facts.module if point.value.endswith("global") else "",
                ordinal,
            )
        )
        return ast.Constant(f"{PLACEHOLDER}{len(context.sites) - 1}")

    def call(self, form: str, at: ast.AST, *arguments: ast.expr) -> ast.Call:
        """A call of one of the forms, at the position of `at`."""
        function = ast.copy_location(ast.Constant(PLACEHOLDER + form), at)
        call = ast.copy_location(ast.Call(function, list(arguments), []), at)
        for argument in arguments:
            if not hasattr(argument, "lineno"):
                ast.copy_location(argument, at)
        return call

    def first(self, hook: ast.expr, then: ast.expr, at: ast.AST) -> ast.expr:
        """`hook or then`: the hook returns None, and what follows is evaluated natively."""
        return ast.copy_location(ast.BoolOp(ast.Or(), [hook, then]), at)

    def native(self, operation: str, form: str, at: ast.AST, *arguments: ast.expr) -> ast.Call:
        """`operation(*form(arguments))`."""
        operands = ast.copy_location(ast.Starred(self.call(form, at, *arguments), ast.Load()), at)
        return self.call(operation, at, operands)

    def mangled(self, name: str) -> str:
        """The name as it is stored: private names of a class carry the class's."""
        if name.startswith("__") and not name.endswith("__") and self.class_name.strip("_"):
            return f"_{self.class_name.lstrip('_')}{name}"
        return name

    def shared_kind(self, name: str) -> str:
        """ "cell" or "global" if the name is memory that may be shared, "value" if it is substituted, else ""."""
        owner = self.scope.owner(name)
        if owner is not None:
            return "cell" if owner.is_shared(name) else ""
        if name in self.context.facts.rebound:
            return "global"
        return "value" if name in self.context.facts.substituted else ""

    def is_plain(self, node: ast.AST) -> bool:
        """Whether evaluating the original expression twice makes no difference."""
        if isinstance(node, ast.Name):
            owner = self.scope.owner(node.id)
            is_steady = owner is None or node.id not in owner.bound_in_expressions
            return node.id.startswith(".") or (is_steady and not self.shared_kind(node.id))
        return isinstance(node, ast.Constant)

    def probe(self, name: str, at: ast.AST) -> ast.Lambda:
        """`lambda: name`, recognisable by the name of its argument: its closure is the variable's cell."""
        body = ast.copy_location(ast.Name(name, ast.Load()), at)
        empty = ast.arguments(
            posonlyargs=[], args=[], vararg=ast.arg(PROBE), kwonlyargs=[], kw_defaults=[], defaults=[]
        )
        return ast.copy_location(ast.Lambda(empty, body), at)

    def name_point(self, verb: str, node: ast.Name) -> ast.Call:
        """The hook that announces an access to a shared name."""
        if self.shared_kind(node.id) == "cell":
            site = self.site(Point(f"{verb} cell"), node, node.id)
            return self.call(f"{verb}_cell", node, self.probe(node.id, node), site)
        return self.call(f"{verb}_global", node, self.site(Point(f"{verb} global"), node, self.mangled(node.id)))

    def stored(self, name: ast.Name, value: ast.expr) -> ast.expr:
        """`value`, announced as about to be stored under a shared name; unchanged for names that are not."""
        kind = self.shared_kind(name.id)
        if kind == "cell":
            site = self.site(Point.STORE_CELL, name, name.id)
            return self.call("store_cell_of", name, value, self.probe(name.id, name), site)
        if kind == "global":
            return self.call("store_global_of", name, value, self.site(Point.STORE_GLOBAL, name, self.mangled(name.id)))
        return value

    def read(self, node: ast.expr, rewritten: ast.expr) -> ast.expr:
        """The rewritten expression, announced as about to be read as a whole."""
        return self.call("read", node, rewritten, self.site(Point.READ, node, "", node))

    def whole(self, node: ast.expr) -> ast.expr:
        """The expression rewritten, and announced as read as a whole unless it cannot be a shared container."""
        rewritten = self.expression(node)
        return rewritten if _is_private(node) else self.read(node, rewritten)

    def truth(self, node: ast.expr) -> ast.expr:
        """A condition: its operands' truth depends on what they contain."""
        if isinstance(node, ast.BoolOp):
            node.values = [self.truth(value) for value in node.values]
            return node
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node.operand = self.truth(node.operand)
            return node
        return self.expression(node) if isinstance(node, ast.Compare) else self.whole(node)

    def iterated(self, node: ast.expr) -> ast.expr:
        """What a loop runs over."""
        rewritten = self.expression(node)
        if _is_private(node) or isinstance(node, ast.Starred) or self._yields_its_own(node):
            return rewritten
        return self.call("iterate", node, rewritten, self.site(Point.ITERATE, node, "", node))

    def _yields_its_own(self, node: ast.expr) -> bool:
        """Whether it is a `range`, or an iterator that `iterate` was asked about already."""
        if not isinstance(node, ast.Call):
            return False
        function = node.func.args[0] if isinstance(node.func, ast.Call) and node.func.args else node.func
        return (
            isinstance(function, ast.Name)
            and function.id in {"range", "map", "filter", *_LAZY}
            and self._is_builtin(function.id)
        )

    # Names, attributes, subscripts.

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if not isinstance(node.ctx, ast.Load) or node.id.startswith("."):
            return node
        kind = self.shared_kind(node.id)
        if kind == "value":
            return self.call("value", node, node, self.site(Point.VALUE, node, node.id, node))
        return self.first(self.name_point("load", node), node, node) if kind else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if not isinstance(node.ctx, ast.Load):
            return node
        return self._attribute(node, "load_attribute", Point.LOAD_ATTRIBUTE)

    def _attribute(self, node: ast.Attribute, form: str, point: Point) -> ast.Attribute:
        site = self.site(point, node, self.mangled(node.attr), node.value)
        node.value = self.call(form, node.value, self.expression(node.value), site)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if not isinstance(node.ctx, ast.Load):
            return node
        site = self.site(Point.LOAD_ITEM, node, "", node.value)
        if self.is_plain(node.value) and self.is_plain(node.slice):
            node.value = self.announced("load_item", node, site)
            return node
        return self.native("getitem", "load_item_of", node, self.expression(node.value), self.index(node.slice), site)

    def announced(self, form: str, node: ast.Subscript, site: ast.Constant) -> ast.expr:
        """`hook(container, key, SITE) or container`, for a plain container and key."""
        container, key = copy.copy(node.value), copy.copy(node.slice)
        for part in (container, key):
            if isinstance(part, ast.Name):
                part.ctx = ast.Load()
        return self.first(self.call(form, node.value, container, key, site), node.value, node.value)

    def index(self, node: ast.expr) -> ast.expr:
        """A subscript's key as an expression of its own; `a:b` becomes `slice(a, b)`."""
        if isinstance(node, ast.Slice):
            parts = [self.expression(part) if part else ast.Constant(None) for part in (node.lower, node.upper)]
            if node.step is not None:
                parts.append(self.expression(node.step))
            return self.call("slice", node, *parts)
        if isinstance(node, ast.Tuple):
            node.elts = [self.index(element) for element in node.elts]
            return node
        if isinstance(node, ast.Starred):
            node.value = self.whole(node.value)
            return node
        return self.expression(node)

    # Operators.

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        operation = BINARY.get(type(node.op).__name__)
        if operation is None or _is_scalar(node.right) or (_is_scalar(node.left) and operation != "mod"):
            return self.generic_visit(node)  # type: ignore[return-value]
        return self._two_operands(node, node.left, node.right, operation)

    def _two_operands(self, node: ast.BinOp | ast.Compare, left: ast.expr, right: ast.expr, operation: str) -> ast.expr:
        site = self.site(Point.OPERANDS, node, operation, node)
        if self.is_plain(left) and self.is_plain(right):
            announce = self.call("operands", left, copy.copy(left), copy.copy(right), site)
            target = self.first(announce, left, left)
            node.left = target
            return node
        return self.native(operation, "operands_of", node, self.expression(left), self.expression(right), site)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        if len(node.ops) > 1:
            return self._chain(node)
        left, right, kind = node.left, node.comparators[0], node.ops[0]
        if isinstance(kind, ast.In | ast.NotIn):
            return self._contains(node, left, right)
        operation = COMPARISON.get(type(kind).__name__)
        if operation is None or _is_scalar(left) or _is_scalar(right):
            return self.generic_visit(node)  # type: ignore[return-value]
        return self._two_operands(node, left, right, operation)

    def _contains(self, node: ast.Compare, left: ast.expr, right: ast.expr) -> ast.expr:
        if _is_private(right):
            return self.generic_visit(node)  # type: ignore[return-value]
        site = self.site(Point.CONTAINS, node, "", right)
        if self.is_plain(left):
            node.comparators = [self.call("contains", right, self.expression(right), copy.copy(left), site)]
            return node
        found = self.native("contains_key", "contains_of", node, self.expression(left), self.expression(right), site)
        if isinstance(node.ops[0], ast.In):
            return found
        return ast.copy_location(ast.UnaryOp(ast.Not(), found), node)

    def _chain(self, node: ast.Compare) -> ast.expr:
        """`a < b in c`: each operand is announced as read where it is evaluated."""
        node.left = self.whole(node.left)
        node.comparators = [self.whole(part) for part in node.comparators]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        return self.truth(node) if isinstance(node.op, ast.Not) else self.generic_visit(node)  # type: ignore[return-value]

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        *tested, last = node.values
        node.values = [*map(self.truth, tested), self.expression(last)]
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        node.test = self.truth(node.test)
        node.body, node.orelse = self.expression(node.body), self.expression(node.orelse)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        node.value = self.stored(node.target, self.expression(node.value))
        return node

    # Calls.

    def visit_Call(self, node: ast.Call) -> ast.expr:
        function = node.func
        if isinstance(function, ast.Name):
            if self._is_harmless(function.id):
                return self._plain_call(node)
            if function.id in _LAZY and self._is_builtin(function.id):
                node.args = [self.iterated(argument) for argument in node.args]
                return self._plain_call(node, skip_arguments=True)
        is_shown = True
        location: ast.AST = node
        if isinstance(function, ast.Attribute):
            has_arguments = any(not isinstance(part, ast.Constant) for part in node.args) or any(
                not isinstance(part.value, ast.Constant) for part in node.keywords
            )
            name = function.attr
            of_import = isinstance(function.value, ast.Name) and function.value.id in self.context.scopes.imported
            is_shown = name in CONTAINER_METHODS or name in FILE_METHODS or of_import
            is_shown = is_shown or (has_arguments and name not in self.context.facts.methods)
            location = _location_of_method_call(node, function)
            rewritten: ast.expr = self._attribute(function, "load_method", Point.LOAD_METHOD)
        else:
            name = function.id if isinstance(function, ast.Name) else ""
            rewritten = self.expression(function)
        if not is_shown:
            node.func = rewritten
            return self._plain_call(node, skip_function=True)
        return self._shown_call(node, rewritten, name, location)

    def _shown_call(self, node: ast.Call, function: ast.expr, name: str, location: ast.AST) -> ast.expr:
        """A call whose callee may be C code: `call(f, SITE, x)(x)`, or `call_of(f, SITE, x)()`."""
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None if name else node.func
        site = self.site(Point.CALL, node, name, owner)
        has_star = any(isinstance(part, ast.Starred) for part in node.args) or any(
            part.arg is None for part in node.keywords
        )
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        if has_star or all(self.is_plain(value) for value in values):
            shown = self.call("call", node.func, function, site)
            if not has_star:
                shown.args += [copy.copy(argument) for argument in node.args]
                shown.keywords = [ast.keyword(part.arg, copy.copy(part.value)) for part in node.keywords]
            node.func = shown
            call: ast.expr = self._plain_call(node, skip_function=True)
        else:
            shown = self.call("call_of", node.func, function, site)
            shown.args += [self.expression(argument) for argument in node.args]
            shown.keywords = [ast.keyword(part.arg, self.expression(part.value)) for part in node.keywords]
            call = ast.Call(shown, [], [])
        return ast.copy_location(call, location)

    def _plain_call(self, node: ast.Call, *, skip_function: bool = False, skip_arguments: bool = False) -> ast.Call:
        if not skip_function:
            node.func = self.expression(node.func)
        if not skip_arguments:
            node.args = [self.expression(argument) for argument in node.args]
        for keyword in node.keywords:
            keyword.value = self.expression(keyword.value) if keyword.arg else self.whole(keyword.value)
        return node

    def _is_builtin(self, name: str) -> bool:
        return self.scope.owner(name) is None and name not in self.context.facts.defined and hasattr(builtins, name)

    def _is_harmless(self, name: str) -> bool:
        """Whether calling `name` surely reaches Python code of the program itself, or a built-in of no consequence."""
        owner = self.scope.owner(name)
        if owner is not None:
            return owner.kind == "function" and owner.is_definition(name)
        facts = self.context.facts
        if name in facts.own:
            return name not in facts.rebound
        return name in _HARMLESS and self._is_builtin(name)

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        if isinstance(node.ctx, ast.Load):
            node.value = self.whole(node.value)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.expr:
        for index, key in enumerate(node.keys):
            if key is not None:
                node.keys[index] = self.expression(key)
                node.values[index] = self.expression(node.values[index])
            else:
                node.values[index] = self.whole(node.values[index])
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.expr:
        node.value = self.whole(node.value)
        if node.format_spec is not None:
            node.format_spec = self.expression(node.format_spec)
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.expr:
        node.value = self.iterated(node.value)
        return node

    # Scopes of their own.

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        self.visit_defaults(node.args)
        outer, was_active = self.scope, self.is_active
        self.scope, self.is_active = self.context.scopes.of[node], True
        node.body = self.expression(node.body)
        self.scope, self.is_active = outer, was_active
        return node

    def visit_defaults(self, arguments: ast.arguments) -> None:
        """Defaults belong to the enclosing scope; annotations are left alone."""
        arguments.defaults = [self.expression(default) for default in arguments.defaults]
        arguments.kw_defaults = [default and self.expression(default) for default in arguments.kw_defaults]

    def _generated(self, generator: ast.comprehension) -> ast.expr:
        is_shown = self.is_active and not generator.is_async
        return self.iterated(generator.iter) if is_shown else self.expression(generator.iter)

    def _comprehension(self, node: Any) -> Any:
        outer = self.scope
        first, *others = node.generators
        truth = self.truth if self.is_active else self.expression
        first.iter = self._generated(first)
        self.scope = self.context.scopes.of[node]
        for generator in others:
            generator.iter = self._generated(generator)
        for generator in node.generators:
            generator.ifs = [truth(condition) for condition in generator.ifs]
        if isinstance(node, ast.DictComp):
            node.key, node.value = self.expression(node.key), self.expression(node.value)
        else:
            node.elt = self.expression(node.elt)
        self.scope = outer
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension


PROBE = ".cell"
_ALWAYS = frozenset(
    {"Lambda", "FunctionDef", "AsyncFunctionDef", "ClassDef", "ListComp", "SetComp", "DictComp", "GeneratorExp"}
)


def _is_scalar(node: ast.expr) -> bool:
    """Whether the expression is surely a number, a string or the like."""
    return isinstance(node, ast.Constant | ast.JoinedStr) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)
    )


def _is_private(node: ast.expr) -> bool:
    """Whether the value is surely no container that another thread could have."""
    return _is_scalar(node) or isinstance(node, (*_DISPLAYS, ast.Compare, ast.Lambda))


def _location_of_method_call(node: ast.Call, function: ast.Attribute) -> ast.AST:
    """Where CPython says that a method call is: on the line of the method's name, if that is another."""
    if node.lineno == function.end_lineno or any(isinstance(part, ast.Starred) for part in node.args):
        return node
    place = copy.copy(node)
    place.lineno = function.end_lineno or node.lineno
    place.col_offset = max((function.end_col_offset or 0) - len(function.attr), 0)
    return place
