"""Expected: exception or deadlock

Little Book of Semaphores, reusable barrier, first attempt: the counter is looked at after the mutex was given back,
so two threads may both believe that they are last.
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
        state.turnstile.release()
    state.turnstile.acquire()
    state.turnstile.release()


def leave(state):
    with state.mutex:
        state.count -= 1
    if state.count == 0:
        state.turnstile.acquire()


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
