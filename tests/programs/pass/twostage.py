"""Expected: proved

One lock over both stages.
"""

import threading

WRITERS = 1


class State:
    def __init__(self):
        self.lock1 = threading.Lock()
        self.lock2 = threading.Lock()
        self.data1 = 0
        self.data2 = 0


def write(state):
    with state.lock1:
        state.data1 = 1
        with state.lock2:
            state.data2 = state.data1 + 1


def read(state):
    with state.lock1:
        first = state.data1
    if first == 0:
        return
    with state.lock2:
        second = state.data2
    assert second == first + 1


WORKERS = [write] * WRITERS + [read]


def invariant(state):
    return state.data2 == 2
