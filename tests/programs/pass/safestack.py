"""Expected: unfinished (three threads take one lock six times each; proved only where equal states are recognised)

The free list under one lock.
"""

import threading

SIZE = 3


class State:
    def __init__(self):
        self.atomic = threading.Lock()
        self.count = SIZE
        self.head = 0
        self.links = [1, 2, -1]
        self.owners = [0] * SIZE
        self.shared = False


def pop(state):
    with state.atomic:
        if state.count <= 1:
            return -1
        index = state.head
        state.head = state.links[index]
        state.count -= 1
        return index


def push(state, index):
    with state.atomic:
        state.links[index] = state.head
        state.head = index
        state.count += 1


def use(state):
    for _ in range(2):
        index = pop(state)
        if index < 0:
            return
        with state.atomic:
            state.owners[index] += 1
            state.shared = state.shared or state.owners[index] > 1
        with state.atomic:
            state.owners[index] -= 1
        push(state, index)


WORKERS = [use, use, use]


def invariant(state):
    return not state.shared
