"""Expected: invariant

A cache looks whether a key is there and computes it if not; two threads compute it both.
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
    if "answer" not in state.cache:
        state.cache["answer"] = compute(state)
    assert state.cache["answer"] == 42


WORKERS = [lookup, lookup]


def invariant(state):
    return state.computed == 1 and state.cache == {"answer": 42}
