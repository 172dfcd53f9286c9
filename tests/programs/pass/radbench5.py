"""Expected: proved

Announcement, test and wait happen under one lock.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.wake = threading.Condition(self.lock)
        self.interrupted = False
        self.outcome = None


def interrupt(state):
    with state.lock:
        state.interrupted = True
        state.wake.notify()


def wait(state):
    with state.lock:
        while not state.interrupted:
            state.wake.wait()
    state.outcome = "interrupted"


WORKERS = [interrupt, wait]


def invariant(state):
    return state.outcome == "interrupted"
