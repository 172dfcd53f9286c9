"""Expected: proved

The THE protocol: each side claims first and looks afterwards; in doubt the owner looks again under the thief's lock.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.tasks = ["a", "b"]
        self.head = 0
        self.tail = 2
        self.owned = []
        self.stolen = []


def pop(state):
    tail = state.tail - 1
    state.tail = tail
    if state.head <= tail:
        state.owned.append(state.tasks[tail])
        return
    state.tail = tail + 1
    with state.lock:
        state.tail = tail
        if state.head <= tail:
            state.owned.append(state.tasks[tail])
        else:
            state.tail = tail + 1


def pop_twice(state):
    pop(state)
    pop(state)


def steal(state):
    with state.lock:
        head = state.head
        state.head = head + 1
        if head + 1 <= state.tail:
            state.stolen.append(state.tasks[head])
        else:
            state.head = head


WORKERS = [pop_twice, steal]


def invariant(state):
    left = state.tasks[state.head : state.tail]
    return sorted(state.owned + state.stolen + left) == ["a", "b"]
