"""Expected: invariant

A kernel in the manner of SCTBench SPLASH2 lu: the second block is reduced by the diagonal block before that one is
factored.
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
    state.below = state.below // state.diagonal


WORKERS = [factor, reduce]


def invariant(state):
    return state.below == 4
