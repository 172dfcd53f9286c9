"""Expected: invariant

Little Book of Semaphores, roller coaster with two cars: the cars load one after the other but may unload in the other
order.
"""

import threading

CARS = 2


class State:
    def __init__(self):
        self.loading = [threading.Semaphore(0) for _ in range(CARS + 1)]
        self.unloading = [threading.Semaphore(0) for _ in range(CARS + 1)]
        self.loading[0].release()
        self.unloading[0].release()
        self.unloaded = []


def car(number):
    def run(state):
        state.loading[number].acquire()
        state.loading[number + 1].release()
        state.unloaded.append(number)

    return run


WORKERS = [car(number) for number in range(CARS)]


def invariant(state):
    return state.unloaded == [0, 1]
