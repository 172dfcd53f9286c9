"""Expected: exception or invariant

SCTBench Chess InterlockedWorkStealQueueWithState: the owner empties the queue and starts again at index zero while a
thief still holds an old index.
"""

import threading


class State:
    def __init__(self):
        self.atomic = threading.Lock()
        self.tasks = {0: "a"}
        self.head = 0
        self.tail = 1
        self.taken = []


def swap_head(state, old, new):
    with state.atomic:
        if state.head == old:
            state.head = new
            return True
        return False


def own(state):
    if swap_head(state, 0, 1):
        state.taken.append(state.tasks[0])
    state.head = state.tail = 0
    state.tasks[0] = "b"
    state.tail = 1


def steal(state):
    head = state.head
    if head < state.tail:
        task = state.tasks[head]
        if swap_head(state, head, head + 1):
            assert state.tasks[head] == task, "took one task and claimed another"
            state.taken.append(task)


WORKERS = [own, steal]


def invariant(state):
    return len(state.taken) == len(set(state.taken))
