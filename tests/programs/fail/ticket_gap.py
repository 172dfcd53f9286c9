"""Expected: exception

A ticket dispenser checks for the last ticket in one step and sells it in another.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.tickets = 1
        self.sold = 0


def sell(state):
    with state.lock:
        available = state.tickets > 0
    if available:
        with state.lock:
            state.tickets -= 1
            assert state.tickets >= 0, "sold more tickets than there are"
            state.sold += 1


WORKERS = [sell, sell]


def invariant(state):
    return state.sold == 1
