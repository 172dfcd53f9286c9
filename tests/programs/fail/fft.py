"""Expected: invariant

A kernel in the manner of SCTBench SPLASH2 fft: each thread transforms its row and then reads the other's for the
transposition, without waiting until it is transformed.
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
        state.columns[number] = [row[number] for row in state.rows]

    return work


WORKERS = [transform(number) for number in range(ROWS)]


def invariant(state):
    return state.columns == [[10, 30], [20, 40]]
