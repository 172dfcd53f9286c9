"""Expected: deadlock

Little Book of Semaphores, child care: three children need an adult, and leaving takes places one by one; two adults
who leave at once hold half of what each needs.
"""

import threading

RATIO = 2


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.places = threading.Semaphore(RATIO)
        self.left = 0


def adult_leaves(state):
    for _ in range(RATIO):
        state.places.acquire()
    state.left += 1
    for _ in range(RATIO):
        state.places.release()


WORKERS = [adult_leaves, adult_leaves]


def invariant(state):
    return state.left == 2
