"""Expected: proved

Counted and decided under one mutex, and waited for.
"""

import threading


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.free = threading.Condition(self.mutex)
        self.on_path = {"heathens": 0, "prudes": 0}
        self.crossed = 0


def walk(own, other):
    def cross(state):
        with state.mutex:
            while state.on_path[other] > 0:
                state.free.wait()
            state.on_path[own] += 1
        with state.mutex:
            assert state.on_path[other] == 0, "they meet on the path"
            state.on_path[own] -= 1
            state.crossed += 1
            state.free.notify_all()

    return cross


WORKERS = [walk("heathens", "prudes"), walk("prudes", "heathens")]


def invariant(state):
    return state.crossed == 2
