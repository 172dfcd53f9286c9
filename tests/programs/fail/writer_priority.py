"""Expected: exception

Little Book of Semaphores, writer-priority readers and writers: a reader gives its pass back before it has told the
writers that it is in the room.
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
        pass
    with state.mutex:
        state.readers += 1
    assert state.text is not None
    with state.mutex:
        state.readers -= 1


def write(state):
    with state.no_readers:
        with state.no_writers:
            state.text = None
            state.text = "new"


WORKERS = [read, read, write]


def invariant(state):
    return state.text == "new"
