"""Expected: deadlock

A kernel in the manner of SCTBench RADBench bug2 (a script engine): two threads claim ownership of each other's
objects, each keeping its own until it has the other's.
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
        while state.scopes[other].owner is not None:
            state.released.wait()
        state.claims += 1
        state.scopes[own].owner = None
        state.released.notify_all()


def left(state):
    claim(state, 0, 1)


def right(state):
    claim(state, 1, 0)


WORKERS = [left, right]


def invariant(state):
    return state.claims == 2
