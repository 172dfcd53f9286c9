"""Expected: proved

Each group counts under a mutex of its own, so the other can leave while this one waits.
"""

import threading


class State:
    def __init__(self):
        self.hall = threading.Lock()
        self.mutex = {"a": threading.Lock(), "b": threading.Lock()}
        self.count = {"a": 0, "b": 0}
        self.visits = 0


def enter(state, group):
    with state.mutex[group]:
        state.count[group] += 1
        if state.count[group] == 1:
            state.hall.acquire()


def leave(state, group):
    with state.mutex[group]:
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
