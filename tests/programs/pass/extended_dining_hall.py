"""Expected: proved

Whoever completes a pair is decided under the mutex, and calls the other.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.okay_to_sit = threading.Semaphore(0)
        self.ready = 0
        self.eating = 0


def student(state):
    with state.mutex:
        first = state.ready == 0
        state.ready += 1
    if first:
        state.okay_to_sit.acquire()
    else:
        state.okay_to_sit.release()
    with state.mutex:
        state.eating += 1


WORKERS = [student, student]


def invariant(state):
    return state.eating == 2
