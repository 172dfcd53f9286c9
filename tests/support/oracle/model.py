"""Small threaded programs as data, and what one operation of one thread does.

A program's threads are nested statements; `compile_thread` flattens them into operations, each of which is one visible
operation at the explorer's granularity (a read, a write, an acquire...) or free local work.  A configuration is a
tuple, so that it can be hashed: program counters, one accumulator for each thread (what it has read, folded into a
number), and the value of each object.

What each operation touches is said here once more, from the rules in words (`docs`: two operations of different threads
conflict if they share an object that one of them changes): reads of attributes, of items and of an event's flag
commute; everything else on one object does not, attempts that fail included.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Statement = tuple[Any, ...]
Footprint = tuple[tuple[str, bool], ...]
"""Objects touched, each with whether it is changed."""

BIG = 10_007


@dataclass(frozen=True)
class Model:
    """A program.

    Attributes:
        objects: name -> kind and first value: `attr`, `item` (0), `lock`, `rlock`, `condition` (None),
            `semaphore` (permits), `event` (False), `queue` (places, 0 for no limit), `dict` and `list` (empty).
        threads: statements of each.
    """

    objects: dict[str, tuple[str, int]]
    threads: tuple[tuple[Statement, ...], ...]
    code: tuple[tuple[Statement, ...], ...] = field(init=False)
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", tuple(tuple(compile_thread(body)) for body in self.threads))
        object.__setattr__(self, "names", tuple(self.objects))


def compile_thread(body: tuple[Statement, ...]) -> list[Statement]:
    """Flat operations of one thread; jumps are to absolute positions."""
    code: list[Statement] = []
    for statement in body:
        _compile(statement, code)
    return code


def _compile(statement: Statement, code: list[Statement]) -> None:
    name, *rest = statement
    match name:
        case "inc":
            code += [("load", rest[0]), ("store", rest[0])]
        case "if":
            _guarded(("unless", rest[0], rest[1]), rest[2], code)
        case "if_set":
            _guarded(("unless_set", rest[0]), rest[1], code)
        case "if_key":
            _guarded(("unless_key", rest[0], rest[1]), rest[2], code)
        case "with":
            code.append(("acquire", rest[0]))
            for inner in rest[1]:
                _compile(inner, code)
            code.append(("release", rest[0]))
        case "try":
            _guarded(("try", rest[0]), (*rest[1], ("release", rest[0])), code)
        case "wait":
            code += [("wait", rest[0]), ("wake", rest[0])]
        case "wait_while":
            top = len(code)
            _guarded(("unless", rest[1], rest[2]), (("wait", rest[0]), ("jump", top)), code)
        case _:
            code.append(statement)


def _guarded(test: Statement, body: tuple[Statement, ...], code: list[Statement]) -> None:
    """`test` gets, as its last element, where to go if it fails."""
    at = len(code)
    code.append(test)
    for inner in body:
        _compile(inner, code)
    code[at] = (*test, len(code))


Configuration = tuple[tuple[int, ...], tuple[int, ...], tuple[Any, ...]]


def start(model: Model) -> Configuration:
    """Before anything has happened."""
    return (
        tuple(_settle(code, 0) for code in model.code),
        (0,) * len(model.code),
        tuple(_first(*model.objects[name]) for name in model.names),
    )


def _first(kind: str, value: int) -> Any:
    match kind:
        case "lock":
            return None
        case "rlock":
            return (None, 0)
        case "condition":
            return (None, 0, (), frozenset())
        case "event":
            return bool(value)
        case "queue":
            return (value, ())
        case "dict" | "list":
            return ()
    return value


def _settle(code: tuple[Statement, ...], at: int) -> int:
    """Skip what is no operation."""
    while at < len(code) and code[at][0] == "jump":
        at = code[at][1]
    return at


def is_over(model: Model, configuration: Configuration, thread: int) -> bool:
    return configuration[0][thread] >= len(model.code[thread])


def is_enabled(model: Model, configuration: Configuration, thread: int) -> bool:
    """Whether the thread's next operation can happen now."""
    counters, _, values = configuration
    code = model.code[thread]
    if counters[thread] >= len(code):
        return False
    name, target = code[counters[thread]][:2]
    kind = model.objects[target][0]
    value = values[model.names.index(target)]
    match name, kind:
        case "acquire", "lock":
            return value is None
        case "acquire", ("rlock" | "condition"):
            return value[0] in (None, thread)
        case "acquire", "semaphore":
            return value > 0
        case "wake", _:
            return value[0] is None and thread in value[3]
        case "await", _:
            return value
        case "put", _:
            return not value[0] or len(value[1]) < value[0]
        case "get", _:
            return bool(value[1])
    return True


