"""Expected: proved

The flag is set last.
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
                state.monitors = []
                state.ready = True
    state.monitors.append("monitor")


WORKERS = [start, start]


def invariant(state):
    return len(state.monitors) == 2
