"""Expected: proved

Each station waits for its neighbour's signal.
"""

import threading

STATIONS = 4


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.turn = [threading.Semaphore(0) for _ in range(STATIONS + 1)]
        self.turn[0].release()
        self.token = [0] * (STATIONS + 1)


def station(number):
    def pass_on(state):
        state.turn[number].acquire()
        with state.lock:
            state.token[number + 1] = state.token[number] + 1
        state.turn[number + 1].release()

    return pass_on


WORKERS = [station(number) for number in range(STATIONS)]


def invariant(state):
    return state.token == [0, 1, 2, 3, 4]
