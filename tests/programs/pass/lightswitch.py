"""Expected: proved

The writer takes the room.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.room_empty = threading.Semaphore(1)
        self.writing = threading.Lock()
        self.readers = 0
        self.text = "old"


def read(state):
    with state.mutex:
        state.readers += 1
        if state.readers == 1:
            state.room_empty.acquire()
    assert state.text is not None
    with state.mutex:
        state.readers -= 1
        if state.readers == 0:
            state.room_empty.release()


def write(state):
    with state.room_empty:
        state.text = None
        state.text = "new"


WORKERS = [read, read, write]


def invariant(state):
    return state.text == "new"
