"""Expected: invariant

A lock made at import guards the writing but not the reading of a module's number.
"""

import threading

lock = threading.Lock()


class State:
    def __init__(self):
        self.number = 0


def add(state):
    number = state.number
    with lock:
        state.number = number + 1


WORKERS = [add, add]


def invariant(state):
    return state.number == 2
