"""Expected: deadlock

Little Book of Semaphores, rendezvous: each side waits for the other before it says that it has arrived.
"""

import threading


class State:
    def __init__(self):
        self.a_arrived = threading.Semaphore(0)
        self.b_arrived = threading.Semaphore(0)
        self.log = []


def a(state):
    state.log.append("a1")
    state.b_arrived.acquire()
    state.a_arrived.release()
    state.log.append("a2")


def b(state):
    state.log.append("b1")
    state.a_arrived.acquire()
    state.b_arrived.release()
    state.log.append("b2")


WORKERS = [a, b]


def invariant(state):
    return {"a1", "b1"} == set(state.log[:2])
