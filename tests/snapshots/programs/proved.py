import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.total = 0


def add(state):
    with state.lock:
        state.total += 1


WORKERS = [add, add]


def invariant(state):
    return state.total == 2
