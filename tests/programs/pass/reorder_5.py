"""Expected: proved

Both writes, and both reads, under one lock.
"""

import threading

SETTERS = 4


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.a = 0
        self.b = 0


def set_both(state):
    with state.lock:
        state.a = 1
        state.b = -1


def check(state):
    with state.lock:
        seen = (state.a, state.b)
    assert seen in ((0, 0), (1, -1)), seen


WORKERS = [set_both] * SETTERS + [check]


def invariant(state):
    return (state.a, state.b) == (1, -1)
