"""Expected: proved

Each thread has a slot of its own, and the worker adds after join.
"""

import threading


class State:
    def __init__(self):
        self.total = 0
        self.slots = [0, 0]


def work(state):
    def add(slot):
        state.slots[slot] += 1

    children = [threading.Thread(target=add, args=(slot,)) for slot in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    state.total = sum(state.slots)


WORKERS = [work]


def invariant(state):
    return state.total == 2
