"""Expected: deadlock

SCTBench CS carter01: two groups share a hall; the first of a group locks it, the last unlocks it. Both count under
one mutex, which the waiting group keeps while it waits for the hall.
"""

import threading


class State:
    def __init__(self):
        self.hall = threading.Lock()
        self.mutex = threading.Lock()
        self.count = {"a": 0, "b": 0}
        self.visits = 0


def enter(state, group):
    with state.mutex:
        state.count[group] += 1
        if state.count[group] == 1:
            state.hall.acquire()


def leave(state, group):
    with state.mutex:
        state.count[group] -= 1
        if state.count[group] == 0:
            state.hall.release()


def visit_as_a(state):
    enter(state, "a")
    state.visits += 1
    leave(state, "a")


def visit_as_b(state):
    enter(state, "b")
    state.visits += 1
    leave(state, "b")


WORKERS = [visit_as_a, visit_as_b]


def invariant(state):
    return state.visits == 2
