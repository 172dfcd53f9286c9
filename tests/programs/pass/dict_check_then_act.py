"""Expected: proved

The test and the computation under one lock.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.cache = {}
        self.computed = 0


def compute(state):
    state.computed += 1
    return 42


def lookup(state):
    with state.lock:
        if "answer" not in state.cache:
            state.cache["answer"] = compute(state)
    assert state.cache["answer"] == 42


WORKERS = [lookup, lookup]


def invariant(state):
    return state.computed == 1 and state.cache == {"answer": 42}
