"""Expected: proved

The one who leaves counts the called ones in on their behalf.
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
        return
    state.eating += 1
    state.most = max(state.most, state.eating)
    state.mutex.release()


def leave(state):
    with state.mutex:
        state.eating -= 1
        if state.waiting:
            state.waiting -= 1
            state.eating += 1
            state.most = max(state.most, state.eating)
            state.block.release()


def customer(state):
    arrive(state)
    leave(state)


WORKERS = [customer] * 3


def invariant(state):
    return state.most <= SEATS
