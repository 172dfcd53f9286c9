"""Random Python functions for the comparison of instrumented with plain execution.

`module(seeds)` is the text of a module (to be run after `PRELUDE`, in its namespace) whose `main()` does everything the
language has on shared memory: attributes, subscripts, globals, captured variables, containers, calls, comprehensions,
unpacking, `with`, `try`, classes, generators; over several lines now and then, and with plenty of errors.  Each statement of `main` runs in a `try` that notes the
exception's type, text and line numbers, so one program compares many failures.  Each seed makes one statement: drawing
every choice by itself would take Hypothesis longer than running the programs, and so it can still leave statements out.
"""

# ruff: noqa: E501

from random import Random

PRELUDE = """\
import traceback
LOG = []
TICKS = [0]
shared = 5
names = {"a": 1, "b": [2, 3]}


def tick():
    TICKS[0] += 1
    if TICKS[0] > 150:
        raise RuntimeError("too many steps")
    return True


def note(error):
    places = [(frame.name, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    LOG.append((type(error).__name__, str(error), places))


class Thing:
    total = 0
    __secret = [1, 2]

    def __init__(self, a=1):
        self.a = a
        self.xs = [3, 1, 2]
        self.d = {"k": a, 1: [a]}
        self.__hidden = a

    @property
    def twice(self):
        return self.a * 2

    @twice.setter
    def twice(self, value):
        self.a = value + self.__hidden

    def method(self, x=0, *rest, key=None, **more):
        self.__hidden += 1
        self.__secret[0] = self.__hidden
        type(self).total += 1
        return (x, rest, key, sorted(more), self.__secret[0])

    def __enter__(self):
        self.xs.append("in")
        return self

    def __exit__(self, kind, error, trace):
        self.xs.append(kind and kind.__name__)
        if trace is not None:
            LOG.append(("exit", trace.tb_lineno))
        return self.a == 2

    def __getitem__(self, key):
        return self.xs[key]

    def __setitem__(self, key, value):
        self.d[key] = value

    def __iadd__(self, other):
        self.xs += [other]
        return self

    def __repr__(self):
        return f"Thing({vars(self)})"


def count(n):
    for i in range(n):
        got = yield i
        if got:
            yield from [got, n]


def apply(f, *args, **named):
    return f(*args, **named)
"""

VARIABLES = ["x", "y", "xs", "d", "o", "t", "c", "shared", "names", "Thing", "unbound"]


