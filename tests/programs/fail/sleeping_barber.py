"""Expected: deadlock

The sleeping barber: he looks whether anybody waits, and then goes to sleep without holding the mutex in between; the
wake-up falls into the gap.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.bell = threading.Condition(self.mutex)
        self.customers = threading.Semaphore(0)
        self.waiting = 0
        self.cut = 0


def barber(state):
    for _ in range(2):
        with state.mutex:
            asleep = state.waiting == 0
        if asleep:
            with state.mutex:
                state.bell.wait()
        with state.mutex:
            state.waiting -= 1
            state.cut += 1


def customer(state):
    with state.mutex:
        state.waiting += 1
        state.bell.notify()


WORKERS = [barber, customer, customer]


def invariant(state):
    return state.cut == 2
