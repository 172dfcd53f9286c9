"""Expected: proved

Everybody who passes the turnstile lets the next one through.
"""

import threading

N = 3


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.turnstile = threading.Semaphore(0)
        self.count = 0
        self.seen = []


def meet(state):
    with state.mutex:
        state.count += 1
        last = state.count == N
    if last:
        state.turnstile.release()
    state.turnstile.acquire()
    state.turnstile.release()
    state.seen.append(state.count)


WORKERS = [meet] * N


def invariant(state):
    return state.seen == [N] * N
