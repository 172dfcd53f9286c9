"""Expected: invariant

The oldest of all: a global counter incremented without a lock by two threads, twice each.
"""

import threading

counter = 0
lock = None


def setup():
    global counter, lock
    counter = 0
    lock = threading.Lock()


def count(state):
    global counter
    for _ in range(2):
        counter += 1


WORKERS = [count, count]


def invariant(state):
    return counter == 4
