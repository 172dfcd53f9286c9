"""What of the standard library an answer may use, read from its source: the rest is refused with its name and line.

The loop beneath is a model.  What needs sockets, processes, signals or a real clock cannot be explored, and passing it
over in silence would make a proof of nothing.
"""

import ast
from collections.abc import Iterator

from hilos.course.contract import Breach
from hilos.locale import translator

_ = translator("asynchronous")

MODULES = frozenset(
    {
        "__future__", "abc", "asyncio", "collections", "concurrent", "contextlib", "contextvars", "copy", "dataclasses",
        "enum", "functools", "heapq", "itertools", "logging", "math", "operator", "os", "random", "re", "string", "sys",
        "threading", "time", "traceback", "types", "typing", "warnings", "weakref",
    }
)  # fmt: skip
ASYNCIO = frozenset(
    {
        "ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION", "AbstractEventLoop", "Barrier", "BoundedSemaphore",
        "BrokenBarrierError", "CancelledError", "Condition", "Event", "Future", "InvalidStateError", "LifoQueue",
        "Lock", "PriorityQueue", "Queue", "QueueEmpty", "QueueFull", "QueueShutDown", "Semaphore", "Task", "TaskGroup",
        "Timeout", "TimeoutError", "all_tasks", "as_completed", "create_eager_task_factory", "create_task",
        "current_task", "eager_task_factory", "ensure_future", "gather", "get_event_loop", "get_running_loop",
        "iscoroutine", "iscoroutinefunction", "isfuture", "run", "shield", "sleep", "timeout", "timeout_at",
        "to_thread", "wait", "wait_for",
    }
)  # fmt: skip
OTHERS = {
    "threading": frozenset({"Lock", "RLock", "current_thread", "main_thread", "get_ident", "local"}),
    "concurrent.futures": frozenset({"ThreadPoolExecutor", "ProcessPoolExecutor"}),
    "time": frozenset({"sleep", "monotonic", "perf_counter", "time", "monotonic_ns", "perf_counter_ns", "time_ns"}),
    "os": frozenset({"cpu_count"}),
}


def refused(tree: ast.Module) -> list[Breach]:
    """What of an answer the model does not have, in the order of its lines."""
    return sorted(_walk(tree), key=lambda breach: breach.line)


def _walk(tree: ast.Module) -> Iterator[Breach]:
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                modules[alias.asname or alias.name] = alias.name
                if alias.name.partition(".")[0] not in MODULES:
                    yield _breach(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if module.partition(".")[0] not in MODULES:
                yield _breach(node.lineno, module)
            for alias in node.names:
                modules[alias.asname or alias.name] = f"{module}.{alias.name}"
                if not _has(module, alias.name):
                    yield _breach(node.lineno, f"{module}.{alias.name}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            module = _module(node.value, modules)
            if module and not _has(module, node.attr):
                yield _breach(node.lineno, f"{module}.{node.attr}")


def _module(node: ast.expr, modules: dict[str, str]) -> str:
    """The module that an expression names: `asyncio`, or `concurrent.futures`."""
    if isinstance(node, ast.Name):
        return modules.get(node.id, node.id if f"{node.id}.futures" in modules else "")
    if isinstance(node, ast.Attribute):
        before = _module(node.value, modules)
        return f"{before}.{node.attr}" if before else ""
    return ""


def _has(module: str, name: str) -> bool:
    if module == "asyncio":
        return name in ASYNCIO
    if module in OTHERS:
        return name in OTHERS[module]
    return True


def _breach(line: int, name: str) -> Breach:
    return Breach(line, _("{name} no se puede explorar y este ejercicio no lo admite").format(name=name))
