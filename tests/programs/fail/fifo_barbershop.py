"""Expected: deadlock

Little Book of Semaphores, FIFO barbershop: the customers queue up by their own semaphores, and the barber calls the
first without holding the mutex, so that he may call one twice.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.customers = threading.Semaphore(0)
        self.queue = []
        self.served = 0


def barber(state):
    state.customers.acquire()
    first = state.queue[0]
    first.release()
    del state.queue[:1]
    with state.mutex:
        state.served += 1


def customer(state):
    mine = threading.Semaphore(0)
    with state.mutex:
        state.queue.append(mine)
    state.customers.release()
    mine.acquire()


WORKERS = [barber, barber, customer, customer]


def invariant(state):
    return state.served == 2
