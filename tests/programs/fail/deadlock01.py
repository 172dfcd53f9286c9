"""Expected: deadlock

SCTBench CS deadlock01: two threads take the same two locks in opposite orders.
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
    with state.b:
        with state.a:
            state.counter -= 1


WORKERS = [first, second]


def invariant(state):
    return state.counter == 1
