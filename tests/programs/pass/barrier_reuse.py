"""Expected: proved

The standard library's Barrier, which can be used again.
"""

import threading

PARTIES = 2


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.everybody = threading.Barrier(PARTIES)
        self.rounds = 0


def meet(state):
    state.everybody.wait()


def work(state):
    meet(state)
    meet(state)
    with state.lock:
        state.rounds += 1


WORKERS = [work] * PARTIES


def invariant(state):
    return state.rounds == PARTIES
