"""Expected: invariant

SCTBench Chess WorkStealQueue: the thief looks first and claims afterwards, while the owner pops from the other end
without a lock; both may take the last task.
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


def pop_twice(state):
    pop(state)
    pop(state)


def steal(state):
    with state.lock:
        head = state.head
        if head < state.tail:
            state.stolen.append(state.tasks[head])
            state.head = head + 1


WORKERS = [pop_twice, steal]


def invariant(state):
    left = state.tasks[state.head : state.tail]
    return sorted(state.owned + state.stolen + left) == ["a", "b"]
