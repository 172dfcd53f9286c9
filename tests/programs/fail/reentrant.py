"""Expected: deadlock

A method that holds a plain lock calls another that takes it too: the thread waits for itself.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 0


def deposit(state, amount):
    with state.lock:
        state.balance += amount


def deposit_twice(state):
    with state.lock:
        deposit(state, 5)
        deposit(state, 5)


WORKERS = [deposit_twice, deposit_twice]


def invariant(state):
    return state.balance == 20
