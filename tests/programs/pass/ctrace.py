"""Expected: proved

The set-up happens under a lock.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.log = None


def start_log(state):
    with state.lock:
        if state.log is None:
            state.log = []


def trace_in(state):
    start_log(state)
    state.log.append("in")


def trace_out(state):
    start_log(state)
    state.log.append("out")


WORKERS = [trace_in, trace_out]


def invariant(state):
    return sorted(state.log) == ["in", "out"]
