"""Expected: deadlock

Little Book of Semaphores, producer and consumer: the consumer takes the mutex before it waits for an item; the
producer cannot get in to bring one.
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
        state.mutex.acquire()
        state.items.acquire()
        event = state.buffer.pop(0)
        state.mutex.release()
        state.eaten.append(event)


WORKERS = [produce, consume]


def invariant(state):
    return state.eaten == [1, 2]
