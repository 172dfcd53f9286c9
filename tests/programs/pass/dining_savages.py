"""Expected: proved

Looking, calling the cook and taking happen under the mutex.
"""

import threading

SERVINGS = 1


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.empty = threading.Semaphore(0)
        self.full = threading.Semaphore(0)
        self.servings = 1
        self.eaten = 0


def cook(state):
    state.empty.acquire()
    state.servings = SERVINGS
    state.full.release()


def savage(state):
    with state.mutex:
        if state.servings == 0:
            state.empty.release()
            state.full.acquire()
        assert state.servings > 0, "served from an empty pot"
        state.servings -= 1
        state.eaten += 1


WORKERS = [cook, savage, savage]


def invariant(state):
    return state.eaten == 2
