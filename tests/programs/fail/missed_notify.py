"""Expected: deadlock

notify without a state to go with it: a notification that comes before the wait is lost.
"""

import threading


class State:
    def __init__(self):
        self.ready = threading.Condition()
        self.is_ready = False
        self.result = None


def prepare(state):
    with state.ready:
        state.is_ready = True
        state.ready.notify()


def use(state):
    with state.ready:
        state.ready.wait()
        state.result = "used"


WORKERS = [prepare, use]


def invariant(state):
    return state.result == "used"
