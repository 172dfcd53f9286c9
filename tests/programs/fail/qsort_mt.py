"""Expected: deadlock

SCTBench Inspect qsort_mt: an idle worker looks for work before it takes the lock on which it waits; work that arrives
in between is never announced again.
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
    if not state.ranges:
        with state.lock:
            state.arrived.wait()
    with state.lock:
        low = state.ranges.pop()
        state.data[:] = low + [3]


WORKERS = [split, sort_range]


def invariant(state):
    return state.data == [1, 2, 3]
