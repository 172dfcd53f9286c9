"""Expected: deadlock

Little Book of Semaphores, a bad barrier: a thread waits at the turnstile while it holds the mutex that the last one
needs.
"""

import threading

N = 2


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.turnstile = threading.Semaphore(0)
        self.count = 0
        self.passed = 0


def meet(state):
    with state.mutex:
        state.count += 1
        if state.count == N:
            state.turnstile.release()
        state.turnstile.acquire()
        state.turnstile.release()
    with state.mutex:
        state.passed += 1


WORKERS = [meet] * N


def invariant(state):
    return state.passed == N
