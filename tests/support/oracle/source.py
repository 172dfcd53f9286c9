"""A model as ordinary Python: a module with `State`, `WORKERS` and `invariant`, for the explorer."""

from support.oracle.model import BIG, Model, Statement

MAKE = {
    "lock": "threading.Lock()",
    "rlock": "threading.RLock()",
    "condition": "threading.Condition()",
    "event": "threading.Event()",
}


def write(model: Model) -> str:
    """The source text.  Each worker leaves what it has read, folded into a number, in an attribute of its own."""
    lines = [
        "import queue",
        "import threading",
        "",
        "FINALS = set()",
        "",
        "",
        "class State:",
        "    def __init__(self):",
    ]
    lines.append(f"        self.items = {dict.fromkeys(_named(model, 'item'), 0)}")
    for name, (kind, value) in model.objects.items():
        if kind == "attr":
            lines.append(f"        self.{name} = {value}")
        elif kind in ("dict", "list"):
            lines.append(f"        self.{name} = {kind}()")
        elif kind == "semaphore":
            lines.append(f"        self.{name} = threading.Semaphore({value})")
        elif kind == "queue":
            lines.append(f"        self.{name} = queue.Queue({value})")
        elif kind != "item":
            lines.append(f"        self.{name} = {MAKE[kind]}")
    lines += [f"        self.fold{number} = 0" for number in range(len(model.threads))]
    for number, body in enumerate(model.threads):
        lines += ["", "", f"def worker{number}(state):", "    h = 0"]
        for statement in body:
            _write(model, statement, 1, lines)
        lines.append(f"    state.fold{number} = h")
    shown = []
    for name, (kind, _) in model.objects.items():
        if kind in ("attr", "item"):
            shown.append(_place(model, name))
        elif kind == "dict":
            shown.append(f"tuple(sorted(state.{name}.items()))")
        elif kind == "list":
            shown.append(f"tuple(state.{name})")
        elif kind == "event":
            shown.append(f"state.{name}.is_set()")
        elif kind == "queue":
            shown.append(f"state.{name}.qsize()")
    shown += [f"state.fold{number}" for number in range(len(model.threads))]
    workers = ", ".join(f"worker{number}" for number in range(len(model.threads)))
    lines += ["", "", f"WORKERS = [{workers}]", "", "", "def invariant(state):"]
    lines += [f"    FINALS.add(({', '.join(shown)},))", "    return True", ""]
    return "\n".join(lines)


def _named(model: Model, kind: str) -> list[str]:
    return [name for name, (of, _) in model.objects.items() if of == kind]


def _place(model: Model, name: str) -> str:
    return f"state.items[{name!r}]" if model.objects[name][0] == "item" else f"state.{name}"


def _write(model: Model, statement: Statement, depth: int, lines: list[str]) -> None:
    name, target, *rest = statement
    indent, place = "    " * depth, _place(model, target)

    def block(head: str, body: tuple[Statement, ...], last: str = "") -> None:
        lines.append(f"{indent}{head}")
        for inner in body:
            _write(model, inner, depth + 1, lines)
        if last or not body:
            lines.append(f"{indent}    {last or 'pass'}")

    match name:
        case "read":
            lines.append(f"{indent}h = (h * 7 + {place} + 1) % {BIG}")
        case "write":
            lines.append(f"{indent}{place} = {rest[0]}")
        case "copy":
            lines.append(f"{indent}{place} = h % 5")
        case "inc":
            lines.append(f"{indent}{place} += 1")
        case "if":
            block(f"if {place} == {rest[0]}:", rest[1])
        case "if_set":
            block(f"if {place}.is_set():", rest[0])
        case "with":
            block(f"with {place}:", rest[0])
        case "try":
            block(f"if {place}.acquire(blocking=False):", rest[0], f"{place}.release()")
        case "wait_while":
            block(f"while {_place(model, rest[0])} == {rest[1]}:", (), f"{place}.wait()")
        case "notify":
            call = "notify_all()" if rest[0] > 9 else f"notify({'' if rest[0] == 1 else rest[0]})"
            lines.append(f"{indent}{place}.{call}")
        case "put":
            lines.append(f"{indent}{place}.put({rest[0]})")
        case "get":
            lines.append(f"{indent}h = (h * 7 + {place}.get() + 1) % {BIG}")
        case "append":
            lines.append(f"{indent}{place}.append({rest[0]})")
        case "length":
            lines.append(f"{indent}h = (h * 7 + len({place}) + 1) % {BIG}")
        case "sum":
            lines.append(f"{indent}h = (h * 7 + sum({place}) + 1) % {BIG}")
        case "set_key":
            lines.append(f"{indent}{place}[{rest[0]}] = {rest[1]}")
        case "drop_key":
            lines.append(f"{indent}h = (h * 7 + {place}.pop({rest[0]}, 0) + 1) % {BIG}")
        case "get_key":
            lines.append(f"{indent}h = (h * 7 + {place}.get({rest[0]}, 0) + 1) % {BIG}")
        case "if_key":
            block(f"if {rest[0]} in {place}:", rest[1])
        case "await":
            lines.append(f"{indent}{place}.wait()")
        case "acquire" | "release" | "wait" | "set" | "clear":
            lines.append(f"{indent}{place}.{name}()")
        case _:
            raise AssertionError(name)
