"""Expected: no progress

Two threads take two locks in opposite orders, trying the second and giving the first back politely: in one order they
do so for ever.
"""

import threading


class State:
    def __init__(self):
        self.a = threading.Lock()
        self.b = threading.Lock()
        self.done = 0


def take_both(state, first, second):
    while True:
        with first:
            if second.acquire(blocking=False):
                state.done += 1
                second.release()
                return


def left(state):
    take_both(state, state.a, state.b)


def right(state):
    take_both(state, state.b, state.a)


WORKERS = [left, right]


def invariant(state):
    return state.done == 2
