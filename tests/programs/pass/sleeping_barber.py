"""Expected: proved

A semaphore counts the customers, so that no wake-up is lost.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.customers = threading.Semaphore(0)
        self.waiting = 0
        self.cut = 0


def barber(state):
    for _ in range(2):
        state.customers.acquire()
        with state.mutex:
            state.waiting -= 1
            state.cut += 1


def customer(state):
    with state.mutex:
        state.waiting += 1
        state.customers.release()


WORKERS = [barber, customer, customer]


def invariant(state):
    return state.cut == 2
