"""Expected: exception

Little Book of Semaphores, unisex bathroom: each sex looks whether the other is inside and then goes in; looking and
going in are two steps.
"""

import threading


class State:
    def __init__(self):
        self.empty = threading.Semaphore(1)
        self.mutex = {"women": threading.Lock(), "men": threading.Lock()}
        self.inside = {"women": 0, "men": 0}


def visit(state, own, other):
    if state.inside[other] == 0:
        with state.mutex[own]:
            state.inside[own] += 1
        assert state.inside[other] == 0, "both inside"
        with state.mutex[own]:
            state.inside[own] -= 1


def woman(state):
    visit(state, "women", "men")


def man(state):
    visit(state, "men", "women")


WORKERS = [woman, woman, man]


def invariant(state):
    return state.inside == {"women": 0, "men": 0}
