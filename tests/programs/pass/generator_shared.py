"""Expected: proved

Numbers are drawn under a lock.
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
    with state.lock:
        number = next(state.numbers)
    state.drawn.append(number)


WORKERS = [draw, draw]


def invariant(state):
    return sorted(state.drawn) == [1, 2]
