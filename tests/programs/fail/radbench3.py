"""Expected: invariant

A kernel in the manner of SCTBench RADBench bug3 (a script engine): the runtime's state goes from down to up in steps
that a second starter does not wait for.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)
        self.runtime = "down"
        self.used = []


def begin(state):
    with state.lock:
        launching = state.runtime == "down"
        if launching:
            state.runtime = "launching"
    if launching:
        with state.lock:
            state.runtime = "up"
            state.changed.notify_all()
    state.used.append(state.runtime)


WORKERS = [begin, begin]


def invariant(state):
    return state.used == ["up", "up"]
