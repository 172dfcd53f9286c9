"""Wherever a program keeps what its threads share, an update that is lost is found.

Each case is a state of another kind (a class with slots, an exception, a `UserDict`, an attribute of a function...) or
another way to the same state (a property, `match`, a decorator...) in which two equal workers read and then write.
"""

from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

import pytest

from hilos.errors import UsageError
from hilos.explore import explore
from support.programs import module

HEAD = """
import argparse
import collections
import contextlib
import contextvars
import copy
import enum
import functools
import heapq
import bisect
import itertools
import json
import operator
import threading
import types
import weakref
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from dataclasses import dataclass, replace
from typing import NamedTuple
"""


@dataclass(frozen=True)
class Program:
    """A program in which two workers do the same.

    Attributes:
        given: what it defines first; its `setup`, `worker` or `invariant` too, where it is not of the usual shape and
            the part below is empty.
        state: what `setup` gives.
        work: what a worker does with the state `s`.
        right: what holds at the end.
    """

    given: str = ""
    state: str = "A()"
    work: str = "s.x += 1"
    right: str = "s.x == 2"

    def __str__(self) -> str:
        parts = [HEAD, self.given]
        if self.state:
            parts.append(f"def setup():\n    return {self.state}")
        if self.work:
            parts.append("def worker(s):\n" + indent(self.work.strip(), "    "))
        if self.right:
            parts.append(f"def invariant(s):\n    return {self.right}")
        return "\n\n\n".join(parts) + "\n"


