"""Expected: proved

Each phase gives its lock back.
"""

import threading


class State:
    def __init__(self):
        self.x = threading.Lock()
        self.y = threading.Lock()
        self.phases = 0


def two_phases(state):
    state.x.acquire()
    state.phases += 1
    state.y.acquire()
    state.phases += 1
    state.y.release()
    state.x.release()


WORKERS = [two_phases, two_phases]


def invariant(state):
    return state.phases == 4
