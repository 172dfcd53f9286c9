"""Expected: invariant

Little Book of Semaphores, river crossing: hackers and serfs share boats of two; the captain of a boat goes aboard
without the mutex, so two captains may count one passenger twice.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.waiting = 0
        self.boat = threading.Semaphore(0)
        self.crossings = 0


def hacker(state):
    with state.mutex:
        state.waiting += 1
    if state.waiting == 2:
        state.waiting -= 2
        state.crossings += 1
        state.boat.release(2)
    state.boat.acquire()


WORKERS = [hacker, hacker]


def invariant(state):
    return state.crossings == 1 and state.waiting == 0
