"""Expected: exception

SCTBench CS lazy01: two threads add one and two under a lock, a third claims that three is never reached.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.data = 0


def add_one(state):
    with state.lock:
        state.data += 1


def add_two(state):
    with state.lock:
        state.data += 2


def check(state):
    with state.lock:
        assert state.data < 3


WORKERS = [add_one, add_two, check]


def invariant(state):
    return state.data == 3
