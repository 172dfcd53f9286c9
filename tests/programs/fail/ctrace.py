"""Expected: invariant

SCTBench Inspect ctrace: the tracer is set up by the first thread that traces; the test for 'not yet' and the set-up
are not one step, so an early line goes to a log that is replaced.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.log = None


def start_log(state):
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
