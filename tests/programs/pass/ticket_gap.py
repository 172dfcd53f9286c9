"""Expected: proved

One step, under the lock.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.tickets = 1
        self.sold = 0


def sell(state):
    with state.lock:
        if state.tickets > 0:
            state.tickets -= 1
            assert state.tickets >= 0, "sold more tickets than there are"
            state.sold += 1


WORKERS = [sell, sell]


def invariant(state):
    return state.sold == 1
