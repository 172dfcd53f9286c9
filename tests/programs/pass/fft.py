"""Expected: proved

Everybody meets at a barrier between the two phases.
"""

import threading

ROWS = 2


class State:
    def __init__(self):
        self.barrier = threading.Barrier(ROWS)
        self.rows = [[1, 2], [3, 4]]
        self.columns = [None] * ROWS


def transform(number):
    def work(state):
        state.rows[number] = [10 * value for value in state.rows[number]]
        state.barrier.wait()
        state.columns[number] = [row[number] for row in state.rows]

    return work


WORKERS = [transform(number) for number in range(ROWS)]


def invariant(state):
    return state.columns == [[10, 30], [20, 40]]
