"""Expected: exception

A kernel in the manner of SCTBench RADBench bug1 (a script engine): destroying the last context frees a table while
the collector walks it.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.contexts = 1
        self.table = {"atom": 1}
        self.marked = 0


def destroy_context(state):
    with state.lock:
        state.contexts -= 1
        last = state.contexts == 0
    if last:
        state.table = None


def collect(state):
    with state.lock:
        live = state.contexts > 0
    if live:
        state.marked = len(state.table)


WORKERS = [destroy_context, collect]


def invariant(state):
    return state.table is None
