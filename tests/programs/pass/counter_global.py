"""Expected: proved

With a lock.
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
        with lock:
            counter += 1


WORKERS = [count, count]


def invariant(state):
    return counter == 4
