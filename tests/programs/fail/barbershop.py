"""Expected: deadlock

Little Book of Semaphores, barbershop: the customer waits for the barber before it says that it is there.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.customer = threading.Semaphore(0)
        self.barber = threading.Semaphore(0)
        self.waiting = 0
        self.cut = 0


def barber(state):
    for _ in range(2):
        state.customer.acquire()
        state.barber.release()
        with state.mutex:
            state.cut += 1


def customer(state):
    with state.mutex:
        state.waiting += 1
    state.barber.acquire()
    state.customer.release()
    with state.mutex:
        state.waiting -= 1


WORKERS = [barber, customer, customer]


def invariant(state):
    return (state.cut, state.waiting) == (2, 0)
