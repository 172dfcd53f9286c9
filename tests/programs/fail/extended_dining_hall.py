"""Expected: deadlock

Little Book of Semaphores, extended dining hall: a student waits for a companion and is told with a semaphore by
nobody if both come at once.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.okay_to_sit = threading.Semaphore(0)
        self.ready = 0
        self.eating = 0


def student(state):
    first = state.ready == 0
    with state.mutex:
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
