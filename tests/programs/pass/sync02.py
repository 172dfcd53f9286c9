"""Expected: proved

Each side notifies the condition that the other waits on.
"""

import threading

ROUNDS = 2


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.empty = threading.Condition(self.lock)
        self.full = threading.Condition(self.lock)
        self.num = 1


def produce(state):
    for _ in range(ROUNDS):
        with state.lock:
            while state.num > 0:
                state.empty.wait()
            state.num += 1
            state.full.notify()


def consume(state):
    for _ in range(ROUNDS):
        with state.lock:
            while state.num == 0:
                state.full.wait()
            state.num -= 1
            state.empty.notify()


WORKERS = [produce, consume]


def invariant(state):
    return state.num == 1
