"""Expected: proved

A thread gives its own object up before it asks for the other's.
"""

import threading


class Scope:
    def __init__(self, owner):
        self.owner = owner


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.released = threading.Condition(self.lock)
        self.scopes = [Scope("left"), Scope("right")]
        self.claims = 0


def claim(state, own, other):
    with state.lock:
        state.scopes[own].owner = None
        state.released.notify_all()
        while state.scopes[other].owner is not None:
            state.released.wait()
        state.claims += 1


def left(state):
    claim(state, 0, 1)


def right(state):
    claim(state, 1, 0)


WORKERS = [left, right]


def invariant(state):
    return state.claims == 2
