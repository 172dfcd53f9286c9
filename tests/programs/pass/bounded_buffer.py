"""Expected: proved

Two conditions over one lock, so that a wake-up goes to the other kind.
"""

import threading

SIZE = 1


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.not_full = threading.Condition(self.lock)
        self.not_empty = threading.Condition(self.lock)
        self.items = []
        self.taken = []


def put(state):
    for number in range(2):
        with state.lock:
            while len(state.items) == SIZE:
                state.not_full.wait()
            state.items.append(number)
            state.not_empty.notify()


def take(state):
    with state.lock:
        while not state.items:
            state.not_empty.wait()
        state.taken.append(state.items.pop())
        state.not_full.notify()


WORKERS = [put, take, take]


def invariant(state):
    return state.taken == [0, 1]
