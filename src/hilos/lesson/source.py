"""The source of a function as a lesson shows it: what runs, without docstring and comments."""

import ast
import inspect
import textwrap
from typing import Any


def source(function: Any) -> str:
    """Code of `function` (or class) as it runs, without docstrings, comments and annotations of arguments.

    Comments and docstrings of lessons are written in Spanish for those who read the file; the terminal shows the
    code alone, which is the same in every language.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(node.body) > 1:
                node.body = node.body[1:]
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in [*node.args.args, *node.args.kwonlyargs]:
                argument.annotation = None
    return ast.unparse(tree)
