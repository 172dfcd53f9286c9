"""Expected: deadlock

SCTBench PARSEC streamcluster3: the barrier is made for one thread fewer than take part, so the last to come waits for
company that never comes.
"""

import threading

PARTIES = 3


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.barrier = threading.Barrier(PARTIES - 1)
        self.sum = 0
        self.seen = []


def gain(state):
    with state.lock:
        state.sum += 1
    state.barrier.wait()
    with state.lock:
        state.seen.append(state.sum)


WORKERS = [gain] * PARTIES


def invariant(state):
    return state.seen == [PARTIES] * PARTIES
