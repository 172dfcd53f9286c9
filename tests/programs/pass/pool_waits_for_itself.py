"""Expected: proved

The inner task is waited for outside the pool.
"""

from concurrent.futures import ThreadPoolExecutor


class State:
    def __init__(self):
        self.total = 0


def double(number):
    return 2 * number


def work(state):
    with ThreadPoolExecutor(max_workers=1) as pool:

        def outer():
            return pool.submit(double, 21)

        state.total = pool.submit(outer).result().result()


WORKERS = [work]


def invariant(state):
    return state.total == 42
