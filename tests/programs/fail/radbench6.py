"""Expected: exception

A kernel in the manner of SCTBench RADBench bug6 (a portable runtime): a thread that ends takes its entry out of the
table while another reads it without the lock.
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
    if "worker" in state.threads:
        state.report.append(state.threads["worker"])


WORKERS = [end, dump]


def invariant(state):
    return len(state.report) <= 1
