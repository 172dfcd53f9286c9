"""Expected: deadlock

Two transfers in opposite directions lock the account they take from first.
"""

import threading


class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()


class State:
    def __init__(self):
        self.ana = Account(1, 100)
        self.luis = Account(2, 100)


def transfer(source, target, amount):
    first, second = source, target
    with first.lock:
        with second.lock:
            source.balance -= amount
            target.balance += amount


def ana_pays(state):
    transfer(state.ana, state.luis, 10)


def luis_pays(state):
    transfer(state.luis, state.ana, 25)


WORKERS = [ana_pays, luis_pays]


def invariant(state):
    return (state.ana.balance, state.luis.balance) == (115, 85)
