"""Expected: invariant

Tasks of a thread pool add to a shared total without a lock.
"""

from concurrent.futures import ThreadPoolExecutor


class State:
    def __init__(self):
        self.total = 0


def work(state):
    def add(number):
        state.total += number
        return number

    with ThreadPoolExecutor(max_workers=2) as pool:
        parts = list(pool.map(add, [1, 2]))
    assert parts == [1, 2]


WORKERS = [work]


def invariant(state):
    return state.total == 3
