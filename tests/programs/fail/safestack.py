"""Expected: invariant

SCTBench Misc safestack (Vyukov): a lock-free free list of three indices for three threads. A pop may take an index
whose link is being written by another; the duplicate shows only after a long and exact order.
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


def swap_head(state, old, new):
    with state.atomic:
        if state.head == old:
            state.head = new
            return True
        return False


def add_count(state, amount):
    with state.atomic:
        state.count += amount
        return state.count


def pop(state):
    for _ in range(2):
        if state.count <= 1:
            break
        head = state.head
        with state.atomic:
            following, state.links[head] = state.links[head], -1
        if following >= 0:
            if swap_head(state, head, following):
                add_count(state, -1)
                return head
            with state.atomic:
                state.links[head] = following
    return -1


def push(state, index):
    head = state.head
    while True:
        state.links[index] = head
        if swap_head(state, head, index):
            break
        head = state.head
    add_count(state, +1)


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
