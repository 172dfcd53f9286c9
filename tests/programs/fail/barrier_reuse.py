"""Expected: deadlock

A barrier made by hand from a counter and an event that is never cleared in time: a fast thread clears it for the
second round before the slow one has left the first.
"""

import threading

PARTIES = 2


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.count = 0
        self.everybody = threading.Event()
        self.rounds = 0


def meet(state):
    with state.lock:
        state.count += 1
        if state.count == PARTIES:
            state.count = 0
            state.everybody.set()
    state.everybody.wait()
    state.everybody.clear()


def work(state):
    meet(state)
    meet(state)
    with state.lock:
        state.rounds += 1


WORKERS = [work] * PARTIES


def invariant(state):
    return state.rounds == PARTIES
