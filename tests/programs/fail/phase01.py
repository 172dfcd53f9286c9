"""Expected: deadlock

SCTBench CS phase01: each thread ends its second phase without giving back the lock of the first, so whoever comes
second waits for a thread that is gone.
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


WORKERS = [two_phases, two_phases]


def invariant(state):
    return state.phases == 4
