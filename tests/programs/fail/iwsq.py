"""Expected: invariant

SCTBench Chess InterlockedWorkStealQueue: the thief claims by compare-and-swap on the head; the owner takes the last
task without one.
"""

import threading


class State:
    def __init__(self):
        self.atomic = threading.Lock()
        self.tasks = ["a", "b"]
        self.head = 0
        self.tail = 2
        self.owned = []
        self.stolen = []


def swap_head(state, old, new):
    with state.atomic:
        if state.head == old:
            state.head = new
            return True
        return False


def pop(state):
    state.tail -= 1
    tail, head = state.tail, state.head
    if head <= tail:
        state.owned.append(state.tasks[tail])
    else:
        state.tail = tail + 1


def pop_all(state):
    pop(state)
    pop(state)


def steal(state):
    head = state.head
    if head < state.tail:
        task = state.tasks[head]
        if swap_head(state, head, head + 1):
            state.stolen.append(task)


WORKERS = [pop_all, steal]


def invariant(state):
    left = state.tasks[state.head : max(state.tail, state.head)]
    return sorted(state.owned + state.stolen + left) == ["a", "b"]