class Writer:
    """Writes statements.  `depth` bounds nesting; `random` decides everything."""

    def __init__(self, random):
        self.random = random

    def number(self, low, high):
        return self.random.randint(low, high)

    def pick(self, *choices):
        return self.random.choice(choices)

    def maybe(self, one_in=4):
        return self.number(1, one_in) == 1

    # Expressions.

    def name(self):
        return self.pick(
            "x", "y", "xs", "xs", "d", "o", "o", "t", "c", "shared", "names", "x", "y", "o", *VARIABLES[-2:]
        )

    def atom(self):
        return self.pick(
            *["0", "1", "2", "-1", '"k"', '"a"', "None", "True", "[]", "[1, 2]", "{}", "(1, 2)", '{"k": 3}', "1.5"],
            *[self.name() for _ in range(14)],
        )

    def expr(self, depth=3):
        if depth <= 0:
            return self.atom()
        kind = self.number(0, 33)
        e = lambda: self.expr(depth - 1)  # noqa: E731
        n = "\n    " * self.maybe(6)
        match kind:
            case 0 | 1 | 2 | 3:
                return self.atom()
            case 4 | 5:
                return f"({e()}{n}.{self.pick('a', 'xs', 'd', 'a', 'twice', 'missing', 'total')})"
            case 6 | 7:
                return f"({e()}{n}[{n}{e()}])"
            case 8:
                return f"{e()}[{self.pick('', '0', '1', 'x')}:{self.pick('', '2', '-1', e())}{self.pick('', ':2')}]"
            case 9 | 10:
                return f"({e()}{n} {self.pick('+', '-', '|', '&', '^', '%', '//', '/')} {n}{e()})"
            case 11:
                return f"({e()} * {self.pick('2', '0', '1')})"
            case 12:
                return f"({e()} {self.pick('==', '!=', '<', '>=', 'is', 'is not')} {n}{e()})"
            case 13:
                return f"({e()} {self.pick('in', 'not in')} {n}{e()})"
            case 14:
                return f"({e()} < {e()} {self.pick('in', '<=', '==')} {e()})"
            case 15:
                return f"({e()} {self.pick('and', 'or')} {n}{e()})"
            case 16:
                return f"({self.pick('not', '-')} {e()})"
            case 17:
                return f"({e()} if {e()} else {n}{e()})"
            case 18:
                return f'f"{{{self.pick("x", "xs", "o", "d", "y", "missing")}}} {{o.a}} {{xs[0]!r:>5}}"'
            case 19:
                target = self.pick("v", "v, w")
                condition = self.pick("", f" and {e()}")
                body = self.pick("v", "v", e())
                open_, close = self.pick("[]", "()", "{}")
                inner = f"{open_}{body} for {target} in {e()} if tick(){condition}{close}"
                return f"list({inner})" if open_ == "(" else inner
            case 20:
                return f"{{v: {e()} for v in {e()} if tick()}}"
            case 21:
                return f"(lambda v, w={e()}: {e()})({e()})"
            case 22:
                return f"({self.pick('x', 'y', 't', 'c', 'xs')} := {e()})"
            case 23:
                return f"[*{e()}, {e()}]"
            case 24:
                return f"{self.pick('len', 'sorted', 'list', 'sum', 'tuple', 'iter', 'str', 'type', 'dict', 'max')}({n}{e()})"
            case 25:
                return f"list({self.pick('enumerate', 'zip', 'reversed')}({e()}))"
            case 26:
                method = self.pick(
                    "append", "pop", "extend", "index", "get", "setdefault", "update", "keys", "items", "add"
                )
                arguments = self.pick("", e(), f"{e()}, {n}{e()}")
                return f"{self.pick('xs', 'd', 'o.xs', 'o.d', 'names', e())}{n if False else ''}.{method}({arguments})"
            case 27:
                arguments = self.pick("", e(), f"{e()}, key={n}{e()}", f"*{e()}", f"1, **{e()}", f"{e()}, extra={e()}")
                return f"({self.pick('o', 'o', e())}{n}.method({arguments}))"
            case 28:
                return f"apply({self.pick('len', 'lambda *a, **k: (a, k)', 'o.method', 'sorted', 'xs.append')}, {e()})"
            case 29:
                return f"list(map(lambda v: {e()}, {e()}))"
            case 30:
                return f"{{**{e()}, 'z': {e()}}}"
            case 31:
                return f"getattr({e()}, {self.pick(repr('a'), repr('nope'), e())}{self.pick('', ', 0')})"
            case 32:
                return f"'-'.join({self.pick('xs', 'map(str, xs)', e())})"
            case _:
                return f"next({self.pick('count(2)', 'iter(xs)', e())}{self.pick('', ', None')})"

    # Statements.

    def target(self, depth=2):
        kind = self.number(0, 8)
        match kind:
            case 0 | 1 | 2:
                return self.pick("x", "y", "t", "c", "shared", "xs")
            case 3 | 4:
                return f"{self.pick('o', 'o', 'Thing', self.expr(1))}.{self.pick('a', 'xs', 'twice', 'new', 'total')}"
            case 5 | 6:
                return f"{self.pick('xs', 'd', 'o', 'names', self.expr(1))}[{self.expr(1)}]"
            case 7:
                return f"xs[{self.pick('0:1', ':', 'x:', '::2')}]"
            case _:
                if depth <= 0:
                    return "x"
                star = self.pick("", "*")
                return f"({self.target(depth - 1)}, {star}{self.target(depth - 1)})"

    def single_target(self):
        while True:
            target = self.target(0)
            if not target.startswith("("):
                return target
            return "x"

    def statement(self, depth=2):
        kind = self.number(0, 22 if depth else 8)
        match kind:
            case 0 | 1 | 2:
                return [f"{self.target()} = {self.expr()}"]
            case 3:
                return [f"{self.target()} = {self.target()} = {self.expr()}"]
            case 4 | 5:
                operator = self.pick("+=", "-=", "|=", "&=", "%=", "//=", "+=")
                return [f"{self.single_target()} {operator} {self.expr(2)}"]
            case 6:
                return [
                    f"del {self.pick('xs[0]', 'd[x]', 'o.a', 'o.new', 't', 'c', f'{self.expr(1)}[{self.expr(1)}]')}"
                ]
            case 7 | 8:
                return [self.expr()]
            case 9:
                return [f"if {self.expr(2)}:", *self.block(depth), "else:", *self.block(depth)]
            case 10 | 11:
                return [
                    f"for {self.target(1)} in {self.expr(2)}:",
                    "    tick()",
                    *self.block(depth),
                    *self.pick([], ["    break"], ["    continue"], ["else:", *self.block(depth)]),
                ]
            case 12:
                return [f"while tick() and {self.expr(2)}:", *self.block(depth), *self.pick([], ["    break"])]
            case 13:
                name = self.pick("", " as t", f" as {self.single_target()}")
                more = self.pick("", f", Thing({self.expr(1)})", f", Thing(2) as {self.single_target()}")
                return [f"with {self.pick('o', 'Thing(2)', 'Thing(2)', self.expr(1))}{name}{more}:", *self.block(depth)]
            case 14 | 15:
                caught = self.pick("Exception", "(KeyError, TypeError)", "IndexError")
                name = self.pick("", " as error")
                return [
                    "try:",
                    *self.block(depth),
                    f"except {caught}{name}:",
                    *(["    note(error)"] if name else []),
                    *self.block(depth),
                    *self.pick([], ["else:", *self.block(depth)]),
                    *self.pick([], ["finally:", *self.block(depth)]),
                ]
            case 16:
                return [f"raise {self.pick('ValueError', 'KeyError')}({self.expr(2)})"]
            case 17:
                return [f"assert {self.expr(2)}, {self.expr(1)}"]
            case 18:
                name = self.pick("", "c", "x", "shared")
                keyword = {"": "", "shared": "global"}.get(name, "nonlocal")
                return [
                    f"def inner(v, w={self.expr(1)}):",
                    *([f"    {keyword} {name}", f"    {name} += 1"] if name else []),
                    f"    return {self.expr(2)}",
                    f"t = inner({self.expr(1)})",
                ]
            case 19:
                return [
                    f"match {self.expr(2)}:",
                    "    case [v, *w]:",
                    "        t = w",
                    '    case {"k": v} if v:',
                    "        x = v",
                    "    case Thing(a=v):",
                    "        y = v",
                    "    case _:",
                    *["    " + line for line in self.block(depth)],
                ]
            case 20:
                return [
                    "class Local:",
                    f"    a = {self.expr(1)}",
                    "    xs = []",
                    "    xs += [a]",
                    "    def get(self, v=a):",
                    f"        return {self.expr(2)}",
                    "t = Local().get()",
                ]
            case 21:
                return [
                    "def generate(n):",
                    "    for v in range(n):",
                    f"        got = yield {self.expr(2)}",
                    "        yield from xs[:2]",
                    "t = list(generate(2))",
                ]
            case _:
                return [
                    f"import collections as t, {self.pick('math', 'os.path')}",
                    "from collections import deque",
                    "y = deque(xs)",
                ]

    def block(self, depth):
        lines = [line for _ in range(self.number(1, 2)) for line in self.statement(depth - 1)]
        return ["    " + line for line in lines]


def module(seeds, rebinds_global):
    """The text of a module, one statement a seed; not always one that compiles."""
    lines = ["def main():"]
    lines += ["    global shared"] if rebinds_global else ["    shared = 7"]
    lines += ["    x, y, xs, d, o, t, c = 1, 2, [1, 2, 3], {'k': 1, 2: 3}, Thing(2), None, 0"]
    lines += ["    def keep(): return c", "    def bump():", "        nonlocal c", "        c += 1"]
    for seed in seeds:
        lines += ["    try:"]
        lines += ["        " + line for line in Writer(Random(seed)).statement(3)]
        lines += ["    except Exception as error:", "        note(error)"]
    lines += ["    return [x, y, xs, d, o, c, keep(), shared, names, Thing.total]"]
    return "\n".join(lines) + "\n"
