"""Expected: exception

A kernel in the manner of SCTBench RADBench bug4 (a portable runtime): double-checked start-up that announces itself
before it is complete.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.ready = False
        self.monitors = None


def start(state):
    if not state.ready:
        with state.lock:
            if not state.ready:
                state.ready = True
                state.monitors = []
    state.monitors.append("monitor")


WORKERS = [start, start]


def invariant(state):
    return len(state.monitors) == 2
