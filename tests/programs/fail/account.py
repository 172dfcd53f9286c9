"""Expected: exception

SCTBench CS account: two tellers and an auditor share one lock. The auditor's sum has the wrong sign, which shows only
where it comes last.
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
            assert state.balance == 100 - 30 - 20


WORKERS = [deposit, withdraw, audit]


def invariant(state):
    return state.balance == 110
