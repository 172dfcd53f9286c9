"""Expected: deadlock

SCTBench PARSEC ferret: the last loader of a pipeline stage closes the queue for the ranker. Whether one is the last
is asked of a counter that two loaders lower in two steps, so perhaps nobody closes it.
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
