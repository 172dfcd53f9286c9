"""Expected: proved

The table is freed, and walked, under the runtime's lock.
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
        if state.contexts == 0:
            state.table = None


def collect(state):
    with state.lock:
        if state.contexts > 0:
            state.marked = len(state.table)


WORKERS = [destroy_context, collect]


def invariant(state):
    return state.table is None
