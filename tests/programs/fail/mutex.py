"""Expected: invariant

Little Book of Semaphores, mutex: a semaphore that starts at two lets both threads in.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Semaphore(2)
        self.count = 0


def count(state):
    with state.mutex:
        state.count += 1


WORKERS = [count, count]


def invariant(state):
    return state.count == 2
