import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.log = []


def first(state):
    with state.lock:
        state.log = [*state.log, 1]


def second(state):
    with state.lock:
        state.log = [*state.log, 2]


WORKERS = [first, second]


def invariant(state):
    assert state.log == [1, 2], f"out of order: {state.log}"
    return True
