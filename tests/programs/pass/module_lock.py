"""Expected: proved

Reading and writing under one hold of the module's lock.
"""

import threading

lock = threading.Lock()


class State:
    def __init__(self):
        self.number = 0


def add(state):
    with lock:
        state.number += 1


WORKERS = [add, add]


def invariant(state):
    return state.number == 2
