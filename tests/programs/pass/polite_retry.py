"""Expected: proved

One order of locks, and no retry.
"""

import threading


class State:
    def __init__(self):
        self.a = threading.Lock()
        self.b = threading.Lock()
        self.done = 0


def take_both(state, first, second):
    with first:
        with second:
            state.done += 1


def left(state):
    take_both(state, state.a, state.b)


def right(state):
    take_both(state, state.a, state.b)


WORKERS = [left, right]


def invariant(state):
    return state.done == 2
