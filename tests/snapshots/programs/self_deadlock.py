import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.total = 0


def add(state):
    with state.lock:
        state.total += 1


def add_twice(state):
    with state.lock:
        add(state)
        add(state)


WORKERS = [add_twice, add]
