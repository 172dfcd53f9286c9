"""Programs made up from a seed: small enough for brute force, mixed enough to be nasty.

`generate(seed)` always gives the same program, on every Python version (`random.Random` promises its sequences).
"""

import random

from support.oracle.interleavings import Outcomes, TooLarge, classes
from support.oracle.model import Model, Statement

FLAVOURS = {
    "memory": ("read", "write", "inc", "copy", "if", "item"),
    "locks": ("read", "write", "inc", "copy", "if", "with", "with", "nested"),
    "attempts": ("inc", "read", "try", "with", "try_permit"),
    "semaphores": ("inc", "write", "read", "permit", "up", "down", "try_permit"),
    "conditions": ("inc", "write", "guarded_wait", "announce", "bare_wait"),
    "events": ("read", "write", "set", "clear", "await", "if_set"),
    "queues": ("put", "get", "inc", "read"),
    "reentrant": ("inc", "twice", "with_r", "if"),
    "containers": ("append", "length", "sum", "set_key", "set_key", "drop_key", "get_key", "if_key", "keys", "with"),
    "mixed": ("read", "write", "inc", "copy", "if", "item", "with", "nested", "try", "permit", "up", "down",
              "guarded_wait", "announce", "set", "await", "if_set", "put", "get"),
}  # fmt: skip


def generate(seed: int, flavour: str | None = None, most: int = 4_000) -> tuple[Model, Outcomes]:
    """The program of a seed with its outcomes; programs whose prefixes are more than `most` classes are passed over."""
    dice = random.Random(seed)
    while True:
        model = _model(dice, flavour or dice.choice(sorted(FLAVOURS)))
        try:
            outcomes = classes(model, most)
        except TooLarge:
            continue
        if outcomes.traces > 1 or dice.random() < 0.1:
            return model, outcomes


def _model(dice: random.Random, flavour: str) -> Model:
    objects: dict[str, tuple[str, int]] = {"x": ("attr", 0), "y": ("attr", dice.randrange(2))}
    objects |= {"i": ("item", 0), "j": ("item", 0)}
    objects |= {"d": ("dict", 0), "l": ("list", 0)}
    objects |= {"m": ("lock", 0), "n": ("lock", 0), "r": ("rlock", 0), "c": ("condition", 0)}
    objects |= {"s": ("semaphore", dice.randrange(3)), "e": ("event", 0), "q": ("queue", dice.randrange(3))}
    count = dice.choice((2, 2, 3, 3, 3, 4))
    longest = {2: 5, 3: 3, 4: 2}[count]
    kinds = FLAVOURS[flavour]
    threads = tuple(
        tuple(_statement(dice, dice.choice(kinds), kinds, 2) for _ in range(dice.randint(1, longest)))
        for _ in range(count)
    )
    used = _used(threads)
    return Model({name: kind for name, kind in objects.items() if name in used}, threads)


def _used(statements: object) -> set[str]:
    if isinstance(statements, tuple):
        return set().union(*map(_used, statements)) if statements else set()
    return {statements} if isinstance(statements, str) else set()


def _statement(dice: random.Random, kind: str, kinds: tuple[str, ...], depth: int) -> Statement:
    attribute = dice.choice("xy")

    def body(least: int = 0, most: int = 2) -> tuple[Statement, ...]:
        simple = [k for k in kinds if k in ("read", "write", "inc", "copy", "set", "up", "item", "append")] or ["inc"]
        inner = kinds if depth > 1 else tuple(simple)
        return tuple(_statement(dice, dice.choice(inner), kinds, depth - 1) for _ in range(dice.randint(least, most)))

    def plain() -> tuple[Statement, ...]:
        chosen = [dice.choice(("inc", "read", "write")) for _ in range(dice.randint(0, 2))]
        return tuple(_statement(dice, k, kinds, 0) for k in chosen)

    match kind:
        case "read" | "inc" | "copy":
            return (kind, attribute)
        case "write":
            return ("write", attribute, dice.randrange(1, 4))
        case "item":
            name = dice.choice("ij")
            return dice.choice((("read", name), ("inc", name), ("write", name, 2), ("copy", name)))
        case "if":
            return ("if", attribute, dice.randrange(3), body(1, 2))
        case "with":
            return ("with", "m", plain())
        case "nested":
            first, second = dice.choice((("m", "n"), ("n", "m")))
            return ("with", first, (*plain(), ("with", second, plain())))
        case "try":
            return ("try", "m", plain())
        case "try_permit":
            return ("try", "s", plain())
        case "permit":
            return ("with", "s", plain())
        case "up":
            return ("release", "s")
        case "down":
            return ("acquire", "s")
        case "twice":
            return ("with", "r", (*plain(), ("with", "r", plain())))
        case "with_r":
            return ("with", "r", plain())
        case "guarded_wait":
            return ("with", "c", (("wait_while", "c", attribute, 0), *plain()))
        case "bare_wait":
            return ("with", "c", (("wait", "c"), *plain()))
        case "announce":
            return ("with", "c", (("write", attribute, 1), ("notify", "c", dice.choice((1, 1, 2, 99)))))
        case "set" | "clear" | "await":
            return (kind, "e")
        case "if_set":
            return ("if_set", "e", body(1, 2))
        case "append":
            return ("append", "l", dice.randrange(1, 4))
        case "length" | "sum":
            return (kind, "l")
        case "keys":
            return ("length", "d")
        case "set_key":
            return ("set_key", "d", dice.randrange(2), dice.randrange(1, 4))
        case "drop_key" | "get_key":
            return (kind, "d", dice.randrange(2))
        case "if_key":
            return ("if_key", "d", dice.randrange(2), body(1, 2))
        case "put":
            return ("put", "q", dice.randrange(1, 4))
        case "get":
            return ("get", "q")
    raise AssertionError(kind)
