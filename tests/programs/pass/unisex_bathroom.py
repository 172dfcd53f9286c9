"""Expected: proved

The first of a sex locks the bathroom for the other, the last unlocks it.
"""

import threading


class State:
    def __init__(self):
        self.empty = threading.Semaphore(1)
        self.mutex = {"women": threading.Lock(), "men": threading.Lock()}
        self.inside = {"women": 0, "men": 0}
        self.using = []


def visit(state, own, other):
    with state.mutex[own]:
        state.inside[own] += 1
        if state.inside[own] == 1:
            state.empty.acquire()
            state.using.append(own)
    assert state.using == [own], "both inside"
    with state.mutex[own]:
        state.inside[own] -= 1
        if state.inside[own] == 0:
            state.using.clear()
            state.empty.release()


def woman(state):
    visit(state, "women", "men")


def man(state):
    visit(state, "men", "women")


WORKERS = [woman, woman, man]


def invariant(state):
    return state.inside == {"women": 0, "men": 0}
