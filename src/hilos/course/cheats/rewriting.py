"""Cheats that rewrite a solution, or the exercise as it was given."""

import ast
import copy
from collections.abc import Callable, Iterator

_INLINE = """
class _Inline:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, daemon=None):
        self._work = lambda: target(*args, **(kwargs or {}))
        self.ident = 1
    def start(self):
        self._work()
    def run(self):
        self._work()
    def join(self, timeout=None):
        return None
    def is_alive(self):
        return False
"""
_INLINE_POOL = """
class _InlinePool:
    def __init__(self, *arguments, **named):
        self.futures = []
    def __enter__(self):
        return self
    def __exit__(self, *error):
        return None
    def submit(self, work, *arguments, **named):
        future = _Future()
        try:
            future.set_result(work(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future
    def map(self, work, *columns):
        return [work(*row) for row in zip(*columns)]
    def shutdown(self, wait=True):
        return None
"""


def _text(tree: ast.Module) -> str:
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _with_top(tree: ast.Module, top: str) -> ast.Module:
    """The module with statements put behind its docstring and its imports of the future."""
    position = 0
    while position < len(tree.body) and (
        (isinstance(tree.body[position], ast.Expr) and isinstance(tree.body[position].value, ast.Constant))  # type: ignore[attr-defined]
        or (isinstance(tree.body[position], ast.ImportFrom) and tree.body[position].module == "__future__")  # type: ignore[attr-defined]
    ):
        position += 1
    tree.body[position:position] = ast.parse(top).body
    return tree


def before(text: str, top: str) -> str:
    """The answer with statements before everything that it does."""
    return _text(_with_top(ast.parse(text), top))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions, but those that make objects or keep others out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("__"):
            yield node


def _after_docstring(body: list[ast.stmt]) -> int:
    return int(bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant))


def in_functions(text: str, what: str) -> str:
    """The answer with statements at the beginning of each function."""
    tree = ast.parse(text)
    for node in functions(tree):
        position = _after_docstring(node.body)
        node.body[position:position] = ast.parse(what).body
    return _text(tree)


def wrapped(text: str, around: str, which: Callable[[ast.FunctionDef | ast.AsyncFunctionDef], bool]) -> str:
    """The answer with each function's body in the place of `BODY` in `around`.

    Arguments:
        text: the answer.
        around: statements, one of which is the name BODY.
        which: the functions that are meant.
    """
    tree = ast.parse(text)
    for node in list(functions(tree)):
        if not which(node):
            continue
        position = _after_docstring(node.body)
        # What is assigned to an outer name has to be said first.
        while isinstance(node.body[position], ast.Global | ast.Nonlocal):
            position += 1
        body = node.body[position:]
        new = ast.parse(around)

        class Place(ast.NodeTransformer):
            def visit_Expr(self, inner: ast.Expr, body: list[ast.stmt] = body) -> ast.AST | list[ast.stmt]:
                if isinstance(inner.value, ast.Name) and inner.value.id == "BODY":
                    return body
                return inner

        node.body[position:] = Place().visit(new).body
    return _text(tree)


def _is_maker(node: ast.expr, *names: str) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr in names) or (isinstance(node, ast.Name) and node.id in names)


class _Makers(ast.NodeTransformer):
    """Replaces what makes threads, processes and pools by something of the answer's own."""

    def __init__(self) -> None:
        self.threads = self.pools = False

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if _is_maker(node.func, "Thread", "Process"):
            self.threads = True
            node.func = ast.Name("_Inline", ast.Load())
        elif _is_maker(node.func, "ThreadPoolExecutor"):
            self.pools = True
            node.func = ast.Name("_InlinePool", ast.Load())
        return node


def threads_deleted(text: str) -> str:
    """What was to be done by a thread is done by whoever starts it."""
    makers = _Makers()
    tree = makers.visit(ast.parse(text))
    if makers.threads:
        tree = _with_top(tree, _INLINE)
    if makers.pools:
        tree = _with_top(tree, "from concurrent.futures import Future as _Future\n" + _INLINE_POOL)
    return _text(tree)


