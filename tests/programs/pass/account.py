"""Expected: proved

The auditor's sum is right, and asked for only once both tellers are done.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 100
        self.deposited = False
        self.withdrawn = False


def deposit(state):
    with state.lock:
        state.balance += 30
        state.deposited = True


def withdraw(state):
    with state.lock:
        state.balance -= 20
        state.withdrawn = True


def audit(state):
    with state.lock:
        if state.deposited and state.withdrawn:
            assert state.balance == 100 + 30 - 20


WORKERS = [deposit, withdraw, audit]


def invariant(state):
    return state.balance == 110
