"""Expected: proved

One lock, one condition.
"""

import threading


class State:
    def __init__(self):
        self.mine = threading.Lock()
        self.ready = threading.Condition()
        self.value = None
        self.got = None


def give(state):
    with state.ready:
        state.value = 7
        state.ready.notify()


def get(state):
    with state.ready:
        while state.value is None:
            state.ready.wait()
        state.got = state.value


WORKERS = [give, get]


def invariant(state):
    return state.got == 7
