"""Rewriting of statements and functions: `rewrite(source)` gives the tree to compile and the sites in it.

Statements may use temporary variables where expressions may not: locals of the function whose names begin with a dot,
which no program can spell.  They are needed where one statement stores to several places: each store is an operation of
its own, and Python evaluates the container and key of a target only when its turn comes.
"""

# ruff: noqa: N802, N815 - the names of visitor methods are those of `ast`

import ast
import copy
from typing import Any

from hilos.explore.instrument.expressions import Context, Expressions, Facts
from hilos.explore.instrument.forms import INPLACE, INPLACE_OTHER
from hilos.explore.instrument.points import Point, Site
from hilos.explore.instrument.scopes import Scopes


def rewrite(source: str, file: str, facts: Facts, scopes: Scopes, tree: ast.Module) -> tuple[ast.Module, list[Site]]:
    """Rewrite the functions of a module.

    Args:
        source: its text.
        file: the path that its functions' code objects carry.
        facts: what is known of the live module.
        scopes: the scopes of `tree`.
        tree: the parsed source; it is changed in place.
    """
    context = Context(file, [line.encode() for line in source.splitlines()], scopes, facts)
    rewriter = Statements(context)
    tree.body = rewriter.block(tree.body)
    return ast.fix_missing_locations(tree), context.sites


