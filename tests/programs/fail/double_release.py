"""Expected: exception or invariant

A 'safe' clean-up releases a lock that the normal path has released already; where another thread holds it by then, it
loses it.
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
        state.lock.release()
    finally:
        if state.lock.locked():
            state.lock.release()


WORKERS = [add, add]


def invariant(state):
    return state.total == 2
