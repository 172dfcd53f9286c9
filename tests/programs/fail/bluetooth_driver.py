"""Expected: exception

SCTBench CS bluetooth_driver: a request looks whether the driver is stopping before it counts itself in, so the driver
can stop in between.
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
    if state.stopping:
        return
    with state.lock:
        state.pending += 1
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
