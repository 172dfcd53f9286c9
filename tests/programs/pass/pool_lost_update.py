"""Expected: proved

The tasks return their parts and the caller adds them.
"""

from concurrent.futures import ThreadPoolExecutor


class State:
    def __init__(self):
        self.total = 0


def work(state):
    def add(number):
        return number

    with ThreadPoolExecutor(max_workers=2) as pool:
        parts = list(pool.map(add, [1, 2]))
    state.total = sum(parts)


WORKERS = [work]


def invariant(state):
    return state.total == 3
