"""Expected: invariant

Two fields that belong together are updated under different locks, so a reader sees a pair that never was.
"""

import threading


class State:
    def __init__(self):
        self.x_lock = threading.Lock()
        self.y_lock = threading.Lock()
        self.x = 1
        self.y = 2
        self.seen = None


def swap(state):
    with state.x_lock:
        x = state.x
    with state.y_lock:
        y, state.y = state.y, x
    with state.x_lock:
        state.x = y


def look(state):
    with state.x_lock:
        x = state.x
    with state.y_lock:
        y = state.y
    state.seen = {x, y}


WORKERS = [swap, look]


def invariant(state):
    return state.seen == {1, 2}
