"""Expected: proved

Wait for the place first, take the mutex afterwards.
"""

import threading

SIZE = 1


class State:
    def __init__(self):
        self.mutex = threading.Semaphore(1)
        self.items = threading.Semaphore(0)
        self.spaces = threading.Semaphore(SIZE)
        self.buffer = []
        self.eaten = []


def produce(state):
    for event in (1, 2):
        state.spaces.acquire()
        state.mutex.acquire()
        state.buffer.append(event)
        state.mutex.release()
        state.items.release()


def consume(state):
    for _ in range(2):
        state.items.acquire()
        state.mutex.acquire()
        state.eaten.append(state.buffer.pop())
        state.mutex.release()
        state.spaces.release()


WORKERS = [produce, consume]


def invariant(state):
    return state.eaten == [1, 2]
