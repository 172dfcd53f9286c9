"""Expected: proved

The diagonal block announces that it is factored.
"""

import threading


class State:
    def __init__(self):
        self.factored = threading.Event()
        self.diagonal = 8
        self.below = 16


def factor(state):
    state.diagonal = state.diagonal // 2
    state.factored.set()


def reduce(state):
    state.factored.wait()
    state.below = state.below // state.diagonal


WORKERS = [factor, reduce]


def invariant(state):
    return state.below == 4
