"""Expected: invariant

Each thread gives up its share under the lock, but looks whether it was the last one after letting go of it.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.users = 2
        self.closed = 0


def leave(state):
    with state.lock:
        state.users -= 1
    if state.users == 0:
        state.closed += 1


WORKERS = [leave, leave]


def invariant(state):
    return state.closed == 1
