"""Expected: proved

The request counts itself in first and looks afterwards: whoever stops sees it.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.pending = 1
        self.stopping = False
        self.stopped = False
        self.drained = threading.Event()


def leave(state):
    with state.lock:
        state.pending -= 1
        last = state.pending == 0
    if last:
        state.drained.set()


def request(state):
    with state.lock:
        state.pending += 1
    if not state.stopping:
        assert not state.stopped, "a request runs in a stopped driver"
    leave(state)


def stop(state):
    state.stopping = True
    leave(state)
    state.drained.wait()
    state.stopped = True


WORKERS = [request, stop]


def invariant(state):
    return state.pending == 0
