"""Expected: proved

The expected total of 1 + 2 + 3 is 6.
"""

import threading

N = 3


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.empty = threading.Condition(self.lock)
        self.full = threading.Condition(self.lock)
        self.cell = None
        self.total = 0


def produce(state):
    for number in range(1, N + 1):
        with state.lock:
            while state.cell is not None:
                state.empty.wait()
            state.cell = number
            state.full.notify()


def add(state):
    for _ in range(N):
        with state.lock:
            while state.cell is None:
                state.full.wait()
            state.total += state.cell
            state.cell = None
            state.empty.notify()


WORKERS = [produce, add]


def invariant(state):
    return state.total == N * (N + 1) // 2
