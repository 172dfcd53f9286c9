"""Expected: unfinished (two rounds of two turnstiles: many thousand orders; ten seconds do not end it)

Two turnstiles, and each counter looked at under the mutex.
"""

import threading

N = 2


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.turnstile = threading.Semaphore(0)
        self.second = threading.Semaphore(1)
        self.count = 0
        self.rounds = [0, 0]


def meet(state):
    with state.mutex:
        state.count += 1
        if state.count == N:
            state.second.acquire()
            state.turnstile.release()
    state.turnstile.acquire()
    state.turnstile.release()


def leave(state):
    with state.mutex:
        state.count -= 1
        if state.count == 0:
            state.turnstile.acquire()
            state.second.release()
    state.second.acquire()
    state.second.release()


def runner(number):
    def work(state):
        for _ in range(2):
            meet(state)
            state.rounds[number] += 1
            assert abs(state.rounds[0] - state.rounds[1]) <= 1, "lapped"
            leave(state)

    return work


WORKERS = [runner(number) for number in range(N)]


def invariant(state):
    return state.rounds == [2, 2]
