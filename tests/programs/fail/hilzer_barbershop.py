"""Expected: exception

Little Book of Semaphores, Hilzer's barbershop: the cash register is one, but a barber takes the money without its
lock.
"""

import threading


class State:
    def __init__(self):
        self.register = threading.Lock()
        self.chairs = threading.Semaphore(2)
        self.payment = threading.Semaphore(0)
        self.receipt = threading.Semaphore(0)
        self.at_register = 0
        self.money = 0


def customer(state):
    with state.chairs:
        state.payment.release()
        state.receipt.acquire()


def barber(state):
    state.payment.acquire()
    state.at_register += 1
    assert state.at_register == 1, "two barbers at one register"
    state.money += 10
    state.at_register -= 1
    state.receipt.release()


WORKERS = [customer, customer, barber, barber]


def invariant(state):
    return state.money == 20
