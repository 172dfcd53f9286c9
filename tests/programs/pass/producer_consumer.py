"""Expected: proved

Wait for the item first, take the mutex afterwards.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Semaphore(1)
        self.items = threading.Semaphore(0)
        self.buffer = []
        self.eaten = []


def produce(state):
    for event in (1, 2):
        with state.mutex:
            state.buffer.append(event)
        state.items.release()


def consume(state):
    for _ in range(2):
        state.items.acquire()
        state.mutex.acquire()
        event = state.buffer.pop(0)
        state.mutex.release()
        state.eaten.append(event)


WORKERS = [produce, consume]


def invariant(state):
    return state.eaten == [1, 2]