KINDS = {
    "plain": Program(
        given="""
class A:
    def __init__(self): self.x=0
"""
    ),
    "slots": Program(
        given="""
class A:
    __slots__=("x",)
    def __init__(self): self.x=0
"""
    ),
    "dc": Program(
        given="""
@dataclass
class A:
    x: int = 0
"""
    ),
    "dcslots": Program(
        given="""
@dataclass(slots=True)
class A:
    x: int = 0
"""
    ),
    "ns": Program(state="types.SimpleNamespace(x=0)"),
    "argns": Program(state="argparse.Namespace(x=0)"),
    "exc": Program(
        given="""
class A(Exception):
    x=0
"""
    ),
    "exc2": Program(
        given="""
class A(ValueError):
    def __init__(self): super().__init__("a"); self.x=0
"""
    ),
    "dictsub": Program(
        given="""
class A(dict):
    def __init__(self): super().__init__(); self.x=0
"""
    ),
    "dictsubitem": Program(
        given="""
class A(dict):
    pass
""",
        state="A(x=0)",
        work='s["x"] += 1',
        right="s['x'] == 2",
    ),
    "listsub": Program(
        given="""
class A(list):
    def __init__(self): super().__init__(); self.x=0
"""
    ),
    "listsubitem": Program(
        given="""
class A(list):
    pass
""",
        state="A([0])",
        work="s[0] += 1",
        right="s[0] == 2",
    ),
    "ctrsub": Program(
        given="""
class A(Counter):
    x=0
"""
    ),
    "counter": Program(state="Counter()", work='s["a"] += 1', right="s['a'] == 2"),
    "counter of counts": Program(state="Counter(a=1)", work='s.update(["a"])', right="s['a'] == 3"),
    "counter of a mapping": Program(state="Counter(a=1)", work='s.update({"a": 1})', right="s['a'] == 3"),
    "counter subtracted from": Program(state="Counter(a=3)", work="s.subtract(a=1)", right="s['a'] == 1"),
    "counter added to": Program(state="Counter(a=1)", work='s += Counter("a")', right="s['a'] == 3"),
    "ddict": Program(state="defaultdict(int)", work='s["a"] += 1', right="s['a'] == 2"),
    "odict": Program(state="OrderedDict(a=0)", work='s["a"] += 1', right="s['a'] == 2"),
    "deque": Program(state="deque([0])", work="s[0] += 1", right="s[0] == 2"),
    "bytearray": Program(state="bytearray(1)", work="s[0] += 1", right="s[0] == 2"),
    "array": Program(state='__import__("array").array("i",[0])', work="s[0] += 1", right="s[0] == 2"),
    "memview": Program(state="memoryview(bytearray(1))", work="s[0] += 1", right="s[0] == 2"),
    "nested": Program(state='{"a":{"b":[0]}}', work='s["a"]["b"][0] += 1', right="s['a']['b'][0] == 2"),
    "prop": Program(
        given="""
class A:
    def __init__(self): self._x=0
    @property
    def x(self): return self._x
    @x.setter
    def x(self,v): self._x=v
"""
    ),
    "descr": Program(
        given="""
class D:
    def __get__(self,o,t): return self if o is None else o.__dict__["v"]
    def __set__(self,o,v): o.__dict__["v"]=v
class A:
    x=D()
    def __init__(self): self.x=0
"""
    ),
    "descr2": Program(
        given="""
class D:
    def __set_name__(self,o,n): self.n="_"+n
    def __get__(self,o,t): return getattr(o,self.n)
    def __set__(self,o,v): setattr(o,self.n,v)
class A:
    x=D()
    def __init__(self): self.x=0
"""
    ),
    "getattr": Program(
        given="""
class A:
    def __init__(self): object.__setattr__(self,"d",{"x":0})
    def __getattr__(self,n): return self.d[n]
    def __setattr__(self,n,v): self.d[n]=v
"""
    ),
    "getattribute": Program(
        given="""
class A:
    def __init__(self): self.x=0
    def __getattribute__(self,n): return super().__getattribute__(n)
"""
    ),
    "getattribute2": Program(
        given="""
class A:
    __slots__=("x",)
    def __init__(self): self.x=0
    def __getattribute__(self,n): return object.__getattribute__(self,n)
"""
    ),
    "setattr2": Program(
        given="""
class A:
    def __init__(self): self.x=0
    def __setattr__(self,n,v): super().__setattr__(n,v)
"""
    ),
    "setattrfn": Program(state="types.SimpleNamespace(x=0)", work='setattr(s,"x",getattr(s,"x")+1)'),
    "vars": Program(
        given="""
class A:
    def __init__(self): self.x=0
""",
        work='vars(s)["x"] = vars(s)["x"]+1',
    ),
    "dunderdict": Program(
        given="""
class A:
    def __init__(self): self.x=0
""",
        work='s.__dict__["x"] += 1',
    ),
    "attrgetter": Program(
        given="""
class A:
    def __init__(self): self.x=0
""",
        work='s.x = operator.attrgetter("x")(s)+1',
    ),
    "itemgetter": Program(state='{"x":0}', work='s["x"] = operator.itemgetter("x")(s)+1', right="s['x'] == 2"),
    "weakproxy": Program(
        given="""
class A:
    def __init__(self): self.x=0
def setup():
    a=A(); a.p=weakref.proxy(a); return a
""",
        state="",
        work="s.p.x += 1",
    ),
    "weakref": Program(
        given="""
class A:
    def __init__(self): self.x=0
def setup():
    a=A(); a.p=weakref.ref(a); return a
""",
        state="",
        work="s.p().x += 1",
    ),
    "weakdict": Program(
        given="""
class A:
    pass
def setup():
    a=A(); a.d=weakref.WeakKeyDictionary(); a.d[a]=0; return a
""",
        state="",
        work="s.d[s] += 1",
        right="s.d[s] == 2",
    ),
    "weakvdict": Program(
        given="""
class A:
    pass
def setup():
    a=A(); a.d=weakref.WeakValueDictionary(); a.n=0; return a
""",
        state="",
        work="""
if "k" not in s.d:
    v=A(); s.keep=v; s.d["k"]=v; s.n+=1
""",
        right="s.n == 1",
    ),
    "chainmap": Program(state='ChainMap({"x":0})', work='s["x"] += 1', right="s['x'] == 2"),
    "userdict": Program(state="UserDict(x=0)", work='s["x"] += 1', right="s['x'] == 2"),
    "userlist": Program(state="UserList([0])", work="s[0] += 1", right="s[0] == 2"),
    "nt": Program(
        given="""
class P(NamedTuple):
    x:int
    y:int
""",
        state="types.SimpleNamespace(p=P(0,0))",
        work="s.p = s.p._replace(x=s.p.x+1)",
        right="s.p.x == 2",
    ),
    "frozen": Program(
        given="""
@dataclass(frozen=True)
class P:
    x:int
""",
        state="types.SimpleNamespace(p=P(0))",
        work="s.p = replace(s.p,x=s.p.x+1)",
        right="s.p.x == 2",
    ),
    "cached": Program(
        given="""
class A:
    def __init__(self): self.n=0
    @functools.cache
    def v(self):
        self.n+=1
        return 5
""",
        work="s.v()",
        right="s.n == 1",
    ),
    "heap": Program(state="[]", work="n=len(s); heapq.heappush(s,n)", right="sorted(s) == [0, 1]"),
    "bisect": Program(state="[]", work="n=len(s); bisect.insort(s,n)", right="sorted(s) == [0, 1]"),
    "setcheck": Program(
        state="types.SimpleNamespace(seen=set(),n=0)",
        work="""
if 1 not in s.seen:
    s.seen.add(1)
    s.n+=1
""",
        right="s.n == 1",
    ),
    "fmt": Program(state="types.SimpleNamespace(x=0)", work='s.x = int(f"{s.x}")+1'),
    "pct": Program(state="types.SimpleNamespace(x=0)", work='s.x = int("%d" % s.x)+1'),
    "fmtobj": Program(
        given="""
class A:
    def __init__(self): self.x=0
    def __str__(self): return str(self.x)
""",
        work='s.x = int(f"{s}")+1',
    ),
    "opdunder": Program(
        given="""
class A:
    def __init__(self): self.v=0
    def __iadd__(self,n):
        self.v = self.v + n
        return self
""",
        state="types.SimpleNamespace(a=A())",
        work="s.a += 1",
        right="s.a.v == 2",
    ),
    "opadd": Program(
        given="""
class A:
    def __init__(self,v): self.v=v
    def __add__(self,n): return A(self.v+n)
""",
        state="types.SimpleNamespace(a=A(0))",
        work="s.a = s.a + 1",
        right="s.a.v == 2",
    ),
    "callobj": Program(
        given="""
class A:
    def __init__(self): self.v=0
    def __call__(self): self.v += 1
""",
        work="s()",
        right="s.v == 2",
    ),
    "lendunder": Program(
        given="""
class A:
    def __init__(self): self.v=0
    def __len__(self): return self.v
""",
        work="s.v = len(s)+1",
        right="s.v == 2",
    ),
    "booldunder": Program(
        given="""
class A:
    def __init__(self): self.v=0
    def __bool__(self): return self.v>0
""",
        work="""
if not s:
    s.v += 1
""",
        right="s.v == 1",
    ),
    "itemdunder": Program(
        given="""
class A:
    def __init__(self): self.d={"k":0}
    def __getitem__(self,k): return self.d[k]
    def __setitem__(self,k,v): self.d[k]=v
""",
        work='s["k"] += 1',
        right="s['k'] == 2",
    ),
    "contains": Program(
        given="""
class A:
    def __init__(self): self.l=[];self.n=0
    def __contains__(self,k): return k in self.l
    def add(self,k): self.l.append(k); self.n=len(self.l)
""",
        work="if 1 not in s: s.add(1)",
        right="s.n == 1",
    ),
    "iterdunder": Program(
        given="""
class A:
    def __init__(self): self.t=0
    def __iter__(self): yield self.t
""",
        work="s.t = sum(s)+1",
        right="s.t == 2",
    ),
    "eqhash": Program(
        given="""
class A:
    def __init__(self): self.v=0
    def __eq__(self,o): return self.v==o
    __hash__=None
""",
        work="if s==0: s.v+=1",
        right="s.v == 1",
    ),
    "ctxmgr": Program(
        given="""
class A:
    def __init__(self): self.v=0
    @contextlib.contextmanager
    def up(self):
        old=self.v
        yield
        self.v=old+1
""",
        work="with s.up(): pass",
        right="s.v == 2",
    ),
    "ctxcls": Program(
        given="""
class A:
    def __init__(self): self.v=0
    def __enter__(self): self.old=self.v; return self
    def __exit__(self,*a): self.v+=1
""",
        work="with s: pass",
        right="s.v == 2",
    ),
    "exitstack": Program(
        given="""
class A:
    def __init__(self): self.v=0
    def inc(self): self.v+=1
""",
        work="""
with contextlib.ExitStack() as st:
    st.callback(s.inc)
""",
        right="s.v == 2",
    ),
    "deco": Program(
        given="""
def twice(f):
    @functools.wraps(f)
    def g(*a,**k):
        return f(*a,**k)
    return g
class A:
    def __init__(self): self.v=0
    @twice
    def inc(self): self.v+=1
""",
        work="s.inc()",
        right="s.v == 2",
    ),
    "inherit": Program(
        given="""
class A:
    def __init__(self): self.v=0
    def inc(self): self.v+=1
class B(A):
    def inc(self): super().inc()
""",
        state="B()",
        work="s.inc()",
        right="s.v == 2",
    ),
    "match": Program(
        state="types.SimpleNamespace(v=0)",
        work="""
match s:
    case types.SimpleNamespace(v=n):
        s.v=n+1
""",
        right="s.v == 2",
    ),
    "matchdict": Program(
        state='{"v":0}',
        work="""
match s:
    case {"v":n}:
        s["v"]=n+1
""",
        right="s['v'] == 2",
    ),
    "matchseq": Program(
        state="[0,1]",
        work="""
match s:
    case [a,*r]:
        s[0]=a+1
""",
        right="s[0] == 2",
    ),
    "matchdc": Program(
        given="""
@dataclass
class A:
    x:int
""",
        state="A(0)",
        work="""
match s:
    case A(n):
        s.x=n+1
""",
    ),
    "walrus": Program(state="types.SimpleNamespace(v=0)", work="if (n:=s.v)<5: s.v=n+1", right="s.v == 2"),
    "compr": Program(
        state="types.SimpleNamespace(v=0)", work='[setattr(s,"v",s.v+1) for _ in range(1)]', right="s.v == 2"
    ),
    "compr2": Program(state='{"v":0}', work='n=[s["v"]+i for i in (1,)]; s["v"]=n[0]', right="s['v'] == 2"),
    "dictcompr": Program(state='{"v":0}', work='s["v"]={k:v+1 for k,v in s.items()}["v"]', right="s['v'] == 2"),
    "genexp": Program(state='{"v":0}', work='s["v"]=sum(v for v in s.values())+1', right="s['v'] == 2"),
    "lambda": Program(
        state='{"v":0}',
        work="""
f=lambda: s["v"]+1
s["v"]=f()
""",
        right="s['v'] == 2",
    ),
    "mapf": Program(state='{"v":0}', work='list(map(lambda k: s.__setitem__(k,s[k]+1),["v"]))', right="s['v'] == 2"),
    "reduce": Program(state="[0]", work="s[0]=functools.reduce(lambda a,b:a+b,s,1)", right="s[0] == 2"),
    "sortedkey": Program(
        state="types.SimpleNamespace(v=0)", work='sorted([1],key=lambda k: setattr(s,"v",s.v+1) or 0)', right="s.v == 2"
    ),
    "maxk": Program(state="[0]", work="s[0]=max(s)+1", right="s[0] == 2"),
    "starargs": Program(
        given="def f(n,*a,box,**k): box.v=[n+1]",
        state="types.SimpleNamespace(v=[0])",
        work="f(*s.v,box=s)",
        right="s.v == [2]",
    ),
    "kwsplat": Program(given='def f(d,v): d["v"]=v+1', state='{"v":0}', work="f(s,**s)", right="s['v'] == 2"),
    "unpack": Program(
        state="[0,0]",
        work="""
a,b=s
s[:]=[a+1,b]
""",
        right="s[0] == 2",
    ),
    "slice": Program(state="[0,0]", work="s[0:1]=[s[0:1][0]+1]", right="s[0] == 2"),
    "tryfin": Program(
        state="types.SimpleNamespace(v=0)",
        work="""
try:
    n=s.v
finally:
    s.v=n+1
""",
        right="s.v == 2",
    ),
    "tryelse": Program(
        state="types.SimpleNamespace(v=0)",
        work="""
try:
    n=s.v
except* ValueError:
    pass
else:
    s.v=n+1
""",
        right="s.v == 2",
    ),
    "forelse": Program(
        state="types.SimpleNamespace(v=0)",
        work="""
for _ in (): pass
else: s.v+=1
""",
        right="s.v == 2",
    ),
    "enumattr": Program(
        given="""
class Col(enum.Enum):
    A=1
    B=2
def setup():
    Col.A.n=0; return 0
""",
        state="",
        work="Col.A.n += 1",
        right="Col.A.n == 2",
    ),
    "yieldfrom": Program(
        given="""
def h(s):
    n=s.v
    yield 1
    s.v=n+1
def g(s):
    yield from h(s)
""",
        state="types.SimpleNamespace(v=0)",
        work="for _ in g(s): pass",
        right="s.v == 2",
    ),
    "send": Program(
        given="""
def g(s):
    n = yield
    s.v = s.v+n
    yield
""",
        state="types.SimpleNamespace(v=0)",
        work="c=g(s); next(c); c.send(1); c.close()",
        right="s.v == 2",
    ),
    "singledispatch": Program(
        given="""
@functools.singledispatch
def f(x,s): pass
@f.register
def _(x:int,s): s.v+=x
""",
        state="types.SimpleNamespace(v=0)",
        work="f(1,s)",
        right="s.v == 2",
    ),
    "partialm": Program(
        given="""
class A:
    def __init__(self): self.v=0
    def add(self,n): self.v+=n
    inc2=functools.partialmethod(add,1)
""",
        work="s.inc2()",
        right="s.v == 2",
    ),
    "static": Program(
        given="""
class A:
    def __init__(self): self.v=0
    @staticmethod
    def inc(o): o.v+=1
""",
        work="A.inc(s)",
        right="s.v == 2",
    ),
    "meta": Program(
        given="""
class M(type):
    pass
class A(metaclass=M):
    pass
def setup():
    A.n=0
""",
        state="",
        work="A.n+=1",
        right="A.n == 2",
    ),
    "metaprop": Program(
        given="""
class M(type):
    @property
    def n(cls): return cls._n
    @n.setter
    def n(cls,v): cls._n=v
class A(metaclass=M):
    _n=0
def setup():
    A._n=0
""",
        state="",
        work="A.n+=1",
        right="A.n == 2",
    ),
    "initsub": Program(
        given="""
class A:
    made=0
    def __init__(self): type(self).made += 1
def setup():
    A.made=0
""",
        state="",
        work="A()",
        right="A.made == 2",
    ),
    "new": Program(
        given="""
class A:
    inst=None
    n=0
    def __new__(cls):
        if cls.inst is None:
            cls.n+=1
            cls.inst=super().__new__(cls)
        return cls.inst
def setup():
    A.inst=None; A.n=0
""",
        state="",
        work="A()",
        right="A.n == 1",
    ),
    "copyd": Program(state='{"v":0}', work='d=copy.deepcopy(s); s["v"]=d["v"]+1', right="s['v'] == 2"),
    "jsond": Program(state='{"v":0}', work='d=json.loads(json.dumps(s)); s["v"]=d["v"]+1', right="s['v'] == 2"),
    "contextvar": Program(
        given="""
import contextvars
V=contextvars.ContextVar("V")
""",
        state='{"v":0}',
        work='V.set(s["v"]); s["v"]=V.get()+1',
        right="s['v'] == 2",
    ),
    "modattr": Program(
        given="""
M=types.ModuleType("M")
def setup():
    M.x=0
""",
        state="",
        work="M.x += 1",
        right="M.x == 2",
    ),
    "strbuild": Program(state='types.SimpleNamespace(t="")', work='s.t += "a"', right="s.t == 'aa'"),
    "tupleb": Program(state="types.SimpleNamespace(t=())", work="s.t += (1,)", right="len(s.t) == 2"),
    "listiadd2": Program(state="types.SimpleNamespace(t=[])", work="s.t = s.t+[1]", right="len(s.t) == 2"),
    "bareexc": Program(
        state="types.SimpleNamespace(v=0,l=threading.Lock())",
        work="""
try:
    s.v+=1
except:
    pass
""",
        right="s.v == 2",
    ),
    "suppress": Program(
        state="types.SimpleNamespace(v=0)",
        work="""
with contextlib.suppress(BaseException):
    s.v+=1
""",
        right="s.v == 2",
    ),
}


