"""Expected: proved

The reader holds the lock from the test to the use.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.threads = {"worker": "running"}
        self.report = []


def end(state):
    with state.lock:
        del state.threads["worker"]


def dump(state):
    with state.lock:
        if "worker" in state.threads:
            state.report.append(state.threads["worker"])


WORKERS = [end, dump]


def invariant(state):
    return len(state.report) <= 1