class _Joins(ast.NodeTransformer):
    """Joins right after each start, and waits for each submitted job."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "start":
            join = copy.deepcopy(call)
            assert isinstance(join.func, ast.Attribute)
            join.func.attr = "join"
            return [node, ast.Expr(join)]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "submit":
            return ast.Call(ast.Name("_done", ast.Load()), [node], [])
        return node


def start_and_join(text: str) -> str:
    """Each thread is waited for before the next begins."""
    tree = _Joins().visit(ast.parse(text))
    if any(isinstance(node, ast.Name) and node.id == "_done" for node in ast.walk(tree)):
        done = (
            "import concurrent.futures as _futures\ndef _done(future):\n    _futures.wait([future])\n    return future"
        )
        tree = _with_top(tree, done)
    return _text(tree)


def global_lock(text: str, *, targets: bool) -> str:
    """One lock around the body of each function: of those that threads are made of, or of those that are called."""
    tree = ast.parse(text)
    made = {
        each.id if isinstance(each, ast.Name) else each.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _is_maker(node.func, "Thread", "Process", "submit", "map")
        for each in (*[word.value for word in node.keywords if word.arg == "target"], *node.args[:1])
        if isinstance(each, ast.Name | ast.Attribute)
    }
    if targets:
        wanted = made
    else:
        wanted = {node.name for node in functions(tree) if not node.name.startswith("_")} - made
    if not wanted & {node.name for node in functions(tree)}:
        return text
    result = wrapped(text, "with _ALL:\n    BODY", lambda node: node.name in wanted and not _is_async(node))
    result = wrapped(result, "async with _ALL:\n    BODY", lambda node: node.name in wanted and _is_async(node))
    if any(map(_is_async, functions(tree))):
        maker = "asyncio.Lock()"
    else:
        maker = "multiprocessing.RLock()" if "multiprocessing" in text else "threading.RLock()"
    return before(result, f"import {maker.split('.')[0]}\n_ALL = {maker}")


def _is_async(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return isinstance(node, ast.AsyncFunctionDef)


class _Sleeps(ast.NodeTransformer):
    """Sleeps where the solution waits."""

    WAITS = ("wait", "wait_for", "join", "acquire")

    def __init__(self, sleep: str) -> None:
        self._sleep = sleep

    def visit_With(self, node: ast.With) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        if any(isinstance(item.context_expr, ast.Call) or item.optional_vars for item in node.items):
            return node
        return [*ast.parse(self._sleep).body, *node.body]

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST | list[ast.stmt]:
        plain = self.visit_With(ast.With(node.items, node.body))
        return node if isinstance(plain, ast.With) else plain

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr in self.WAITS:
            return ast.parse(f"({self._sleep} or True)", mode="eval").body
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("release", "notify", "notify_all"):
            return ast.Constant(None)
        return node


def sleeping(text: str) -> str:
    """The solution with every lock and every waiting replaced by a sleep."""
    tree = ast.parse(text)
    asynchronous = any(map(_is_async, functions(tree)))
    sleep = "await asyncio.sleep(0.1)" if asynchronous else "time.sleep(0.1)"
    tree = _Sleeps(sleep).visit(tree)
    if _text(tree) == _text(ast.parse(text)):
        return text
    return _text(_with_top(tree, "import asyncio" if asynchronous else "import time"))


def sleeping_everywhere(text: str) -> str:
    """The exercise as it was given, with a sleep before every statement."""
    tree = ast.parse(text)
    for node in functions(tree):
        sleep = "await asyncio.sleep(0.01)" if _is_async(node) else "time.sleep(0.01)"
        for inner in ast.walk(node):
            for part in ("body", "orelse", "finalbody"):
                body = getattr(inner, part, None)
                if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                    setattr(inner, part, [new for each in body for new in _slept(each, sleep)])
    return _text(_with_top(tree, "import asyncio, time"))


def _slept(statement: ast.stmt, sleep: str) -> list[ast.stmt]:
    if isinstance(statement, ast.Global | ast.Nonlocal) or ast.unparse(statement) == sleep:
        return [statement]
    return [*ast.parse(sleep).body, statement]


class _Spins(ast.NodeTransformer):
    """Asks again and again where the solution waits."""

    def visit_With(self, node: ast.With) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        if len(node.items) != 1 or isinstance(node.items[0].context_expr, ast.Call) or node.items[0].optional_vars:
            return node
        lock = ast.unparse(node.items[0].context_expr)
        if "lock" not in lock.lower() and "guard" not in lock.lower() and "fork" not in lock.lower():
            return node
        new = ast.parse(
            f"while not {lock}.acquire(blocking=False):\n    pass\ntry:\n    pass\nfinally:\n    {lock}.release()"
        )
        assert isinstance(new.body[1], ast.Try)
        new.body[1].body = node.body
        return list(new.body)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            what, whose = call.func.attr, ast.unparse(call.func.value)
            if what == "join" and not call.args and not call.keywords:
                if "queue" in whose or "jobs" in whose or "pending" in whose:
                    return ast.parse(f"while {whose}.unfinished_tasks:\n    pass").body
                return ast.parse(f"while {whose}.is_alive():\n    pass").body
            if what == "wait" and not call.args and not call.keywords:
                return ast.parse(
                    f"if hasattr({whose}, 'is_set'):\n    while not {whose}.is_set():\n        pass\n"
                    f"else:\n    {whose}.release()\n    {whose}.acquire()"
                ).body
        return node


def spinning(text: str) -> str:
    """The solution with every waiting replaced by asking again and again."""
    return _text(_Spins().visit(ast.parse(text)))


class _Leaves(ast.NodeTransformer):
    """Threads nobody waits for."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if _is_maker(node.func, "Thread", "Process") and not any(word.arg == "daemon" for word in node.keywords):
            node.keywords.append(ast.keyword("daemon", ast.Constant(True)))
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "join":
            return ast.Pass()
        return node


