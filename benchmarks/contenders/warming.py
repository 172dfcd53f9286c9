"""What each tool explores before its clock starts, so that what it imports late counts for none of them."""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.value = 0


def count(state):
    with state.lock:
        state.value += 1


WORKERS = [count, count]


def invariant(state):
    return state.value == 2
