"""Expected: proved

The receiver expects the number of what it has received so far.
"""

import threading

SIZE = 3


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.ring = [None] * SIZE
        self.first = 0
        self.next = 0
        self.may_send = True
        self.received = 0


def send(state):
    for number in range(SIZE):
        with state.lock:
            if state.may_send:
                state.ring[state.next] = state.next
                state.next = (state.next + 1) % SIZE
                state.may_send = False


def receive(state):
    for number in range(SIZE):
        with state.lock:
            if not state.may_send:
                value = state.ring[state.first]
                assert value == state.received
                state.first = (state.first + 1) % SIZE
                state.received += 1
                state.may_send = True


WORKERS = [send, receive]


def invariant(state):
    return state.received <= SIZE
