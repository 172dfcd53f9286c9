"""Expected: invariant

SCTBench CS token_ring: four stations each add one to their neighbour's token, each under the lock; the ring is
consistent only where they came in order.
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
        with state.lock:
            state.token[number + 1] = state.token[number] + 1

    return pass_on


WORKERS = [station(number) for number in range(STATIONS)]


def invariant(state):
    return state.token == [0, 1, 2, 3, 4]
