"""Expected: deadlock

Little Book of Semaphores, senate bus: the bus counts the riders and later sets the count to zero, without holding the
mutex in between; a rider who comes meanwhile is forgotten.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.arrived = threading.Semaphore(0)
        self.bus = threading.Semaphore(0)
        self.boarded = threading.Semaphore(0)
        self.waiting = 0
        self.departed = 0


def bus(state):
    for _ in range(2):
        state.arrived.acquire()
        with state.mutex:
            riders = state.waiting
        for _ in range(riders):
            state.bus.release()
            state.boarded.acquire()
        with state.mutex:
            state.waiting = 0
        state.departed += riders


def rider(state):
    with state.mutex:
        state.waiting += 1
    state.arrived.release()
    state.bus.acquire()
    state.boarded.release()


WORKERS = [bus, rider, rider]


def invariant(state):
    return state.departed == 2
