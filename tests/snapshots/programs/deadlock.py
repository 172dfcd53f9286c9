import threading


class State:
    def __init__(self):
        self.left = threading.Lock()
        self.right = threading.Lock()


def one(state):
    with state.left:
        with state.right:
            pass


def other(state):
    with state.right, state.left:
        pass


WORKERS = [one, other]
