"""Expected: proved

Everybody meets at the barrier before the table is used.
"""

import threading

HELPERS = 2


class State:
    def __init__(self):
        self.barrier = threading.Barrier(HELPERS + 1)
        self.centres = None
        self.costs = [0] * HELPERS


def master(state):
    state.centres = [1, 2]
    state.barrier.wait()


def helper(number):
    def cost(state):
        state.barrier.wait()
        state.costs[number] = sum(state.centres)

    return cost


WORKERS = [master] + [helper(number) for number in range(HELPERS)]


def invariant(state):
    return state.costs == [3] * HELPERS
