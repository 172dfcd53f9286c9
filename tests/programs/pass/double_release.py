"""Expected: proved

One path, one release.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.inside = 0
        self.total = 0


def add(state):
    state.lock.acquire()
    try:
        before = state.total
        state.total = before + 1
    finally:
        state.lock.release()


WORKERS = [add, add]


def invariant(state):
    return state.total == 2
