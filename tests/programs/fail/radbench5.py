"""Expected: deadlock

A kernel in the manner of SCTBench RADBench bug5 (a portable runtime): an interrupt wakes a waiter that has announced
itself but does not wait yet; the wake-up is lost.
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
        pending = state.interrupted
    if not pending:
        with state.lock:
            state.wake.wait()
    state.outcome = "interrupted"


WORKERS = [interrupt, wait]


def invariant(state):
    return state.outcome == "interrupted"
