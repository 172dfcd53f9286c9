"""Expected: proved

The places are taken under a mutex.
"""

import threading

RATIO = 2


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.places = threading.Semaphore(RATIO)
        self.left = 0


def adult_leaves(state):
    with state.mutex:
        for _ in range(RATIO):
            state.places.acquire()
    state.left += 1
    for _ in range(RATIO):
        state.places.release()


WORKERS = [adult_leaves, adult_leaves]


def invariant(state):
    return state.left == 2
