"""Expected: proved

Both take the locks in one order.
"""

import threading


class State:
    def __init__(self):
        self.a = threading.Lock()
        self.b = threading.Lock()
        self.counter = 1


def first(state):
    with state.a:
        with state.b:
            state.counter += 1


def second(state):
    with state.a:
        with state.b:
            state.counter -= 1


WORKERS = [first, second]


def invariant(state):
    return state.counter == 1
