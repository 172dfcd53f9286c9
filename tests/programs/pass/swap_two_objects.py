"""Expected: proved

One lock for what belongs together.
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
        with state.y_lock:
            state.x, state.y = state.y, state.x


def look(state):
    with state.x_lock:
        with state.y_lock:
            state.seen = {state.x, state.y}


WORKERS = [swap, look]


def invariant(state):
    return state.seen == {1, 2}
