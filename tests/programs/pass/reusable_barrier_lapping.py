"""Expected: proved

The second turnstile holds everybody until all have left the first.
"""

import threading

N = 2


class State:
    def __init__(self):
        self.mutex = threading.Lock()
        self.turnstile = threading.Semaphore(0)
        self.second = threading.Semaphore(0)
        self.count = 0
        self.leaving = 0
        self.log = []


def meet(state):
    with state.mutex:
        state.count += 1
        if state.count == N:
            state.count = 0
            state.turnstile.release(N)
    state.turnstile.acquire()


def part(state):
    with state.mutex:
        state.leaving += 1
        if state.leaving == N:
            state.leaving = 0
            state.second.release(N)
    state.second.acquire()


def runner(name):
    def work(state):
        for number in range(2):
            state.log.append(number)
            meet(state)
            part(state)

    return work


WORKERS = [runner("a"), runner("b")]


def invariant(state):
    return state.log == [0, 0, 1, 1]
