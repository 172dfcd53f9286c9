"""Expected: exception

'if' instead of 'while' around a wait: the woken consumer finds that another took the item.
"""

import threading


class State:
    def __init__(self):
        self.changed = threading.Condition()
        self.items = []
        self.taken = 0


def put_two(state):
    for _ in range(2):
        with state.changed:
            state.items.append("item")
            state.changed.notify()


def take(state):
    with state.changed:
        if not state.items:
            state.changed.wait()
        state.items.pop()
        state.taken += 1


WORKERS = [take, take, put_two]


def invariant(state):
    return state.taken == 2
