"""Expected: invariant

A thread appends and then takes the length for its own number; both may get the same.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.members = []
        self.numbers = []


def join(state):
    state.members.append("member")
    number = len(state.members)
    state.numbers.append(number)


WORKERS = [join, join]


def invariant(state):
    return sorted(state.numbers) == [1, 2]
