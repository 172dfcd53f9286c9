"""Expected: proved

It starts at the room's size.
"""

import threading

ROOM, GUESTS = 2, 3


class State:
    def __init__(self):
        self.multiplex = threading.Semaphore(ROOM)
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
