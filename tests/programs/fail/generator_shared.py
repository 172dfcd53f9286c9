"""Expected: exception

Two threads draw from one generator; a generator that is running cannot be entered again.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.last = 0
        self.numbers = count(self)
        self.drawn = []


def count(state):
    while True:
        state.last += 1
        yield state.last


def draw(state):
    number = next(state.numbers)
    state.drawn.append(number)


WORKERS = [draw, draw]


def invariant(state):
    return sorted(state.drawn) == [1, 2]
