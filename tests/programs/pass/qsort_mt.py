"""Expected: proved

Looking and waiting happen under one hold of the lock.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.arrived = threading.Condition(self.lock)
        self.ranges = []
        self.data = [3, 1, 2]


def split(state):
    pivot = state.data[0]
    with state.lock:
        state.ranges.append(sorted(x for x in state.data if x < pivot))
        state.arrived.notify()


def sort_range(state):
    with state.lock:
        while not state.ranges:
            state.arrived.wait()
        low = state.ranges.pop()
        state.data[:] = low + [3]


WORKERS = [split, sort_range]


def invariant(state):
    return state.data == [1, 2, 3]
