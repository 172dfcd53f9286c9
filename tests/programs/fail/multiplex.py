"""Expected: exception

Little Book of Semaphores, multiplex: two may be inside at a time; the semaphore was started with the number of
threads.
"""

import threading

ROOM, GUESTS = 2, 3


class State:
    def __init__(self):
        self.multiplex = threading.Semaphore(GUESTS)
        self.lock = threading.Lock()
        self.inside = 0


def visit(state):
    with state.multiplex:
        with state.lock:
            state.inside += 1
            assert state.inside <= ROOM
        with state.lock:
            state.inside -= 1


WORKERS = [visit] * GUESTS


def invariant(state):
    return state.inside == 0
