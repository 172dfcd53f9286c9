"""Expected: proved

Each thread gives up its share and looks whether it was the last one under the same lock.
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
        is_last = state.users == 0
    if is_last:
        state.closed += 1


WORKERS = [leave, leave]


def invariant(state):
    return state.closed == 1
