"""Expected: deadlock

SCTBench PARSEC streamcluster: a home-made barrier lets go when its counter is full and sets it back; a thread woken
late tests the counter again, finds it empty, and waits for ever.
"""

import threading

PARTIES = 2


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.all_here = threading.Condition(self.lock)
        self.count = 0
        self.round = 0
        self.passed = 0


def barrier(state):
    with state.lock:
        mine = state.round
        state.count += 1
        if state.count == PARTIES:
            state.count = 0
            state.round += 1
            state.all_here.notify_all()
        else:
            while state.count < PARTIES:
                state.all_here.wait()


def cluster(state):
    barrier(state)
    with state.lock:
        state.passed += 1


WORKERS = [cluster] * PARTIES


def invariant(state):
    return state.passed == PARTIES
