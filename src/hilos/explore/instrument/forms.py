"""The callables that rewritten code calls: the hooks themselves, and combinations of a hook with a C function.

Rewritten source refers to each by a *placeholder*, a string constant that no program contains; the loader puts the
callable in its place in `co_consts`, so that an operation costs one load of a constant and one call, and no name is
looked up.

Where the operands of an operation are plain names, the operation stays as it was and the hook is called in front of it.
Where they are not, evaluating them twice is out of the question and so is a temporary variable (a comprehension has no
place for one); there a function of the module `operator`, which is the same operation in C and has no frame that could
show in a traceback, is called with the tuple of operands that the combination returns:
`getitem(*load_item_of(a, i, SITE))`.
"""

import operator
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

from hilos.explore.instrument.points import Hooks, Site

PLACEHOLDER = "\0hilos "

HOOKS = (
    "load_attribute",
    "load_method",
    "store_attribute",
    "delete_attribute",
    "load_item",
    "store_item",
    "delete_item",
    "contains",
    "iterate",
    "read",
    "operands",
    "inplace",
    "call",
    "enter",
    "repeat",
    "value",
    "load_global",
    "store_global",
    "delete_global",
    "load_cell",
    "store_cell",
    "delete_cell",
)

# The operators that mean something to a built-in container, by the class of their `ast` node.
BINARY = {"Add": "add", "Sub": "sub", "Mult": "mul", "Mod": "mod", "BitOr": "or_", "BitAnd": "and_", "BitXor": "xor"}
INPLACE = {"Add": "iadd", "Sub": "isub", "Mult": "imul", "BitOr": "ior", "BitAnd": "iand", "BitXor": "ixor"}
INPLACE_OTHER = {
    "Mod": "imod",
    "Div": "itruediv",
    "FloorDiv": "ifloordiv",
    "Pow": "ipow",
    "LShift": "ilshift",
    "RShift": "irshift",
    "MatMult": "imatmul",
}
COMPARISON = {"Eq": "eq", "NotEq": "ne", "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge"}

NATIVE: dict[str, Any] = {
    name: getattr(operator, name)
    for name in (
        "getitem",
        "setitem",
        "delitem",
        *BINARY.values(),
        *INPLACE.values(),
        *INPLACE_OTHER.values(),
        *COMPARISON.values(),
    )
}
NATIVE["contains_key"] = operator.contains
NATIVE["slice"] = slice


def forms(hooks: Hooks) -> dict[str, Callable[..., Any]]:
    """Every callable that placeholders may name, for one implementation of the hooks."""
    table: dict[str, Callable[..., Any]] = {name: getattr(hooks, name) for name in HOOKS}
    load_item, store_item, delete_item = hooks.load_item, hooks.store_item, hooks.delete_item
    contains, operands, inplace, call = hooks.contains, hooks.operands, hooks.inplace, hooks.call
    store_global, store_cell = hooks.store_global, hooks.store_cell

    def load_item_of(container: Any, key: Any, site: Site, /) -> tuple[Any, Any]:
        load_item(container, key, site)
        return container, key

    def store_item_of(value: Any, container: Any, key: Any, site: Site, /) -> tuple[Any, Any, Any]:
        store_item(container, key, site)
        return container, key, value

    def delete_item_of(container: Any, key: Any, site: Site, /) -> tuple[Any, Any]:
        delete_item(container, key, site)
        return container, key

    def contains_of(key: Any, container: Any, site: Site, /) -> tuple[Any, Any]:
        contains(container, key, site)
        return container, key

    def operands_of(left: Any, right: Any, site: Site, /) -> tuple[Any, Any]:
        operands(left, right, site)
        return left, right

    def inplace_of(left: Any, right: Any, site: Site, /) -> tuple[Any, Any]:
        inplace(left, right, site)
        return left, right

    def call_of(function: Any, site: Site, /, *arguments: Any, **named: Any) -> Callable[[], Any]:
        return partial(call(function, site, *arguments, **named), *arguments, **named)

    def store_global_of(value: Any, site: Site, /) -> Any:
        store_global(site)
        return value

    def store_cell_of(value: Any, probe: FunctionType, site: Site, /) -> Any:
        store_cell(probe, site)
        return value

    for function in (
        load_item_of,
        store_item_of,
        delete_item_of,
        contains_of,
        operands_of,
        inplace_of,
        call_of,
        store_global_of,
        store_cell_of,
    ):
        table[function.__name__] = function
    table.update(NATIVE)
    return table
