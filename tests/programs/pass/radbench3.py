"""Expected: proved

The second starter waits until the first has launched the runtime.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)
        self.runtime = "down"
        self.used = []


def begin(state):
    with state.lock:
        launching = state.runtime == "down"
        if launching:
            state.runtime = "launching"
    if launching:
        with state.lock:
            state.runtime = "up"
            state.changed.notify_all()
    with state.lock:
        while state.runtime != "up":
            state.changed.wait()
    state.used.append(state.runtime)


WORKERS = [begin, begin]


def invariant(state):
    return state.used == ["up", "up"]
