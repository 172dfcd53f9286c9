import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.seats = 1
        self.passengers = []


def book(state):
    with state.lock:
        is_free = state.seats > 0
    if is_free:
        with state.lock:
            state.seats -= 1
            state.passengers.append("somebody")


WORKERS = [book, book]


def invariant(state):
    return state.seats >= 0
