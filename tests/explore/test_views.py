"""What is read or written through a view of a container is read or written there: no update is lost unseen."""

from pathlib import Path

import pytest

from hilos.explore import Verdict, explore
from support.programs import write

PROGRAM = """
import array
import collections
import ctypes
import io
import itertools
import json
import mmap
import operator
import sqlite3
import struct
import types
import weakref


class State:
    def __init__(self):
        {setup}


def first(state):
    value = {read}
    {write}


def second(state):
    value = {plain_read}
    {plain_write}


WORKERS = [first, second]


def invariant(state):
    return {check} == 2
"""
DICT = "self.things = {'n': 0}; self.view = types.MappingProxyType(self.things)"
LIST = "self.things = [0]; self.put = self.things.__setitem__"
BYTES = "self.things = bytearray(4); self.view = memoryview(self.things)"
ARRAY = "self.things = array.array('i', [0]); self.view = memoryview(self.things)"
SQL = "self.base = sqlite3.connect(':memory:', check_same_thread=False)"
SQL += "; self.base.execute('create table t as select 0 as n'); weakref.finalize(self, self.base.close)"
LOOK = "state.base.cursor().execute('select n from t').fetchone()[0]"

PLAIN = {
    DICT: ("state.things['n']", "state.things['n'] = value + 1"),
    LIST: ("state.things[0]", "state.things[0] = value + 1"),
    BYTES: ("state.things[0]", "state.things[0] = value + 1"),
    ARRAY: ("state.things[0]", "state.things[0] = value + 1"),
    "self.n = 0; self.mine = self.__dict__": ("state.n", "state.n = value + 1"),
    "self.things = mmap.mmap(-1, 8)": ("state.things[0]", "state.things[0] = value + 1"),
    "self.things = (ctypes.c_int * 2)()": ("state.things[0]", "state.things[0] = value + 1"),
    SQL: (LOOK, "state.base.execute('update t set n = ?', (value + 1,))"),
}
OBJECT, MAP, C_ARRAY, _SQL = list(PLAIN)[4:]

VIEWS = {
    "proxy": (DICT, "state.view['n']", ""),
    "proxy_values": (DICT, "sum(state.view.values())", ""),
    "values": (DICT, "max(state.things.values())", ""),
    "json": (DICT, "json.loads(json.dumps(state.things))['n']", ""),
    "islice": (LIST, "next(itertools.islice(state.things, 1))", ""),
    "zip": (LIST, "next(zip(state.things, 'a'))[0]", ""),
    "bound_method": (LIST, "operator.itemgetter(0)(state.things)", "state.put(0, value + 1)"),
    "memoryview": (BYTES, "state.view[0]", "state.view[0] = value + 1"),
    "new_memoryview": (BYTES, "memoryview(state.things)[0]", "memoryview(state.things)[0] = value + 1"),
    "cast": (BYTES, "state.view.cast('b')[0]", "state.view[0:1] = bytes([value + 1])"),
    "struct": (BYTES, "struct.unpack_from('B', state.things)[0]", "struct.pack_into('B', state.things, 0, value + 1)"),
    "readinto": (BYTES, "state.view.tolist()[0]", "io.BytesIO(bytes([value + 1])).readinto(state.view)"),
    "array": (ARRAY, "state.view[0]", "state.view[0] = value + 1"),
    "dict_of_an_object": (OBJECT, "state.__dict__['n']", "state.__dict__['n'] = value + 1"),
    "vars": (OBJECT, "vars(state)['n']", "vars(state).update(n=value + 1)"),
    "kept_dict": (OBJECT, "dict(state.mine)['n']", "state.mine['n'] = value + 1"),
    "mmap": (MAP, "state.things[0]", ""),
    "ctypes": (C_ARRAY, "state.things[0]", ""),
    "sqlite3": (SQL, LOOK, ""),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_lost_update_through_a_view_is_found(name: str, tmp_path: Path) -> None:
    """One thread goes through the view, the other does not; both add one."""
    setup, read, changed = VIEWS[name]
    plain_read, plain_write = PLAIN[setup]
    text = PROGRAM.format(
        setup=setup,
        read=read,
        write=changed or plain_write,
        plain_read=plain_read,
        plain_write=plain_write,
        check=plain_read,
    )
    report = explore(**write(tmp_path / f"view_{name}.py", text))
    assert report.verdict is Verdict.VIOLATED
    assert report.executions >= 2
