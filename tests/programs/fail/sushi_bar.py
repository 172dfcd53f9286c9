"""Expected: invariant

Little Book of Semaphores, sushi bar, first attempt: whoever waited takes the mutex again after being called, and
newcomers slip in before, so that more sit than there are seats.
"""

import threading

SEATS = 1


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.block = threading.Semaphore(0)
        self.eating = 0
        self.waiting = 0
        self.most = 0


def arrive(state):
    state.mutex.acquire()
    if state.eating >= SEATS:
        state.waiting += 1
        state.mutex.release()
        state.block.acquire()
        state.mutex.acquire()
        state.waiting -= 1
        state.eating += 1
    else:
        state.eating += 1
    state.most = max(state.most, state.eating)
    state.mutex.release()


def leave(state):
    with state.mutex:
        state.eating -= 1
        if state.waiting:
            state.block.release()


def customer(state):
    arrive(state)
    leave(state)


WORKERS = [customer] * 3


def invariant(state):
    return state.most <= SEATS
