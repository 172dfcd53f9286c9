"""Expected: proved

Position and sum change, and are saved, under one lock.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.position = 0
        self.total = 0
        self.saved = (0, 0)


def download(state):
    for _ in range(2):
        with state.lock:
            state.position += 10
            state.total += 10


def interrupt(state):
    with state.lock:
        state.saved = (state.position, state.total)


WORKERS = [download, interrupt]


def invariant(state):
    position, total = state.saved
    return position == total
