"""Expected: proved

It starts at one.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Semaphore(1)
        self.count = 0


def count(state):
    with state.mutex:
        state.count += 1


WORKERS = [count, count]


def invariant(state):
    return state.count == 2
