import threading


class State:
    def __init__(self):
        self.ready = threading.Condition()
        self.dishes = []


def cook(state):
    with state.ready:
        state.dishes.append("soup")
        state.ready.notify()


def waiter(state):
    with state.ready:
        state.ready.wait()
        state.dishes.pop()


WORKERS = [cook, waiter]
