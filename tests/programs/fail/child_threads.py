"""Expected: invariant

A worker starts two threads of its own that update one number without a lock.
"""

import threading


class State:
    def __init__(self):
        self.total = 0
        self.slots = [0, 0]


def work(state):
    def add(slot):
        state.total += 1

    children = [threading.Thread(target=add, args=(slot,)) for slot in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()


WORKERS = [work]


def invariant(state):
    return state.total == 2
