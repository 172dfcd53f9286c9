"""Expected: proved

The wait is for a state, which the notification announces.
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
        state.ready.wait_for(lambda: state.is_ready)
        state.result = "used"


WORKERS = [prepare, use]


def invariant(state):
    return state.result == "used"
