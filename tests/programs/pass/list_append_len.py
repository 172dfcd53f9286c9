"""Expected: proved

Appending and measuring under one lock.
"""

import threading


class State:
    def __init__(self):
        self.lock = threading.Lock()
        self.members = []
        self.numbers = []


def join(state):
    with state.lock:
        state.members.append("member")
        number = len(state.members)
    state.numbers.append(number)


WORKERS = [join, join]


def invariant(state):
    return sorted(state.numbers) == [1, 2]
