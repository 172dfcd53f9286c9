"""Expected: proved

The test is repeated after every wait.
"""

import threading

SIZE = 1


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)
        self.buffer = ["old"]
        self.most = 1


def put(state):
    with state.lock:
        while len(state.buffer) >= SIZE:
            state.changed.wait()
        state.buffer.append("new")
        state.most = max(state.most, len(state.buffer))
        state.changed.notify_all()


def take_twice(state):
    for _ in range(2):
        with state.lock:
            while not state.buffer:
                state.changed.wait()
            state.buffer.pop()
            state.changed.notify_all()


WORKERS = [put, put, take_twice]


def invariant(state):
    return state.most <= SIZE
