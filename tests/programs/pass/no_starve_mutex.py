"""Expected: proved

The last one through opens the first door for the next batch.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.door1 = threading.Semaphore(1)
        self.door2 = threading.Semaphore(0)
        self.room1 = 0
        self.room2 = 0
        self.count = 0


def enter_and_count(state):
    with state.mutex:
        state.room1 += 1
    state.door1.acquire()
    state.room2 += 1
    with state.mutex:
        state.room1 -= 1
        more = state.room1 > 0
    if more:
        state.door1.release()
    else:
        state.door2.release()
    state.door2.acquire()
    state.room2 -= 1
    state.count += 1
    if state.room2 > 0:
        state.door2.release()
    else:
        state.door1.release()


WORKERS = [enter_and_count, enter_and_count]


def invariant(state):
    return state.count == 2
