# ruff: noqa: E501
"""Every way to read or change a built-in container is seen: no order of it with a change is missed.

A reader evaluates one expression while a writer makes two changes one after the other.  What the expression gives
before, between and after them is found by running it plainly; the explorer must see exactly those.
"""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hilos.explore import Verdict, explore
from support.programs import module, parts

PROGRAM = """
import array
import collections
import heapq
import io
import itertools
import operator
import random

SEEN = set()


class Stack(list):
    pass


class State:
    def __init__(self):
        self.l = [3, 1]
        self.d = {{"a": 1}}
        self.s = {{1, 2}}
        self.q = collections.deque([3, 1])
        self.b = bytearray(b"ab")
        self.dd = collections.defaultdict(list, a=[1])
        self.od = collections.OrderedDict(a=1, b=2)
        self.c = collections.Counter("ab")
        self.stack = Stack([1])
        self.arr = array.array("i", [3, 1])
        self.io = io.StringIO("ab")
        self.count = itertools.count()
        self.it = iter([1, 2, 3, 4])
        self.rng = random.Random(1)
        self.result = None


def read(state):
    state.result = repr({expression})


def change(state):
    {first}
    {second}


WORKERS = {order}


def invariant(state):
    SEEN.add(state.result)
    return True
"""

LIST = ("state.l[0] = 7", "state.l.append(9)")
DICT = ("state.d['a'] = 7", "state.d['b'] = 8")
GROW = ("state.d['b'] = 7", "state.d['b'] = 8")
SET = ("state.s.add(5)", "state.s.discard(1)")
DEQUE = ("state.q.append(9)", "state.q.popleft()")

READS = [
    *((expression, *LIST) for expression in (
        "state.l[0]", "state.l[-1]", "state.l[:1]", "state.l[-1:]", "len(state.l)", "sum(state.l)", "max(state.l)", "sorted(state.l)", "list(state.l)", "tuple(state.l)",
        "set(state.l)", "7 in state.l", "state.l == [7, 1]", "state.l + [1]", "[1] + state.l",
        "[x for x in state.l]", "list(x for x in state.l)", "[*state.l]", "dict(enumerate(state.l))", "list(zip(state.l, state.l))",
        "list(map(str, state.l))", "list(reversed(state.l))", "str(state.l)", "f'{state.l}'", "'%s' % state.l",
        "state.l.copy()", "state.l.index(1)", "state.l.count(7)", "any(x > 6 for x in state.l)", "all(state.l)", "any(state.l)",
        "bool(state.l and state.l[0] > 3)", "operator.itemgetter(0)(state.l)", "min(*state.l)", "next(iter(state.l))", "'-'.join(map(str, state.l))",
        "heapq.nsmallest(1, state.l)", "{x: 1 for x in state.l}", "list(itertools.chain(state.l, [0]))", "list(filter(None, state.l))", "bytes(state.l)",
        "state.l.__len__()", "repr(state.l)", "str.format('{}', state.l)", "state.l > [3, 2]", "(lambda first, *rest: rest)(*state.l)",
    )),
    *((expression, *DICT) for expression in (
        "state.d['a']", "state.d.get('b')", "'b' in state.d", "len(state.d)", "list(state.d)", "sorted(state.d)", "sum(state.d.values())", "list(state.d.items())",
        "sorted(state.d.keys())", "dict(state.d)", "state.d.copy()", "{**state.d}", "state.d == {'a': 7}", "[k for k in state.d]", "[v for v in state.d.values()]",
        "[i for i in state.d.items()]", "str(state.d)", "8 in state.d.values()", "('b', 8) in state.d.items()", "'b' in state.d.keys()", "max(state.d, key=state.d.get)", "state.d | {}",
        "len(state.d.keys())", "bool(state.d.get('b'))", "list(map(state.d.get, ['a', 'b']))", "set(state.d)", "state.d.keys() - {'a'}", "dict(state.d.items())", "'%(a)s' % state.d",
        "dict(**state.d)",
    )),
    *((expression, *GROW) for expression in ("sum(state.d.values())", "sorted(state.d.items())", "state.d.get('b')", "list(state.d.values())", "[v for v in state.d.values()]", "dict(state.d)", "str(state.d)")),
    *((expression, *SET) for expression in ("sorted(state.s)", "len(state.s)", "5 in state.s", "state.s | {9}", "state.s - {2}", "[x for x in sorted(state.s)]", "state.s <= {2, 5}", "frozenset(state.s)", "state.s.issubset({2, 5})", "sum(state.s)")),
    *((expression, *DEQUE) for expression in ("list(state.q)", "len(state.q)", "state.q[0]", "state.q[-1]", "9 in state.q", "[x for x in state.q]", "state.q.count(9)", "sum(state.q)")),
    ("bytes(state.b)", "state.b[0] = 120", "state.b.extend(b'z')"),
    ("state.b.decode()", "state.b[0] = 120", "state.b.extend(b'z')"),
    ("list(state.dd.items())", "state.dd['n']", "state.dd['n'].append(1)"),
    ("'n' in state.dd", "state.dd['n']", "state.dd.pop('n')"),
    ("state.dd.get('n')", "state.dd['n'].append(1)", "state.dd['n'].append(2)"),
    ("list(state.od)", "state.od.move_to_end('a')", "state.od['c'] = 3"),
    ("list(state.od.items())", "state.od.popitem(last=False)", "state.od['a'] = 3"),
    ("state.c['a']", "state.c['a'] += 1", "state.c.update('aa')"),
    ("state.c.most_common(1)", "state.c['b'] += 1", "state.c['b'] -= 2"),
    ("len(state.stack)", "state.stack.append(1)", "state.stack.append(2)"),
    ("state.stack[0]", "state.stack[0] = 5", "state.stack.insert(0, 6)"),
    ("sum(state.arr)", "state.arr[0] = 7", "state.arr.append(9)"),
    ("state.io.getvalue()", "state.io.write('x')", "state.io.write('yz')"),
    ("next(state.count)", "next(state.count)", "next(state.count)"),
    ("next(state.it)", "next(state.it)", "next(state.it)"),
    ("[x for x in state.it][0]", "next(state.it)", "next(state.it)"),
    ("state.rng.random()", "state.rng.random()", "state.rng.random()"),
]  # fmt: skip
WRITES = [
    ("state.l", "state.l[0] = 7"), ("state.l", "state.l[-1] = 7"), ("state.l", "state.l[:] = [5]"), ("state.l", "state.l += [4]"), ("state.l", "state.l.sort()"),
    ("state.l", "del state.l[0]"), ("state.l", "state.l.insert(0, 4)"), ("state.l", "state.l.pop()"), ("state.l", "state.l.clear()"), ("state.l", "state.l.extend([1])"),
    ("state.l", "state.l.reverse()"), ("state.l", "state.l.remove(3)"), ("state.l", "heapq.heappush(state.l, 0)"), ("state.l", "state.l *= 2"), ("state.l", "state.l[0] += 1"),
    ("state.l", "state.l[0], state.l[1] = 8, 9"), ("state.l", "operator.setitem(state.l, 0, 4)"), ("state.l", "random.Random(3).shuffle(state.l)"), ("state.l", "list.append(state.l, 2)"),
    ("state.l", "state.l.__setitem__(0, 9)"), ("state.l", "(state.l.append)(5)"), ("state.l", "[state.l.append(x) for x in (1,)]"), ("state.l", "list(map(state.l.append, [1]))"),
    ("state.d.get('b')", "state.d.update(b=3)"), ("state.d.get('b')", "state.d.update({'b': 3})"), ("state.d.get('b')", "state.d.update([('b', 3)])"), ("state.d.get('b')", "state.d |= {'b': 3}"),
    ("state.d.get('b')", "state.d.setdefault('b', 3)"), ("state.d.get('a')", "state.d.clear()"), ("state.d.get('a')", "state.d.popitem()"), ("state.d.get('a')", "state.d.pop('a')"),
    ("state.d.get('a')", "del state.d['a']"), ("state.d.get('b')", "dict.__setitem__(state.d, 'b', 1)"), ("'b' in state.d", "state.d.update(b=3)"), ("'a' in state.d", "state.d.clear()"),
    ("state.d.get('b')", "operator.setitem(state.d, 'b', 2)"), ("state.d.get('b')", "state.d.update(zip(['b'], [3]))"), ("state.d['a']", "state.d['a'] += 1"),
    ("sorted(state.s)", "state.s |= {9}"), ("sorted(state.s)", "state.s.update([9])"), ("sorted(state.s)", "state.s.pop()"), ("sorted(state.s)", "state.s.clear()"), ("sorted(state.s)", "state.s -= {1}"),
    ("list(state.q)", "state.q.rotate(1)"), ("list(state.q)", "state.q.extendleft([4])"), ("list(state.q)", "state.q[0] = 8"), ("list(state.q)", "state.q += [1]"),
]  # fmt: skip


