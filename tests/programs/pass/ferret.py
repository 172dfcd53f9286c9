"""Expected: proved

The counter is lowered and read under a lock.
"""

import queue
import threading

LOADERS = 2


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.images = queue.Queue()
        self.loading = LOADERS
        self.ranked = 0


def load(state):
    state.images.put("image")
    with state.lock:
        left = state.loading - 1
        state.loading = left
    if left == 0:
        state.images.put(None)


def rank(state):
    while state.images.get() is not None:
        state.ranked += 1


WORKERS = [load, load, rank]


def invariant(state):
    return state.ranked == LOADERS
