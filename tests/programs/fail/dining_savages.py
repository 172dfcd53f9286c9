"""Expected: exception

Little Book of Semaphores, dining savages: a savage looks into the pot before it takes the mutex; another may have had
the last serving.
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
    pot_is_empty = state.servings == 0
    with state.mutex:
        if pot_is_empty:
            state.empty.release()
            state.full.acquire()
        assert state.servings > 0, "served from an empty pot"
        state.servings -= 1
        state.eaten += 1


WORKERS = [cook, savage, savage]


def invariant(state):
    return state.eaten == 2