class Statements(Expressions):
    """Rewrites the statements of functions, and of classes defined in functions."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._temporaries = 0

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """Each statement rewritten, in order; one may become several."""
        result: list[ast.stmt] = []
        for statement in statements:
            rewritten = self.visit(statement)
            if isinstance(rewritten, list):
                result += rewritten
            else:
                result.append(rewritten)
        return result

    # Functions and classes.

    def _function(self, node: Any) -> Any:
        node.decorator_list = [self.expression(decorator) for decorator in node.decorator_list]
        self.visit_defaults(node.args)
        outer = self.scope, self.is_active, self._temporaries
        self.scope, self.is_active, self._temporaries = self.context.scopes.of[node], True, 0
        node.body = self.block(node.body)
        self.scope, self.is_active, self._temporaries = outer
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        node.decorator_list = [self.expression(decorator) for decorator in node.decorator_list]
        node.bases = [self.expression(base) for base in node.bases]
        for keyword in node.keywords:
            keyword.value = self.expression(keyword.value)
        outer = self.scope, self.class_name
        self.scope, self.class_name = self.context.scopes.of[node], node.name
        node.body = self.block(node.body)
        self.scope, self.class_name = outer
        return node

    # Assignment.

    def _temporary(self, at: ast.AST) -> ast.Name:
        self._temporaries += 1
        return ast.copy_location(ast.Name(f".{self._temporaries}", ast.Store()), at)

    def _is_simple(self, target: ast.expr) -> bool:
        """Whether the target, or each in it, is a name that is no point."""
        if isinstance(target, ast.Tuple | ast.List):
            return all(self._is_simple(element) for element in target.elts)
        if isinstance(target, ast.Starred):
            return self._is_simple(target.value)
        return isinstance(target, ast.Name) and self.shared_kind(target.id) not in ("cell", "global")

    def _has_temporaries(self) -> bool:
        """A class body has none: they would become attributes of the class."""
        return self.scope.kind == "function"

    def _assign(self, target: ast.expr, value: ast.expr, at: ast.AST) -> list[ast.stmt]:
        """`target = value` for one target; `value` is rewritten already."""
        if isinstance(target, ast.Tuple | ast.List):
            shape, stores = self._unpacked(target)
            return [ast.copy_location(ast.Assign([shape], value), at), *stores]
        if isinstance(target, ast.Name):
            value = self.stored(target, value)
        elif isinstance(target, ast.Attribute):
            target = self._attribute(target, "store_attribute", Point.STORE_ATTRIBUTE)
        elif isinstance(target, ast.Subscript):
            site = self.site(Point.STORE_ITEM, target, "", target.value)
            if not (self.is_plain(target.value) and self.is_plain(target.slice)):
                container, key = self.expression(target.value), self.index(target.slice)
                store = self.native("setitem", "store_item_of", target, value, container, key, site)
                return [ast.copy_location(ast.Expr(store), at)]
            target.value = self.announced("store_item", target, site)
        return [ast.copy_location(ast.Assign([target], value), at)]

    def _unpacked(self, target: ast.expr) -> tuple[ast.expr, list[ast.stmt]]:
        """The target with a temporary in each place, and the statements that store them where they belong."""
        if self._is_simple(target):
            return target, []
        if isinstance(target, ast.Tuple | ast.List):
            stores: list[ast.stmt] = []
            for index, element in enumerate(target.elts):
                is_starred = isinstance(element, ast.Starred)
                inner = element.value if isinstance(element, ast.Starred) else element
                # Names are stored in turn with the rest: `a[i], i = 1, 2` uses the old i.
                place = self._temporary(inner)
                stores += self._assign(inner, self._load(place), inner)
                target.elts[index] = (
                    ast.copy_location(ast.Starred(place, ast.Store()), element) if is_starred else place
                )
            return target, stores
        place = self._temporary(target)
        return place, self._assign(target, self._load(place), target)

    def _load(self, name: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(name.id, ast.Load()), name)

    def visit_Assign(self, node: ast.Assign) -> Any:
        is_unpacking = any(isinstance(target, ast.Tuple | ast.List) for target in node.targets)
        value = self.whole(node.value) if is_unpacking else self.expression(node.value)
        if all(self._is_simple(target) for target in node.targets) or not self._has_temporaries():
            node.value = value
            return node
        if len(node.targets) == 1:
            return self._assign(node.targets[0], value, node)
        temporary = self._temporary(node)
        result: list[ast.stmt] = [ast.copy_location(ast.Assign([temporary], value), node)]
        for target in node.targets:
            result += self._assign(target, self._load(temporary), target)
        return result

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None or not self._has_temporaries():
            node.value = node.value and self.expression(node.value)
            return node
        value = self.expression(node.value)
        if self._is_simple(node.target):
            node.value = value
            return node
        return self._assign(node.target, value, node)

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """`x op= v` is a read, then the operation, then a write."""
        target = node.target
        if not self._has_temporaries():
            node.value = self.expression(node.value)
            return node
        if isinstance(target, ast.Name) and self.shared_kind(target.id) not in ("cell", "global"):
            return self._augment_local(node, target)
        before: list[ast.stmt] = []
        if isinstance(target, ast.Attribute):
            target.value = self._held(target.value, before)
        elif isinstance(target, ast.Subscript):
            target.value = self._held(target.value, before)
            target.slice = self._held(target.slice, before)
        loaded = copy.deepcopy(target)
        loaded.ctx = ast.Load()
        current = self.expression(loaded)
        return before + self._assign(target, self._operated(node, current), target)

    def _held(self, node: ast.expr, before: list[ast.stmt]) -> ast.expr:
        """The expression if it is plain, else a temporary that holds its value."""
        if self.is_plain(node):
            return node
        temporary = self._temporary(node)
        before.append(ast.copy_location(ast.Assign([temporary], self.index(node)), node))
        return self._load(temporary)

    def _operated(self, node: ast.AugAssign, current: ast.expr) -> ast.expr:
        """`current op= value` as an expression: the in-place operator of the module `operator`."""
        kind = type(node.op).__name__
        value = self.expression(node.value)
        if kind in INPLACE and (kind == "Mult" or not isinstance(node.value, ast.Constant | ast.JoinedStr)):
            site = self.site(Point.INPLACE, node, INPLACE[kind], node.target)
            return self.native(INPLACE[kind], "inplace_of", node, current, value, site)
        return self.call(INPLACE.get(kind) or INPLACE_OTHER[kind], node, current, value)

    def _augment_local(self, node: ast.AugAssign, target: ast.Name) -> ast.stmt:
        """The variable is local, but the list in it may not be."""
        kind = type(node.op).__name__
        if kind not in INPLACE or (kind != "Mult" and isinstance(node.value, ast.Constant | ast.JoinedStr)):
            node.value = self.expression(node.value)
            return node
        if self.is_plain(node.value):
            site = self.site(Point.INPLACE, node, INPLACE[kind], target)
            hook = self.call("inplace", node.value, self._load(target), copy.copy(node.value), site)
            node.value = self.first(hook, node.value, node.value)
            return node
        return ast.copy_location(ast.Assign([target], self._operated(node, self._load(target))), node)

    def visit_Delete(self, node: ast.Delete) -> Any:
        result: list[ast.stmt] = []
        for target in _flat(node.targets):
            if isinstance(target, ast.Name) and self.shared_kind(target.id) in ("cell", "global"):
                result.append(ast.copy_location(ast.Expr(self.name_point("delete", target)), node))
            elif isinstance(target, ast.Attribute):
                target = self._attribute(target, "delete_attribute", Point.DELETE_ATTRIBUTE)
            elif isinstance(target, ast.Subscript):
                site = self.site(Point.DELETE_ITEM, target, "", target.value)
                if not (self.is_plain(target.value) and self.is_plain(target.slice)):
                    container, key = self.expression(target.value), self.index(target.slice)
                    delete = self.native("delitem", "delete_item_of", target, container, key, site)
                    result.append(ast.copy_location(ast.Expr(delete), node))
                    continue
                target.value = self.announced("delete_item", target, site)
            result.append(ast.copy_location(ast.Delete([target]), node))
        return result

    # Loops, conditions, contexts.

    def _for(self, node: Any) -> Any:
        node.iter = self.iterated(node.iter) if isinstance(node, ast.For) else self.expression(node.iter)
        stores: list[ast.stmt] = []
        if self._has_temporaries():
            node.target, stores = self._unpacked(node.target)
        node.body, node.orelse = stores + self.block(node.body), self.block(node.orelse)
        return node

    visit_For = visit_AsyncFor = _for

    def visit_While(self, node: ast.While) -> ast.stmt:
        site = self.site(Point.REPEAT, node.test)
        test = self.truth(node.test)
        node.test = self.first(self.call("repeat", test, site), test, test)
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        return node

    def visit_If(self, node: ast.If) -> ast.stmt:
        node.test = self.truth(node.test)
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        node.test = self.truth(node.test)
        node.msg = node.msg and self.expression(node.msg)
        return node

    def visit_With(self, node: ast.With) -> ast.stmt:
        return self._with(node, node.items)

    def _with(self, node: ast.With, items: list[ast.withitem]) -> ast.With:
        """A target that is an operation of its own splits the statement: it is stored before the next is entered."""
        done: list[ast.withitem] = []
        for index, item in enumerate(items):
            site = self.site(Point.ENTER, item.context_expr, "", item.context_expr)
            manager = self.call("enter", item.context_expr, self.expression(item.context_expr), site)
            target, stores = item.optional_vars, list[ast.stmt]()
            if target is not None and self._has_temporaries():
                target, stores = self._unpacked(target)
            done.append(ast.withitem(manager, target))
            if stores:
                rest = items[index + 1 :]
                body: list[ast.stmt] = [self._with(node, rest)] if rest else self.block(node.body)
                return ast.copy_location(ast.With(done, stores + body), node)
        return ast.copy_location(ast.With(done, self.block(node.body)), node)

    def visit_Match(self, node: ast.Match) -> ast.stmt:
        node.subject = self.whole(node.subject)
        for case in node.cases:  # patterns stay: they may only be literals and dotted names
            case.guard = case.guard and self.truth(case.guard)
            case.body = self.block(case.body)
        return node

    def visit_TypeAlias(self, node: ast.AST) -> ast.AST:
        """Evaluated later, if ever, and of no consequence."""
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        """What a function imports for itself may have a double: the name is given that."""
        result: list[ast.stmt] = [node]
        for alias in node.names:
            name = alias.asname or alias.name
            if name == "*" or self.shared_kind(name) in ("cell", "global"):
                continue
            loaded = ast.copy_location(ast.Name(name, ast.Load()), node)
            value = self.call("value", node, loaded, self.site(Point.VALUE, node, name))
            target = ast.copy_location(ast.Name(name, ast.Store()), node)
            result.append(ast.copy_location(ast.Assign([target], value), node))
        return result


def _flat(targets: list[ast.expr]) -> list[ast.expr]:
    result = []
    for target in targets:
        result += _flat(target.elts) if isinstance(target, ast.Tuple | ast.List) else [target]
    return result
