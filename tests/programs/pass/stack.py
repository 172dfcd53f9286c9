"""Expected: proved

The popper asks the stack itself.
"""

import threading

N = 3


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.cells = [None] * N
        self.top = 0
        self.pushed = False


def push_all(state):
    for number in range(N):
        with state.lock:
            state.cells[state.top] = number
            state.top += 1
            state.pushed = True


def pop_all(state):
    for _ in range(N):
        with state.lock:
            if state.pushed and state.top > 0:
                assert state.top > 0, "stack underflow"
                state.top -= 1


WORKERS = [push_all, pop_all]


def invariant(state):
    return 0 <= state.top <= N