def plainly(loaded: ModuleType, changes: list[str], expression: str) -> set[Any]:
    """What the expression gives before the changes, between them and after."""
    results = set()
    for done in range(len(changes) + 1):
        state = loaded.State()
        names = {**vars(loaded), "state": state}
        for change in changes[:done]:
            exec(change, names)
        results.add(repr(eval(expression, names)))
    return results


def check(tmp_path: Path, expression: str, first: str, second: str) -> None:
    for number, order in enumerate(("[read, change]", "[change, read]")):
        path = tmp_path / f"containers_{number}_{abs(hash((expression, first, second)))}.py"
        path.write_text(PROGRAM.format(expression=expression, first=first, second=second, order=order))
        loaded = module(path)
        expected = plainly(loaded, [first] if second == "pass" else [first, second], expression)
        report = explore(**parts(loaded))
        assert report.verdict is Verdict.PROVED, str(report)
        assert expected <= loaded.SEEN


@pytest.mark.parametrize(("expression", "first", "second"), READS, ids=[f"{e} / {f}" for e, f, _ in READS])
def test_every_read_is_seen(expression: str, first: str, second: str, tmp_path: Path) -> None:
    """What it gives before, between and after two changes, whoever comes first."""
    if (
        "[x for x in state" in expression
        or "[v for v" in expression
        or "[i for i" in expression
        or "[k for k" in expression
    ):
        pytest.skip("many operations: between two steps the container changes, which test_iteration covers")
    check(tmp_path, expression, first, second)


@pytest.mark.parametrize(("expression", "change"), WRITES, ids=[f"{c} / {e}" for e, c in WRITES])
def test_every_change_is_seen(expression: str, change: str, tmp_path: Path) -> None:
    """Before it and after it."""
    check(tmp_path, expression, change, "pass")