ATOMIC = {
    "count": Program(
        state="types.SimpleNamespace(c=itertools.count(),got=[])",
        work="s.got.append(next(s.c))",
        right="sorted(s.got) == [0, 1]",
    ),
    "listiadd": Program(state="types.SimpleNamespace(t=[])", work="s.t += [1]", right="len(s.t) == 2"),
}


def verdict(name: str, program: Program, folder: Path) -> str:
    path = folder / f"kind_{name}.py"
    path.write_text(str(program), encoding="utf-8")
    loaded = module(path)
    report = explore(loaded.setup, [loaded.worker, loaded.worker], loaded.invariant)
    return str(report.verdict.value)


@pytest.mark.parametrize("name", KINDS)
def test_a_lost_update_is_found_wherever_it_is(name: str, tmp_path: Path) -> None:
    """No state escapes: what is not seen would be called proved."""
    assert verdict(name, KINDS[name], tmp_path) == "violated"


@pytest.mark.parametrize("name", ATOMIC)
def test_what_is_one_operation_of_c_stays_one(name: str, tmp_path: Path) -> None:
    """`next(count)`, `xs += [1]`: nobody comes between."""
    assert verdict(name, ATOMIC[name], tmp_path) == "proved"


def test_a_worker_that_is_no_function_is_refused() -> None:
    """Calling a coroutine function or a generator function runs nothing of its body."""

    async def later(_state: object) -> None: ...

    def one_by_one(_state: object) -> object:
        yield

    for worker in (later, one_by_one):
        with pytest.raises(UsageError, match=worker.__name__):
            explore(dict, [worker])
