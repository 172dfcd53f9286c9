"""Expected: proved

The pass is held until the room is taken.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.no_readers = threading.Semaphore(1)
        self.no_writers = threading.Semaphore(1)
        self.readers = 0
        self.text = "old"


def read(state):
    with state.no_readers:
        with state.mutex:
            state.readers += 1
            if state.readers == 1:
                state.no_writers.acquire()
    assert state.text is not None
    with state.mutex:
        state.readers -= 1
        if state.readers == 0:
            state.no_writers.release()


def write(state):
    with state.no_readers:
        with state.no_writers:
            state.text = None
            state.text = "new"


WORKERS = [read, read, write]


def invariant(state):
    return state.text == "new"
