"""Expected: exception

SCTBench CS reorder_10: 9 threads set a and then b, one checks that it sees both or neither. Between the two writes it
sees one.
"""

import threading

SETTERS = 9


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.a = 0
        self.b = 0


def set_both(state):
    state.a = 1
    state.b = -1


def check(state):
    seen = (state.a, state.b)
    assert seen in ((0, 0), (1, -1)), seen


WORKERS = [set_both] * SETTERS + [check]


def invariant(state):
    return (state.a, state.b) == (1, -1)
