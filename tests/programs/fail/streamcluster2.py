"""Expected: exception

SCTBench PARSEC streamcluster2: the master prepares the shared table; the others use it without meeting the master at
the barrier first.
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
        state.costs[number] = sum(state.centres)
        state.barrier.wait()

    return cost


WORKERS = [master] + [helper(number) for number in range(HELPERS)]


def invariant(state):
    return state.costs == [3] * HELPERS