def daemons(text: str) -> str:
    """Daemon threads, and nobody who waits for them."""
    return _text(_Leaves().visit(ast.parse(text)))


def for_one_size(right: str, wrong: str, sizes: tuple[int, ...]) -> str:
    """The solution where some argument says one of `sizes`, and the exercise as it was given everywhere else."""
    good, bad = ast.parse(right), ast.parse(wrong)
    public = [
        node for node in bad.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    names = {node.name for node in good.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    parts = [_text(_renamed(good, "_right")), _text(_renamed(bad, "_wrong"))]
    for node in public:
        if isinstance(node, ast.FunctionDef) and node.name in names:
            words = ", ".join(argument.arg for argument in node.args.args)
            parts.append(
                f"def {node.name}({words}):\n    return (_right_{node.name} if _fits({words}) "
                f"else _wrong_{node.name})({words})\n"
            )
    parts.append(
        "def _fits(*given):\n    found = [each if isinstance(each, int) else len(each) for each in given "
        f"if isinstance(each, (int, list, tuple, str, dict))]\n    return any(each in {sizes!r} for each in found)\n"
    )
    return "\n".join(parts)


def _renamed(tree: ast.Module, prefix: str) -> ast.Module:
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}

    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            if node.id in names:
                node.id = f"{prefix}_{node.id}"
            return node

        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
            self.generic_visit(node)
            if node in tree.body:
                node.name = f"{prefix}_{node.name}"
            return node

        def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
            self.generic_visit(node)
            if node in tree.body:
                node.name = f"{prefix}_{node.name}"
            return node

    return Rename().visit(tree)  # type: ignore[no-any-return]
