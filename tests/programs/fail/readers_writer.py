"""Expected: exception or deadlock

The number of readers is counted without a lock: of two readers that come at once only one is counted, and the first
to leave lets the writer in.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.room = threading.Semaphore(1)
        self.readers = 0
        self.low = self.high = 0


def read(state):
    state.readers += 1
    if state.readers == 1:
        state.room.acquire()
    assert state.low == state.high
    state.readers -= 1
    if state.readers == 0:
        state.room.release()


def write(state):
    with state.room:
        state.low += 1
        state.high += 1


WORKERS = [read, read, write]


def invariant(state):
    return state.low == state.high == 1
