"""Expected: proved

The queue is changed under the mutex only.
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
    with state.mutex:
        first = state.queue.pop(0)
        state.served += 1
    first.release()


def customer(state):
    mine = threading.Semaphore(0)
    with state.mutex:
        state.queue.append(mine)
    state.customers.release()
    mine.acquire()


WORKERS = [barber, barber, customer, customer]


def invariant(state):
    return state.served == 2