def step(model: Model, configuration: Configuration, thread: int) -> tuple[Configuration, Footprint]:
    """Do the thread's next operation, which must be enabled."""
    counters, folds, values = configuration
    code, at, fold = model.code[thread], counters[thread], folds[thread]
    name, target, *rest = code[at]
    index = model.names.index(target)
    kind, value = model.objects[target][0], values[index]
    after, follow, changes = value, at + 1, True
    match name, kind:
        case "read", _:
            fold, changes = (fold * 7 + value + 1) % BIG, False
        case "load", _:
            changes = False
        case "store", _:
            after = _loaded(configuration, thread) + 1
        case "write", _:
            after = rest[0]
        case "copy", _:
            after = fold % 5
        case "unless", _:
            follow, changes = (at + 1 if value == rest[0] else rest[1]), False
        case "unless_set", _:
            follow, changes = (at + 1 if value else rest[0]), False
        case "acquire", "lock":
            after = thread
        case "acquire", "rlock":
            after = (thread, value[1] + 1)
        case "acquire", "condition":
            after = (thread, value[1] + 1, *value[2:])
        case "acquire", "semaphore":
            after = value - 1
        case "release", "lock":
            after = None
        case "release", "rlock":
            after = (thread, value[1] - 1) if value[1] > 1 else (None, 0)
        case "release", "condition":
            after = (thread, value[1] - 1, *value[2:]) if value[1] > 1 else (None, 0, *value[2:])
        case "release", "semaphore":
            after = value + 1
        case "try", "lock":
            after, follow = (thread, at + 1) if value is None else (value, rest[0])
        case "try", "semaphore":
            after, follow = (value - 1, at + 1) if value > 0 else (value, rest[0])
        case "wait", _:
            after = (None, 0, (*value[2], thread), value[3])
        case "wake", _:
            after = (thread, 1, value[2], value[3] - {thread})
        case "notify", _:
            after = (*value[:2], value[2][rest[0] :], value[3] | set(value[2][: rest[0]]))
        case "set", _:
            after = True
        case "clear", _:
            after = False
        case "await", _:
            changes = False
        case "put", _:
            after = (value[0], (*value[1], rest[0]))
        case "get", _:
            after, fold = (value[0], value[1][1:]), (fold * 7 + value[1][0] + 1) % BIG
        case "append", _:
            after = (*value, rest[0])
        case "length", _:
            fold, changes = (fold * 7 + len(value) + 1) % BIG, False
        case "sum", _:
            fold, changes = (fold * 7 + sum(value) + 1) % BIG, False
        case (("set_key" | "drop_key" | "get_key" | "unless_key"), _):
            return _on_item(configuration, thread, index, code[at], target)
        case _:
            raise AssertionError((name, kind))
    if name == "load":
        follow, fold_pair = at + 1, value
        return (_with(counters, thread, follow), _with(folds, thread, fold + (fold_pair + 1) * BIG), values), (
            (target, False),
        )
    if name == "store":
        fold %= BIG
    return (
        (_with(counters, thread, _settle(code, follow)), _with(folds, thread, fold), _with(values, index, after)),
        ((target, changes),),
    )


def _on_item(
    configuration: Configuration, thread: int, index: int, statement: Statement, target: str
) -> tuple[Configuration, Footprint]:
    """One item of a dict: an object of its own; that it comes or goes changes the dict's set of keys."""
    counters, folds, values = configuration
    name, _, key, *rest = statement
    items = dict(values[index])
    follow, fold, present = counters[thread] + 1, folds[thread], key in items
    item = (f"{target}[{key}]", name in ("set_key", "drop_key"))
    touched: Footprint = (item,)
    match name:
        case "set_key":
            items[key] = rest[0]
            touched = (item, (target, not present))
        case "drop_key":
            fold = (fold * 7 + items.pop(key, 0) + 1) % BIG
            touched = (item, (target, True))
        case "get_key":
            fold = (fold * 7 + items.get(key, 0) + 1) % BIG
        case "unless_key":
            follow = follow if present else rest[0]
    after = tuple(sorted(items.items()))
    return (_with(counters, thread, follow), _with(folds, thread, fold), _with(values, index, after)), touched


def _loaded(configuration: Configuration, thread: int) -> int:
    """What the load before a store of `+=` has read: it is kept above the accumulator."""
    return configuration[1][thread] // BIG - 1


def _with(items: tuple[Any, ...], index: int, item: Any) -> tuple[Any, ...]:
    return (*items[:index], item, *items[index + 1 :])


def observable(model: Model, configuration: Configuration) -> tuple[Any, ...]:
    """What the explored Python program shows of a configuration at its end."""
    _, folds, values = configuration
    shown = []
    for name, value in zip(model.names, values, strict=True):
        kind = model.objects[name][0]
        if kind in ("attr", "item", "event", "dict", "list"):
            shown.append(value)
        elif kind == "queue":
            shown.append(len(value[1]))
    return (*shown, *folds)


def threads(model: Model) -> Iterator[int]:
    return iter(range(len(model.code)))
