"""Expected: invariant

Little Book of Semaphores, Santa Claus: the last reindeer wakes him, but who is last is asked without the mutex, and
he may be woken twice.
"""

import threading

REINDEER = 2


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.santa = threading.Semaphore(0)
        self.sleigh = threading.Semaphore(0)
        self.back = 0
        self.wakings = 0


def santa(state):
    state.santa.acquire()
    for _ in range(REINDEER):
        state.sleigh.release()


def reindeer(state):
    with state.mutex:
        state.back += 1
    if state.back == REINDEER:
        state.wakings += 1
        state.santa.release()
    state.sleigh.acquire()


WORKERS = [santa] + [reindeer] * REINDEER


def invariant(state):
    return state.wakings == 1
