"""Wherever a program keeps what its threads share, an update that is lost is found.

Each case is a state of another kind (a class with slots, an exception, a `UserDict`, an attribute of a function...) or
another way to the same state (a property, `match`, a decorator...) in which two equal workers read and then write.
"""

from pathlib import Path

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

KINDS = {
    "plain": """
class A:
    def __init__(self): self.x=0


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "slots": """
class A:
    __slots__=("x",)
    def __init__(self): self.x=0


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "dc": """
@dataclass
class A:
    x: int = 0


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "dcslots": """
@dataclass(slots=True)
class A:
    x: int = 0


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "ns": """
def setup():
    return types.SimpleNamespace(x=0)


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "argns": """
def setup():
    return argparse.Namespace(x=0)


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "exc": """
class A(Exception):
    x=0


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "exc2": """
class A(ValueError):
    def __init__(self): super().__init__("a"); self.x=0


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "dictsub": """
class A(dict):
    def __init__(self): super().__init__(); self.x=0


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "dictsubitem": """
class A(dict):
    pass


def setup():
    return A(x=0)


def worker(s):
    s["x"] += 1


def invariant(s):
    return s["x"] == 2
""",
    "listsub": """
class A(list):
    def __init__(self): super().__init__(); self.x=0


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "listsubitem": """
class A(list):
    pass


def setup():
    return A([0])


def worker(s):
    s[0] += 1


def invariant(s):
    return s[0] == 2
""",
    "ctrsub": """
class A(Counter):
    x=0


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "counter": """
def setup():
    return Counter()


def worker(s):
    s["a"] += 1


def invariant(s):
    return s["a"] == 2
""",
    "ddict": """
def setup():
    return defaultdict(int)


def worker(s):
    s["a"] += 1


def invariant(s):
    return s["a"] == 2
""",
    "odict": """
def setup():
    return OrderedDict(a=0)


def worker(s):
    s["a"] += 1


def invariant(s):
    return s["a"] == 2
""",
    "deque": """
def setup():
    return deque([0])


def worker(s):
    s[0] += 1


def invariant(s):
    return s[0] == 2
""",
    "bytearray": """
def setup():
    return bytearray(1)


def worker(s):
    s[0] += 1


def invariant(s):
    return s[0] == 2
""",
    "array": """
def setup():
    return __import__("array").array("i",[0])


def worker(s):
    s[0] += 1


def invariant(s):
    return s[0] == 2
""",
    "memview": """
def setup():
    return memoryview(bytearray(1))


def worker(s):
    s[0] += 1


def invariant(s):
    return s[0] == 2
""",
    "nested": """
def setup():
    return {"a":{"b":[0]}}


def worker(s):
    s["a"]["b"][0] += 1


def invariant(s):
    return s["a"]["b"][0] == 2
""",
    "prop": """
class A:
    def __init__(self): self._x=0
    @property
    def x(self): return self._x
    @x.setter
    def x(self,v): self._x=v


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "descr": """
class D:
    def __get__(self,o,t): return self if o is None else o.__dict__["v"]
    def __set__(self,o,v): o.__dict__["v"]=v
class A:
    x=D()
    def __init__(self): self.x=0


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "descr2": """
class D:
    def __set_name__(self,o,n): self.n="_"+n
    def __get__(self,o,t): return getattr(o,self.n)
    def __set__(self,o,v): setattr(o,self.n,v)
class A:
    x=D()
    def __init__(self): self.x=0


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "getattr": """
class A:
    def __init__(self): object.__setattr__(self,"d",{"x":0})
    def __getattr__(self,n): return self.d[n]
    def __setattr__(self,n,v): self.d[n]=v


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "getattribute": """
class A:
    def __init__(self): self.x=0
    def __getattribute__(self,n): return super().__getattribute__(n)


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "getattribute2": """
class A:
    __slots__=("x",)
    def __init__(self): self.x=0
    def __getattribute__(self,n): return object.__getattribute__(self,n)


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "setattr2": """
class A:
    def __init__(self): self.x=0
    def __setattr__(self,n,v): super().__setattr__(n,v)


def setup():
    return A()


def worker(s):
    s.x += 1


def invariant(s):
    return s.x == 2
""",
    "setattrfn": """
def setup():
    return types.SimpleNamespace(x=0)


def worker(s):
    setattr(s,"x",getattr(s,"x")+1)


def invariant(s):
    return s.x==2
""",
    "vars": """
class A:
    def __init__(self): self.x=0


def setup():
    return A()


def worker(s):
    vars(s)["x"] = vars(s)["x"]+1


def invariant(s):
    return s.x==2
""",
    "dunderdict": """
class A:
    def __init__(self): self.x=0


def setup():
    return A()


def worker(s):
    s.__dict__["x"] += 1


def invariant(s):
    return s.x==2
""",
    "attrgetter": """
class A:
    def __init__(self): self.x=0


def setup():
    return A()


def worker(s):
    s.x = operator.attrgetter("x")(s)+1


def invariant(s):
    return s.x==2
""",
    "itemgetter": """
def setup():
    return {"x":0}


def worker(s):
    s["x"] = operator.itemgetter("x")(s)+1


def invariant(s):
    return s["x"]==2
""",
    "weakproxy": """
class A:
    def __init__(self): self.x=0


def setup():
    a=A(); a.p=weakref.proxy(a); return a


def worker(s):
    s.p.x += 1


def invariant(s):
    return s.x==2
""",
    "weakref": """
class A:
    def __init__(self): self.x=0


def setup():
    a=A(); a.p=weakref.ref(a); return a


def worker(s):
    s.p().x += 1


def invariant(s):
    return s.x==2
""",
    "weakdict": """
class A:
    pass


def setup():
    a=A(); a.d=weakref.WeakKeyDictionary(); a.d[a]=0; return a


def worker(s):
    s.d[s] += 1


def invariant(s):
    return s.d[s]==2
""",
    "weakvdict": """
class A:
    pass


def setup():
    a=A(); a.d=weakref.WeakValueDictionary(); a.n=0; return a


def worker(s):
    if "k" not in s.d:
        v=A(); s.keep=v; s.d["k"]=v; s.n+=1


def invariant(s):
    return s.n==1
""",
    "chainmap": """
def setup():
    return ChainMap({"x":0})


def worker(s):
    s["x"] += 1


def invariant(s):
    return s["x"]==2
""",
    "userdict": """
def setup():
    return UserDict(x=0)


def worker(s):
    s["x"] += 1


def invariant(s):
    return s["x"]==2
""",
    "userlist": """
def setup():
    return UserList([0])


def worker(s):
    s[0] += 1


def invariant(s):
    return s[0]==2
""",
    "nt": """
class P(NamedTuple):
    x:int
    y:int


def setup():
    return types.SimpleNamespace(p=P(0,0))


def worker(s):
    s.p = s.p._replace(x=s.p.x+1)


def invariant(s):
    return s.p.x==2
""",
    "frozen": """
@dataclass(frozen=True)
class P:
    x:int


def setup():
    return types.SimpleNamespace(p=P(0))


def worker(s):
    s.p = replace(s.p,x=s.p.x+1)


def invariant(s):
    return s.p.x==2
""",
    "cached": """
class A:
    def __init__(self): self.n=0
    @functools.cached_property
    def v(self):
        self.n+=1
        return 5


def setup():
    return A()


def worker(s):
    s.v


def invariant(s):
    return s.n==1
""",
    "heap": """
def setup():
    return []


def worker(s):
    n=len(s); heapq.heappush(s,n)


def invariant(s):
    return sorted(s)==[0,1]
""",
    "bisect": """
def setup():
    return []


def worker(s):
    n=len(s); bisect.insort(s,n)


def invariant(s):
    return sorted(s)==[0,1]
""",
    "setcheck": """
def setup():
    return types.SimpleNamespace(seen=set(),n=0)


def worker(s):
    if 1 not in s.seen:
        s.seen.add(1)
        s.n+=1


def invariant(s):
    return s.n==1
""",
    "fmt": """
def setup():
    return types.SimpleNamespace(x=0)


def worker(s):
    s.x = int(f"{s.x}")+1


def invariant(s):
    return s.x==2
""",
    "pct": """
def setup():
    return types.SimpleNamespace(x=0)


def worker(s):
    s.x = int("%d" % s.x)+1


def invariant(s):
    return s.x==2
""",
    "fmtobj": """
class A:
    def __init__(self): self.x=0
    def __str__(self): return str(self.x)


def setup():
    return A()


def worker(s):
    s.x = int(f"{s}")+1


def invariant(s):
    return s.x==2
""",
    "opdunder": """
class A:
    def __init__(self): self.v=0
    def __iadd__(self,n):
        self.v = self.v + n
        return self


def setup():
    return types.SimpleNamespace(a=A())


def worker(s):
    s.a += 1


def invariant(s):
    return s.a.v==2
""",
    "opadd": """
class A:
    def __init__(self,v): self.v=v
    def __add__(self,n): return A(self.v+n)


def setup():
    return types.SimpleNamespace(a=A(0))


def worker(s):
    s.a = s.a + 1


def invariant(s):
    return s.a.v==2
""",
    "callobj": """
class A:
    def __init__(self): self.v=0
    def __call__(self): self.v += 1


def setup():
    return A()


def worker(s):
    s()


def invariant(s):
    return s.v==2
""",
    "lendunder": """
class A:
    def __init__(self): self.v=0
    def __len__(self): return self.v


def setup():
    return A()


def worker(s):
    s.v = len(s)+1


def invariant(s):
    return s.v==2
""",
    "booldunder": """
class A:
    def __init__(self): self.v=0
    def __bool__(self): return self.v>0


def setup():
    return A()


def worker(s):
    if not s:
        s.v += 1


def invariant(s):
    return s.v==1
""",
    "itemdunder": """
class A:
    def __init__(self): self.d={"k":0}
    def __getitem__(self,k): return self.d[k]
    def __setitem__(self,k,v): self.d[k]=v


def setup():
    return A()


def worker(s):
    s["k"] += 1


def invariant(s):
    return s["k"]==2
""",
    "contains": """
class A:
    def __init__(self): self.l=[];self.n=0
    def __contains__(self,k): return k in self.l
    def add(self,k): self.l.append(k); self.n=len(self.l)


def setup():
    return A()


def worker(s):
    if 1 not in s: s.add(1)


def invariant(s):
    return s.n==1
""",
    "iterdunder": """
class A:
    def __init__(self): self.t=0
    def __iter__(self): yield self.t


def setup():
    return A()


def worker(s):
    s.t = sum(s)+1


def invariant(s):
    return s.t==2
""",
    "eqhash": """
class A:
    def __init__(self): self.v=0
    def __eq__(self,o): return self.v==o
    __hash__=None


def setup():
    return A()


def worker(s):
    if s==0: s.v+=1


def invariant(s):
    return s.v==1
""",
    "ctxmgr": """
class A:
    def __init__(self): self.v=0
    @contextlib.contextmanager
    def up(self):
        old=self.v
        yield
        self.v=old+1


def setup():
    return A()


def worker(s):
    with s.up(): pass


def invariant(s):
    return s.v==2
""",
    "ctxcls": """
class A:
    def __init__(self): self.v=0
    def __enter__(self): self.old=self.v; return self
    def __exit__(self,*a): self.v+=1


def setup():
    return A()


def worker(s):
    with s: pass


def invariant(s):
    return s.v==2
""",
    "exitstack": """
class A:
    def __init__(self): self.v=0
    def inc(self): self.v+=1


def setup():
    return A()


def worker(s):
    with contextlib.ExitStack() as st:
        st.callback(s.inc)


def invariant(s):
    return s.v==2
""",
    "deco": """
def twice(f):
    @functools.wraps(f)
    def g(*a,**k):
        return f(*a,**k)
    return g
class A:
    def __init__(self): self.v=0
    @twice
    def inc(self): self.v+=1


def setup():
    return A()


def worker(s):
    s.inc()


def invariant(s):
    return s.v==2
""",
    "inherit": """
class A:
    def __init__(self): self.v=0
    def inc(self): self.v+=1
class B(A):
    def inc(self): super().inc()


def setup():
    return B()


def worker(s):
    s.inc()


def invariant(s):
    return s.v==2
""",
    "match": """
def setup():
    return types.SimpleNamespace(v=0)


def worker(s):
    match s:
        case types.SimpleNamespace(v=n):
            s.v=n+1


def invariant(s):
    return s.v==2
""",
    "matchdict": """
def setup():
    return {"v":0}


def worker(s):
    match s:
        case {"v":n}:
            s["v"]=n+1


def invariant(s):
    return s["v"]==2
""",
    "matchseq": """
def setup():
    return [0,1]


def worker(s):
    match s:
        case [a,*r]:
            s[0]=a+1


def invariant(s):
    return s[0]==2
""",
    "matchdc": """
@dataclass
class A:
    x:int


def setup():
    return A(0)


def worker(s):
    match s:
        case A(n):
            s.x=n+1


def invariant(s):
    return s.x==2
""",
    "walrus": """
def setup():
    return types.SimpleNamespace(v=0)


def worker(s):
    if (n:=s.v)<5: s.v=n+1


def invariant(s):
    return s.v==2
""",
    "compr": """
def setup():
    return types.SimpleNamespace(v=0)


def worker(s):
    [setattr(s,"v",s.v+1) for _ in range(1)]


def invariant(s):
    return s.v==2
""",
    "compr2": """
def setup():
    return {"v":0}


def worker(s):
    n=[s["v"]+i for i in (1,)]; s["v"]=n[0]


def invariant(s):
    return s["v"]==2
""",
    "dictcompr": """
def setup():
    return {"v":0}


def worker(s):
    s["v"]={k:v+1 for k,v in s.items()}["v"]


def invariant(s):
    return s["v"]==2
""",
    "genexp": """
def setup():
    return {"v":0}


def worker(s):
    s["v"]=sum(v for v in s.values())+1


def invariant(s):
    return s["v"]==2
""",
    "lambda": """
def setup():
    return {"v":0}


def worker(s):
    f=lambda: s["v"]+1
    s["v"]=f()


def invariant(s):
    return s["v"]==2
""",
    "mapf": """
def setup():
    return {"v":0}


def worker(s):
    list(map(lambda k: s.__setitem__(k,s[k]+1),["v"]))


def invariant(s):
    return s["v"]==2
""",
    "reduce": """
def setup():
    return [0]


def worker(s):
    s[0]=functools.reduce(lambda a,b:a+b,s,1)


def invariant(s):
    return s[0]==2
""",
    "sortedkey": """
def setup():
    return types.SimpleNamespace(v=0)


def worker(s):
    sorted([1],key=lambda k: setattr(s,"v",s.v+1) or 0)


def invariant(s):
    return s.v==2
""",
    "maxk": """
def setup():
    return [0]


def worker(s):
    s[0]=max(s)+1


def invariant(s):
    return s[0]==2
""",
    "starargs": """
def f(n,*a,box,**k): box.v=[n+1]


def setup():
    return types.SimpleNamespace(v=[0])


def worker(s):
    f(*s.v,box=s)


def invariant(s):
    return s.v==[2]
""",
    "kwsplat": """
def f(d,v): d["v"]=v+1


def setup():
    return {"v":0}


def worker(s):
    f(s,**s)


def invariant(s):
    return s["v"]==2
""",
    "unpack": """
def setup():
    return [0,0]


def worker(s):
    a,b=s
    s[:]=[a+1,b]


def invariant(s):
    return s[0]==2
""",
    "slice": """
def setup():
    return [0,0]


def worker(s):
    s[0:1]=[s[0:1][0]+1]


def invariant(s):
    return s[0]==2
""",
    "tryfin": """
def setup():
    return types.SimpleNamespace(v=0)


def worker(s):
    try:
        n=s.v
    finally:
        s.v=n+1


def invariant(s):
    return s.v==2
""",
    "tryelse": """
def setup():
    return types.SimpleNamespace(v=0)


def worker(s):
    try:
        n=s.v
    except* ValueError:
        pass
    else:
        s.v=n+1


def invariant(s):
    return s.v==2
""",
    "forelse": """
def setup():
    return types.SimpleNamespace(v=0)


def worker(s):
    for _ in (): pass
    else: s.v+=1


def invariant(s):
    return s.v==2
""",
    "enumattr": """
class Col(enum.Enum):
    A=1
    B=2


def setup():
    Col.A.n=0; return 0


def worker(s):
    Col.A.n += 1


def invariant(s):
    return Col.A.n==2
""",
    "yieldfrom": """
def h(s):
    n=s.v
    yield 1
    s.v=n+1
def g(s):
    yield from h(s)


def setup():
    return types.SimpleNamespace(v=0)


def worker(s):
    for _ in g(s): pass


def invariant(s):
    return s.v==2
""",
    "send": """
def g(s):
    n = yield
    s.v = s.v+n
    yield


def setup():
    return types.SimpleNamespace(v=0)


def worker(s):
    c=g(s); next(c); c.send(1); c.close()


def invariant(s):
    return s.v==2
""",
    "singledispatch": """
@functools.singledispatch
def f(x,s): pass
@f.register
def _(x:int,s): s.v+=x


def setup():
    return types.SimpleNamespace(v=0)


def worker(s):
    f(1,s)


def invariant(s):
    return s.v==2
""",
    "partialm": """
class A:
    def __init__(self): self.v=0
    def add(self,n): self.v+=n
    inc2=functools.partialmethod(add,1)


def setup():
    return A()


def worker(s):
    s.inc2()


def invariant(s):
    return s.v==2
""",
    "static": """
class A:
    def __init__(self): self.v=0
    @staticmethod
    def inc(o): o.v+=1


def setup():
    return A()


def worker(s):
    A.inc(s)


def invariant(s):
    return s.v==2
""",
    "meta": """
class M(type):
    pass
class A(metaclass=M):
    pass


def setup():
    A.n=0


def worker(s):
    A.n+=1


def invariant(s):
    return A.n==2
""",
    "metaprop": """
class M(type):
    @property
    def n(cls): return cls._n
    @n.setter
    def n(cls,v): cls._n=v
class A(metaclass=M):
    _n=0


def setup():
    A._n=0


def worker(s):
    A.n+=1


def invariant(s):
    return A.n==2
""",
    "initsub": """
class A:
    made=0
    def __init__(self): type(self).made += 1


def setup():
    A.made=0


def worker(s):
    A()


def invariant(s):
    return A.made==2
""",
    "new": """
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


def worker(s):
    A()


def invariant(s):
    return A.n==1
""",
    "copyd": """
def setup():
    return {"v":0}


def worker(s):
    d=copy.deepcopy(s); s["v"]=d["v"]+1


def invariant(s):
    return s["v"]==2
""",
    "jsond": """
def setup():
    return {"v":0}


def worker(s):
    d=json.loads(json.dumps(s)); s["v"]=d["v"]+1


def invariant(s):
    return s["v"]==2
""",
    "contextvar": """
import contextvars
V=contextvars.ContextVar("V")


def setup():
    return {"v":0}


def worker(s):
    V.set(s["v"]); s["v"]=V.get()+1


def invariant(s):
    return s["v"]==2
""",
    "modattr": """
M=types.ModuleType("M")


def setup():
    M.x=0


def worker(s):
    M.x += 1


def invariant(s):
    return M.x==2
""",
    "strbuild": """
def setup():
    return types.SimpleNamespace(t="")


def worker(s):
    s.t += "a"


def invariant(s):
    return s.t=="aa"
""",
    "tupleb": """
def setup():
    return types.SimpleNamespace(t=())


def worker(s):
    s.t += (1,)


def invariant(s):
    return len(s.t)==2
""",
    "listiadd2": """
def setup():
    return types.SimpleNamespace(t=[])


def worker(s):
    s.t = s.t+[1]


def invariant(s):
    return len(s.t)==2
""",
    "bareexc": """
def setup():
    return types.SimpleNamespace(v=0,l=threading.Lock())


def worker(s):
    try:
        s.v+=1
    except:
        pass


def invariant(s):
    return s.v==2
""",
    "suppress": """
def setup():
    return types.SimpleNamespace(v=0)


def worker(s):
    with contextlib.suppress(BaseException):
        s.v+=1


def invariant(s):
    return s.v==2
""",
}

ATOMIC = {
    "count": """
def setup():
    return types.SimpleNamespace(c=itertools.count(),got=[])


def worker(s):
    s.got.append(next(s.c))


def invariant(s):
    return sorted(s.got)==[0,1]
""",
    "listiadd": """
def setup():
    return types.SimpleNamespace(t=[])


def worker(s):
    s.t += [1]


def invariant(s):
    return len(s.t)==2
""",
}


def verdict(name: str, text: str, folder: Path) -> str:
    path = folder / f"kind_{name}.py"
    path.write_text(HEAD + text, encoding="utf-8")
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
