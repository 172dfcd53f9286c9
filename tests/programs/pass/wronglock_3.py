"""Expected: proved

Everybody uses the lock that guards the data.
"""

import threading

WRITERS = 3


class State:
    def __init__(self):
        self.data_lock = threading.Lock()
        self.other_lock = threading.Lock()
        self.data = 0


def read_twice(state):
    with state.data_lock:
        before = state.data
        assert state.data == before


def write(state):
    with state.data_lock:
        state.data += 1


WORKERS = [read_twice] + [write] * WRITERS


def invariant(state):
    return state.data == WRITERS
