"""Expected: exception

SCTBench CS queue: two takers look whether the queue holds something without its lock and take under it; both may have
seen the same last element.
"""

import threading

SIZE = 4


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.cells = [None] * SIZE
        self.head = 0
        self.tail = 0
        self.amount = 0


def put(state):
    with state.lock:
        state.cells[state.tail] = "job"
        state.tail = (state.tail + 1) % SIZE
        state.amount += 1


def take(state):
    if state.amount == 0:
        return
    with state.lock:
        assert state.amount > 0, "underflow"
        state.cells[state.head] = None
        state.head = (state.head + 1) % SIZE
        state.amount -= 1


WORKERS = [put, take, take]


def invariant(state):
    return state.amount >= 0
