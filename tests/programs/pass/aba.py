"""Expected: proved

Each change of the top carries a version, so that an old top is told from a new one.
"""

import threading


class State:
    def __init__(self):
        self.atomic = threading.Lock()
        self.below = {"a": "b", "b": None}
        self.top = ("a", 0)
        self.freed = []


def swap_top(state, old, new):
    with state.atomic:
        if state.top == old:
            state.top = (new, state.top[1] + 1)
            return True
        return False


def pop(state):
    top = state.top
    if top[0] is None:
        return None
    below = state.below[top[0]]
    if swap_top(state, top, below):
        return top[0]
    return None


def pop_one(state):
    pop(state)


def pop_two_push_one(state):
    first = pop(state)
    second = pop(state)
    state.freed.append(second)
    if first == "a":
        state.below["a"] = state.top[0]
        swap_top(state, state.top, "a")


WORKERS = [pop_one, pop_two_push_one]


def invariant(state):
    return state.top[0] is None or state.top[0] not in state.freed
