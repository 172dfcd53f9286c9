"""Expected: proved

Each sets its own flag before it waits for the other's, and waits on an event.
"""

import threading


class State:
    def __init__(self):
        self.ping = False
        self.pong = False
        self.pinged = threading.Event()
        self.ponged = threading.Event()
        self.answers = 0


def ask(state):
    state.pinged.set()
    state.ponged.wait()


def answer(state):
    state.pinged.wait()
    state.ponged.set()
    state.answers += 1


WORKERS = [ask, answer]


def invariant(state):
    return state.answers == 1
